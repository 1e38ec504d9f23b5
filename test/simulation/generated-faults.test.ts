import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Ran } from './run.ts';
import { simulate } from './simulate.ts';

/** An account of many resources, and how each fault tells what it did to it. */
const seed = '18';
const faults: [string, RegExp][] = [
  ['events are lost', /half of all events are lost/],
  ['events come several times', /every event comes two to four times/],
  ['events overtake one another', /events come in any order within ten minutes/],
  ['events come an hour late', /every event is an hour late/],
  ['clocks are wrong by five minutes', /the clock of each function is wrong by up to five minutes/],
  ['the ledger is throttled for an hour', /DynamoDB throttles four of five calls for an hour/],
  ['SNS refuses for an hour', /SNS refuses every message for an hour/],
  ['the watch is not running for an hour', /the watch is not started for an hour/],
  ['the home Region is gone', /eu-central-1 is gone/],
  ['lists lag by two minutes', /lists of AWS Backup and Step Functions lag by two minutes/],
  ['a Region answers nobody for hours and comes back', /answers nobody from/],
  ['the answers of the ledger are lost', /one of four writes of the ledger is done and not answered/],
  ['AWS Backup takes no more jobs for an hour', /Backup takes no more jobs for an hour/],
  ['Lambda refuses half of what machines call', /Lambda takes one of two calls of the machines for an hour/],
  ['keys are disabled', /keys are disabled or pending deletion for an hour/],
  ['vaults are changed', /vaults are changed for an hour/],
  ['lists lag by up to half an hour', /lists of AWS Backup and Step Functions lag by two to thirty minutes/],
  ['somebody deletes a vault', /somebody deletes the vault/],
  ['somebody switches a schedule off', /somebody switches the schedule/],
];

describe('nothing is missed and nobody is paged twice or falsely', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await simulate('--seeds', '1', '--from', seed, '--days', '3', '--fault', 'all');
  }, 1_200_000);

  test.each(faults)('when %s', (_what, words) => {
    const told = ran.output.split(/^(?=good|BROKEN)/m).find((part) => words.test(part)) ?? '';
    expect(told).toMatch(/^good .*[1-9]\d* breaches/);
    expect(told).toMatch(/it struck [1-9]\d* times/);
  });

  test('and no account of any fault is left out', () => {
    expect(ran.errors).toBe('');
    expect(ran.output).toContain(`All ${faults.length} accounts are good.`);
    expect(ran.exitCode).toBe(0);
  });

  test.each(faults.slice(5, 8))('though breaches fell due while %s', (_what, words) => {
    const told = ran.output.split(/^(?=good|BROKEN)/m).find((part) => words.test(part)) ?? '';
    expect(told).toMatch(/[1-9]\d* breaches met it/);
  });
});

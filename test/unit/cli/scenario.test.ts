import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readPlannedAccount } from '../../../cli/plan/account-file.ts';
import { accountFrom, readAccount } from '../../../cli/runbook/account.ts';
import { contextOf } from '../../../cli/runbook/context.ts';
import { runbookNames } from '../../../cli/runbook/names.ts';
import { runbookOf, stepsOf } from '../../../cli/runbook/runbook.ts';
import { knowsCase, knowsDecision } from '../../../cli/scenario/cases.ts';
import { scenarioList, scenarioNamed } from '../../../cli/scenario/command.ts';
import { knowsCommand } from '../../../cli/scenario/typed.ts';
import { readAccountFile } from '../../../simulator/scenarios/account-file.ts';
import { contextWith, policyIn } from './runbook-account.ts';

const file = 'examples/failures/account.yml';

describe('one account file', () => {
  test('serves the simulated account, plans and runbooks', async () => {
    const played = readAccountFile(file);
    expect(played).toMatchObject({ ok: true });
    expect(readPlannedAccount(file)).toMatchObject({ ok: true });
    const { resources } = await readAccount(file, 'eu-central-1');
    expect(resources.find(({ name }) => name === 'shop')).toMatchObject({
      multiAz: true,
      replicas: [{ region: 'eu-west-1', id: 'shop-west' }],
      maintenance: 'sun:03:00-sun:03:30',
      dns: { record: 'db.shop.example.com' },
    });
  });
});

describe('whoever follows a runbook', () => {
  const policy = policyIn('examples/failures/policy.yml');
  const account = accountFrom(
    { account: '123456789012', resources: [{ kind: 'rds', name: 'shop', tags: { 'lifeboat:tier': 'gold' } }] },
    'account.yml',
    policy.home,
  );
  const contexts = [
    contextWith(),
    contextWith({ lastGood: '2026-01-09T01:40:00Z' }),
    contextOf({ policy, account, drilled: undefined, at: '2026-01-09T03:00:00Z' }),
  ];
  // Scenarios never come to these: a second account, and a key of somebody's own, are not played.
  const notPlayed = /^(npm ci|aws backup start-restore-job|aws kms cancel|aws scheduler get-schedule)/;

  test.each(runbookNames)('knows every case and every decision of %s', (name) => {
    const unknown = contexts.flatMap((context) =>
      stepsOf(runbookOf(name, context)).flatMap((step) => [
        ...(step.when === undefined || knowsCase(step.when) || name === 'lost-account' ? [] : [step.when]),
        ...(step.kind !== 'decide' || knowsDecision(step.says) || name === 'lost-account' ? [] : [step.says]),
        ...(step.command === undefined || step.calls !== undefined || step.kind === 'start'
          ? []
          : [step.command]
        ).filter((command) => !knowsCommand(command) && !notPlayed.test(command)),
      ]),
    );
    expect(unknown).toEqual([]);
  });
  test('nothing that is not there is known', () => {
    expect(knowsCase('the moon is full')).toBe(false);
    expect(knowsDecision('If it rains, stay in.')).toBe(false);
    expect(knowsCommand('rm -rf /')).toBe(false);
  });
});

describe('--scenario', () => {
  test('lists one for each runbook', () => {
    for (const name of runbookNames) expect(scenarioList()).toContain(name);
    for (const name of runbookNames) expect(readFileSync('docs/scenarios.md', 'utf8')).toContain(`\`${name}\``);
  });
  test('says which was meant', () => {
    expect(() => scenarioNamed('regoin-failure')).toThrow('Did you mean region-failure?');
  });
});

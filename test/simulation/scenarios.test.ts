import { beforeAll, describe, expect, test } from '@jest/globals';
import { type RunbookName, runbookNames } from '../../cli/runbook/names.ts';
import { type Ran, start } from './run.ts';

/** Every scenario as a user plays it, two at a time: each needs a processor of its own. */
const played = new Map<RunbookName, Ran>();
let again: Ran;

beforeAll(async () => {
  const waiting: RunbookName[] = [...runbookNames];
  const playNext = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      played.set(name, await start('--scenario', name));
    }
  };
  await Promise.all([playNext(), playNext()]);
  // The shortest of all.
  again = await start('--scenario', 'lost-account');
}, 900_000);

const output = (name: RunbookName): string => played.get(name)?.output ?? '';
/** The words of a resource's row in the last table. */
const row = (name: RunbookName, resource: string): string =>
  output(name)
    .split('\n')
    .findLast((line) => line.startsWith(`  ${resource} `)) ?? '';

describe.each(runbookNames)('the drill of the runbook %s', (name) => {
  test('ends as the runbook and lifeboat-recover announced it, and no invariant breaks', () => {
    const { exitCode, errors } = played.get(name) ?? {};
    const said = output(name).split('\n');
    expect({
      exitCode,
      not: said.filter((line) => /^NOT as announced|^ {2}BROKEN|NOT: /.test(line)),
      errors: exitCode === 0 ? '' : errors,
    }).toEqual({ exitCode: 0, not: [], errors: '' });
    expect(said).toContain('Everything is as it was announced.');
    expect(said.filter((line) => line.startsWith('  held '))).toHaveLength(6);
  });

  test('holds every resource of the account against its own journal', () => {
    for (const resource of ['shop', 'ledger', 'monitoring', 'groupware'])
      expect(row(name, resource)).toMatch(/ equal$/);
  });
});

describe('what the scenarios are for', () => {
  test('a Region is left by a promoted replica, by copies, and by replicated logs', () => {
    expect(row('region-failure', 'shop')).toMatch(/replica promoted in eu-west-1 +1 write .* 1 write /);
    expect(row('region-failure', 'ledger')).toMatch(/recovered in eu-west-1 +at most \d+ writes in .* \d+ writes /);
    expect(row('region-failure', 'monitoring')).toContain('recovered in eu-west-1, to the second');
    expect(output('region-failure')).toContain('TimeoutError: Nobody answers in eu-central-1.');
  });
  test('what fails over by itself is waited for, and not touched', () => {
    for (const name of ['instance-failure', 'zone-failure'] as const) {
      expect(row(name, 'shop')).toMatch(/(came back by itself|never away)/);
      expect(output(name)).not.toMatch(/"resource":"shop"/);
      expect(row(name, 'monitoring')).toContain('recovered in eu-central-1, to the second');
    }
  });
  test('a bad write is undone as of the minute before it, in what it hit alone', () => {
    expect(row('data-corruption', 'shop')).toContain('recovered in eu-central-1, to the second');
    expect(row('data-corruption', 'ledger')).toContain('never away');
  });
  test('a deleted database comes back under its old name', () => {
    expect(row('accidental-deletion', 'monitoring')).toMatch(
      /recovered in eu-central-1 +(\d+) writes in .* \1 writes /,
    );
    expect(output('accidental-deletion')).toMatch(/Rename the recovered database to monitoring/);
  });
  test('ransomware gets no recovery point, and its files come back from a point that passed', () => {
    const attempts = [...output('ransomware').matchAll(/has tried (\d+) ways .*; (\d+) were refused/g)];
    expect(attempts).not.toEqual([]);
    for (const [, tried, refused] of attempts) {
      expect(Number(tried)).toBeGreaterThan(0);
      expect(refused).toBe(tried);
    }
    expect(row('ransomware', 'groupware')).toContain('recovered in eu-west-1');
  });
  test('a lost account is lost, and the runbook says so', () => {
    expect(row('lost-account', 'shop')).toMatch(/none +everything +everything: (\d+) ways tried, \1 refused/);
  });
  test('a key that waits for its deletion is saved, and nothing is recovered', () => {
    expect(output('lost-key')).toContain('CancelKeyDeletion in eu-central-1: done');
    expect(output('lost-key')).not.toContain('lifeboat-recover in');
  });
  test('a seed gives the same bytes', () => {
    expect(again.output).toBe(output('lost-account'));
  });
});

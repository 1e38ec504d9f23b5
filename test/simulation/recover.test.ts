import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Wanted } from './recover/account.ts';
import { playRecoveries } from './recover/launch.ts';
import type { Played, Run } from './recover/play.ts';

const kinds: readonly Wanted[] = ['rds', 'aurora', 'efs'];

describe.each(kinds)('recovering in a simulated account: %s', (kind) => {
  let played: Played;
  beforeAll(async () => {
    played = await playRecoveries(kind);
  }, 900_000);

  const of = (name: string): Run => {
    const found = played.runs.find((one) => one.name === name);
    if (found === undefined) throw new Error(`Nobody played '${name}'.`);
    return found;
  };
  const truth = (name: string) => played.truth[name];

  test.each([
    ['nobody knows it', 'UnknownResource', 'Did you mean'],
    ['the future', 'InstantOutOfReach', 'is in the future'],
    ['before everything', 'InstantOutOfReach', 'The oldest that could be recovered is'],
    ['a name of scratch', 'InputRejected', 'a name of scratch'],
    ['a name that says nothing', 'InputRejected', "let it hold 'recovered'"],
    ['elsewhere', 'WrongLocation', 'eu-west-1.console.aws.amazon.com'],
    ['a point of nobody', 'PointNotUsable', 'is not among the 2 recovery points'],
    ['a slip', 'InputRejected', 'instnat'],
    ['no such network', 'NetworkUnclear', 'does not exist in this Region'],
    ['a name that is taken', 'NameTaken', 'Give another one'],
  ])('%s is refused as %s before anything is created', (name, error, words) => {
    const run = of(name);
    expect({ status: run.status, error: run.error }).toEqual({ status: 'FAILED', error });
    expect(run.cause).toContain(words);
    expect([...run.made, ...run.gone]).toEqual([]);
  });

  test('an empty input creates nothing, and says what could be recovered and what each way would lose', () => {
    const run = of('nothing asked');
    expect(run.status).toBe('SUCCEEDED');
    expect([...run.made, ...run.gone]).toEqual([]);
    expect(run.output.resources).toMatchObject([
      { would: { proven: true, loses: expect.stringContaining('is not in it') } },
    ]);
  });

  test('the resource alone gives the newest proven point, and what stands there is what the point held', () => {
    const run = of('the newest proven');
    expect(run.status).toBe('SUCCEEDED');
    expect(run.output.from?.proven).not.toBeNull();
    expect(run.output.checked?.verdict).toBe('PASS');
    expect(run.holds).toEqual(truth('proven'));
    expect(truth('proven')).not.toEqual(truth('unproven'));
    // The newer point is offered, with the input that takes it.
    expect(run.output.alternatives).toContainEqual(
      expect.objectContaining({
        input: { resource: expect.any(String), point: of('a named point').output.from?.point },
      }),
    );
  });

  test('what was written after the announced instant is lost, and nothing that was written before', () => {
    // One write lies between the two points, and one after both.
    const between = played.instants.between ?? '';
    const losing = played.runs.filter(({ output }) => output.loses !== undefined);
    expect(losing.length).toBeGreaterThan(1);
    for (const run of losing) {
      const expected = (run.output.loses?.after ?? '') < between ? truth('proven') : truth('unproven');
      if (run.name !== 'named paths')
        expect({ name: run.name, holds: run.holds }).toEqual({ name: run.name, holds: expected });
      expect(run.output.loses?.after).toBe(run.output.from?.dataInstant);
    }
  });

  test('a named point is recovered under the name that was given', () => {
    const run = of('a named point');
    expect(run.output.name).toMatch(/-recovered$/);
    expect(run.holds).toEqual(truth('unproven'));
  });

  test('the copy Region recovers alone, with home gone, into the network that the policy names', () => {
    const run = of('the copy Region alone');
    expect({ status: run.status, region: run.output.region }).toEqual({ status: 'SUCCEEDED', region: 'eu-west-1' });
    expect(run.holds).toEqual(truth('proven'));
    const later = of('as of an instant, there');
    expect(later.holds).toEqual(truth('unproven'));
  });

  test('nothing that was there is gone, and no scratch is left', () => {
    for (const run of played.runs) {
      expect({ name: run.name, gone: run.gone }).toEqual({ name: run.name, gone: [] });
      if (run.status === 'RUNNING') continue;
      expect({ name: run.name, scratch: run.scratch }).toEqual({ name: run.name, scratch: [] });
    }
  });

  test('what was recovered says so by its tag, and asks for no tier', () => {
    const recovered = played.runs.filter(({ output }) => output.name !== undefined);
    expect(recovered.length).toBeGreaterThanOrEqual(5);
    for (const { facts } of recovered) {
      const tags = facts.tags as Record<string, string>;
      expect(tags['lifeboat:recovered']).toBeTruthy();
      expect(Object.keys(tags).filter((key) => key.startsWith('lifeboat:') && key !== 'lifeboat:recovered')).toEqual(
        [],
      );
      if (kind !== 'efs') expect(facts).toMatchObject({ deletionProtection: true, subnetGroup: 'production' });
    }
  });

  test('each attempt has its record, and every invariant held', () => {
    expect(played.records.length).toBeGreaterThanOrEqual(played.runs.length - 1);
    const done = played.records.find(({ execution }) => String(execution).endsWith(':the-newest-proven'));
    expect(done).toMatchObject({
      workflow: 'recover',
      verdict: { is: 'DONE' },
      points: [{ as: 'recovered', arn: of('the newest proven').output.from?.point }],
    });
    for (const { invariant, violations } of played.findings)
      expect({ invariant, violations }).toEqual({ invariant, violations: [] });
  });

  if (kind !== 'efs') {
    test('an instant of the point-in-time window is recovered to the second', () => {
      const run = of('an instant');
      expect(run.output.from).toMatchObject({ dataInstant: played.instants.asked });
      expect(run.holds).toEqual(truth('unproven'));
    });
  }

  if (kind === 'rds') {
    test('a restore that fails creates nothing, and a redrive of it goes on and ends well', () => {
      expect(of('a restore that fails')).toMatchObject({ status: 'FAILED', error: 'RestoreJobFailed', made: [] });
      expect(of('the same, redriven')).toMatchObject({ status: 'SUCCEEDED', holds: truth('proven') });
    });
  }

  if (kind === 'efs') {
    test('named paths come back, and nothing else', () => {
      const all = truth('proven') as Record<string, string>;
      const paths = ['data/mail/mail-3.nsf', 'ledger.txt'];
      expect(of('named paths').holds).toEqual(Object.fromEntries(paths.map((path) => [path, all[path]])));
    });

    test('an execution that is stopped during its check leaves what it recovered, and no scratch', () => {
      expect(of('while it is checked').scratch.length).toBeGreaterThan(0);
      const run = of('stopped during its check');
      expect(run).toMatchObject({ status: 'ABORTED', scratch: [] });
      expect(run.made).toHaveLength(1);
    });

    test('where a drill of the proven copy has not passed since, the answer says so before anything is restored', () => {
      const [listed] = of('after a drill of the proven copy did not pass').output.resources ?? [];
      expect(listed?.would).toMatchObject({
        proven: true,
        because: expect.stringMatching(
          /MIND: a drill of this very point did not pass\. What was last seen, at .*ledger\.txt/,
        ),
      });
    });

    test('data that does not pass fails the execution, runs all the same, and the cause says where', () => {
      const run = of('data that does not pass');
      expect({ status: run.status, error: run.error }).toEqual({ status: 'FAILED', error: 'RecoveredDataFailed' });
      const told = JSON.parse(run.cause ?? '{}') as { endpoint: { mountTargets: unknown[] }; because: string[] };
      expect(told.endpoint.mountTargets).toHaveLength(3);
      expect(told.because.join()).toContain('ledger.txt is missing');
      expect(run.made).toHaveLength(1);
    });
  }
});

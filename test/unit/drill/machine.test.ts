import { describe, expect, test } from '@jest/globals';
import type { JsonValue } from '../../../simulator/states-language/index.ts';
import { play, type Says } from '../states-language/shipped.ts';

const plan = {
  drill: '0'.repeat(20),
  resource: 'arn:orders',
  recoveryPoint: 'arn:point',
  instant: '2026-03-01T06:00:00.000Z',
};
const answers: Record<string, JsonValue> = {
  drillChoose: plan,
  drillRestore: { job: 'job-1', startedAt: 'a', completedAt: 'b' },
  drillReach: { by: 'mount', version: '1', reachedAt: 'c' },
  drillCheck: { measures: 'measures/x.json', answeredAt: 'd', endedAt: 'e' },
  drillJudge: { verdict: 'PASS', because: ['3 checks ran'] },
  drillTearDown: { scratch: 'gone', because: [] },
};

/** Runs the machine; a function answers as always, or what the test lets it say, call by call. */
async function drill(says: Record<string, Says[]> = {}, input: JsonValue = {}) {
  const { calls, world } = await play(
    'drill',
    (name) => says[name]?.shift() ?? { value: answers[name] ?? null },
    input,
  );
  return { calls: calls.map(({ name }) => name), payloads: calls, outcome: world.outcomes[0], world };
}
const whole = ['drillChoose', 'drillRestore', 'drillReach', 'drillCheck', 'drillJudge', 'drillTearDown'];
const causeOf = (outcome: unknown) => JSON.parse((outcome as { cause: string }).cause);

describe('the drill machine', () => {
  test('goes from the choice to the tear-down and succeeds with the verdict', async () => {
    const { calls, outcome, payloads } = await drill({}, { resource: 'arn:orders' });
    expect(calls).toEqual(whole);
    expect(outcome).toMatchObject({
      status: 'SUCCEEDED',
      output: { drill: { verdict: 'PASS', recoveryPoint: 'arn:point' } },
    });
    expect(payloads[0]?.payload).toMatchObject({ input: { resource: 'arn:orders' }, redriveCount: 0 });
    expect(payloads[4]?.payload).toMatchObject({
      plan,
      restored: { job: 'job-1' },
      reached: { version: '1' },
      answered: { measures: 'measures/x.json' },
    });
    expect(payloads[5]?.payload).toMatchObject({ plan, trouble: null });
  });

  test.each([
    ['FAIL', 'DrillFailed'],
    ['SUSPECT', 'DrillSuspect'],
    ['NOT_TESTED', 'DrillNotTested'],
  ])('fails on %s after the tear-down, and says how to drill the same point again', async (verdict, error) => {
    const { calls, outcome } = await drill({
      drillJudge: [{ value: { verdict, because: ['orders exist: 3, at least 10'] } }],
    });
    expect(calls).toEqual(whole);
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expect(causeOf(outcome)).toMatchObject({
      because: ['orders exist: 3, at least 10'],
      again: { resource: 'arn:orders', point: 'arn:point' },
    });
  });

  test.each(['drillRestore', 'drillReach', 'drillCheck', 'drillJudge'])(
    'tears down when %s fails, and tells why',
    async (name) => {
      const { calls, outcome, payloads } = await drill({ [name]: [{ error: 'Unreachable' }] });
      expect(calls).toEqual([...whole.slice(0, whole.indexOf(name) + 1), 'drillTearDown']);
      expect(payloads.at(-1)?.payload.trouble).toEqual({
        Error: 'Unreachable',
        Cause: '{"errorMessage":"as the function says it"}',
      });
      expect(outcome).toMatchObject({ status: 'FAILED', error: 'Unreachable' });
      expect(causeOf(outcome).trouble).toContain('as the function says it');
    },
  );

  test('tears down nothing where nothing was chosen, so that it can be redriven', async () => {
    const { calls, outcome } = await drill({ drillChoose: [{ error: 'NothingToRestore' }] });
    expect(calls).toEqual(['drillChoose']);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'NothingToRestore' });
  });

  test('asks again every half minute until the restored thing can be reached and until the scratch is gone', async () => {
    const notYet = { error: 'NotYet' };
    const { calls, world } = await drill({ drillReach: [notYet, notYet], drillTearDown: [notYet, notYet, notYet] });
    expect(calls.filter((name) => name === 'drillReach')).toHaveLength(3);
    expect(calls.filter((name) => name === 'drillTearDown')).toHaveLength(4);
    expect(world.elapsed()).toBeGreaterThanOrEqual(5 * 30_000);
    expect(world.outcomes[0]).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('goes on asking a probe whose time runs out', async () => {
    const { calls } = await drill({ drillCheck: Array.from({ length: 40 }, () => ({ error: 'NotYet' })) });
    expect(calls.filter((name) => name === 'drillCheck')).toHaveLength(41);
  });

  test('asks AWS Backup again when no event came', async () => {
    const { calls, outcome } = await drill({ drillRestore: [{ value: 'never' }, { value: 'never' }] });
    expect(calls.filter((name) => name === 'drillRestore')).toHaveLength(3);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('does not succeed with scratch left over, and keeps the verdict', async () => {
    const { outcome } = await drill({ drillTearDown: [{ error: 'NotScratch' }] });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'TearDownFailed' });
    expect(causeOf(outcome)).toMatchObject({
      verdict: 'PASS',
      scratch: expect.stringContaining('as the function says it'),
    });
  });

  test('tells the trouble that came first when the tear-down fails as well', async () => {
    const { outcome } = await drill({
      drillReach: [{ error: 'Unreachable' }],
      drillTearDown: [{ error: 'NotScratch' }],
    });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Unreachable' });
    expect(causeOf(outcome).scratch).toContain('as the function says it');
  });

  test('retries what passes by itself', async () => {
    const { outcome } = await drill({
      drillChoose: [{ error: 'AwsUnavailable' }, { error: 'Lambda.TooManyRequestsException' }],
      drillJudge: [{ error: 'Sandbox.Timedout' }],
    });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  });

  test.each([
    ['Restore Into Scratch', 'drillRestore'],
    ['Make It Reachable', 'drillReach'],
  ])('waits for room in a quota in "%s", for hours if it must', async (_state, name) => {
    const { calls, outcome } = await drill({ [name]: Array.from({ length: 60 }, () => ({ error: 'NoRoomYet' })) });
    expect(calls.filter((call) => call === name)).toHaveLength(61);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('tears down when no room came', async () => {
    const { calls, outcome } = await drill({ drillRestore: [{ error: 'NoRoomYet' }, { error: 'NoRoom' }] });
    expect(calls).toEqual(['drillChoose', 'drillRestore', 'drillRestore', 'drillTearDown']);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'NoRoom' });
  });
});

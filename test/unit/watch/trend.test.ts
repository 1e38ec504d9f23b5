import { describe, expect, test } from '@jest/globals';
import { type AttemptRow, attemptId, attemptKey } from '../../../functions/ledger/attempt.ts';
import { concludeExecution } from '../../../functions/watch/conclusion.ts';
import { account, copyRegion, orders, regionAt } from '../watch-world.ts';

type Region = ReturnType<typeof regionAt>;
const minutes = 60;

/** A drill that has ended, and is concluded as often as it is told of. */
async function drill(region: Region, name: string, rtoSeconds: number | null, times = 1) {
  region.wait(60);
  const execution = `arn:aws:states:${copyRegion}:${account}:execution:lifeboat-drill:${name}`;
  const attempt = attemptId(execution, 0);
  await region.ledger.create<AttemptRow>({
    ...attemptKey(attempt),
    attempt,
    workflow: 'drill',
    execution,
    redriveCount: 0,
    openedAt: region.now(),
    resource: orders,
    tier: 'gold',
    findings: {
      drill: {
        recoveryPoint: `point of ${name}`,
        instant: region.at(6),
        verdict: 'PASS',
        because: ['every check passed'],
        checks: [{ name: 'orders exist', verdict: 'PASS', because: ['there are 1204'] }],
        timings: {},
        scratch: 'gone',
        restored: { engine: 'postgres', engineVersion: '16.4', instanceClass: 'db.r6g.large' },
        rtoSeconds,
        rtoBoundSeconds: 30 * minutes,
      },
    },
  });
  const at = new Date(region.now());
  const told = { status: 'SUCCEEDED' as const, redriveCount: 0, startDate: at, stopDate: at, input: '{}' };
  region.aws.executions.set(execution, told);
  const parts = { ...region.parts, evidence: region.evidence, describe: async () => told };
  for (let time = 0; time < times; time += 1) await concludeExecution(parts as never, execution);
}

const recorded = (region: Region) =>
  region.records().flatMap(({ content }) => (content.what === 'attempt' ? [content] : []));

describe('the recovery time', () => {
  test('stands in the evidence with those of the drills before it, the newest first, and with the class', async () => {
    const region = regionAt('2026-03-02T06:00:00.000Z', 'copy');
    await drill(region, 'a', 20 * minutes);
    await drill(region, 'b', 22 * minutes, 2);
    await drill(region, 'unmeasured', null);
    await drill(region, 'c', 25 * minutes);
    const [first, , unmeasured, last] = recorded(region);
    expect(first?.rto).toEqual({ seconds: 1_200, boundSeconds: 1_800, before: [] });
    expect(unmeasured?.rto).toBeUndefined();
    expect(last?.rto).toEqual({ seconds: 1_500, boundSeconds: 1_800, before: [1_320, 1_200] });
    expect(last?.restored).toMatchObject({ engine: 'postgres', instanceClass: 'db.r6g.large' });
  });

  test('keeps the last ten', async () => {
    const region = regionAt('2026-03-02T06:00:00.000Z', 'copy');
    for (let n = 1; n <= 13; n += 1) await drill(region, `drill-${n}`, n * minutes);
    expect(recorded(region).at(-1)?.rto?.before).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((n) => n * minutes));
  });

  test('pages when it is too long, says how long the drills before took, and resolves with the next within the bound', async () => {
    const region = regionAt('2026-03-02T06:00:00.000Z', 'copy');
    await drill(region, 'a', 20 * minutes);
    await drill(region, 'b', 29 * minutes);
    await drill(region, 'c', 40 * minutes);
    const about = () => region.sent.filter(({ kind }) => kind === 'rto');
    expect(about()).toMatchObject([
      {
        phase: 'opened',
        severity: 'page',
        because:
          'the restore took 40 minutes, and 30 minutes are allowed; the 2 drills before took, the newest first, 29 minutes, 20 minutes',
      },
    ]);
    await drill(region, 'd', 24 * minutes);
    expect(about()).toHaveLength(2);
    expect(about()[1]).toMatchObject({
      phase: 'resolved',
      resolved: { because: expect.stringContaining('the restore took 24 minutes') },
    });
  });
});

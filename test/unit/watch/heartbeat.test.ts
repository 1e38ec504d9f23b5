import type { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, jest, test } from '@jest/globals';
import type { Seam } from '../../../functions/platform/seam.ts';
import { heartbeatOf } from '../../../functions/watch/heartbeat.ts';

type Answer = (input: PutMetricDataCommand['input']) => Promise<unknown>;

/** The heartbeat of eu-central-1, and what each Region does with it. */
function beating(answers: Readonly<Record<string, Answer>>) {
  const logged: object[] = [];
  const client = (_: unknown, options?: { region?: string }) =>
    ({
      send: ({ input }: PutMetricDataCommand) => (answers[options?.region ?? ''] as Answer)(input),
    }) as unknown as CloudWatchClient;
  const beat = heartbeatOf({
    environment: { AWS_REGION: 'eu-central-1', HEARTBEAT_REGIONS: Object.keys(answers).join(',') },
    client,
    log: { info: () => {}, warn: () => {}, error: (_words: string, facts: object) => logged.push(facts) },
  } as unknown as Seam);
  return { beat, logged };
}

describe('a heartbeat', () => {
  test('is one point in every Region that listens, says from where, and leaves the moment to CloudWatch', async () => {
    const taken: [string, PutMetricDataCommand['input']][] = [];
    const take = (region: string) => async (input: PutMetricDataCommand['input']) => taken.push([region, input]);
    await beating({ 'eu-central-1': take('eu-central-1'), 'eu-west-1': take('eu-west-1') }).beat();
    const point = {
      Namespace: 'Lifeboat',
      MetricData: [
        {
          MetricName: 'WatchHeartbeat',
          Dimensions: [{ Name: 'From', Value: 'eu-central-1' }],
          Value: 1,
          Unit: 'Count',
        },
      ],
    };
    expect(taken).toEqual([
      ['eu-central-1', point],
      ['eu-west-1', point],
    ]);
  });

  test('that one Region refuses reaches the others, and stops no round', async () => {
    let taken = 0;
    const { beat, logged } = beating({
      'eu-central-1': async () => {
        throw new Error('not authorized');
      },
      'eu-west-1': async () => {
        taken += 1;
      },
    });
    await beat();
    expect(taken).toBe(1);
    expect(logged).toEqual([{ region: 'eu-central-1', error: 'Error', message: 'not authorized' }]);
  });

  test('that a Region never answers is given up after 5 seconds', async () => {
    jest.useFakeTimers();
    try {
      const { beat, logged } = beating({ 'eu-central-1': async () => {}, 'eu-west-1': () => new Promise(() => {}) });
      const beaten = beat();
      await jest.advanceTimersByTimeAsync(4_900);
      expect(logged).toEqual([]);
      await jest.advanceTimersByTimeAsync(200);
      await beaten;
      expect(logged).toMatchObject([{ region: 'eu-west-1', error: 'HeartbeatLate' }]);
    } finally {
      jest.useRealTimers();
    }
  });
});

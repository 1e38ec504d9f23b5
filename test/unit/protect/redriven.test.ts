import { readFileSync } from 'node:fs';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { laneKey } from '../../../functions/ledger/lane.ts';
import { goOn } from '../../../functions/protect/attempt.ts';
import { orders, regionAt } from '../watch-world.ts';

const execution = 'arn:aws:states:eu-central-1:111122223333:execution:lifeboat-protect:p-1';
const about = { resource: orders, tier: 'gold' };

const other = execution.replace('p-1', 'p-2');
const sfn = mockClient(SFNClient);
beforeEach(() => {
  sfn.reset();
});

/** What the functions of the later states go on with. */
function region() {
  const { ledger, now } = regionAt('2026-03-01T12:00:00.000Z');
  return { ledger, clock: { now: () => new Date(now()) }, sfn: new SFNClient() };
}

describe('a redriven protect', () => {
  test('opens an attempt of its own in whichever state it goes on, with what is known of the resource', async () => {
    const parts = region();
    await goOn(parts, { execution, redriveCount: 1 }, about);
    await goOn(parts, { execution, redriveCount: 1 }, about);
    expect(await parts.ledger.list('ATTEMPTS')).toMatchObject([
      {
        attempt: 'lifeboat-protect/p-1/1',
        workflow: 'protect',
        redriveCount: 1,
        resource: orders,
        kind: 'rds',
        tier: 'gold',
      },
    ]);
  });

  test('is left alone the first time: its first state opened the attempt', async () => {
    const parts = region();
    await goOn(parts, { execution, redriveCount: 0 }, about);
    expect(await parts.ledger.list('ATTEMPTS')).toEqual([]);
  });

  test('goes on under a definition that does not hand the resource on', async () => {
    const parts = region();
    await goOn(parts, { execution, redriveCount: 2 }, {});
    expect(await parts.ledger.list('ATTEMPTS')).toMatchObject([{ attempt: 'lifeboat-protect/p-1/2' }]);
  });

  test('takes the lane again, which was given up when it ended', async () => {
    const parts = region();
    await goOn(parts, { execution, redriveCount: 1 }, about);
    expect(await parts.ledger.get(laneKey(orders))).toMatchObject({ execution });
  });

  test('does not go beside another protect of the resource: it is to ask again later', async () => {
    const parts = region();
    const lane = { ...laneKey(orders), resource: orders, execution: other, takenAt: '2026-03-01T11:00:00.000Z' };
    await parts.ledger.create(lane as never);
    sfn.on(DescribeExecutionCommand, { executionArn: other }).resolves({ status: 'RUNNING' });
    await expect(goOn(parts, { execution, redriveCount: 1 }, about)).rejects.toMatchObject({
      name: 'NotYet',
      message: expect.stringContaining(other),
    });
    expect(await parts.ledger.get(laneKey(orders))).toMatchObject({ execution: other });
    sfn.on(DescribeExecutionCommand, { executionArn: other }).resolves({ status: 'SUCCEEDED' });
    await goOn(parts, { execution, redriveCount: 1 }, about);
    expect(await parts.ledger.get(laneKey(orders))).toMatchObject({ execution });
  });

  test('is a machine that asks again for as long as it may run, in each state that a redrive goes on at', () => {
    const { States: states, TimeoutSeconds: most } = JSON.parse(
      readFileSync(new URL('../../../statemachines/protect.asl.json', import.meta.url), 'utf8'),
    );
    const tasks = [
      states['Back Up'],
      states['Copy To Each Destination'].ItemProcessor.States.Copy,
      states['Copy What Is Missing'].ItemProcessor.States['Copy Again'],
    ];
    for (const state of tasks) {
      const retry = state.Retry.find(({ ErrorEquals: names }: { ErrorEquals: string[] }) => names.includes('NotYet'));
      expect(retry).toMatchObject({ BackoffRate: 1 });
      expect(retry.IntervalSeconds * retry.MaxAttempts).toBeGreaterThanOrEqual(most);
    }
  });
});

import { describe, expect, test } from '@jest/globals';
import { createCloudWatch } from '../../../simulator/services/cloudwatch/index.ts';
import { createSNS } from '../../../simulator/services/sns/index.ts';
import { createSQS } from '../../../simulator/services/sqs/index.ts';
import { call, regionAlone } from './alone.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A queue of dead letters with an alarm, from when on somebody may write to it. */
function deadLetters() {
  const region = regionAlone((alone) => ({
    CloudWatch: createCloudWatch(alone),
    SNS: createSNS(alone),
    SQS: createSQS(alone),
  }));
  const { CloudWatch, SNS, SQS } = region.services;
  const topic = SNS.createTopic({ name: 'notices', subscriptions: [{ protocol: 'email', endpoint: 'a@example.com' }] });
  const { url } = SQS.createQueue({ name: 'letters' });
  CloudWatch.createAlarm({
    name: 'letters',
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: 'letters' },
    statistic: 'Maximum',
    periodSeconds: 300,
    evaluationPeriods: 1,
    threshold: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    treatMissingData: 'notBreaching',
    alarmActions: [topic],
  });
  const start = region.world.now();
  return {
    region,
    start,
    send: () => call(region, 'SQS', 'SendMessage', { QueueUrl: url, MessageBody: 'lost' }),
    purge: () => call(region, 'SQS', 'PurgeQueue', { QueueUrl: url }),
    told: () => SNS.deliveries().map(({ subject }) => subject),
    state: () => CloudWatch.alarms()[0]?.state,
    letters: () => SQS.messages('letters').length,
    visible: (from: number, to: number) => SQS.visible('letters', start + from, start + to),
  };
}

describe('the alarm of a dead-letter queue', () => {
  test('tells of the first message, once, and is well again when somebody purged the queue', async () => {
    const { region, start, send, purge, told, state, letters } = deadLetters();
    await region.world.run(start + hour);
    expect(state()).toBe('OK');
    send();
    await region.world.run(start + hour + 6 * minute);
    expect(told()).toEqual(['ALARM: "letters" in EU (Frankfurt)']);
    send();
    await region.world.run(start + 8 * hour);
    expect(told()).toHaveLength(1);
    expect(letters()).toBe(2);
    purge();
    await region.world.run(start + 9 * hour);
    expect(letters()).toBe(0);
    expect(state()).toBe('OK');
  });

  test('sees what SQS puts: the depth while messages lie there, nothing of a queue that is idle for six hours', async () => {
    const { region, start, send, purge, visible } = deadLetters();
    expect(visible(0, minute)).toBeUndefined();
    await region.world.run(start + hour);
    send();
    send();
    expect(visible(hour, hour + minute)).toMatchObject({ maximum: 2 });
    expect(visible(20 * hour, 20 * hour + minute)).toMatchObject({ maximum: 2 });
    await region.world.run(start + 30 * hour);
    purge();
    expect(visible(33 * hour, 33 * hour + minute)).toMatchObject({ maximum: 0 });
    expect(visible(37 * hour, 37 * hour + minute)).toBeUndefined();
  });
});

test.each([
  ['AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'letters' }],
  ['AWS/Lambda', 'Errors', {}],
  ['AWS/Backup', 'NumberOfBackupJobsFailed', { BackupVaultName: 'lifeboat' }],
])('an alarm on a metric that nothing here puts is refused by name: %s %s', (namespace, metricName, dimensions) => {
  const region = regionAlone((alone) => ({ CloudWatch: createCloudWatch(alone) }));
  const make = () =>
    region.services.CloudWatch.createAlarm({
      name: 'deaf',
      namespace,
      metricName,
      dimensions: dimensions as Record<string, string>,
      statistic: 'Sum',
      periodSeconds: 300,
      evaluationPeriods: 1,
      threshold: 1,
      comparison: 'GreaterThanOrEqualToThreshold',
    });
  expect(make).toThrow(`does not model the metric ${metricName} of ${namespace}`);
});

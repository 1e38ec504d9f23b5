import { describe, expect, test } from '@jest/globals';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import { pageOf } from '../../../simulator/checkers/page.ts';
import { pagedEpisodes } from '../../../simulator/scenarios/expectations.ts';
import { messageOf } from '../../../simulator/scenarios/messages.ts';
import { notification } from '../../../simulator/services/cloudwatch/notification.ts';
import { call, find, start } from './entries.ts';

type State = 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';
const name = 'lifeboat-no-heartbeat-from-eu-central-1';

/** What CloudWatch publishes when an alarm changes its state. */
function alarm(hours: number, before: State, state: State, topic = 'lifeboat-page') {
  const told = notification({
    definition: {
      name,
      description: 'The watch is silent.',
      namespace: 'Lifeboat',
      metricName: 'WatchHeartbeat',
      statistic: 'SampleCount',
      periodSeconds: 60,
      evaluationPeriods: 2,
      threshold: 1,
      comparison: 'LessThanThreshold',
    },
    arn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}`,
    account: '123456789012',
    region: 'eu-west-1',
    before,
    state,
    at: start + hours * 3_600_000,
  });
  return call(
    hours,
    'Publish',
    { TopicArn: `arn:aws:sns:eu-west-1:123456789012:${topic}`, ...told },
    { region: 'eu-west-1', caller: { kind: 'service', name: 'cloudwatch.amazonaws.com', region: 'eu-west-1' } },
  );
}

describe('a message of an alarm', () => {
  test('is a page of the pipeline in the Region that tells it, under the name of the alarm', () => {
    const entry = alarm(1, 'OK', 'ALARM');
    expect(messageOf(entry)).toMatchObject({
      severity: 'page',
      phase: 'opened',
      subject: 'pipeline',
      kind: `alarm:${name}`,
      region: 'eu-west-1',
      because: 'The watch is silent.',
    });
    expect(pageOf(entry)).toMatchObject({ phase: 'opened', kind: `alarm:${name}` });
  });

  test('joins with the message that ends it, death by death', () => {
    const entries = [
      alarm(1, 'OK', 'ALARM'),
      alarm(2, 'ALARM', 'OK'),
      alarm(3, 'OK', 'ALARM'),
      alarm(4, 'ALARM', 'OK'),
    ];
    const messages = entries.flatMap((entry) => messageOf(entry) ?? []);
    expect(pagedEpisodes(messages, (arn) => arn)).toMatchObject([
      { opened: start + 3_600_000, resolved: start + 2 * 3_600_000 },
      { opened: start + 3 * 3_600_000, resolved: start + 4 * 3_600_000 },
    ]);
    expect(find(onePage(), entries)).toMatchObject({ examined: { pages: 4, 'open at the end': 0 }, violations: [] });
  });

  test('that comes twice for one death is found', () => {
    const { violations } = find(onePage(), [alarm(1, 'OK', 'ALARM'), alarm(2, 'OK', 'ALARM')]);
    expect(violations).toEqual([expect.stringContaining('paged again')]);
  });

  test('is no end of anything where the alarm had never looked before', () => {
    expect(messageOf(alarm(1, 'INSUFFICIENT_DATA', 'OK'))).toBeUndefined();
    expect(pageOf(alarm(1, 'INSUFFICIENT_DATA', 'ALARM'))).toMatchObject({ phase: 'opened' });
  });

  test('is a notice on the topic of notices, and counts once beside its copy for pagers', () => {
    expect(messageOf(alarm(1, 'OK', 'ALARM', 'lifeboat-notices'))).toMatchObject({ severity: 'notice' });
    expect(pageOf(alarm(1, 'OK', 'ALARM', 'lifeboat-notices'))).toBeUndefined();
    expect(messageOf(alarm(1, 'OK', 'ALARM', 'lifeboat-pagerduty'))).toBeUndefined();
  });
});

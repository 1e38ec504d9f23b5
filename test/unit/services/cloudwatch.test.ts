import { describe, expect, test } from '@jest/globals';
import { type AlarmDefinition, type AlarmState, evaluated } from '../../../simulator/services/cloudwatch/alarm.ts';
import { createCloudWatch } from '../../../simulator/services/cloudwatch/index.ts';
import { createSNS } from '../../../simulator/services/sns/index.ts';
import { call, refusal, regionAlone } from './alone.ts';

const minute = 60_000;
const heartbeat: AlarmDefinition = {
  name: 'watch is alive',
  namespace: 'Lifeboat',
  metricName: 'Heartbeat',
  statistic: 'Sum',
  periodSeconds: 60,
  evaluationPeriods: 3,
  threshold: 1,
  comparison: 'LessThanThreshold',
  treatMissingData: 'breaching',
};

/** `0` is a point that does not breach, `X` one that does, `-` none: as in the user guide's tables. */
function periods(text: string) {
  return [...text].map((mark) => {
    const value = mark === 'X' ? 0 : 1;
    return mark === '-' ? undefined : { sum: value, count: 1, minimum: value, maximum: value };
  });
}

/** The user guide's examples for three periods of three: missing, ignore, breaching, notBreaching. */
test.each<[string, AlarmState, AlarmState | 'as before', AlarmState, AlarmState]>([
  ['0-X-X', 'OK', 'OK', 'OK', 'OK'],
  ['0----', 'OK', 'OK', 'OK', 'OK'],
  ['-----', 'INSUFFICIENT_DATA', 'as before', 'ALARM', 'OK'],
  ['0XX-X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['--X--', 'ALARM', 'as before', 'ALARM', 'OK'],
])('with the points %s an alarm is %s, %s, %s, %s', (points, ...expected) => {
  const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
  for (const before of ['OK', 'ALARM'] as const) {
    const states = treatments.map((treatMissingData) =>
      evaluated({ ...heartbeat, treatMissingData }, periods(points), before),
    );
    expect(states).toEqual(expected.map((state) => (state === 'as before' ? before : state)));
  }
});

describe('a heartbeat that is watched', () => {
  const started = () => {
    const region = regionAlone((alone) => ({ CloudWatch: createCloudWatch(alone), SNS: createSNS(alone) }));
    const { CloudWatch, SNS } = region.services;
    const topic = SNS.createTopic({ name: 'page', subscriptions: [{ protocol: 'email', endpoint: 'a@example.com' }] });
    CloudWatch.createAlarm({ ...heartbeat, alarmActions: [topic], okActions: [topic] });
    const beat = (from: number, to: number) => {
      for (let at = from; at < to; at += minute) {
        region.world.at(at, 'a beat', () => {
          const MetricData = [{ MetricName: 'Heartbeat', Value: 1 }];
          call(region, 'CloudWatch', 'PutMetricData', { Namespace: 'Lifeboat', MetricData });
        });
      }
    };
    return { region, beat, deliveries: () => SNS.deliveries(), start: region.world.now() };
  };

  test('pages when all periods that CloudWatch looks at are empty, once, and says when it is back', async () => {
    const { region, beat, deliveries, start } = started();
    beat(start, start + 60 * minute);
    beat(start + 120 * minute, start + 180 * minute);
    await region.world.run(start + 59 * minute);
    expect(deliveries().map(({ subject }) => subject)).toEqual(['OK: "watch is alive" in EU (Frankfurt)']);
    // The last beat fell into the minute before 60; three periods and two further ones have to pass without any.
    await region.world.run(start + 65 * minute);
    expect(deliveries()).toHaveLength(1);
    await region.world.run(start + 65.5 * minute);
    expect(deliveries()).toHaveLength(2);
    await region.world.run(start + 180 * minute);
    expect(deliveries().map(({ subject }) => subject?.split(':')[0])).toEqual(['OK', 'ALARM', 'OK']);
    expect(JSON.parse(deliveries()[1]?.message ?? '')).toMatchObject({
      AlarmName: 'watch is alive',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
    });
    expect(call(region, 'CloudWatch', 'DescribeAlarms', { AlarmNames: ['watch is alive'] })).toMatchObject({
      MetricAlarms: [{ StateValue: 'OK' }],
    });
  });
});

test('a metric without a value, or too old, is refused', () => {
  const region = regionAlone((alone) => ({ CloudWatch: createCloudWatch(alone) }));
  const put = (datum: object) =>
    call(region, 'CloudWatch', 'PutMetricData', {
      Namespace: 'Lifeboat',
      MetricData: [{ MetricName: 'Age', ...datum }],
    });
  expect(refusal(() => put({}))).toContain('InvalidParameterCombination');
  expect(refusal(() => put({ Value: 1, Timestamp: new Date(Date.UTC(2025, 0)) }))).toContain(
    'InvalidParameterValueException',
  );
});

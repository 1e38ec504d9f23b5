import { createHash } from 'node:crypto';
import { partitionOf } from '../policy/place.ts';
import type { Alert } from './alert.ts';
import { ascii, cut, plain } from './plain.ts';
import { regionName } from './region-name.ts';
import { sentence } from './shapes.ts';

/** CloudWatch's own limits on the fields: API reference of PutMetricAlarm and SetAlarmState. */
const longestName = 255;
const longestDescription = 1_024;
const longestReason = 1_023;
const longestSubject = 99;

/**
 * What CloudWatch would send for an alarm, which is what PagerDuty's CloudWatch integration (and Opsgenie's) reads: the
 * name joins the messages of one incident, `NewStateValue` opens or closes it, and the subject has to agree.
 */
export function alarmOf(alert: Alert, at: string): { readonly subject: string; readonly message: string } {
  const { location, resolved, measure } = alert;
  const name = alarmName(alert);
  const region = regionName(location.region);
  const state = resolved === undefined ? 'ALARM' : 'OK';
  const time = cloudWatchTime(resolved?.at ?? alert.escalated?.at ?? at);
  const arn = `arn:${partitionOf(location.region)}:cloudwatch:${location.region}:${location.account}:alarm:${name}`;
  const message = {
    AlarmName: name,
    AlarmDescription: cut(plain(description(alert)), longestDescription),
    AWSAccountId: location.account,
    AlarmConfigurationUpdatedTimestamp: cloudWatchTime(alert.openedAt),
    NewStateValue: state,
    NewStateReason: cut(plain(reason(alert)), longestReason),
    StateChangeTime: time,
    Region: region,
    AlarmArn: arn,
    OldStateValue: alert.phase === 'opened' ? 'OK' : 'ALARM',
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: cut(plain(alert.kind), longestName),
      Namespace: 'Lifeboat',
      StatisticType: 'Statistic',
      Statistic: 'MAXIMUM',
      Unit: 'Seconds',
      Dimensions: [{ value: cut(plain(alert.subject), 1_024), name: 'Subject' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: measure?.boundSeconds ?? 0,
      TreatMissingData: 'breaching',
      EvaluateLowSampleCountPercentile: '',
    },
  };
  return {
    subject: `${state}: "${cut(name, longestSubject - state.length - region.length - 8, '...')}" in ${region}`,
    message: JSON.stringify(message),
  };
}

/**
 * The same for every episode of a subject and kind: one is closed before the next opens. What it is cut from is told
 * apart by a digest.
 */
export function alarmName({ name, kind, subject, location }: Alert): string {
  const digest = createHash('sha256').update(`${subject}#${kind}`).digest('hex').slice(0, 8);
  const end = ` [${location.region} ${digest}]`;
  return `${cut(`Lifeboat ${ascii(kind)}: ${ascii(name)}`, longestName - end.length, '...')}${end}`;
}

function description(alert: Alert): string {
  const steps = alert.next.map(
    ({ words, link }, index) => `${index + 1}. ${words}${link === undefined ? '' : `: ${link}`}`,
  );
  return [`${alert.name}: ${alert.headline}.`, ...(alert.resolved === undefined ? steps : [])].join(' ');
}

function reason(alert: Alert): string {
  if (alert.resolved !== undefined) return sentence(alert.resolved.because);
  return [
    ...(alert.escalated === undefined ? [] : [sentence(alert.escalated.because)]),
    sentence(alert.because),
    ...(alert.howBad === undefined ? [] : [sentence(alert.howBad)]),
    ...(alert.cause === undefined ? [] : [`Likely cause: ${sentence(alert.cause)}`]),
  ].join(' ');
}

/** `2026-01-31T06:00:00.000+0000`, as CloudWatch writes it. */
function cloudWatchTime(instant: string): string {
  return new Date(instant).toISOString().replace('Z', '+0000');
}

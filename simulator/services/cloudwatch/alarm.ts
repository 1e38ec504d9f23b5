export type Statistic = 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'Sum';
export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanOrEqualToThreshold'
  | 'LessThanThreshold';
export type MissingData = 'breaching' | 'ignore' | 'missing' | 'notBreaching';
export type AlarmState = 'ALARM' | 'INSUFFICIENT_DATA' | 'OK';

export interface AlarmDefinition {
  readonly name: string;
  readonly description?: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  /** As many as `evaluationPeriods` unless told. */
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly treatMissingData?: MissingData;
  readonly actionsEnabled?: boolean;
  /** ARNs of topics, for each state that is entered. */
  readonly alarmActions?: readonly string[];
  readonly okActions?: readonly string[];
  readonly insufficientDataActions?: readonly string[];
}

/** All that was put for one metric within one period. */
export interface Datapoint {
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Periods beyond the evaluation periods in which CloudWatch looks for points that came late. The user guide's examples
 * use two; it gives no rule.
 */
export const furtherPeriods = 2;

/**
 * The state that follows from the newest periods, oldest first, `undefined` where nothing was put. Written after the
 * user guide, "Configuring how CloudWatch alarms treat missing data": where enough points are there, the newest
 * decide; otherwise the missing ones are filled in as the alarm says.
 */
export function evaluated(
  alarm: AlarmDefinition,
  periods: readonly (Datapoint | undefined)[],
  before: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, treatMissingData = 'missing' } = alarm;
  const real = periods.filter((point) => point !== undefined).slice(-evaluationPeriods);
  const breaching = real.filter((point) => breaches(alarm, statisticOf(alarm.statistic, point))).length;
  const missing = evaluationPeriods - real.length;
  const optimistic: AlarmState = breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
  const pessimistic: AlarmState = breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
  switch (treatMissingData) {
    case 'breaching':
      return pessimistic;
    case 'notBreaching':
      return optimistic;
    case 'ignore':
      return optimistic === pessimistic ? optimistic : before;
    case 'missing':
      if (real.length === 0) return 'INSUFFICIENT_DATA';
      return breaching === 0 ? 'OK' : pessimistic;
  }
}

export function statisticOf(statistic: Statistic, point: Datapoint): number {
  switch (statistic) {
    case 'Average':
      return point.sum / point.count;
    case 'Maximum':
      return point.maximum;
    case 'Minimum':
      return point.minimum;
    case 'SampleCount':
      return point.count;
    case 'Sum':
      return point.sum;
  }
}

function breaches({ comparison, threshold }: AlarmDefinition, value: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    case 'LessThanThreshold':
      return value < threshold;
  }
}

import { AwsError, NotModelled, type Operation, type Region, type Service } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { type AlarmDefinition, type AlarmState, evaluated, furtherPeriods } from './alarm.ts';
import { dimensionsOf, type MetricDatum, Metrics, minute, seriesOf } from './metrics.ts';
import { notification } from './notification.ts';
import { type MetricReader, serviceMetric } from './service-metrics.ts';
import { type StatisticsInput, statistics } from './statistics.ts';

export type { AlarmDefinition, AlarmState } from './alarm.ts';

export interface Alarm {
  readonly definition: AlarmDefinition;
  readonly arn: string;
  readonly state: AlarmState;
  /** When it entered its state, milliseconds since 1970. */
  readonly since: number;
}

/**
 * CloudWatch in one Region: custom metrics, the few metrics of AWS's own services that are modelled, and alarms on one
 * metric each that tell topics when their state changes.
 */
export interface CloudWatch extends Service {
  /**
   * Makes an alarm, as a deployment does; it is looked at once in each of its periods, from then on. `afterMilliseconds`
   * is how long the deployment still takes until it makes it.
   */
  createAlarm(definition: AlarmDefinition, afterMilliseconds?: number): string;
  /** Takes an alarm of the stack away. */
  removeAlarm(name: string): void;
  alarms(): readonly Alarm[];
}

interface State {
  readonly definition: AlarmDefinition;
  readonly arn: string;
  readonly read: MetricReader;
  state: AlarmState;
  since: number;
}

interface DescribeInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: string;
}

/** How long after the end of a period an alarm looks at it: points come late. An assumption. */
const lateness = { low: 5_000, high: 25_000 };
/** A topic that does not take the message is tried again. */
const retryMilliseconds = 10_000;
const mostTries = 30;
const gaveUp = 'An alarm could not tell its topic';

export function createCloudWatch(region: Region): CloudWatch {
  const { world, account } = region;
  const chance = world.chance.fork(`cloudwatch ${region.name}`);
  const caller = { kind: 'service', name: 'cloudwatch.amazonaws.com', region: region.name } as const;
  const metrics = new Metrics();
  const alarms = new Map<string, State>();

  const look = (alarm: State): void => {
    const { definition } = alarm;
    const period = definition.periodSeconds * 1000;
    const end = Math.floor(world.now() / period) * period;
    const count = definition.evaluationPeriods + furtherPeriods;
    const periods: ReturnType<MetricReader>[] = [];
    for (let from = end - count * period; from < end; from += period) periods.push(alarm.read(from, from + period));
    const state = evaluated(definition, periods, alarm.state);
    if (state === alarm.state) return;
    const before = alarm.state;
    alarm.state = state;
    alarm.since = world.now();
    world.trace.note('An alarm changed its state', { region: region.name, alarm: definition.name, before, state });
    if (definition.actionsEnabled === false) return;
    for (const topic of actionsOf(definition, state)) {
      const message = notification({
        definition,
        arn: alarm.arn,
        account: account.id,
        region: region.name,
        before,
        state,
        at: world.now(),
      });
      tell(topic, message, { alarm: definition.name, state }, 1);
    }
  };

  const tell = (
    topic: string,
    message: { readonly Subject: string; readonly Message: string },
    change: { readonly alarm: string; readonly state: AlarmState },
    attempt: number,
  ): void => {
    region.request(caller, 'SNS', 'Publish', { TopicArn: topic, ...message }).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      if (attempt >= mostTries) {
        world.trace.note(gaveUp, { region: region.name, topic, ...change, error: error.name });
        return;
      }
      world.after(retryMilliseconds, `CloudWatch tries ${topic} again`, () =>
        tell(topic, message, change, attempt + 1),
      );
    });
  };

  const readerOf = (definition: AlarmDefinition): MetricReader => {
    if (definition.namespace.startsWith('AWS/')) return serviceMetric(region, definition);
    const series = seriesOf(definition.namespace, definition.metricName, dimensionsOf(definition.dimensions ?? {}));
    return (from, to) => metrics.between(series, from, to);
  };

  const watch = (alarm: State, afterMilliseconds = 0): void => {
    const period = alarm.definition.periodSeconds * 1000;
    const start = Math.floor((world.now() + afterMilliseconds) / period) + 1;
    world.at(start * period + chance.between(lateness.low, lateness.high), `${alarm.definition.name} looks`, () => {
      if (alarms.get(alarm.definition.name) !== alarm) return;
      look(alarm);
      watch(alarm);
    });
  };

  return {
    operations: {
      PutMetricData: (input: { readonly Namespace: string; readonly MetricData?: readonly MetricDatum[] }) => {
        refuseOthers('CloudWatch.PutMetricData', input, modelled.PutMetricData);
        for (const datum of input.MetricData ?? []) refuseOthers('CloudWatch.PutMetricData', datum, modelled.datum);
        metrics.put(input.Namespace, input.MetricData ?? [], world.now());
        return {};
      },
      GetMetricStatistics: (input: StatisticsInput) =>
        statistics(input, ({ namespace, metricName, dimensions = {} }) => {
          if (namespace.startsWith('AWS/')) return serviceMetric(region, { namespace, metricName, dimensions });
          const series = seriesOf(namespace, metricName, dimensionsOf(dimensions));
          return (from, to) => metrics.between(series, from, to);
        }),
      DescribeAlarms: (input: DescribeInput) => {
        refuseOthers('CloudWatch.DescribeAlarms', input, modelled.DescribeAlarms);
        const found = [...alarms.values()].filter(
          ({ definition: { name }, state }) =>
            (input.AlarmNames === undefined || input.AlarmNames.includes(name)) &&
            (input.AlarmNamePrefix === undefined || name.startsWith(input.AlarmNamePrefix)) &&
            (input.StateValue === undefined || input.StateValue === state),
        );
        return { MetricAlarms: found.map(described), CompositeAlarms: [] };
      },
    } satisfies Record<string, Operation>,
    createAlarm: (definition, afterMilliseconds = 0) => {
      if (definition.periodSeconds % (minute / 1000) !== 0) {
        throw new NotModelled(`a period of ${definition.periodSeconds} s: alarms here have whole minutes`);
      }
      for (const action of ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const) {
        const other = actionsOf(definition, action).find((arn) => arn.split(':')[2] !== 'sns');
        if (other !== undefined) throw new NotModelled(`the alarm action ${other}`);
      }
      const arn = `arn:aws:cloudwatch:${region.name}:${account.id}:alarm:${definition.name}`;
      const read = readerOf(definition);
      const { state, since } = alarms.get(definition.name) ?? { state: 'INSUFFICIENT_DATA', since: world.now() };
      const alarm: State = { definition, arn, read, state, since };
      alarms.set(definition.name, alarm);
      watch(alarm, afterMilliseconds);
      return arn;
    },
    removeAlarm: (name) => {
      alarms.delete(name);
    },
    alarms: () => [...alarms.values()].map(({ definition, arn, state, since }) => ({ definition, arn, state, since })),
  };
}

const modelled = {
  PutMetricData: new Set(['Namespace', 'MetricData']),
  datum: new Set(['MetricName', 'Dimensions', 'Timestamp', 'Value', 'Values', 'Counts', 'Unit']),
  DescribeAlarms: new Set(['AlarmNames', 'AlarmNamePrefix', 'StateValue']),
};

function actionsOf(definition: AlarmDefinition, state: AlarmState): readonly string[] {
  const actions = {
    ALARM: definition.alarmActions,
    OK: definition.okActions,
    INSUFFICIENT_DATA: definition.insufficientDataActions,
  };
  return actions[state] ?? [];
}

function described({ definition, arn, state, since }: State): object {
  return {
    AlarmName: definition.name,
    AlarmArn: arn,
    StateValue: state,
    StateUpdatedTimestamp: new Date(since),
    MetricName: definition.metricName,
    Namespace: definition.namespace,
    Statistic: definition.statistic,
    Dimensions: Object.entries(definition.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
    Period: definition.periodSeconds,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm ?? definition.evaluationPeriods,
    Threshold: definition.threshold,
    ComparisonOperator: definition.comparison,
    TreatMissingData: definition.treatMissingData ?? 'missing',
    ActionsEnabled: definition.actionsEnabled ?? true,
    AlarmActions: [...(definition.alarmActions ?? [])],
    OKActions: [...(definition.okActions ?? [])],
    InsufficientDataActions: [...(definition.insufficientDataActions ?? [])],
  };
}

import { NotModelled } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import type { AlarmDefinition } from './alarm.ts';
import { minute } from './metrics.ts';
import type { MetricReader } from './service-metrics.ts';

export interface StatisticsInput {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly Period: number;
  readonly Statistics?: readonly string[];
}

const modelled = new Set(['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Period', 'Statistics']);
/** Facts of GetMetricStatistics: the points of one answer. */
const mostPoints = 1_440;

/** One point for each period in which there was anything. CloudWatch promises them in no order; here they have one. */
export function statistics(
  input: StatisticsInput,
  readerOf: (asked: Pick<AlarmDefinition, 'namespace' | 'metricName' | 'dimensions'>) => MetricReader,
): object {
  refuseOthers('CloudWatch.GetMetricStatistics', input, modelled);
  const period = input.Period * 1000;
  if (period < minute || period % minute !== 0) throw new NotModelled(`a period of ${input.Period} s`);
  const read = readerOf({
    namespace: input.Namespace,
    metricName: input.MetricName,
    dimensions: Object.fromEntries((input.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
  });
  const from = Math.floor(input.StartTime.getTime() / period) * period;
  const until = input.EndTime.getTime();
  if ((until - from) / period > mostPoints) throw new NotModelled(`more than ${mostPoints} points in one answer`);
  const points: object[] = [];
  for (let at = from; at + period <= until; at += period) {
    const found = read(at, at + period);
    if (found === undefined) continue;
    points.push({
      Timestamp: new Date(at),
      Maximum: found.maximum,
      Minimum: found.minimum,
      Sum: found.sum,
      SampleCount: found.count,
      Average: found.sum / found.count,
    });
  }
  return { Label: input.MetricName, Datapoints: points };
}

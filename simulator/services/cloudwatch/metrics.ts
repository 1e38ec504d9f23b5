import { AwsError } from '../../world/region.ts';
import type { Datapoint } from './alarm.ts';

export interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Timestamp?: Date;
  readonly Value?: number;
  readonly Values?: readonly number[];
  readonly Counts?: readonly number[];
  readonly Unit?: string;
}

/** Facts of PutMetricData: metrics in a call, how far a time may lie in the past and in the future. */
const mostMetrics = 1000;
const oldest = 14 * 86_400_000;
const furthest = 2 * 3_600_000;

/** Points are kept by the minute; alarms with longer periods add them up. */
export const minute = 60_000;
/** How long points are kept: longer than any alarm here looks back. */
const kept = 86_400_000;

/** What was put, by metric and minute. */
export class Metrics {
  readonly #series = new Map<string, Map<number, Datapoint>>();

  put(namespace: string, data: readonly MetricDatum[], now: number): void {
    if (namespace === '' || namespace.startsWith('AWS/')) {
      throw invalid('The value AWS/ for parameter Namespace is invalid.');
    }
    if (data.length > mostMetrics)
      throw invalid(`The collection MetricData must not have a size greater than ${mostMetrics}.`);
    const points = data.map((datum) => ({ datum, at: timeOf(datum, now), values: valuesOf(datum) }));
    for (const { datum, at, values } of points) {
      const dimensions = Object.fromEntries((datum.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
      for (const { value, count } of values)
        this.add(seriesOf(namespace, datum.MetricName, dimensions), at, value, count);
    }
  }

  /** Adds a value to a series; `seriesOf` names those of custom metrics, a service names its own. */
  add(series: string, at: number, value: number, count = 1): void {
    let points = this.#series.get(series);
    if (points === undefined) {
      points = new Map();
      this.#series.set(series, points);
    }
    const slot = Math.floor(at / minute);
    const before = points.get(slot);
    points.set(slot, {
      sum: (before?.sum ?? 0) + value * count,
      count: (before?.count ?? 0) + count,
      minimum: Math.min(before?.minimum ?? value, value),
      maximum: Math.max(before?.maximum ?? value, value),
    });
    for (const old of points.keys()) {
      if (old >= slot - kept / minute) break;
      points.delete(old);
    }
  }

  /** Everything of one metric from one instant (included) to another (excluded). */
  between(series: string, from: number, to: number): Datapoint | undefined {
    const points = this.#series.get(series);
    let found: Datapoint | undefined;
    for (let slot = Math.ceil(from / minute); slot < to / minute; slot += 1) {
      const point = points?.get(slot);
      if (point === undefined) continue;
      found = {
        sum: point.sum + (found?.sum ?? 0),
        count: point.count + (found?.count ?? 0),
        minimum: Math.min(point.minimum, found?.minimum ?? point.minimum),
        maximum: Math.max(point.maximum, found?.maximum ?? point.maximum),
      };
    }
    return found;
  }
}

/** One text for each metric: namespace, name and dimensions, whatever their order. */
export function seriesOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1))]);
}

function timeOf({ Timestamp: time }: MetricDatum, now: number): number {
  const at = time?.getTime() ?? now;
  if (at < now - oldest || at > now + furthest) {
    throw invalid('The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.');
  }
  return at;
}

function valuesOf({ Value: value, Values: values, Counts: counts }: MetricDatum): { value: number; count: number }[] {
  if ((value === undefined) === (values === undefined)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'At least one of the parameters Value, Values and StatisticValues must be specified, and only one.',
    );
  }
  const all = values ?? [value as number];
  if (!all.every(Number.isFinite)) throw invalid('The value for parameter MetricData.member.1.Value is invalid.');
  return all.map((each, index) => ({ value: each, count: counts?.[index] ?? 1 }));
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

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
const keptMinutes = 24 * 60;

/** The points of one metric by their minutes; none is older than the minute `from`. */
interface Series {
  readonly points: Map<number, Datapoint>;
  from: number;
}

/** What was put, by metric and minute. */
export class Metrics {
  readonly #series = new Map<string, Series>();

  put(namespace: string, data: readonly MetricDatum[], now: number): void {
    if (namespace === '' || namespace.startsWith('AWS/')) {
      throw invalid('The value AWS/ for parameter Namespace is invalid.');
    }
    if (data.length > mostMetrics)
      throw invalid(`The collection MetricData must not have a size greater than ${mostMetrics}.`);
    const points = data.map((datum) => ({ datum, at: timeOf(datum, now), values: valuesOf(datum) }));
    for (const { datum, at, values } of points) {
      const series = seriesOf(namespace, datum.MetricName, datum.Dimensions ?? []);
      for (const { value, count } of values) this.add(series, at, value, count);
    }
  }

  /** Adds a value to a series; `seriesOf` names those of custom metrics, a service names its own. */
  add(series: string, at: number, value: number, count = 1): void {
    const slot = Math.floor(at / minute);
    let kept = this.#series.get(series);
    if (kept === undefined) {
      kept = { points: new Map(), from: slot };
      this.#series.set(series, kept);
    }
    const { points } = kept;
    const before = points.get(slot);
    points.set(
      slot,
      before === undefined
        ? { sum: value * count, count, minimum: value, maximum: value }
        : {
            sum: before.sum + value * count,
            count: before.count + count,
            minimum: Math.min(before.minimum, value),
            maximum: Math.max(before.maximum, value),
          },
    );
    kept.from = Math.min(kept.from, slot);
    for (; kept.from < slot - keptMinutes; kept.from += 1) points.delete(kept.from);
  }

  /** Everything of one metric from one instant (included) to another (excluded). */
  between(series: string, from: number, to: number): Datapoint | undefined {
    const points = this.#series.get(series)?.points;
    let found: Datapoint | undefined;
    for (let slot = Math.ceil(from / minute); slot < to / minute; slot += 1) {
      const point = points?.get(slot);
      if (point === undefined) continue;
      found =
        found === undefined
          ? point
          : {
              sum: point.sum + found.sum,
              count: point.count + found.count,
              minimum: Math.min(point.minimum, found.minimum),
              maximum: Math.max(point.maximum, found.maximum),
            };
    }
    return found;
  }
}

type Dimension = NonNullable<MetricDatum['Dimensions']>[number];

/** One text for each metric: namespace, name and dimensions, whatever their order. */
export function seriesOf(namespace: string, name: string, dimensions: readonly Dimension[]): string {
  const sorted =
    dimensions.length < 2 ? dimensions : [...dimensions].sort((one, other) => (one.Name < other.Name ? -1 : 1));
  let text = `${namespace}\0${name}`;
  for (const { Name, Value } of sorted) text += `\0${Name}\0${Value}`;
  return text;
}

/** Dimensions as a template or a question gives them, as they are put. */
export function dimensionsOf(named: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(named).map(([Name, Value]) => ({ Name, Value }));
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

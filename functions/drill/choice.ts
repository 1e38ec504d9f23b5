import { newestUsable, type RecoveryPoint } from '../account/points.ts';

/** What a roster row and its proof say, as far as choosing looks at them. Instants are ISO 8601. */
export interface Candidate {
  readonly resource: string;
  /** The data instant of its newest proof; absent when it was never proven. */
  readonly provenInstant: string | undefined;
}

/** The resource whose proof is the oldest; one that was never proven comes first. Undefined for an empty roster. */
export function longestUnproven(candidates: readonly Candidate[]): Candidate | undefined {
  return [...candidates].sort(
    (one, other) =>
      (one.provenInstant ?? '').localeCompare(other.provenInstant ?? '') || one.resource.localeCompare(other.resource),
  )[0];
}

/** Which point was asked for: one by its ARN, the data as it was at an instant, or the newest. */
export type Wish =
  | { readonly is: 'newest' }
  | { readonly is: 'point'; readonly arn: string }
  | { readonly is: 'instant'; readonly instant: string };

export type Choice =
  | { readonly point: RecoveryPoint; readonly because: string }
  | { readonly point: undefined; readonly because: string };

/** Picks the point to drill, with the reason, from all points of the resource, the newest first. */
export function choosePoint(points: readonly RecoveryPoint[], wish: Wish): Choice {
  if (points.length === 0) return { point: undefined, because: 'there is no recovery point of it in this vault' };
  switch (wish.is) {
    case 'point': {
      const point = points.find(({ arn }) => arn === wish.arn);
      if (point === undefined)
        return { point: undefined, because: `${wish.arn} is not among its ${points.length} points` };
      return point.usability.usable
        ? { point, because: 'it was named' }
        : { point: undefined, because: `${wish.arn} cannot be restored: ${point.usability.because}` };
    }
    case 'instant': {
      const point = points.find(({ usability, instant }) => usability.usable && instant <= wish.instant);
      return point === undefined
        ? {
            point,
            because: `none of its ${points.length} points is usable and holds data of ${wish.instant} or before`,
          }
        : { point, because: `it is the newest usable one that holds data of ${wish.instant} or before` };
    }
    case 'newest': {
      const point = newestUsable(points);
      return point === undefined
        ? {
            point,
            because: `none of its ${points.length} points is usable; the newest: ${points[0]?.usability.because}`,
          }
        : { point, because: 'it is the newest usable one' };
    }
  }
}

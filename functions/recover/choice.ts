import type { RecoveryPoint } from '../account/points.ts';
import { inWords } from '../policy/duration.ts';
import { Refused } from './refusal.ts';
import type { Which } from './wish.ts';

/** A stretch of time of which the engine can bring back every instant, in this Region. Instants are ISO 8601. */
export interface Window {
  readonly earliest: string;
  readonly latest: string;
  /** What it is restored from: the resource itself, or automated backups that were kept or replicated. */
  readonly from: WindowSource;
}

export type WindowSource =
  | { readonly is: 'instance'; readonly id: string }
  | { readonly is: 'cluster'; readonly id: string; readonly engine: string }
  | { readonly is: 'automated backups'; readonly arn: string };

/** A drill that passed. */
export interface Proof {
  readonly recoveryPoint: string;
  /** The data instant that it proved. */
  readonly instant: string;
  readonly provenAt: string;
  /** The Region whose drill it was. */
  readonly region: string;
}

/** A drill of a point did not pass, whatever an earlier one proved. */
export interface Doubt {
  readonly recoveryPoint: string;
  /** When a drill of the resource was last seen not to pass (ISO 8601), and why. It may have come to no point at all. */
  readonly seenAt: string;
  readonly because: string;
}

export interface Known {
  /** Every point of the resource in this Region, the newest first. */
  readonly points: readonly RecoveryPoint[];
  readonly window: Window | undefined;
  readonly proofs: readonly Proof[];
  /** Of the newest drill that did not pass, while that is so. */
  readonly doubt: Doubt | undefined;
  readonly now: Date;
}

/** What is restored from, and what of it is known. */
export type Way = { readonly proven: Proof | null; readonly because: string } & (
  | { readonly by: 'point'; readonly instant: string; readonly recoveryPoint: string; readonly vault: string }
  | { readonly by: 'window'; readonly instant: string; readonly from: WindowSource }
);

/** Another way that was there to take, and what it would lose. */
export interface Alternative {
  readonly what: string;
  readonly dataInstant: string | null;
  readonly proven: boolean;
  /** What to start `lifeboat-recover` with. */
  readonly input: Readonly<Record<string, string>>;
  readonly because: string;
}

/**
 * The proof of a point. A copy of it that was drilled in another Region holds the same data: it has the same data
 * instant.
 */
export function proofOf(proofs: readonly Proof[], point: Pick<RecoveryPoint, 'arn' | 'instant'>): Proof | null {
  return (
    proofs.find(({ recoveryPoint }) => recoveryPoint === point.arn) ??
    proofs.find(({ instant }) => instant === point.instant) ??
    null
  );
}

/**
 * What to restore from, with the reason.
 *
 * @throws Refused when there is nothing, or not what was asked for
 */
export function chooseWay(known: Known, which: Which): Way {
  const { points, window, now } = known;
  const usable = points.filter(({ usability }) => usability.usable);
  switch (which.is) {
    case 'point': {
      const point = points.find(({ arn }) => arn === which.arn);
      if (point === undefined) {
        throw new Refused(
          'PointNotUsable',
          `point: ${which.arn} is not among the ${points.length} recovery points that this Region has of the resource.`,
        );
      }
      if (!point.usability.usable) {
        throw new Refused('PointNotUsable', `point: ${which.arn} cannot be restored: ${point.usability.because}.`);
      }
      return fromPoint(known, point, 'it was named');
    }
    case 'instant': {
      if (which.instant > now.toISOString()) {
        throw new Refused(
          'InstantOutOfReach',
          `instant: ${which.instant} is in the future; it is ${now.toISOString()}.`,
        );
      }
      const point = usable.find(({ instant }) => instant <= which.instant);
      if (window !== undefined && which.instant >= window.earliest)
        return fromWindow(known, window, which.instant, point);
      if (point !== undefined) {
        const reach =
          window === undefined
            ? 'no point-in-time window is kept here'
            : `the point-in-time window begins at ${window.earliest}`;
        return fromPoint(known, point, `it is the newest point with data of ${which.instant} or before, and ${reach}`);
      }
      const oldest = [usable.at(-1)?.instant, window?.earliest].filter((one) => one !== undefined).sort()[0];
      throw new Refused(
        'InstantOutOfReach',
        oldest === undefined
          ? 'instant: there is nothing here to recover from at all.'
          : `instant: nothing here holds data of ${which.instant} or before. The oldest that could be recovered is ${oldest}.`,
      );
    }
    case 'newest proven': {
      const proven = usable.find((point) => proofOf(known.proofs, point) !== null);
      if (proven !== undefined) return fromPoint(known, proven, 'it is the newest point that a drill has proven');
      const [newest] = usable;
      if (newest !== undefined) {
        return fromPoint(known, newest, 'NO POINT HERE IS PROVEN: it is the newest one that can be restored');
      }
      if (window !== undefined) {
        return fromWindow(known, window, window.latest, undefined);
      }
      throw new Refused(
        'NothingToRecover',
        points.length === 0
          ? 'There is no recovery point of it in this Region, and no point-in-time window.'
          : `None of its ${points.length} points can be restored; the newest: ${points[0]?.usability.because}.`,
      );
    }
  }
}

function fromPoint({ proofs, doubt }: Known, point: RecoveryPoint, because: string): Way {
  const { arn: recoveryPoint, vault, instant } = point;
  const proven = proofOf(proofs, point);
  return { by: 'point', recoveryPoint, vault, instant, proven, because: `${because}${doubtWords(point, doubt)}` };
}

/** Whoever is in a hurry has to see it before hours went into a restore. It may be the drill that was wrong. */
function doubtWords({ arn }: RecoveryPoint, doubt: Doubt | undefined): string {
  if (doubt?.recoveryPoint !== arn) return '';
  return `. MIND: a drill of this very point did not pass. What was last seen, at ${doubt.seenAt}: ${doubt.because.slice(0, 500)}`;
}

/** An instant after the window's end cannot be had: the end is the newest data that is not after it. */
function fromWindow(known: Known, window: Window, asked: string, point: RecoveryPoint | undefined): Way {
  const isInside = asked <= window.latest;
  // Unless a point was made since, which is newer.
  if (!isInside && point !== undefined && point.instant > window.latest) {
    return fromPoint(known, point, `it is newer than ${window.latest}, the end of the point-in-time window`);
  }
  const because = isInside
    ? 'the engine keeps a point-in-time window that holds the instant'
    : `${window.latest} is the end of the point-in-time window, and there is nothing newer`;
  const instant = wholeSecond(isInside ? asked : window.latest);
  return { by: 'window', instant, from: window.from, proven: null, because };
}

/** RDS restores to whole seconds. */
function wholeSecond(instant: string): string {
  return new Date(Math.floor(Date.parse(instant) / 1000) * 1000).toISOString();
}

/** What each other way would lose, so that whoever is in a hurry can still see that there was a better one. */
export function alternativesTo(
  known: Known,
  chosen: Pick<Way, 'instant'> & { readonly recoveryPoint?: string },
  of: { readonly resource: string; readonly elsewhere: readonly string[] },
): Alternative[] {
  const { points, window, doubt, now } = known;
  const { resource, elsewhere } = of;
  const lost = (instant: string) =>
    `would lose ${inWords(Math.max(0, Math.round((now.getTime() - Date.parse(instant)) / 1000)))} of writes, those since ${instant}`;
  const usable = points.filter(({ usability }) => usability.usable);
  const offered = [usable[0], usable.find((point) => proofOf(known.proofs, point) !== null)].filter(
    (point, index, all) => point !== undefined && point.arn !== chosen.recoveryPoint && all.indexOf(point) === index,
  );
  const result: Alternative[] = offered.flatMap((point) => {
    if (point === undefined) return [];
    const proof = proofOf(known.proofs, point);
    return [
      {
        what:
          proof === null ? 'the newest point, which no drill has proven' : 'the newest point that a drill has proven',
        dataInstant: point.instant,
        proven: proof !== null,
        input: { resource, point: point.arn },
        because: `${lost(point.instant)}${doubtWords(point, doubt)}`,
      },
    ];
  });
  const before = usable.find(({ instant }) => instant < chosen.instant);
  if (doubt !== undefined && doubt.recoveryPoint === chosen.recoveryPoint && before && !offered.includes(before)) {
    const proven = proofOf(known.proofs, before) !== null;
    result.push({
      what: `the newest point from before the one that a drill did not pass${proven ? '' : '; no drill has proven it'}`,
      dataInstant: before.instant,
      proven,
      input: { resource, point: before.arn },
      because: lost(before.instant),
    });
  }
  if (window !== undefined && window.latest !== chosen.instant) {
    result.push({
      what: `any instant from ${window.earliest} to ${window.latest}, out of the engine's point-in-time window`,
      dataInstant: window.latest,
      proven: false,
      input: { resource, instant: window.latest },
      because: lost(window.latest),
    });
  }
  for (const region of elsewhere) {
    result.push({
      what: `what the stack in ${region} has`,
      dataInstant: null,
      proven: false,
      input: { resource, location: region },
      because: `start lifeboat-recover there; with {} it says what it could recover and what each way would lose`,
    });
  }
  return result;
}

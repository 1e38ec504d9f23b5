import { newestUsable, type RecoveryPoint } from '../account/points.ts';
import { ageInWords } from '../objectives/age.ts';

/** What the rule looks at. Instants are ISO 8601. */
export interface Situation {
  /** The last proof: the point it was of, that point's data instant, and when it was proven. */
  readonly proof: { readonly recoveryPoint: string; readonly instant: string; readonly provenAt: string };
  /** The points of the resource in every vault but that of proven points. */
  readonly points: readonly RecoveryPoint[];
  /** Those in the vault of proven points. */
  readonly kept: readonly RecoveryPoint[];
  /** How often it is drilled here; undefined when nobody drills it any more. */
  readonly drillEverySeconds: number | undefined;
  /** After so many days a point moves to cold storage, from where AWS Backup copies nothing; null when it stays warm. */
  readonly coldAfterDays: number | null;
  readonly now: string;
}

export type Decision =
  | { readonly do: 'nothing'; readonly because: string }
  | {
      readonly do: 'copy';
      readonly point: RecoveryPoint;
      readonly keepDays: number;
      readonly until: string;
      readonly because: string;
    }
  | { readonly do: 'extend'; readonly point: RecoveryPoint; readonly keepDays: number; readonly because: string }
  | { readonly do: 'give up'; readonly because: string };

const daySeconds = 86_400;

/** A kept point lives this long from now: as long as evidence is locked. */
const keepForDays = 400;
/** And is given more time when less than this is left and it is still the last proven one. */
const extendBelowDays = 60;
/** While drills go on, a new proof comes before the point ends: it is copied only if the next run would come too late. */
const freshMarginDays = 2;
/** When the next proof is overdue: two weeks in which a copy may fail, be seen to and be tried again. */
const staleMarginDays = 14;
/** A proof is overdue after one and a half drill intervals. */
const overdueShare = 1.5;

/**
 * Whether the last proven point has to be saved from its expiry, and how. What was proven is known by its data instant: a
 * copy has another name and the same data. Nothing is ever shortened or deleted here.
 */
export function decide(situation: Situation): Decision {
  const { proof, points, kept, now } = situation;
  const saved = newestUsable(kept.filter(({ instant }) => instant === proof.instant));
  if (saved !== undefined) return savedAlready(saved, now);

  const point = points.find(({ arn }) => arn === proof.recoveryPoint);
  if (point === undefined) {
    return {
      do: 'give up',
      because: `${proof.recoveryPoint}, which was proven at ${proof.provenAt}, is in neither vault`,
    };
  }
  if (!point.usability.usable) {
    return { do: 'give up', because: `${point.arn} cannot be copied: ${point.usability.because}` };
  }
  const { expiresAt } = point;
  if (expiresAt === undefined) return { do: 'nothing', because: 'the last proven point never expires' };
  const until = earlier(expiresAt, coldAt(point, situation.coldAfterDays));
  const left = secondsBetween(now, until);
  const stale = isOverdue(situation);
  if (left > (stale ? staleMarginDays : freshMarginDays) * daySeconds) {
    return { do: 'nothing', because: `the last proven point can be copied until ${until}` };
  }
  const why = stale ? 'nothing newer was proven since' : 'the next run of keep would come too late';
  return {
    do: 'copy',
    point,
    keepDays: keepDays(point, now),
    until,
    because: `the last proven point can be copied until ${until}, in ${ageInWords(Math.max(0, left))}, and ${why}`,
  };
}

function savedAlready(point: RecoveryPoint, now: string): Decision {
  const { expiresAt } = point;
  if (expiresAt === undefined || secondsBetween(now, expiresAt) > extendBelowDays * daySeconds) {
    return { do: 'nothing', because: `the last proven point is kept until ${expiresAt ?? 'somebody deletes it'}` };
  }
  const because = `the last proven point is kept only until ${expiresAt}, and nothing newer is proven`;
  return { do: 'extend', point, keepDays: keepDays(point, now), because };
}

/** A lifecycle counts from the point's own date, which a copy takes over: its age has to be added. */
function keepDays({ createdAt }: RecoveryPoint, now: string): number {
  return Math.ceil(Math.max(0, secondsBetween(createdAt, now)) / daySeconds) + keepForDays;
}

function isOverdue({ proof, drillEverySeconds, now }: Situation): boolean {
  if (drillEverySeconds === undefined) return true;
  return secondsBetween(proof.provenAt, now) > drillEverySeconds * overdueShare;
}

/** Only file systems go to cold storage. */
function coldAt({ kind, createdAt }: RecoveryPoint, afterDays: number | null): string | undefined {
  if (kind !== 'efs' || afterDays === null) return undefined;
  return new Date(Date.parse(createdAt) + afterDays * daySeconds * 1000).toISOString();
}

function earlier(one: string, other: string | undefined): string {
  return other !== undefined && other < one ? other : one;
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

import { newestUsable, type RecoveryPoint } from '../account/points.ts';
import { ageInWords } from '../objectives/age.ts';

/** What the rule looks at. Instants are ISO 8601. */
export interface Situation {
  /** The last proof: the point it was of, that point's data instant, and when it was proven. */
  readonly proof: Proof;
  /** The last drill that passed since, of older data. */
  readonly older?: Proof | undefined;
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

interface Proof {
  readonly recoveryPoint: string;
  readonly instant: string;
  readonly provenAt: string;
}

/** `lost`: the last proven point is, and this is about what stands in for it. */
export type Decision = { readonly because: string; readonly lost?: true } & (
  | { readonly do: 'nothing' }
  | { readonly do: 'copy'; readonly point: RecoveryPoint; readonly keepDays: number; readonly until: string }
  | { readonly do: 'extend'; readonly point: RecoveryPoint; readonly keepDays: number }
  | { readonly do: 'give up'; readonly lost: true }
);

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
 * Whether the last proven point has to be saved from its expiry, and how. Where it is lost, the last drill that passed says what
 * is proven of the rest; where that is lost too, the newest point that is left has to do. What was proven is known by its data
 * instant: a copy has another name and the same data. Nothing is ever shortened or deleted here.
 */
export function decide(situation: Situation): Decision {
  const { proof, older, points, kept } = situation;
  const proven = whereIs(situation, proof);
  if (proven.is !== 'lost') return decideOn(situation, proven, 'the last proven point', marginDays(situation));
  const standsIn = (decision: Decision): Decision => ({
    ...decision,
    lost: true,
    because: `${proven.because}; ${decision.because}`,
  });
  const before = older === undefined ? proven : whereIs(situation, older);
  if (before.is !== 'lost')
    return standsIn(decideOn(situation, before, 'an older one that is proven', marginDays(situation)));
  const left = newestUsable([...kept, ...points].sort((one, other) => other.instant.localeCompare(one.instant)));
  if (left === undefined) {
    return { do: 'give up', lost: true, because: `${proven.because}, and no other point that is left can be used` };
  }
  const place = { is: kept.includes(left) ? 'saved' : 'there', point: left } as const;
  return standsIn(decideOn(situation, place, 'the newest that is left', unprovenMarginDays(situation, left)));
}

type Place =
  | { readonly is: 'saved' | 'there'; readonly point: RecoveryPoint }
  | { readonly is: 'lost'; readonly because: string };

/** Whether a proven point is saved already, or still there to be saved. */
function whereIs({ points, kept }: Situation, { recoveryPoint, instant, provenAt }: Proof): Place {
  const saved = newestUsable(kept.filter((point) => point.instant === instant));
  if (saved !== undefined) return { is: 'saved', point: saved };
  const point = points.find(({ arn }) => arn === recoveryPoint);
  if (point === undefined) {
    return { is: 'lost', because: `${recoveryPoint}, which was proven at ${provenAt}, is in neither vault` };
  }
  if (point.usability.usable) return { is: 'there', point };
  return { is: 'lost', because: `${point.arn} cannot be copied: ${point.usability.because}` };
}

function decideOn(
  { coldAfterDays, now }: Situation,
  { is, point }: Exclude<Place, { is: 'lost' }>,
  name: string,
  margin: number,
): Decision {
  if (is === 'saved') return savedAlready(point, name, now);
  const until = lastInstant(point, coldAfterDays);
  if (until === undefined) return { do: 'nothing', because: `${name} never expires` };
  const left = secondsBetween(now, until);
  if (left > margin * daySeconds) return { do: 'nothing', because: `${name} can be copied until ${until}` };
  const why = margin > freshMarginDays ? 'nothing newer was proven since' : 'the next run of keep would come too late';
  const because = `${name} can be copied until ${until}, in ${ageInWords(Math.max(0, left))}, and ${why}`;
  return { do: 'copy', point, keepDays: keepDays(point, now), until, because };
}

function savedAlready(point: RecoveryPoint, name: string, now: string): Decision {
  const { expiresAt } = point;
  if (expiresAt === undefined || secondsBetween(now, expiresAt) > extendBelowDays * daySeconds) {
    return { do: 'nothing', because: `${name} is kept until ${expiresAt ?? 'somebody deletes it'}` };
  }
  const because = `${name} is kept only until ${expiresAt}, and nothing newer is proven`;
  return { do: 'extend', point, keepDays: keepDays(point, now), because };
}

function marginDays(situation: Situation): number {
  return isOverdue(situation) ? staleMarginDays : freshMarginDays;
}

/** While backups go on the newest point is another one each day: it is saved once half its life has brought no newer one. */
function unprovenMarginDays(situation: Situation, point: RecoveryPoint): number {
  const until = lastInstant(point, situation.coldAfterDays);
  const life = until === undefined ? 0 : secondsBetween(point.createdAt, until) / daySeconds;
  return Math.max(freshMarginDays, Math.min(marginDays(situation), life / 2));
}

/** A lifecycle counts from the point's own date, which a copy takes over: its age has to be added. */
function keepDays({ createdAt }: RecoveryPoint, now: string): number {
  return Math.ceil(Math.max(0, secondsBetween(createdAt, now)) / daySeconds) + keepForDays;
}

function isOverdue({ proof, drillEverySeconds, now }: Situation): boolean {
  if (drillEverySeconds === undefined) return true;
  return secondsBetween(proof.provenAt, now) > drillEverySeconds * overdueShare;
}

/** Until when it can be copied; undefined where that does not end. */
function lastInstant(point: RecoveryPoint, coldAfterDays: number | null): string | undefined {
  return point.expiresAt === undefined ? undefined : earlier(point.expiresAt, coldAt(point, coldAfterDays));
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

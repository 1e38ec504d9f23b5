import type { RecoveryPoint } from '../account/points.ts';
import type { Episodes } from '../episodes/episodes.ts';
import type { Ledger, Row } from '../ledger/ledger.ts';
import { type PointsMissedRow, type PointsRow, pointsKey, pointsMissedKey, pointsPrefix } from '../ledger/pipeline.ts';

/** The states of a point that is there, or is about to be. `DELETING` and `EXPIRED` are on their way out. */
const goingAway = /AWS Backup says (DELETING|EXPIRED)/;

/** The points that were there and are not, though nothing should have ended them yet. ARNs with their expiry, or ''. */
export function missing(
  before: Readonly<Record<string, string>>,
  points: readonly RecoveryPoint[],
  now: Date,
): readonly (readonly [arn: string, expiresAt: string])[] {
  const there = new Set(points.filter(({ usability }) => !goingAway.test(usability.because)).map(({ arn }) => arn));
  return Object.entries(before).filter(
    ([arn, expiresAt]) => !there.has(arn) && (expiresAt === '' || expiresAt > now.toISOString()),
  );
}

/**
 * Notices recovery points that somebody deleted: ones that were there at the last run and are gone before their lifecycle
 * ended them. It ends when a point made since is there; the evidence keeps it.
 */
export async function checkPoints(
  { ledger, episodes }: { readonly ledger: Ledger; readonly episodes: Episodes },
  resource: string,
  points: readonly RecoveryPoint[],
  now: Date,
  /** What the ledger holds of the resource, read before. */
  kept: readonly Row[],
): Promise<number> {
  const at = now.toISOString();
  const before = kept.filter(({ sk }) => sk.startsWith(pointsPrefix)) as PointsRow[];
  const missed = kept.find(({ sk }) => sk === pointsMissedKey(resource).sk) as PointsMissedRow | undefined;
  const gone = before.flatMap((row) => missing(row.points, points, now));
  const kind = 'finding:point-deleted' as const;
  if (gone.length > 0) {
    const names = gone.map(([arn, expiresAt]) => `${arn}${expiresAt === '' ? '' : ` (kept until ${expiresAt})`}`);
    const list = `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, and ${names.length - 5} more` : ''}`;
    const words = `somebody deleted ${names.length === 1 ? 'a recovery point' : `${names.length} recovery points`} of it before ${names.length === 1 ? 'its' : 'their'} time: ${list}`;
    await episodes.open({ subject: resource, kind, severity: 'notice', because: words, at });
    const row = { ...pointsMissedKey(resource), resource, missedAt: at };
    if (missed === undefined) await ledger.create<PointsMissedRow>(row);
    else await ledger.replace<PointsMissedRow>({ ...row, version: missed.version });
  } else if (missed !== undefined && points.some((one) => one.usability.usable && one.instant > missed.missedAt)) {
    await episodes.resolve({ subject: resource, kind, because: 'a recovery point made since is there', at });
    await ledger.remove(missed);
  }
  await keepPoints(ledger, resource, points, at, before);
  return gone.length;
}

/** Writes down what is there now, month by month, and only where it is not what the row says. */
async function keepPoints(
  ledger: Ledger,
  resource: string,
  points: readonly RecoveryPoint[],
  seenAt: string,
  before: readonly PointsRow[],
): Promise<void> {
  const usable = points.filter(({ usability }) => usability.usable);
  const months = Map.groupBy(usable, ({ createdAt }) => createdAt.slice(0, '2026-03'.length));
  for (const [month, made] of months) {
    const key = pointsKey(resource, month);
    const row = {
      ...key,
      resource,
      points: Object.fromEntries(made.map(({ arn, expiresAt }) => [arn, expiresAt ?? ''])),
      seenAt,
    };
    const old = before.find(({ sk }) => sk === key.sk);
    if (old === undefined) await ledger.create<PointsRow>(row);
    else if (!isSame(old.points, row.points)) await ledger.replace<PointsRow>({ ...row, version: old.version });
  }
  for (const row of before) {
    if (!months.has(row.sk.slice(pointsPrefix.length))) await ledger.remove(row);
  }
}

function isSame(one: PointsRow['points'], other: PointsRow['points']): boolean {
  const arns = Object.keys(other);
  return Object.keys(one).length === arns.length && arns.every((arn) => one[arn] === other[arn]);
}

import type { RecoveryPoint } from '../account/points.ts';
import type { Episodes } from '../episodes/episodes.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type PointsRow, pointsKey } from '../ledger/pipeline.ts';

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
  /** What the ledger held of its points at the last run. */
  before: PointsRow | undefined,
): Promise<number> {
  const at = now.toISOString();
  const gone = before === undefined ? [] : missing(before.points, points, now);
  const kind = 'finding:point-deleted' as const;
  const since = gone.length > 0 ? at : before?.missedAt;
  if (gone.length > 0) {
    const names = gone.map(([arn, expiresAt]) => `${arn}${expiresAt === '' ? '' : ` (kept until ${expiresAt})`}`);
    const list = `${names.slice(0, 5).join(', ')}${names.length > 5 ? `, and ${names.length - 5} more` : ''}`;
    const words = `somebody deleted ${names.length === 1 ? 'a recovery point' : `${names.length} recovery points`} of it before ${names.length === 1 ? 'its' : 'their'} time: ${list}`;
    await episodes.open({ subject: resource, kind, severity: 'notice', because: words, at });
  }
  const replaced =
    since !== undefined && gone.length === 0 && points.some((one) => one.usability.usable && one.instant > since);
  if (replaced) {
    await episodes.resolve({ subject: resource, kind, because: 'a recovery point made since is there', at });
  }
  const row = {
    ...pointsKey(resource),
    resource,
    points: Object.fromEntries(
      points.filter(({ usability }) => usability.usable).map(({ arn, expiresAt }) => [arn, expiresAt ?? '']),
    ),
    seenAt: at,
    ...(since !== undefined && !replaced && { missedAt: since }),
  };
  if (before === undefined) await ledger.create<PointsRow>(row);
  else if (!sameBut(before, row)) await ledger.replace<PointsRow>({ ...row, version: before.version });
  return gone.length;
}

/** Whether a row says what it said, but for the instant: then nothing is written. */
function sameBut(before: PointsRow, { points, missedAt }: Omit<PointsRow, 'version'>): boolean {
  const arns = Object.keys(points);
  return (
    before.missedAt === missedAt &&
    Object.keys(before.points).length === arns.length &&
    arns.every((arn) => before.points[arn] === points[arn])
  );
}

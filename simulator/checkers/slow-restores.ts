import type { TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import { episodesOf, type Leave, openWithin } from './compare.ts';
import { type Page, pageOf } from './page.ts';
import { recordOf } from './record.ts';

/** How long the restores of a resource may take in the Region that drills it. */
export interface RestoreBound {
  readonly resource: string;
  readonly region: string;
  readonly boundSeconds: number;
  /** When it was retired, if it was: nobody asks any more. Milliseconds since 1970. */
  readonly until: () => number | undefined;
}

interface Restore {
  readonly point: string;
  readonly from: number;
  readonly until: number | undefined;
}

/** A drill that was recorded, and between which two figures its recovery time lies. Milliseconds. */
interface Timed {
  readonly at: number;
  readonly passed: boolean;
  readonly least: number;
  readonly most: number;
}

/** Home hears within the hour that a resource was retired, a copy Region within another. */
const retirementKnownWithin = 2 * 3_600_000 + openWithin;

/** What an aborted or a failed drill came to is told a little before or after its record. */
const around = 5 * 60_000;

/**
 * A restore that took longer than its objective allows is paged about, once, until one is fast enough. The time is that
 * of the restore job itself, as AWS Backup truly ran it: recovery takes at least as long, and no longer than until the
 * drill was recorded. What lies between the two is too close to call.
 */
export function slowRestores(bounds: readonly RestoreBound[], leave: Leave = {}): Checker {
  const restores = new Map<string, Restore>();
  const drills: { resource: string; region: string; point: string; at: number; passed: boolean }[] = [];
  const pages: Page[] = [];
  const { skew = 0, slow = 0 } = leave;

  /** The restore of a drill: the last one of its point that had begun. */
  const timed = ({ region, point, at, passed }: (typeof drills)[number]): Timed | undefined => {
    let last: Restore | undefined;
    for (const [key, restore] of restores) {
      if (!key.startsWith(`${region} `) || restore.point !== point || restore.from > at) continue;
      if (last === undefined || restore.from > last.from) last = restore;
    }
    if (last?.until === undefined || last.until > at) return undefined;
    // It begins by AWS's clock, and ends by that of whoever was answered.
    return { at, passed, least: last.until - last.from - skew, most: at - last.from + skew };
  };

  return {
    invariant: 'restores that take too long are paged about, and only they',
    operations: ['Publish', 'PutObject'],
    see: (entry: TraceEntry) => {
      const page = pageOf(entry);
      if (page?.kind === 'rto') pages.push(page);
      const record = recordOf(entry);
      if (record?.workflow !== 'drill' || record.point === undefined) return;
      const { region, resource, point, verdict } = record;
      drills.push({ region, resource, point, at: Date.parse(entry.at), passed: verdict === 'PASS' });
    },
    look: (account) => {
      for (const { name, services } of account.regions) {
        for (const { id, pointArn: point, createdAt, completedAt, status } of services.Backup.truth().restoreJobs) {
          const until = status === 'COMPLETED' ? completedAt : undefined;
          restores.set(`${name} ${id}`, { point, from: createdAt, until });
        }
      }
    },
    conclude: (now) => {
      const violations: string[] = [];
      const examined = { 'restores timed': 0, 'breaches of rto': 0, 'restores too close to call': 0 };
      const judged = new Set<Page>();
      for (const { resource, region, boundSeconds, until } of bounds) {
        const bound = boundSeconds * 1000;
        const name = `rto of ${resource} in ${region}`;
        const over = Math.min(until() ?? now, leave.goneFrom?.(region) ?? now);
        const mine = pages.filter((page) => page.subject === resource && page.region === region);
        for (const page of mine) judged.add(page);
        const episodes = episodesOf(mine);
        // What is recorded after that may be told, and need not.
        const told = drills
          .filter(
            (drill) =>
              drill.resource === resource && drill.region === region && drill.at <= over + retirementKnownWithin,
          )
          .flatMap((drill) => timed(drill) ?? []);
        const runs = told.filter(({ at }) => at <= over);
        examined['restores timed'] += runs.length;
        const toldBy = (at: number) =>
          Math.max(at + openWithin, leave.openBy?.(region, at, { resource, kind: 'rto' }) ?? 0) + skew + slow;
        for (const { at, passed, least, most } of runs) {
          const isSlow = least > bound;
          if (isSlow) examined['breaches of rto'] += 1;
          else if (most > bound) examined['restores too close to call'] += 1;
          if (!passed || toldBy(at) > over) continue;
          const open = episodes.find(
            ({ pagedAt, resolvedAt = Number.POSITIVE_INFINITY }) => pagedAt <= toldBy(at) && resolvedAt > at + around,
          );
          if (isSlow && open === undefined)
            violations.push(`${name}: a restore of ${hours(least)} was recorded at ${iso(at)}, and nobody was paged`);
          const stays = episodes.find(
            ({ openedAt, resolvedAt = Number.POSITIVE_INFINITY }) =>
              openedAt < at - around - skew && resolvedAt > toldBy(at),
          );
          if (most <= bound && stays !== undefined)
            violations.push(`${name}: a restore was fast enough at ${iso(at)}, and its page was not resolved in time`);
        }
        for (const page of mine) {
          const fits = ({ at, least, most }: Timed) =>
            page.at >= at - around - skew &&
            page.at <= Math.max(toldBy(at), at + around) &&
            (page.phase === 'opened' ? most > bound : least <= bound);
          const isEnd = page.phase === 'resolved' && page.at >= over;
          if (page.phase !== 'escalated' && !isEnd && !told.some(fits))
            violations.push(`${name}: ${page.phase} at ${iso(page.at)}, and no restore had taken so long or so little`);
        }
      }
      for (const page of pages)
        if (!judged.has(page)) violations.push(`rto of ${page.subject} in ${page.region}: nobody asked for it`);
      return { invariant: 'restores that take too long are paged about, and only they', examined, violations };
    },
  };
}

function hours(milliseconds: number): string {
  return `${(milliseconds / 3_600_000).toFixed(1)} hours`;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

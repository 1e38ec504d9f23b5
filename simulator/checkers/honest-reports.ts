import type { SimulatedAccount } from '../world/account.ts';
import { hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';
import { livesOfPoints } from './lives.ts';
import type { Bound } from './no-missed-breach.ts';
import { pageOf } from './page.ts';
import { askedEvery, isMoving, newestOf } from './readings.ts';
import { recordOf } from './record.ts';

const minute = 60_000;
const hour = 60 * minute;
/** A page that is open for so long stands in whatever is written down. */
const surelyKnown = 30 * minute;
/** A resource that is there for so long was found by one of several reconciliations. */
const surelyFound = 3 * hour;

/** How everything stands, as the evidence says it. */
interface Standing {
  readonly what: 'standing';
  readonly resources: readonly {
    readonly resource: string;
    readonly firstSeenAt: string;
    readonly objectives: readonly { readonly objective: string; readonly is: string }[];
  }[];
}

/**
 * Invariant 6, for who reads instead of being paged: what the daily report writes down of an objective is not `met` while
 * it is broken, leaves out nothing that is asked for, and its first sentence is not green while a page is open.
 */
export function honestReports(bounds: readonly Bound[], leave: Leave = {}): Checker {
  const invariant = '6 never silently green: the report';
  const points = livesOfPoints();
  const open = new Map<string, { readonly region: string; readonly subject: string; readonly at: number }>();
  const proven = new Map<string, number[]>();
  /** What windows and replicas could bring back at each of the last looks, the newest last; 0 is nothing. */
  const moving = new Map<Bound, number[]>();
  /** What was written down of them since the last look. */
  let toJudge: { readonly bound: Bound; readonly at: number; readonly firstSeen: number }[] = [];
  const violations: string[] = [];
  const examined = { standings: 0, 'objectives that stand broken': 0, reports: 0, 'reports while a page was open': 0 };
  const { skew = 0 } = leave;

  /** Whether a fault was at work that keeps the ledger or SNS from saying what is so. */
  const isExcused = (region: string, at: number): boolean => {
    for (let when = at - surelyKnown; when <= at; when += minute) {
      if ((leave.openBy?.(region, when) ?? 0) > 0) return true;
    }
    return false;
  };
  const isAsked = ({ expected }: Bound, at: number): boolean =>
    (expected === undefined || at - expected.from > surelyFound) && expected?.until() === undefined;

  /** The instants of the data that points hold there; also what was lost since: the reconciliation has an hour to see that. */
  const heldIn = (region: string, resource: string, at: number): number[] =>
    [...points.lives.values()]
      .filter((life) => life.region === region && life.resource === resource && life.usableFrom <= at)
      .map(({ dataInstant }) => dataInstant);
  /** The instants of the data that drills there have proven by now: the ledger says so before the drill is over and recorded. */
  const provenIn = (region: string, resource: string): readonly number[] => proven.get(`${region} ${resource}`) ?? [];

  const prove = (region: string, resource: string, instant: number) => {
    const key = `${region} ${resource}`;
    proven.set(key, [...(proven.get(key) ?? []), instant]);
  };
  const seeProof = (entry: TraceEntry) => {
    if (entry.kind !== 'call' || entry.operation !== 'PutItem' || !hadEffect(entry)) return;
    const { Item } = entry.input as { Item?: Record<string, { S?: string }> };
    if (Item?.sk?.S !== 'PROOF' || Item.resource?.S === undefined || Item.instant?.S === undefined) return;
    prove(entry.region, Item.resource.S, Date.parse(Item.instant.S));
  };

  const seeStanding = (region: string, at: number, { resources }: Standing) => {
    examined.standings += 1;
    for (const bound of bounds) {
      const { resource, objective, boundSeconds } = bound;
      if (bound.region !== region || !isAsked(bound, at)) continue;
      const name = `${objective} of ${resource} in ${region}`;
      const row = resources.find((one) => one.resource === resource);
      const said = row?.objectives.find((one) => one.objective === objective)?.is;
      if (said === undefined) violations.push(`${iso(at)} the report does not tell of ${name}`);
      if (row === undefined) continue;
      if (isMoving(bound)) {
        if (said === 'met') toJudge.push({ bound, at, firstSeen: Date.parse(row.firstSeenAt) });
        continue;
      }
      const instants = objective === 'proof' ? provenIn(region, resource) : heldIn(region, resource, at);
      const newest = Math.max(Date.parse(row.firstSeenAt), ...instants);
      if (newest + boundSeconds * 1000 + skew + minute >= at) continue;
      examined['objectives that stand broken'] += 1;
      if (said === 'met') violations.push(isBroken(bound, at));
    }
  };

  /**
   * What moves by itself is looked at each hour. It was no better when the report was written than at the looks before and after,
   * unless it was lost in between: then nobody knows of it for an hour.
   */
  const lookAtMoving = (account: SimulatedAccount) => {
    for (const bound of bounds) {
      if (!isMoving(bound)) continue;
      moving.set(bound, [...(moving.get(bound) ?? []).slice(-2), newestOf(account, bound) ?? 0]);
    }
    for (const { bound, at, firstSeen } of toJudge) {
      const newest = Math.max(firstSeen, ...(moving.get(bound) ?? []));
      if (newest + askedEvery + bound.boundSeconds * 1000 + skew + minute >= at) continue;
      examined['objectives that stand broken'] += 1;
      violations.push(isBroken(bound, at));
    }
    toJudge = [];
  };

  const seeReport = (region: string, at: number, says: string) => {
    examined.reports += 1;
    const mine = [...open.values()].filter(
      (page) =>
        page.region === region &&
        at - page.at > surelyKnown &&
        bounds.some((bound) => bound.resource === page.subject && isAsked(bound, at)),
    );
    if (mine.length === 0 || isExcused(region, at)) return;
    examined['reports while a page was open'] += 1;
    if (!/not recoverable as promised/.test(says))
      violations.push(`${iso(at)} the report in ${region} says "${says}", and ${mine.length} pages are open there`);
  };

  return {
    invariant,
    operations: ['Publish', 'PutItem', 'PutObject'],
    see: (entry: TraceEntry) => {
      points.see(entry);
      const page = pageOf(entry);
      if (page !== undefined) {
        const key = `${page.region} ${page.subject} ${page.kind}`;
        if (page.phase === 'resolved') open.delete(key);
        else if (!open.has(key)) open.set(key, page);
      }
      const drill = recordOf(entry);
      if (drill?.verdict === 'PASS' && drill.instant !== undefined) prove(drill.region, drill.resource, drill.instant);
      seeProof(entry);
      if (entry.kind !== 'call' || entry.operation !== 'PutObject' || !hadEffect(entry)) return;
      const { Key, Body } = entry.input as { Key: string; Body: string | Uint8Array };
      if (!/^evidence\/[^/]+\/(standing|report)\//.test(Key)) return;
      const { content } = JSON.parse(typeof Body === 'string' ? Body : Buffer.from(Body).toString('utf8')) as {
        content: Standing | { readonly what: 'report'; readonly says: string };
      };
      const at = Date.parse(entry.at);
      if (content.what === 'standing') seeStanding(entry.region, at, content);
      else seeReport(entry.region, at, content.says);
    },
    look: (account, now) => {
      points.look(account, now);
      lookAtMoving(account);
    },
    conclude: () => ({ invariant, examined, violations }),
  };
}

function isBroken({ objective, resource, region }: Bound, at: number): string {
  return `${iso(at)} the report says that ${objective} of ${resource} in ${region} is met, and it is broken`;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

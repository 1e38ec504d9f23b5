import type { SimulatedAccount } from '../world/account.ts';
import type { TraceEntry } from '../world/trace.ts';
import { type Breach, breachesOf, type PointLife } from './breaches.ts';
import type { Checker } from './checker.ts';
import { type Page, pageOf } from './page.ts';
import { recordOf } from './record.ts';

/** A page must be accepted this long after its deadline has passed, while no fault is at work. */
const openWithin = 125_000;
/** And a resolution this long after the objective holds again: the longest back-off of an open episode, and a minute. */
const resolveWithin = 20 * 60_000;

/** What the account's policy asks of one resource in one Region. */
export interface Bound {
  readonly resource: string;
  readonly region: string;
  readonly objective: 'rpo' | 'copy_rpo' | 'proof';
  readonly boundSeconds: number;
}

/**
 * Invariant 2, no missed breach and no false page: the breaches are computed from the recovery points as they truly
 * were, and from the drills that passed, then held against the pages that SNS accepted.
 */
export function noMissedBreach(bounds: readonly Bound[]): Checker {
  const lives = new Map<string, PointLife & { resource: string; region: string }>();
  const proofs: { resource: string; region: string; point: string | undefined; life: PointLife }[] = [];
  const firstSeen = new Map<string, number>();
  const damaged = new Set<string>();
  /** When the ledger first held a proof, by Region, resource and instant. It counts only if evidence bears it out. */
  const proofWritten = new Map<string, number>();
  const pages: Page[] = [];
  const violations: string[] = [];
  const drills = { judged: 0 };

  const see = (entry: TraceEntry) => {
    const page = pageOf(entry);
    if (page !== undefined) pages.push(page);
    if (entry.kind === 'world' && entry.what === 'damaged a copy')
      damaged.add((entry.detail as { point: string }).point);
    if (entry.kind !== 'call' || entry.error !== undefined) return;
    if (entry.operation === 'PutItem') {
      const item = (entry.input as { Item?: Record<string, { S?: string }> }).Item;
      if (item?.sk?.S === 'PROOF' && item.resource?.S !== undefined && item.instant?.S !== undefined) {
        const key = `${entry.region} ${item.resource.S} ${Date.parse(item.instant.S)}`;
        if (!proofWritten.has(key)) proofWritten.set(key, Date.parse(entry.at));
      }
      const resource = item?.pk?.S === 'ROSTER' ? item.sk?.S : undefined;
      if (resource !== undefined && item?.firstSeenAt?.S !== undefined) {
        const key = `${entry.region} ${resource}`;
        if (!firstSeen.has(key)) firstSeen.set(key, Date.parse(item.firstSeenAt.S));
      }
    }
    const record = recordOf(entry);
    if (record?.workflow === 'drill' && record.verdict !== undefined) {
      drills.judged += 1;
      if (record.verdict === 'PASS' && record.instant !== undefined) {
        const written = proofWritten.get(`${record.region} ${record.resource} ${record.instant}`);
        const usableFrom = written ?? Date.parse(entry.at) + entry.took;
        proofs.push({
          resource: record.resource,
          region: record.region,
          point: record.point,
          life: { dataInstant: record.instant, usableFrom, goneAt: undefined },
        });
      }
    }
  };

  const look = (account: SimulatedAccount, now: number) => {
    const present = new Set<string>();
    for (const region of account.regions) {
      for (const point of region.services.Backup.truth().points) {
        if (point.status !== 'COMPLETED' || point.completedAt === undefined) continue;
        const key = `${region.name} ${point.arn}`;
        present.add(key);
        lives.set(key, {
          resource: point.resourceArn,
          region: region.name,
          dataInstant: point.knownInstant,
          usableFrom: point.completedAt,
          goneAt: undefined,
        });
      }
    }
    for (const [key, life] of lives) {
      if (!present.has(key) && life.goneAt === undefined) lives.set(key, { ...life, goneAt: now });
    }
  };

  return {
    invariant: '2 no missed breach, no false page',
    see,
    look,
    conclude: (now) => {
      let breached = 0;
      for (const { resource, region, point, life } of proofs) {
        const truth = lives.get(`${region} ${point}`)?.dataInstant;
        const isAs = (instant: number) => new Date(instant).toISOString();
        if (truth !== undefined && truth !== life.dataInstant)
          violations.push(
            `a proof of ${resource} in ${region} claims data of ${isAs(life.dataInstant)}, and its point holds data of ${isAs(truth)}`,
          );
      }
      for (const { resource, region, objective, boundSeconds } of bounds) {
        const seen = firstSeen.get(`${region} ${resource}`);
        if (seen === undefined) {
          violations.push(`${resource} never came into the roster of ${region}`);
          continue;
        }
        const points =
          objective === 'proof'
            ? proofs.filter((proof) => proof.resource === resource && proof.region === region).map(({ life }) => life)
            : [...lives.values()].filter((life) => life.resource === resource && life.region === region);
        const breaches = breachesOf(points, boundSeconds * 1000, seen, now);
        breached += breaches.length;
        const told = pages.filter(
          (page) => page.subject === resource && page.region === region && page.kind === objective,
        );
        violations.push(...compare(`${objective} of ${resource} in ${region}`, breaches, told, now));
      }
      return {
        invariant: '2 no missed breach, no false page',
        examined: {
          objectives: bounds.length,
          'recovery points': lives.size,
          drills: drills.judged,
          breaches: breached,
          pages: pages.length,
          'damaged copies': damaged.size,
        },
        violations,
      };
    },
  };
}

function compare(name: string, breaches: readonly Breach[], told: readonly Page[], now: number): string[] {
  const found: string[] = [];
  const iso = (instant: number) => new Date(instant).toISOString();
  const opened = told.filter(({ phase }) => phase === 'opened');
  const used = new Set<Page>();
  for (const { deadline, endedAt } of breaches) {
    const page = opened.find((one) => !used.has(one) && one.at >= deadline && one.at <= deadline + openWithin);
    if (page === undefined) {
      // Data that came within the bound leaves nothing to page.
      const shortLived = endedAt !== undefined && endedAt <= deadline + openWithin;
      if (!shortLived && deadline + openWithin <= now)
        found.push(`${name}: broken at ${iso(deadline)}, and no page came in time`);
      continue;
    }
    used.add(page);
    const end = told.find((one) => one.phase === 'resolved' && one.openedAt === page.openedAt);
    if (end !== undefined && (endedAt === undefined || end.at < endedAt)) {
      const until = endedAt === undefined ? 'and it is still broken' : `before it was well at ${iso(endedAt)}`;
      found.push(`${name}: resolved at ${iso(end.at)}, ${until}`);
    } else if (endedAt !== undefined && (end?.at ?? now) > endedAt + resolveWithin) {
      found.push(`${name}: well again at ${iso(endedAt)}, and not resolved in time`);
    }
  }
  for (const page of opened) {
    if (!used.has(page)) found.push(`${name}: paged at ${iso(page.at)}, and nothing was broken`);
  }
  return found;
}

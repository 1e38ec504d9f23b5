import { hadEffect, type TraceEntry } from '../world/trace.ts';
import { type Breach, breachesOf, type PointLife } from './breaches.ts';
import type { Checker } from './checker.ts';
import {
  compareWithPages,
  episodesOf,
  type KnownBreach,
  type Leave,
  openWithin,
  resolveWithin,
  seenWithin,
} from './compare.ts';
import { countedData } from './counted.ts';
import { foldsIntoStorms } from './folds.ts';
import { livesOfPoints } from './lives.ts';
import { type Page, pageOf } from './page.ts';
import { breachesOfReadings, isMoving, type MovingBound, readingsOfMeans } from './readings.ts';
import { recordOf } from './record.ts';

type Objective = 'rpo' | 'copy_rpo' | 'proof' | MovingBound['objective'];

/** What the account's policy asks of one resource in one Region. */
export interface Bound {
  readonly resource: string;
  readonly region: string;
  readonly objective: Objective;
  readonly boundSeconds: number;
  /** How long it takes at the most until what meets it is done again: a backup, or a drill of one. */
  readonly everySeconds?: number;
  /** Since when and until when it was truly asked for, where that is not the whole run. Milliseconds since 1970. */
  readonly expected?: { readonly from: number; readonly until: () => number | undefined };
}

/** The reconciliation comes every hour, and takes a few minutes at most: so long may it not know of a change. */
const unknownFor = 65 * 60_000;

/** The kinds of page that this checker holds against the truth; what else may page is for the others. */
const objectives: ReadonlySet<string> = new Set<Objective>(['rpo', 'copy_rpo', 'pitr_rpo', 'replica_rpo', 'proof']);

/**
 * Invariant 2, no missed breach and no false page: the breaches are computed from the recovery points as they truly
 * were, from the drills that passed and from what windows and replicas held minute by minute, then held against the pages
 * that SNS accepted. When the product first saw a
 * resource, or saw that it was retired, is taken from its ledger, and must be within an hour of the truth.
 */
export function noMissedBreach(bounds: readonly Bound[], leave: Leave = {}): Checker {
  const points = livesOfPoints();
  const readings = readingsOfMeans();
  const { lives } = points;
  const proofs: { resource: string; region: string; point: string | undefined; life: PointLife }[] = [];
  const firstSeen = new Map<string, number>();
  const retired = new Map<string, number>();
  const damaged = new Set<string>();
  /** When the ledger first held a proof, by Region, resource and instant. It counts only if evidence bears it out. */
  const proofWritten = new Map<string, number>();
  const pages: Page[] = [];
  const folds = foldsIntoStorms();
  const violations: string[] = [];
  const drills = { judged: 0 };
  const { skew = 0, deafFrom = Number.POSITIVE_INFINITY, listedBy = (_region, since) => since } = leave;

  const regions = () => [...new Set(bounds.map(({ region }) => region))];
  const counted = countedData(lives, leave, regions);

  const see = (entry: TraceEntry) => {
    points.see(entry);
    folds.see(entry);
    counted.see(entry);
    const page = pageOf(entry);
    if (page !== undefined) pages.push(page);
    if (entry.kind === 'world' && entry.what === 'damaged a copy')
      damaged.add((entry.detail as { point: string }).point);
    if (entry.kind !== 'call' || !hadEffect(entry)) return;
    if (entry.operation === 'PutItem') {
      const item = (entry.input as { Item?: Record<string, { S?: string }> }).Item;
      if (item?.sk?.S === 'PROOF' && item.resource?.S !== undefined && item.instant?.S !== undefined) {
        const key = `${entry.region} ${item.resource.S} ${Date.parse(item.instant.S)}`;
        if (!proofWritten.has(key)) proofWritten.set(key, Date.parse(entry.at));
      }
      if (item?.pk?.S === 'RETIRED' && item.sk?.S !== undefined) {
        const key = `${entry.region} ${item.sk.S}`;
        if (!retired.has(key)) retired.set(key, Date.parse(entry.at));
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

  /** When the hourly reconciliation must have seen what happened at an instant. A copy Region hears from home, so a fault in either counts. */
  const seenBy = (instant: number): number => seenWithin(leave, regions(), instant, unknownFor);

  /** When the product saw what is asked for, and that it is no longer; and what is wrong with either. */
  const seenOf = ({ resource, region, expected }: Bound, now: number) => {
    const key = `${region} ${resource}`;
    const seen = firstSeen.get(key);
    if (seen === undefined) {
      const isDue = expected === undefined || seenBy(expected.from) < Math.min(now, deafFrom);
      return { problems: isDue ? [`${resource} never came into the roster of ${region}`] : [] };
    }
    const problems: string[] = [];
    if (expected !== undefined && (seen < expected.from - skew || seen > seenBy(expected.from) + skew)) {
      problems.push(
        `${resource} was there at ${iso(expected.from)}, and ${region} says it was first seen at ${iso(seen)}`,
      );
    }
    const until = expected?.until();
    const gone = until === undefined ? undefined : retired.get(key);
    const goneBy = until === undefined ? now : seenBy(until);
    if (until !== undefined && gone === undefined && goneBy < Math.min(now, deafFrom))
      problems.push(`${resource} was retired at ${iso(until)}, and ${region} never knew`);
    return { seen, gone: gone ?? (goneBy < deafFrom ? until : undefined), problems };
  };

  /** A loss becomes known when the reconciliation next asks; until then the newer data counts. */
  const knownBy = ({ deadline }: Breach, of: readonly PointLife[], boundMilliseconds: number): number => {
    const losses = of.flatMap(({ dataInstant, goneAt, usableFrom }) =>
      goneAt !== undefined && usableFrom < goneAt && goneAt <= deadline && dataInstant + boundMilliseconds > deadline
        ? [seenBy(goneAt)]
        : [],
    );
    return Math.max(0, ...losses);
  };

  const ofPoints = ({ resource, region, objective, boundSeconds }: Bound, seen: number, end: number): KnownBreach[] => {
    const counted: readonly PointLife[] =
      objective === 'proof'
        ? proofs.filter((proof) => proof.resource === resource && proof.region === region).map(({ life }) => life)
        : [...lives.of(region, resource)];
    return breachesOf(counted, boundSeconds * 1000, seen, end).map((breach) => ({
      ...breach,
      knownBy: knownBy(breach, counted, boundSeconds * 1000),
      ...(objective !== 'proof' && breach.endedAt !== undefined && listedLate(region, breach.endedAt)),
    }));
  };

  /** Data that ends a breach is known when a list names it. */
  const listedLate = (region: string, endedAt: number): Pick<KnownBreach, 'endKnownBy'> => {
    const listed = listedBy(region, endedAt);
    return listed === endedAt ? {} : { endKnownBy: listed + resolveWithin };
  };

  /** What would be broken if clocks were wrong as they may be, and if data counted only once lists name it. */
  const almostBroken = (bound: Bound, seen: number, end: number): readonly Breach[] => {
    const { resource, region, objective, boundSeconds } = bound;
    const shorter = boundSeconds * 1000 - skew;
    if (leave.listedBy === undefined || objective === 'proof')
      return skew === 0 ? [] : ofPoints({ ...bound, boundSeconds: shorter / 1000 }, seen, end);
    const listed = [...lives.of(region, resource)].map((life) => ({
      ...life,
      usableFrom: listedBy(region, life.usableFrom),
    }));
    return breachesOf(listed, shorter, seen, end);
  };

  /** The same of what moves by itself. */
  const almostStill = (bound: MovingBound, seen: number, end: number): readonly Breach[] =>
    skew === 0 ? [] : ofReadings({ ...bound, boundSeconds: bound.boundSeconds - skew / 1000 }, seen, end);

  /**
   * Whoever asks again after a loss goes by a clock. A bound may be shorter than the hour in which the reconciliation puts a new
   * resource's objectives there.
   */
  const ofReadings = (bound: MovingBound, seen: number, end: number): KnownBreach[] =>
    breachesOfReadings(readings.of(bound), bound.boundSeconds * 1000, seen, end).map((breach) => {
      const asked = seenBy(seen);
      const first = breach.deadline < asked ? asked + openWithin : 0;
      return { ...breach, knownBy: Math.max(breach.knownBy + skew, first) };
    });

  return {
    invariant: '2 no missed breach, no false page',
    operations: ['Publish', 'PutItem', 'DeleteItem', 'PutObject', 'ListRecoveryPointsByBackupVault'],
    see,
    look: (account, now) => {
      points.look(account, now);
      counted.look(now);
    },
    read: (account, now) => readings.read(account, bounds.filter(isMoving), now),
    conclude: (now) => {
      let breached = 0;
      let met = 0;
      const each = new Map<string, number>();
      const judged = new Set<Page>();
      violations.push(...counted.violations);
      for (const { resource, region, point, life } of proofs) {
        const truth = (point === undefined ? undefined : lives.get(region, point))?.dataInstant;
        if (truth !== undefined && truth !== life.dataInstant)
          violations.push(
            `a proof of ${resource} in ${region} claims data of ${iso(life.dataInstant)}, and its point holds data of ${iso(truth)}`,
          );
      }
      for (const bound of bounds) {
        const { resource, region, objective } = bound;
        const { seen, gone, problems } = seenOf(bound, Math.min(now, leave.goneFrom?.(region) ?? now));
        violations.push(...problems);
        if (seen === undefined) continue;
        const goneFrom = leave.goneFrom?.(region) ?? now;
        const isDue = gone === undefined && bound.expected?.until() === undefined && seenBy(seen) < goneFrom;
        if (!isMoving(bound) && isDue && counted.isForgotten(bound))
          violations.push(`${objective} of ${resource} in ${region}: nobody watches it`);
        // A page may come before its deadline by as much as the clocks are wrong, and before anybody knew of the retirement.
        const end = Math.min(now, gone === undefined ? now : gone + skew, goneFrom);
        const found = isMoving(bound) ? ofReadings(bound, seen, end) : ofPoints(bound, seen, end);
        const breaches = found.map((breach) =>
          breach.endedAt === undefined && gone !== undefined
            ? { ...breach, endedAt: gone, endKnownBy: seenBy(gone) }
            : breach,
        );
        breached += breaches.length;
        const counts = `breaches of ${objective}${objective === 'pitr_rpo' ? (region === home(resource) ? ' at home' : ' of copies') : ''}`;
        each.set(counts, (each.get(counts) ?? 0) + breaches.length);
        const about = { region, resource, kind: objective };
        met += breaches.filter(({ deadline }) => (leave.openBy?.(region, deadline, about) ?? 0) > 0).length;
        const told = pages.filter(
          (page) => page.subject === resource && page.region === region && page.kind === objective,
        );
        for (const page of told) judged.add(page);
        const episodes = [...episodesOf(told), ...folds.of(bound, pages)].sort(
          (one, other) => one.openedAt - other.openedAt,
        );
        const almost = isMoving(bound) ? almostStill(bound, seen, end) : almostBroken(bound, seen, end);
        violations.push(...compareWithPages(about, breaches, episodes, end, leave, almost));
      }
      for (const page of pages) {
        if (objectives.has(page.kind) && page.phase === 'opened' && !judged.has(page))
          violations.push(`${page.kind} of ${page.subject} in ${page.region}: paged, and nobody asked for it`);
      }
      return {
        invariant: '2 no missed breach, no false page',
        examined: {
          objectives: bounds.length,
          'recovery points': lives.size,
          drills: drills.judged,
          breaches: breached,
          ...Object.fromEntries(each),
          ...(readings.count > 0 && { 'readings of windows and replicas': readings.count }),
          ...(leave.openBy !== undefined && { 'breaches while the fault was at work': met }),
          pages: pages.length,
          'damaged copies': damaged.size,
        },
        violations,
      };
    },
  };
}

/** The Region that a resource is in. */
function home(resource: string): string {
  return resource.split(':')[3] ?? '';
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

import type { SimulatedAccount } from '../world/account.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';
import { damageOfPoints } from './damage.ts';
import { livesOfPoints } from './lives.ts';
import { type Page, pageOf } from './page.ts';
import { type AttemptRecord, recordOf } from './record.ts';

/** What never reached whom it was for: in a world without faults it means that something is broken. */
const givenUp = new Set([
  'An event for a function was given up',
  'A delivery was given up',
  'An alarm could not tell its topic',
  'A message was not delivered',
]);

/** From a drill's record to its page, at most: SNS or the ledger may refuse for an hour. */
const longestUntold = 2 * 60 * 60_000;

/** Whether a fleet dealt with nobody, though some tier of it must have somebody: `protect of gold, silver: candidates 0`. */
function foundNobody(words: string, mayBeEmpty: ReadonlySet<string>): boolean {
  const [, tiers = ''] = / of (.*?): candidates 0\b/.exec(words) ?? [];
  return tiers !== '' && !tiers.split(', ').every((tier) => mayBeEmpty.has(tier));
}

/** The reconciliation comes every hour, and takes a few minutes. */
const reconciledWithin = 65 * 60_000;

/** The pages that tell of many drills: of those that fail together, and of what the pipeline itself has lost. */
const ofManyDrills = /^storm:(drill\/|(vault|role|key)$)/;

/** From the choice of a point to the record that says there was none, at most. */
const longestChoice = 10 * 60_000;

/**
 * Invariant 6, never silently green: a drill that passed ran at least one check on data, and the copy it drilled was
 * not damaged; a drill of a damaged copy is paged, and no drill that passed is; a fleet that succeeded dealt with somebody;
 * nothing that was to be delivered is lost without a trace.
 */
export function neverSilentlyGreen(leave: Leave = {}, mayBeEmpty: ReadonlySet<string> = new Set()): Checker {
  const damage = damageOfPoints();
  let truth: SimulatedAccount | undefined;
  const violations: string[] = [];
  const examined = { drills: 0, 'drills of damaged copies': 0, fleets: 0 };
  const failed = new Map<string, number>();
  const pages: Page[] = [];
  /** Of drills, also those that ended well again. */
  const told: Page[] = [];
  const notPassed: (AttemptRecord & { readonly at: number })[] = [];
  const passed: (AttemptRecord & { readonly at: number })[] = [];
  const points = livesOfPoints();
  /** When somebody retired a resource: whether its drills are told of from then on is nobody's trouble. */
  const retired = new Map<string, number>();
  const isRetired = (resource: string, at: number): boolean =>
    at >= (retired.get(resource) ?? Number.POSITIVE_INFINITY);

  /** A drill that found nothing to restore did not pass, and truly there was nothing when it ended; its record may come later. */
  const hadNothing = ({ point, region, resource, checks, endedAt: at }: AttemptRecord): boolean =>
    point === undefined &&
    checks.length === 0 &&
    ![...points.lives.values()].some(
      (life) =>
        life.region === region &&
        life.resource === resource &&
        (leave.listedBy?.(region, life.usableFrom) ?? life.usableFrom) < at - longestChoice &&
        (life.goneAt ?? Number.POSITIVE_INFINITY) > at,
    );

  /**
   * Whether a drill read a damaged copy. One that was restored before the damage came was sound; what a restore or a copy
   * has read that was going on just then nobody can tell. One that came to no restore and no check has read none.
   */
  const drilled = ({ point, region, checks }: AttemptRecord, at: number): 'damaged' | 'sound' | 'nobody knows' => {
    const damagedAt = point === undefined ? undefined : damage.of(point, truth);
    if (damagedAt === undefined) return 'sound';
    if (damagedAt === 'nobody knows') return damagedAt;
    const jobs = truth?.regions.find(({ name }) => name === region)?.services.Backup.truth().restoreJobs ?? [];
    const last = jobs.findLast(({ pointArn, createdAt }) => pointArn === point && createdAt <= at);
    if (last === undefined && checks.length === 0) return 'nobody knows';
    if (last?.completedAt !== undefined && last.completedAt < damagedAt) return 'sound';
    return last?.readFrom !== undefined && last.readFrom < damagedAt ? 'nobody knows' : 'damaged';
  };

  const mayEndSo = (record: AttemptRecord, at: number): boolean =>
    record.outcome === 'ABORTED' || hadNothing(record) || leave.mayFail?.(record, at, record.openedAt) === true;

  const mayBeGivenUp = (detail: unknown, at: number): boolean => {
    const { region = '', function: name } = (detail ?? {}) as { readonly region?: string; readonly function?: string };
    return leave.mayGiveUp?.({ region, name }, at) === true;
  };

  return {
    invariant: '6 never silently green',
    operations: ['Publish', 'PutObject'],
    see: (entry) => {
      points.see(entry);
      damage.see(entry);
      if (entry.kind === 'world' && givenUp.has(entry.what) && !mayBeGivenUp(entry.detail, Date.parse(entry.at))) {
        violations.push(`${entry.at} ${entry.what}: ${JSON.stringify(entry.detail).slice(0, 300)}`);
      }
      if (entry.kind === 'world' && entry.what === 'retired') {
        retired.set((entry.detail as { resource: string }).resource, Date.parse(entry.at));
      }
      const page = pageOf(entry);
      if (page !== undefined && (page.kind === 'drill' || ofManyDrills.test(page.kind))) told.push(page);
      if (page?.phase === 'opened' && (page.kind === 'drill' || page.kind.startsWith('storm:'))) pages.push(page);
      const record = recordOf(entry);
      if (record?.workflow === 'drill') {
        examined.drills += 1;
        if (record.verdict === 'PASS') passed.push({ ...record, at: Date.parse(entry.at) });
        const isOurs = !isRetired(record.resource, Date.parse(entry.at));
        if (record.verdict !== 'PASS') notPassed.push({ ...record, at: Date.parse(entry.at) });
        const of = `${record.execution} (${record.verdict})`;
        const copy = drilled(record, Date.parse(entry.at));
        const isDamaged = copy === 'damaged';
        if (isDamaged) {
          examined['drills of damaged copies'] += 1;
          if (isOurs) failed.set(`${record.region} ${record.resource}`, Date.parse(entry.at));
        }
        if (record.verdict === 'PASS') {
          if (isDamaged) violations.push(`${of} passed on a damaged copy`);
          if (!record.checks.some(({ verdict }) => verdict === 'PASS'))
            violations.push(`${of} passed without a check that passed`);
          if (record.checks.some(({ verdict }) => verdict === 'FAIL' || verdict === 'SUSPECT'))
            violations.push(`${of} passed with a check that did not`);
        } else if (copy === 'sound' && !mayEndSo(record, Date.parse(entry.at))) {
          violations.push(`${of} did not pass, and its copy is sound: ${record.because.join('; ')}`);
        }
      }
      if (record?.workflow === 'fleet') {
        examined.fleets += 1;
        if (
          record.outcome === 'SUCCEEDED' &&
          record.verdict === 'DONE' &&
          record.because.some((words) => foundNobody(words, mayBeEmpty))
        ) {
          violations.push(`${record.execution} succeeded and found nobody`);
        }
      }
    },
    look: (account, now) => {
      truth = account;
      points.look(account, now);
    },
    conclude: (now) => {
      for (const [key, at] of failed) {
        const isPaged = pages.some(({ region, subject, kind }) => kind === 'drill' && `${region} ${subject}` === key);
        if (!isPaged && now - at > 600_000) violations.push(`${key}: a drill of a damaged copy was not paged`);
      }
      for (const { at, region, resource, execution, verdict } of notPassed) {
        const excused = leave.openBy?.(region, at, { resource, kind: 'drill' }) ?? 0;
        // What a fault kept from being concluded the reconciliation finds within the hour after it.
        const by = Math.max(at + 600_000, excused === 0 ? 0 : excused + reconciledWithin) + (leave.slow ?? 0);
        // Nobody is told any more of what was retired before somebody had to be.
        if (isRetired(resource, by)) continue;
        if (by > now || passed.some((one) => one.resource === resource && one.region === region && near(one.at, at)))
          continue;
        const mine = told.filter(
          (page) => page.region === region && (page.subject === resource || ofManyDrills.test(page.kind)),
        );
        const isTold = mine.some(
          (page) =>
            page.phase === 'opened' &&
            page.at <= by &&
            !mine.some(
              (end) =>
                end.phase === 'resolved' &&
                end.openedAt === page.openedAt &&
                end.kind === page.kind &&
                end.at < at - 600_000,
            ),
        );
        if (!isTold) violations.push(`${execution} (${verdict}) did not pass at ${iso(at)}, and nobody was paged`);
      }
      for (const { at, region, subject, kind, openedAt } of pages) {
        if (kind !== 'drill' && !kind.startsWith('storm:drill/')) continue;
        const isTrue = notPassed.some(
          (drill) =>
            drill.region === region &&
            (drill.resource === subject || subject === 'pipeline') &&
            drill.at <= at &&
            // One that was told with others is told by itself when theirs ends, and says since when.
            (at - drill.at <= longestUntold || Math.abs(Date.parse(openedAt) - drill.at) <= 600_000),
        );
        if (!isTrue)
          violations.push(`${kind} of ${subject} in ${region}: paged at ${iso(at)}, and no drill had failed`);
      }
      return { invariant: '6 never silently green', examined, violations };
    },
  };
}

/** A newer run that went well may have come before the record of an older one. */
function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= 3_600_000;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

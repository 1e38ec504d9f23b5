import type { SimulatedAccount } from '../world/account.ts';
import { hadEffect } from '../world/trace.ts';
import { alarmGivenUp } from './alarm-message.ts';
import type { Checker } from './checker.ts';
import { type Leave, resolveWithin } from './compare.ts';
import { damageOfPoints } from './damage.ts';
import type { Bound } from './no-missed-breach.ts';
import { type Page, pageOf } from './page.ts';
import { recordOf } from './record.ts';
import { scratchIn } from './scratch.ts';

/** Pages of what a drill finds or leaves: the next one that is well ends them. */
const ofDrills = /^(proof|drill|tear-down|rto)$/;

/**
 * Invariant 8, it gets well: at the end of a run whose faults stopped long before, every objective holds, and not by what it had
 * before: there is data that was backed up after the faults, and a drill that began after them and passed. No page is open, no
 * scratch is there, and no attempt of the ledger is open that is older than the longest run. An objective whose backups or drills
 * are rarer than the time after the faults is long proves nothing, nor do its pages. Where home is gone for good data grows old, and
 * drills of what is left of it go on.
 *
 * @param over from when on nothing goes wrong any more, milliseconds since 1970
 * @param longestRun how long a run may take that met the faults, milliseconds
 */
export function getsWell(
  bounds: readonly Bound[],
  over: number,
  longestRun: number,
  { goneFrom, deafFrom }: Pick<Leave, 'goneFrom' | 'deafFrom'> = {},
): Checker {
  const invariant = '8 it gets well';
  const open = new Map<string, Page>();
  const ended = new Set<string>();
  const proven = new Map<string, { readonly instant: number; readonly at: number }>();
  const attempts = new Map<string, { readonly region: string; readonly at: number }>();
  const scratchSince = new Map<string, number>();
  const damage = damageOfPoints();
  let last: SimulatedAccount | undefined;

  /** Nothing arrives from home any more: data grows old, whatever is done with it. */
  const isDeaf = deafFrom !== undefined;
  const isGone = (region: string) => goneFrom?.(region) !== undefined;

  const pointsOf = (resource: string, region: string) =>
    (last?.regions.find(({ name }) => name === region)?.services.Backup.truth().points ?? []).filter(
      (point) => point.resourceArn === resource && point.status === 'COMPLETED',
    );

  /** The newest data that counts for an objective, and when the newest of what it is from began: a backup, or a drill. */
  const newestOf = ({ resource, region, objective }: Bound) => {
    if (objective === 'proof') return proven.get(`${region} ${resource}`);
    const points = pointsOf(resource, region);
    if (points.length === 0) return undefined;
    const newest = (instants: readonly number[]) => Math.max(...instants);
    return {
      instant: newest(points.map(({ knownInstant }) => knownInstant)),
      at: newest(points.map(({ createdAt }) => createdAt)),
    };
  };

  /** Whether there was time enough, and whether anybody can be blamed. */
  const isDue = ({ resource, region, objective, everySeconds, expected }: Bound, now: number): boolean => {
    if (expected?.until() !== undefined || isGone(region)) return false;
    // Windows and replicas are read each minute by who looks for breaches.
    if (objective === 'pitr_rpo' || objective === 'replica_rpo') return false;
    // Of what somebody deleted or damaged there comes no more to drill.
    const isLeft = pointsOf(resource, region).some(({ arn }) => damage.of(arn, last) === undefined);
    if (isDeaf && (objective !== 'proof' || !isLeft)) return false;
    if (everySeconds === undefined) return true;
    return now >= Math.max(over, expected?.from ?? 0) + everySeconds * 1000 + longestRun;
  };

  /** What a page waits for has to be due; one about the pipeline waits for nothing. */
  const mustBeOver = ({ subject, region, kind }: Page, now: number): boolean => {
    if (isGone(region)) return false;
    const mine = bounds.filter((bound) => bound.resource === subject && bound.region === region);
    const waited = mine.filter(({ objective }) => (ofDrills.test(kind) ? objective === 'proof' : objective === kind));
    if (isDeaf && (kind === 'proof' || !ofDrills.test(kind))) return false;
    if (!waited.every((bound) => isDue(bound, now))) return false;
    // What is well again since a moment is told within minutes: the run ends before.
    const isJustWell = pointsOf(subject, region).some(({ completedAt = 0 }) => completedAt > now - resolveWithin);
    return !(isJustWell && (kind === 'rpo' || kind === 'copy_rpo'));
  };

  return {
    invariant,
    operations: ['Publish', 'PutObject', 'PutItem', 'DeleteItem'],
    see: (entry) => {
      damage.see(entry);
      // That it is over nobody was told, since no topic took the message: whether that may be others ask.
      const givenUp = alarmGivenUp(entry);
      if (givenUp?.phase === 'resolved') open.delete(`${givenUp.kind} of pipeline in ${givenUp.region}`);
      const page = pageOf(entry);
      if (page !== undefined) {
        const key = `${page.kind} of ${page.subject} in ${page.region}`;
        const episode = `${key} ${page.openedAt}`;
        if (page.phase === 'resolved') {
          open.delete(key);
          ended.add(episode);
        } else if (!(page.unheard && ended.has(episode))) {
          // One that was long on its way, and that nobody heard of, may come after the end of its episode.
          open.set(key, page);
        }
      }
      const record = recordOf(entry);
      if (record?.workflow === 'drill' && record.verdict === 'PASS' && record.instant !== undefined) {
        const key = `${record.region} ${record.resource}`;
        const instant = Math.max(record.instant, proven.get(key)?.instant ?? 0);
        proven.set(key, { instant, at: record.openedAt });
      }
      if (entry.kind !== 'call' || !hadEffect(entry)) return;
      const { region } = entry;
      const { Item, Key } = entry.input as { Item?: Attributes; Key?: Attributes };
      if (Item?.pk?.S === 'ATTEMPTS') attempts.set(`${region} ${Item.sk?.S}`, { region, at: Date.parse(entry.at) });
      if (Key?.pk?.S === 'ATTEMPTS') attempts.delete(`${region} ${Key.sk?.S}`);
    },
    look: (account, now) => {
      last = account;
      const there = new Set(scratchIn(account));
      for (const one of scratchSince.keys()) if (!there.has(one)) scratchSince.delete(one);
      for (const one of there) if (!scratchSince.has(one)) scratchSince.set(one, now);
    },
    conclude: (now) => {
      const violations: string[] = [];
      for (const [key, page] of open)
        if (mustBeOver(page, now)) violations.push(`${key}: paged at ${iso(page.at)}, and still open`);
      const due = bounds.filter((bound) => isDue(bound, now));
      for (const bound of due) {
        const newest = newestOf(bound);
        const name = `${bound.objective} of ${bound.resource} in ${bound.region}`;
        if (newest === undefined || (now - newest.instant > bound.boundSeconds * 1000 && !isDeaf))
          violations.push(`${name} does not hold at the end`);
        else if (newest.at < over)
          violations.push(
            `${name} holds at the end by what it had before: nothing came of it since ${iso(newest.at)}, and nothing went wrong since ${iso(over)}`,
          );
      }
      for (const [one, at] of scratchSince) {
        const [region = ''] = one.split(' ');
        if (now - at > longestRun && !isGone(region)) violations.push(`${one} is in scratch since ${iso(at)}`);
      }
      for (const [key, { region, at }] of attempts) {
        if (now - at > longestRun && !isGone(region)) violations.push(`${key} is an open attempt since ${iso(at)}`);
      }
      return {
        invariant,
        examined: { 'objectives at the end': due.length, 'attempts open': attempts.size },
        violations,
      };
    },
  };
}

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

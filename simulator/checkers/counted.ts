import { type CallEntry, hadEffect, type TraceEntry } from '../world/trace.ts';
import { type Leave, seenWithin } from './compare.ts';
import type { Life, Lives } from './lives.ts';
import { recordOf } from './record.ts';

/** What the ledger counts for one objective of one resource in one Region. Instants in milliseconds since 1970. */
interface Count {
  readonly region: string;
  readonly resource: string;
  readonly objective: string;
  readonly instant: number;
  /** Since when. */
  readonly since: number;
  /** Whether nobody answers about it: then it stays as it was. */
  readonly unanswered: boolean;
}

/** A list of recovery points may be so old when what it said is written: a call may be slow. */
const unlistedFor = 30 * 60_000;
/** Lifeboat's own vault; one of somebody else may be closed to it, and then counts as empty. */
const ownVault = 'lifeboat';

/**
 * Holds what the ledger counts against what is there, long before any bound passes: data that counts was there; data that
 * is there counts on, since half a list is not the answer that there is none; what was lost counts no longer than until the
 * reconciliation must have seen it; a proof counts only if some drill claimed it that passed, or that may have; and a
 * deadline is one bound after what it counts from, never after when somebody looked.
 */
export function countedData(lives: Lives, leave: Leave, regions: () => readonly string[]) {
  const counts = new Map<string, Count>();
  /** The Regions in whose ledger anything counts. */
  const counting = new Set<string>();
  const fresh: Count[] = [];
  const proofs = new Set<string>();
  /** When a vault of somebody else was last closed to whoever asked, by Region. */
  const closed = new Map<string, number>();
  const told = new Set<string>();
  const violations: string[] = [];

  const say = (key: string, words: string) => {
    if (told.has(key)) return;
    told.add(key);
    violations.push(words);
  };
  const nameOf = ({ objective, resource, region }: Count) => `${objective} of ${resource} in ${region}`;
  const livesFor = ({ region, resource }: Count) => [...lives.of(region, resource)];

  const seeDeadline = (entry: CallEntry, item: Item) => {
    const { pk, sk, objective, resource, instant, cannotTellSince } = item;
    if (sk?.S?.startsWith('DEADLINE#') !== true || !judged.has(objective?.S ?? '')) return;
    const key = `${entry.region} ${pk?.S} ${sk.S}`;
    const before = counts.get(key);
    const now = Date.parse(instant?.S ?? nothing);
    const at = Date.parse(entry.at) + entry.took;
    const isChanged = now !== (before?.instant ?? 0);
    const count: Count = {
      region: entry.region,
      resource: resource?.S ?? '',
      objective: objective?.S ?? '',
      instant: now,
      since: isChanged || before === undefined ? at : before.since,
      unanswered: cannotTellSince !== undefined,
    };
    counts.set(key, count);
    counting.add(entry.region);
    const { deadline, firstSeenAt, boundSeconds } = item;
    if (deadline?.S !== undefined) {
      const from = Math.max(now, Date.parse(firstSeenAt?.S ?? nothing));
      if (Date.parse(deadline.S) !== from + Number(boundSeconds?.N) * 1000)
        say(`${key} deadline`, `${nameOf(count)}: its deadline is ${deadline.S}, and it counts from ${iso(from)}`);
    }
    if (!isChanged) return;
    if (now > 0) fresh.push(count);
    if (before === undefined || now > before.instant || count.objective === 'proof') return;
    if (at - (closed.get(entry.region) ?? Number.NEGATIVE_INFINITY) < unlistedFor) return;
    // What is there and not listed yet may be missed.
    const isThere = ({ dataInstant, usableFrom, goneAt }: Life) =>
      dataInstant >= before.instant &&
      (leave.listedBy?.(entry.region, usableFrom) ?? usableFrom) <= at - (leave.skew ?? 0) &&
      goneAt === undefined;
    if (livesFor(count).some(isThere))
      say(key, `${nameOf(count)}: at ${iso(at)} data of ${iso(before.instant)} counts no more, and it is there`);
  };

  return {
    violations,
    /** Whether an objective has no deadline in a ledger that has others, so that nobody looks at it. */
    isForgotten: ({ region, resource, objective }: Pick<Count, 'region' | 'resource' | 'objective'>): boolean =>
      counting.has(region) && !counts.has(`${region} RESOURCE#${resource} DEADLINE#${objective}`),
    see: (entry: TraceEntry): void => {
      if (entry.kind !== 'call') return;
      if (entry.operation === 'ListRecoveryPointsByBackupVault' && entry.error !== undefined) {
        const { BackupVaultName: vault } = entry.input as { BackupVaultName?: string };
        if (vault !== ownVault) closed.set(entry.region, Date.parse(entry.at) + entry.took);
      }
      if (!hadEffect(entry)) return;
      const { Item: item, Key: key } = entry.input as { Item?: Item; Key?: Item };
      if (entry.operation === 'DeleteItem') counts.delete(`${entry.region} ${key?.pk?.S} ${key?.sk?.S}`);
      if (entry.operation === 'PutItem' && item !== undefined) {
        if (item.sk?.S === 'PROOF')
          proofs.add(`${entry.region} ${item.resource?.S} ${Date.parse(item.instant?.S ?? nothing)}`);
        seeDeadline(entry, item);
      }
      const record = recordOf(entry);
      if (record?.workflow === 'drill' && record.verdict === 'PASS')
        proofs.add(`${record.region} ${record.resource} ${record.instant}`);
    },
    /** After the lives are known up to now. */
    look: (now: number): void => {
      for (const count of fresh.splice(0)) {
        const { region, resource, objective, instant, since } = count;
        const was =
          objective === 'proof'
            ? proofs.has(`${region} ${resource} ${instant}`)
            : livesFor(count).some(({ dataInstant, usableFrom }) => dataInstant === instant && usableFrom <= since);
        const what = objective === 'proof' ? 'and no drill has proven it' : 'and there was no such point';
        if (!was)
          say(`${nameOf(count)} was`, `${nameOf(count)}: at ${iso(since)} data of ${iso(instant)} counts, ${what}`);
      }
      for (const [key, count] of counts) {
        const { region, objective, instant, since, unanswered } = count;
        if (objective === 'proof' || instant === 0 || unanswered || now <= since + unknownFor) continue;
        const mine = livesFor(count).filter(({ dataInstant }) => dataInstant >= instant);
        if (mine.length === 0 || mine.some(({ goneAt }) => goneAt === undefined)) continue;
        const gone = Math.max(...mine.map(({ goneAt = 0 }) => goneAt));
        const end = Math.min(now, leave.goneFrom?.(region) ?? now);
        if (end > seenWithin(leave, regions(), Math.max(gone, since), unknownFor))
          say(
            key,
            `${nameOf(count)}: at ${iso(now)} data of ${iso(instant)} counts, and it is gone since ${iso(gone)}`,
          );
      }
    },
  };
}

type Text = 'pk' | 'sk' | 'objective' | 'resource' | 'instant' | 'firstSeenAt' | 'deadline' | 'cannotTellSince';
type Item = Readonly<Partial<Record<Text, { S?: string }> & { boundSeconds: { N?: string } }>>;

/** The objectives that count recovery points and proofs: the others move by themselves, and are read minute by minute. */
const judged: ReadonlySet<string> = new Set(['rpo', 'copy_rpo', 'proof']);
const nothing = '1970-01-01T00:00:00.000Z';
/** The reconciliation comes every hour, and takes a few minutes at most. */
const unknownFor = 65 * 60_000;

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

import { inPercent } from '../policy/percent.ts';
import type { FileChecks } from '../policy/policy.ts';
import type { BucketDigests, FileAnswer } from '../probes/contract.ts';
import { type CheckResult, noLastPass } from './compare.ts';

/** What is known of the last PASS: its answer, and how much had changed by then since the PASS before it. */
export interface Earlier {
  readonly answer: FileAnswer;
  /** Between the data instants of the last PASS and of this point. */
  readonly seconds: number;
  readonly usual: Change | undefined;
}

/** Which share of the files changed in how many seconds. */
export interface Change {
  readonly share: number;
  readonly seconds: number;
}

/** Below this a share says little: one file of three is a third. */
const fewestFiles = 20;

/** What two drills' digests say about each other. */
export interface Compared {
  /** Buckets that hold files in one of the drills, among those that both read. */
  readonly buckets: number;
  /** Buckets in which a file was written to, came or went. */
  readonly changed: number;
  /** Buckets and sampled files or directories that nobody wrote to, and that hold something else. */
  readonly damagedBuckets: number;
  readonly damagedEntries: number;
  /** Sampled files that both drills met, and those of them that were written to in between. */
  readonly known: number;
  readonly written: number;
}

/**
 * Compares what nobody wrote to. A file that is written to gets a new modification time, and so its bucket a new
 * identity; that says nothing. Where identity is the same and content is not, bytes changed by themselves: in this copy,
 * or in the one before it.
 */
export function compareDigests(now: BucketDigests, before: BucketDigests): Compared {
  const readable = Math.min(now.bucketsRead, before.bucketsRead);
  const known = new Map(before.buckets.map(([bucket, ...digests]) => [bucket, digests]));
  const seen = new Set([...known.keys(), ...now.buckets.map(([bucket]) => bucket)]);
  const here = new Map(now.buckets.map(([bucket, ...digests]) => [bucket, digests]));
  let [buckets, changed, damagedBuckets] = [0, 0, 0];
  for (const bucket of seen) {
    if (Number.parseInt(bucket, 16) >= readable) continue;
    const [identity, content] = here.get(bucket) ?? [];
    const [identityThen, contentThen] = known.get(bucket) ?? [];
    buckets += 1;
    if (identity !== identityThen) changed += 1;
    else if (content !== contentThen) damagedBuckets += 1;
  }
  const files = compareSamples(now.sample, before.sample);
  const directories = compareSamples(now.directories ?? [], before.directories ?? []);
  return {
    buckets,
    changed,
    damagedBuckets,
    damagedEntries: files.damaged + directories.damaged,
    known: files.known,
    written: files.written,
  };
}

function compareSamples(now: BucketDigests['sample'], before: BucketDigests['sample']) {
  const then = new Map(before.map(([path, ...digests]) => [path, digests]));
  let [known, written, damaged] = [0, 0, 0];
  for (const [path, identity, content] of now) {
    const [identityThen, contentThen] = then.get(path) ?? [];
    if (identityThen === undefined) continue;
    known += 1;
    if (identity !== identityThen) written += 1;
    else if (content !== contentThen) damaged += 1;
  }
  return { known, written, damaged };
}

export function judgeDamage(now: BucketDigests | undefined, before: BucketDigests | undefined): CheckResult {
  const name = 'files that nobody wrote to';
  if (now === undefined || before === undefined) {
    return { name, verdict: 'NOT_TESTED', because: before === undefined ? noLastPass : 'no digests were taken' };
  }
  const { buckets, changed, damagedBuckets, damagedEntries } = compareDigests(now, before);
  const share = `${changed} of ${buckets} buckets changed since the last PASS`;
  if (damagedBuckets > 0 || damagedEntries > 0) {
    const found = `${damagedBuckets} buckets and ${damagedEntries} sampled files or directories hold something else than at the last PASS`;
    return { name, verdict: 'FAIL', because: `${found}, with the same modification times; ${share}` };
  }
  if (changed === buckets) return { name, verdict: 'NOT_TESTED', because: `${share}, which leaves none to compare` };
  return { name, verdict: 'PASS', because: `the same bytes as at the last PASS; ${share}` };
}

/** The share of files that changed since the last PASS, for the next drill to know what is usual; undefined for few. */
export function changeSince(now: BucketDigests | undefined, earlier: Earlier | undefined): Change | undefined {
  if (now === undefined || earlier?.answer.digests === undefined) return undefined;
  const { known, written } = compareDigests(now, earlier.answer.digests);
  return known < fewestFiles ? undefined : { share: written / known, seconds: earlier.seconds };
}

/**
 * A sudden rise in the share of changed files is suspect: what encrypts files writes to all of them. It is sudden when it
 * is more than `may_change`, and more than twice what was usual in as much time.
 */
export function judgeChange(
  { mayChange }: FileChecks,
  now: BucketDigests | undefined,
  earlier: Earlier | undefined,
): CheckResult {
  const name = 'share of changed files';
  const told = (verdict: CheckResult['verdict'], because: string): CheckResult => ({ name, verdict, because });
  if (earlier === undefined) return told('NOT_TESTED', noLastPass);
  const change = changeSince(now, earlier);
  if (change === undefined) return told('NOT_TESTED', `fewer than ${fewestFiles} files can be compared`);
  const found = `${inPercent(change.share)} of the files changed since the last PASS`;
  if (change.share <= mayChange) return told('PASS', found);
  const { usual } = earlier;
  if (usual === undefined) return told('NOT_TESTED', `${found}, and it is not known yet how many are usual`);
  const longer = Math.max(1, change.seconds / Math.max(usual.seconds, 1));
  const before = `${inPercent(usual.share)} before it`;
  return change.share > 2 * usual.share * longer
    ? told('SUSPECT', `${found}, ${before}, and ${inPercent(mayChange)} is allowed`)
    : told('PASS', `${found}, ${before}`);
}

/**
 * Endings of file names that turned over together are suspect: what encrypts files for ransom renames them. Files that
 * only came, or only went, turn nothing over.
 */
export function judgeEndings({ mayTurnOver }: FileChecks, now: FileAnswer, last: FileAnswer | undefined): CheckResult {
  const name = 'endings of file names';
  const told = (verdict: CheckResult['verdict'], because: string): CheckResult => ({ name, verdict, because });
  if (now.endings === undefined || last?.endings === undefined) return told('NOT_TESTED', noLastPass);
  if (last.files < fewestFiles) return told('NOT_TESTED', `fewer than ${fewestFiles} files can be compared`);
  const [here, then] = [counted(now), counted(last)];
  let [lost, gained] = [0, 0];
  for (const ending of new Set([...here.keys(), ...then.keys()])) {
    const difference = (here.get(ending) ?? 0) - (then.get(ending) ?? 0);
    if (difference < 0) lost -= difference;
    else gained += difference;
  }
  const share = Math.min(lost, gained) / last.files;
  const because = `${inPercent(share)} of the files turned from one ending to another since the last PASS`;
  return share > mayTurnOver
    ? told('SUSPECT', `${because}, and ${inPercent(mayTurnOver)} is allowed`)
    : told('PASS', because);
}

/** Files by ending, with those of the endings that are not told as one. */
function counted({ endings = [], files }: FileAnswer): Map<string, number> {
  const told = endings.reduce((sum, [, count]) => sum + count, 0);
  return new Map([...endings, ['others', files - told]]);
}

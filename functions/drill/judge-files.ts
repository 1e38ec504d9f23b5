import type { FileChecks } from '../policy/policy.ts';
import type { BucketDigests, FileAnswer } from '../probes/contract.ts';
import { type CheckResult, fellTooFar, noLastPass, some } from './compare.ts';

/** Every check of a restored file system. */
export function judgeFiles(checks: FileChecks, answer: FileAnswer, last: FileAnswer | undefined): CheckResult[] {
  return [
    ...requiredFiles(checks, answer),
    presence(answer),
    readable(answer),
    fall('number of files', answer.files, last?.files, checks.mayDrop),
    fall('bytes', answer.bytes, last?.bytes, checks.mayDrop),
    ...(checks.checksums === 'none' ? [] : [unwritten(answer.digests, last?.digests)]),
  ];
}

function requiredFiles({ mustExist }: FileChecks, { required }: FileAnswer): CheckResult[] {
  if (mustExist.length === 0) return [];
  const name = 'required files';
  const absent = mustExist.flatMap((path, index) => {
    const state = required[index] ?? 'not looked for';
    return state === 'there' ? [] : [`${path} is ${state}`];
  });
  return [
    absent.length > 0
      ? { name, verdict: 'FAIL', because: some(absent) }
      : { name, verdict: 'PASS', because: `all ${mustExist.length} are there` },
  ];
}

function presence({ files, bytes }: FileAnswer): CheckResult {
  const name = 'files';
  return files === 0
    ? { name, verdict: 'FAIL', because: 'the restored file system holds no file' }
    : { name, verdict: 'PASS', because: `${files} files, ${bytes} bytes` };
}

function readable({ unreadable, read, files }: FileAnswer): CheckResult {
  const name = 'every file reads to its end';
  const codes = Object.entries(unreadable);
  if (codes.length > 0) {
    return {
      name,
      verdict: 'FAIL',
      because: some(codes.map(([code, count]) => `${count} could not be read: ${code}`)),
    };
  }
  if (read === 0) return { name, verdict: 'NOT_TESTED', because: 'no file was read to its end' };
  return { name, verdict: 'PASS', because: `${read} files and links were read, of ${files} files` };
}

function fall(name: string, now: number, before: number | undefined, mayDrop: number): CheckResult {
  if (before === undefined) return { name, verdict: 'NOT_TESTED', because: noLastPass };
  const fell = fellTooFar(now, before, mayDrop);
  return fell === undefined
    ? { name, verdict: 'PASS', because: `${before} at the last PASS, ${now} now` }
    : { name, verdict: 'FAIL', because: fell };
}

/** What two drills' digests say about each other. */
export interface Compared {
  /** Buckets that hold files in one of the drills, among those that both read. */
  readonly buckets: number;
  /** Buckets in which a file was written to, came or went. */
  readonly changed: number;
  /** Buckets and sampled files or directories that nobody wrote to, and that hold something else. */
  readonly damagedBuckets: number;
  readonly damagedFiles: number;
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
  const then = new Map(before.sample.map(([path, ...digests]) => [path, digests]));
  const damagedFiles = now.sample.filter(([path, id, bytes]) => {
    const [idThen, bytesThen] = then.get(path) ?? [];
    return idThen === id && bytesThen !== bytes;
  }).length;
  return { buckets, changed, damagedBuckets, damagedFiles };
}

function unwritten(now: BucketDigests | undefined, before: BucketDigests | undefined): CheckResult {
  const name = 'files that nobody wrote to';
  if (now === undefined || before === undefined) {
    return { name, verdict: 'NOT_TESTED', because: before === undefined ? noLastPass : 'no digests were taken' };
  }
  const { buckets, changed, damagedBuckets, damagedFiles } = compareDigests(now, before);
  const share = `${changed} of ${buckets} buckets changed since the last PASS`;
  if (damagedBuckets > 0 || damagedFiles > 0) {
    const found = `${damagedBuckets} buckets and ${damagedFiles} sampled files or directories hold something else than at the last PASS`;
    return { name, verdict: 'FAIL', because: `${found}, with the same modification times; ${share}` };
  }
  if (changed === buckets) return { name, verdict: 'NOT_TESTED', because: `${share}, which leaves none to compare` };
  return { name, verdict: 'PASS', because: `the same bytes as at the last PASS; ${share}` };
}

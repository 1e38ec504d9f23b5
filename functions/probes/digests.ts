import { createHash } from 'node:crypto';
import type { BucketDigests } from './contract.ts';

export const bucketCount = 4096;
/** How many files are kept one by one: those with the smallest path hashes, so that every drill keeps the same ones. */
const sampleSize = 4096;

/** Digests of a tree that grow file by file, and can be written down and taken up again. */
export interface Digests {
  readonly identity: BigUint64Array;
  readonly content: BigUint64Array;
  sample: Entry[];
  directories: Entry[];
}

/** `[path hash, identity, content]` of one thing. */
type Entry = [string, string, string];

export function newDigests(): Digests {
  return {
    identity: new BigUint64Array(bucketCount),
    content: new BigUint64Array(bucketCount),
    sample: [],
    directories: [],
  };
}

/** The first 8 bytes of a SHA-256 as 16 hexadecimal digits. */
export function shortHash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** The bucket of a path hash: its first twelve bits. */
export function bucketOf(pathHash: string): number {
  return Number.parseInt(pathHash.slice(0, 3), 16);
}

/** A digest of a bucket is the sum of its files' digests, so the order in which files are met does not matter. */
export function addIdentity(digests: Digests, pathHash: string, identity: string): void {
  add(digests.identity, pathHash, identity);
}

export function addContent(digests: Digests, pathHash: string, identity: string, content: string): void {
  add(digests.content, pathHash, content);
  digests.sample = withEntry(digests.sample, [pathHash, identity, content]);
}

/** Directories are kept apart and one by one: they change more often than files, and would hide these in their buckets. */
export function addDirectory(digests: Digests, pathHash: string, identity: string, content: string): void {
  digests.directories = withEntry(digests.directories, [pathHash, identity, content]);
}

function withEntry(entries: Entry[], entry: Entry): Entry[] {
  entries.push(entry);
  return entries.length >= 2 * sampleSize ? smallest(entries) : entries;
}

function add(sums: BigUint64Array, pathHash: string, digest: string): void {
  const bucket = bucketOf(pathHash);
  sums[bucket] = BigInt.asUintN(64, (sums[bucket] ?? 0n) + BigInt(`0x${digest}`));
}

function smallest(sample: Entry[]): Entry[] {
  return sample.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).slice(0, sampleSize);
}

export function toAnswer(digests: Digests, bucketsRead: number): BucketDigests {
  const buckets: [string, string, string][] = [];
  for (const [bucket, identity] of digests.identity.entries()) {
    const content = digests.content[bucket] ?? 0n;
    if (identity === 0n && content === 0n) continue;
    buckets.push([bucket.toString(16).padStart(3, '0'), hex(identity), hex(content)]);
  }
  return { bucketsRead, buckets, sample: smallest(digests.sample), directories: smallest(digests.directories) };
}

export function fromAnswer({ buckets, sample, directories = [] }: BucketDigests): Digests {
  const digests = newDigests();
  for (const [name, identity, content] of buckets) {
    const bucket = Number.parseInt(name, 16);
    digests.identity[bucket] = BigInt(`0x${identity}`);
    digests.content[bucket] = BigInt(`0x${content}`);
  }
  digests.sample = sample.map((entry) => [...entry]);
  digests.directories = directories.map((entry) => [...entry]);
  return digests;
}

function hex(sum: bigint): string {
  return sum.toString(16).padStart(16, '0');
}

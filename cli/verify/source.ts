import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';

/** One evidence bucket: in S3, or as `--out` left it on the disk. */
export interface Source {
  readonly name: string;
  /** Whether its newest record is to be held against the clock: a copy on the disk stands still. */
  readonly live: boolean;
  /** Every key, in the order of their bytes. */
  keys(): Promise<string[]>;
  read(key: string): Promise<string>;
}

/** Thrown when there is nothing that could be verified; the message says what to give instead. */
export class NothingToVerify extends Error {
  override readonly name = 'NothingToVerify';
}

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** The buckets behind what was given: a directory, `s3://NAME`, or a bucket's name. */
export async function sourcesOf(given: string): Promise<Source[]> {
  const [, named] = /^s3:\/\/([^/]+)\/?$/.exec(given) ?? [];
  if (named !== undefined) return [bucket(named)];
  if (given.startsWith('s3://')) throw new NothingToVerify(`${given}: write s3://BUCKET, without a path.`);
  const found = await stat(given).catch(() => undefined);
  if (found?.isDirectory() === true) return directories(given);
  if (found !== undefined) throw new NothingToVerify(`${given} is a file. Give the directory that holds the evidence.`);
  if (bucketName.test(given)) return [bucket(given)];
  throw new NothingToVerify(`${given}: there is no such directory, and no bucket can have this name.`);
}

/** A directory is a bucket itself, or holds one folder for each. */
async function directories(path: string): Promise<Source[]> {
  if (await holdsEvidence(path)) return [directory(path, path)];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  const buckets: Source[] = [];
  for (const name of names) {
    // A bucket that lost all its evidence is still a bucket.
    if (name.startsWith('lifeboat-evidence-') || (await holdsEvidence(join(path, name)))) {
      buckets.push(directory(name, join(path, name)));
    }
  }
  if (buckets.length > 0) return buckets;
  throw new NothingToVerify(
    `${path} holds no evidence: neither a folder evidence/ or seals/, nor a folder for each bucket, as npm start -- --out leaves them.`,
  );
}

async function holdsEvidence(path: string): Promise<boolean> {
  const found = await Promise.all(
    ['evidence', 'seals'].map((name) =>
      stat(join(path, name)).then(
        (entry) => entry.isDirectory(),
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

function directory(name: string, path: string): Source {
  return {
    name,
    live: false,
    keys: async () => {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(path, sep).length).replaceAll(sep, '/'))
        .sort(byBytes);
    },
    read: (key) => readFile(join(path, key), 'utf8'),
  };
}

/** Reads with the credentials that the AWS SDK finds by default. The Region is the one that the name ends with. */
function bucket(Bucket: string): Source {
  const [, inName] = /-\d{12}-([a-z-]+-\d)$/.exec(Bucket) ?? [];
  const client = new S3Client({
    followRegionRedirects: true,
    region: inName ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
  });
  return {
    name: `s3://${Bucket}`,
    live: true,
    keys: async () => {
      const found: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket })) {
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) found.push(Key);
      }
      return found.sort(byBytes);
    },
    read: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      if (Body === undefined) throw new Error(`S3 answered ${Key} without its body.`);
      return Body.transformToString();
    },
  };
}

function byBytes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

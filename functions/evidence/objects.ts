import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { required, type Seam } from '../platform/seam.ts';

/** The little of an object store that evidence needs. */
export interface Objects {
  /** Every key under a prefix, in order. */
  keys(prefix: string): Promise<string[]>;
  read(key: string): Promise<string>;
  /** Writes a new object. `false`: there is one of this key already, or another writer is at it. */
  create(key: string, body: string, contentType?: string): Promise<boolean>;
}

/** What the daily seal needs besides: to find the chains, and their ends, without reading every key of the bucket. */
export interface Shelves extends Objects {
  /** Every folder right under a prefix, in order, each with its closing slash. */
  folders(prefix: string): Promise<string[]>;
  /** The keys under a prefix that come after a key, in order. */
  keysAfter(prefix: string, key: string): Promise<string[]>;
}

/** The evidence bucket of this Region, or another one that is named. Reads EVIDENCE_BUCKET. */
export function evidenceBucket(seam: Seam, elsewhere?: { readonly bucket: string; readonly region: string }): Shelves {
  const Bucket = elsewhere?.bucket ?? required(seam.environment, 'EVIDENCE_BUCKET');
  const client = seam.client(S3Client, elsewhere === undefined ? {} : { region: elsewhere.region });
  const keys = async (Prefix: string, more: { StartAfter?: string } = {}): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix, ...more })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) found.push(Key);
    }
    return found;
  };
  return {
    keys: (prefix) => keys(prefix),
    keysAfter: (prefix, StartAfter) => keys(prefix, { StartAfter }),
    folders: async (Prefix) => {
      const found: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix, Delimiter: '/' })) {
        for (const folder of page.CommonPrefixes ?? []) if (folder.Prefix !== undefined) found.push(folder.Prefix);
      }
      return found;
    },
    read: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      if (Body === undefined) throw new Error(`S3 answered the evidence object ${Key} without its body.`);
      return Body.transformToString();
    },
    create: async (Key, Body, ContentType = 'application/json') => {
      try {
        await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, IfNoneMatch: '*' }));
        return true;
      } catch (error) {
        if (isLostRace(error)) return false;
        throw error;
      }
    },
  };
}

/** 412: the key exists. 409: another conditional write of the same key is under way. */
function isLostRace(error: unknown): boolean {
  return error instanceof Error && ['PreconditionFailed', 'ConditionalRequestConflict'].includes(error.name);
}

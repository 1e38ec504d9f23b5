import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { required, type Seam } from '../platform/seam.ts';

/** The little of an object store that evidence needs. */
export interface Objects {
  /** Every key under a prefix, in order. */
  keys(prefix: string): Promise<string[]>;
  read(key: string): Promise<string>;
  /** Writes a new object. `false`: there is one of this key already, or another writer is at it. */
  create(key: string, body: string): Promise<boolean>;
}

/** The evidence bucket of this Region. Reads EVIDENCE_BUCKET. */
export function evidenceBucket(seam: Seam): Objects {
  const Bucket = required(seam.environment, 'EVIDENCE_BUCKET');
  const client = seam.client(S3Client);
  return {
    keys: async (Prefix) => {
      const keys: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      }
      return keys;
    },
    read: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      if (Body === undefined) throw new Error(`S3 answered the evidence object ${Key} without its body.`);
      return Body.transformToString();
    },
    create: async (Key, Body) => {
      try {
        await client.send(
          new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', IfNoneMatch: '*' }),
        );
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

import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InputRejected, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { type Measures, measures } from './answers.ts';

/** Where measures are kept: they are too large for a state's payload or a row. */
export interface MeasureStore {
  /** Keeps a drill's measures and answers their key. */
  keep(of: { readonly resource: string; readonly drill: string }, kept: Measures): Promise<string>;
  read(key: string): Promise<Measures>;
}

/** Reads EVIDENCE_BUCKET. Measures hold counts and digests, and stand under `measures/RESOURCE/DRILL.json`. */
export function measureStore(seam: Seam): MeasureStore {
  const s3 = seam.client(S3Client);
  const bucket = required(seam.environment, 'EVIDENCE_BUCKET');
  return {
    keep: async ({ resource, drill }, kept) => {
      const key = `measures/${resource.replaceAll(/[^a-zA-Z0-9-]+/g, '_')}/${drill}.json`;
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(kept), ContentType: 'application/json' }),
      );
      return key;
    },
    read: async (key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body === undefined) throw new Error(`S3 answered the object ${key} without a body.`);
      return measures.parse(JSON.parse(await Body.transformToString())) as Measures;
    },
  };
}

/**
 * The measures that a state says it has kept.
 *
 * @throws InputRejected when they are not there
 */
export async function answeredMeasures(
  store: MeasureStore,
  { measures: key }: { measures: string },
): Promise<Measures> {
  try {
    return await store.read(key);
  } catch (error) {
    if (nameOf(error) !== 'NoSuchKey') throw error;
    throw new InputRejected(`answered.measures: there is no object ${key} in the bucket of the evidence.`, {
      cause: error,
    });
  }
}

import { type Here, hereOf } from '../account/here.ts';
import type { Clock, Seam } from '../platform/seam.ts';
import { canonicalJson } from './canonical.ts';
import { seal } from './chain.ts';
import { chainPrefix, recordKey } from './key.ts';
import { evidenceBucket, type Objects } from './objects.ts';
import type { EvidenceRecord, RecordDraft } from './record.ts';

export interface Appended {
  readonly record: EvidenceRecord;
  /** `false`: the record of this id was there already. */
  readonly written: boolean;
  /** The other records of the chain that are not older than the work, the newest first. */
  readonly meanwhile: readonly EvidenceRecord[];
}

/** The append-only records of this Region. */
export interface Evidence {
  /**
   * Writes the record of one piece of work once, however often and by however many it is asked. `since` (ISO 8601) is
   * when the work began: no record of it can be older, so nobody looks further back.
   */
  append(draft: RecordDraft, since: string): Promise<Appended>;
  /** The records of a resource that were written since an instant (ISO 8601), the newest first. */
  since(resource: string, instant: string): Promise<EvidenceRecord[]>;
}

/** How far two functions' clocks may differ, and then some. */
const clockSkewSeconds = 15 * 60;
const mostTries = 20;

/**
 * Evidence over an object store. The head of a chain is found by listing it, not by a hint in the ledger: the bucket is
 * strongly consistent and is the record, while a hint can be lost or be older than the truth, and would have to be
 * checked by the same request. Listing costs one request for each thousand records. A writer that loses the race for a
 * place finds its own record there (its answer was lost, or its twin wrote it), or goes behind the winner's.
 */
export function evidence(parts: { objects: Objects; clock: Clock; here: Pick<Here, 'account' | 'region'> }): Evidence {
  const { objects, clock } = parts;
  const location = `${parts.here.account}/${parts.here.region}`;

  const since = async (resource: string, instant: string): Promise<EvidenceRecord[]> => {
    const oldest = new Date(Date.parse(instant) - clockSkewSeconds * 1000).toISOString();
    const records: EvidenceRecord[] = [];
    for (const key of (await objects.keys(chainPrefix(location, resource))).reverse()) {
      const record = JSON.parse(await objects.read(key)) as EvidenceRecord;
      records.push(record);
      if (record.writtenAt < oldest) break;
    }
    return records;
  };

  return {
    since: async (resource, instant) =>
      (await since(resource, instant)).filter(({ writtenAt }) => writtenAt >= instant),
    append: async (draft, began) => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const records = await since(draft.resource, began);
        const found = records.find(({ id }) => id === draft.id);
        const meanwhile = records.filter(({ id, writtenAt }) => id !== draft.id && writtenAt >= began);
        if (found !== undefined) return { record: found, written: false, meanwhile };
        const record = seal(draft, { previous: records[0], location, writtenAt: clock.now().toISOString() });
        const body = `${canonicalJson(record)}\n`;
        if (await objects.create(recordKey(location, draft.resource, record.seq), body)) {
          return { record, written: true, meanwhile };
        }
      }
      throw new Error(`The evidence of ${draft.resource} was written by others at every one of ${mostTries} tries.`);
    },
  };
}

/** Reads EVIDENCE_BUCKET and what `hereOf` reads. */
export function evidenceOf(seam: Seam): Evidence {
  return evidence({ objects: evidenceBucket(seam), clock: seam.clock, here: hereOf(seam) });
}

import { newestUsable, type PointReader, pointReader } from '../account/points.ts';
import { type Evidence, evidenceOf } from '../evidence/evidence.ts';
import { attemptKey } from '../ledger/attempt.ts';
import type { DeadlineRow, Objective } from '../ledger/deadline.ts';
import { type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';
import { messageOf, nameOf } from '../platform/errors.ts';
import type { Seam } from '../platform/seam.ts';
import { newestProof } from './newest-proof.ts';

/** What AWS says about an objective now. A call that failed is not an answer. */
export type Truth =
  | { readonly known: true; readonly instant: string | undefined }
  | { readonly known: false; readonly because: string };

/** Asks for the data instant that counts for one objective of one resource. */
export type Ask = (row: DeadlineRow, now: Date) => Promise<string | undefined>;

/** The objectives that this version can watch, each with its question. */
export type Questions = Partial<Readonly<Record<Objective, Ask>>>;

export const watched: readonly Objective[] = ['rpo', 'copy_rpo', 'proof'];

/** Reads BACKUP_VAULT, LEDGER_TABLE and what `evidenceOf` reads. */
export function questionsOf(seam: Seam): Questions {
  return questions({ points: pointReader(seam), ledger: ledgerOf(seam), evidence: evidenceOf(seam) });
}

export function questions(parts: { points: PointReader; ledger: Ledger; evidence: Evidence }): Questions {
  const { points, ledger, evidence } = parts;
  const newestPoint: Ask = async ({ resource }) => newestUsable(await points.of(resource))?.instant;
  return {
    rpo: newestPoint,
    copy_rpo: newestPoint,
    proof: async ({ resource, boundSeconds }, now) => {
      const notBefore = new Date(now.getTime() - boundSeconds * 1000).toISOString();
      const hint = await ledger.get<ProofRow>(proofKey(resource));
      const records = await evidence.since(resource, notBefore);
      const isOpen = hint !== undefined && (await ledger.get(attemptKey(hint.attempt))) !== undefined;
      return newestProof({ records, hint, hintIsOpen: isOpen, notBefore });
    },
  };
}

/** Asks, and turns whatever goes wrong into `cannot tell`. */
export async function truthOf(questions: Questions, row: DeadlineRow, now: Date): Promise<Truth> {
  const ask = questions[row.objective];
  if (ask === undefined) return { known: false, because: `this version does not watch ${row.objective}` };
  try {
    return { known: true, instant: await ask(row, now) };
  } catch (error) {
    return { known: false, because: `${nameOf(error)}: ${messageOf(error)}` };
  }
}

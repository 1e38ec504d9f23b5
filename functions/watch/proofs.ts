import type { Means } from '../account/means.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { attemptKey } from '../ledger/attempt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';
import { newestProof } from './newest-proof.ts';

/** Drills that passed, as the evidence says. */
export function proofs({ ledger, evidence }: { readonly ledger: Ledger; readonly evidence: Evidence }): Means {
  return {
    newest: async (resource, now, boundSeconds) => {
      const notBefore = new Date(now.getTime() - boundSeconds * 1000).toISOString();
      const hint = await ledger.get<ProofRow>(proofKey(resource));
      const records = await evidence.since(resource, notBefore);
      const isOpen = hint !== undefined && (await ledger.get(attemptKey(hint.attempt))) !== undefined;
      return { instant: newestProof({ records, hint, hintIsOpen: isOpen, notBefore }) };
    },
  };
}

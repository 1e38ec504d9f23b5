import type { Ledger } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';

/** What a PASS proves. Instants are ISO 8601. */
export type Proven = Pick<ProofRow, 'resource' | 'recoveryPoint' | 'instant' | 'provenAt' | 'attempt' | 'measures'>;

/**
 * Writes a proof down. A drill of older data than is proven already proves nothing new, and leaves the newer proof.
 * Answers whether it was written.
 */
export async function writeProof(ledger: Ledger, proven: Proven): Promise<boolean> {
  const key = proofKey(proven.resource);
  for (let tries = 0; tries < 5; tries += 1) {
    const found = await ledger.get<ProofRow>(key);
    if (found !== undefined && found.instant > proven.instant) return false;
    const row = { ...key, ...proven, ...beforeOf(found, proven.attempt) };
    const written =
      found === undefined
        ? await ledger.create<ProofRow>(row)
        : await ledger.replace<ProofRow>({ ...row, version: found.version });
    if (written) return true;
  }
  throw new Error(`The proof of ${proven.resource} changed under every one of five writes.`);
}

function beforeOf(found: ProofRow | undefined, attempt: string): Pick<ProofRow, 'before'> {
  if (found === undefined) return {};
  const { before, instant, measures } = found;
  if (found.attempt !== attempt) return { before: { instant, measures } };
  return before === undefined ? {} : { before };
}

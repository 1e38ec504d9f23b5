import type { Ledger } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';

/** What a PASS proves. Instants are ISO 8601. */
export type Proven = Pick<ProofRow, 'resource' | 'recoveryPoint' | 'instant' | 'provenAt' | 'attempt' | 'measures'>;

/**
 * Writes a proof down. A drill of older data than is proven already leaves the newer proof, and is noted beside it: should the
 * newer point be lost, the older one is proven still. Answers whether it is the newest.
 */
export async function writeProof(ledger: Ledger, proven: Proven): Promise<boolean> {
  const key = proofKey(proven.resource);
  for (let tries = 0; tries < 5; tries += 1) {
    const found = await ledger.get<ProofRow>(key);
    const isNewest = found === undefined || found.instant <= proven.instant;
    const row = isNewest ? { ...key, ...proven, ...beforeOf(found, proven.attempt) } : withOlder(found, proven);
    const written =
      found === undefined
        ? await ledger.create<ProofRow>(row)
        : await ledger.replace<ProofRow>({ ...row, version: found.version });
    if (written) return isNewest;
  }
  throw new Error(`The proof of ${proven.resource} changed under every one of five writes.`);
}

function withOlder(found: ProofRow, { recoveryPoint, instant, provenAt }: Proven): ProofRow {
  return { ...found, older: { recoveryPoint, instant, provenAt } };
}

function beforeOf(found: ProofRow | undefined, attempt: string): Pick<ProofRow, 'before'> {
  if (found === undefined) return {};
  const { before, instant, measures } = found;
  if (found.attempt !== attempt) return { before: { instant, measures } };
  return before === undefined ? {} : { before };
}

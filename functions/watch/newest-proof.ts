import type { EvidenceRecord } from '../evidence/record.ts';
import type { ProofRow } from '../ledger/proof.ts';

/**
 * The data instant of the newest proof. Evidence is what proves: a row of the ledger counts by itself only while its
 * attempt is open, before the record can be there, or when it is so old that it claims nothing. Records older than
 * `notBefore` need not be read: a proof cannot be newer than the record of it, so they prove nothing within the bound.
 */
export function newestProof(known: {
  readonly records: readonly EvidenceRecord[];
  readonly hint: Pick<ProofRow, 'instant'> | undefined;
  readonly hintIsOpen: boolean;
  readonly notBefore: string;
}): string | undefined {
  const { records, hint, hintIsOpen, notBefore } = known;
  const instants = records.flatMap(({ content }) =>
    content.what === 'attempt' && content.workflow === 'drill' && content.verdict.is === 'PASS'
      ? content.points.flatMap(({ as, instant }) => (as === 'drilled' && instant !== undefined ? [instant] : []))
      : [],
  );
  if (hint !== undefined && (hintIsOpen || hint.instant < notBefore)) instants.push(hint.instant);
  return instants.sort().at(-1);
}

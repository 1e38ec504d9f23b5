import type { AttemptContent, RecordDraft } from '../evidence/record.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { allRegistered } from '../scratch/register.ts';

type Draft = RecordDraft & { readonly content: AttemptContent };

/**
 * The record of a run that failed before its tear-down could write what came of the scratch, such as when the ledger
 * throttled it to its last retry: the register says whether something was to be made that nobody has taken down since.
 */
export async function withLeftBehind(ledger: Ledger, draft: Draft): Promise<Draft> {
  const { content } = draft;
  const { workflow, outcome, scratch, scratchBecause, execution } = content;
  if ((workflow !== 'drill' && workflow !== 'recover') || outcome !== 'FAILED') return draft;
  if (scratch !== undefined || scratchBecause !== undefined) return draft;
  const isLeft = (await allRegistered(ledger)).some((row) => row.execution === execution);
  return isLeft ? { ...draft, content: { ...content, scratch: 'not gone' } } : draft;
}

import { readArn } from '../account/resource.ts';
import { addFindings, openAttempt, type Run } from '../jobs/attempt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../platform/seam.ts';

/**
 * A redrive goes on at the state that failed, and is an attempt of its own: whichever step comes first in it opens it, so
 * that it too ends in one terminal record.
 */
export async function goOn(
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
  { execution, redriveCount }: Run,
  about: { readonly resource?: string | undefined; readonly tier?: string | undefined },
): Promise<void> {
  if (redriveCount === 0) return;
  const { attempt } = await openAttempt(ledger, { execution, redriveCount }, 'protect', clock.now());
  const { resource, tier } = about;
  const kind = resource === undefined ? undefined : readArn(resource)?.kind;
  await addFindings(ledger, attempt, {
    ...(resource !== undefined && { resource }),
    ...(tier !== undefined && { tier }),
    ...(kind !== undefined && { kind }),
  });
}

import type { SFNClient } from '@aws-sdk/client-sfn';
import { readArn } from '../account/resource.ts';
import { addFindings, openAttempt, type Run } from '../jobs/attempt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { NotYet } from '../platform/errors.ts';
import type { Clock } from '../platform/seam.ts';
import { takeLane } from './lane.ts';

/**
 * A redrive goes on at the state that failed, and is an attempt of its own: whichever step comes first in it opens it, so
 * that it too ends in one terminal record. The lane was given up when the execution ended, so it is taken again. Throws
 * `NotYet` while another protect holds it: the state machine asks again.
 */
export async function goOn(
  parts: { readonly ledger: Ledger; readonly clock: Clock; readonly sfn: SFNClient },
  { execution, redriveCount }: Run,
  about: { readonly resource?: string | undefined; readonly tier?: string | undefined },
): Promise<void> {
  if (redriveCount === 0) return;
  const { ledger, clock } = parts;
  const now = clock.now();
  const { attempt } = await openAttempt(ledger, { execution, redriveCount }, 'protect', now);
  const { resource, tier } = about;
  const kind = resource === undefined ? undefined : readArn(resource)?.kind;
  await addFindings(ledger, attempt, {
    ...(resource !== undefined && { resource }),
    ...(tier !== undefined && { tier }),
    ...(kind !== undefined && { kind }),
  });
  if (resource === undefined) return;
  const busy = await takeLane(parts, { resource, execution, now: now.toISOString() });
  if (busy !== undefined) {
    throw new NotYet(
      `${busy.by} (${busy.id}) has been busy with ${resource} since ${busy.since}. This goes on after it.`,
    );
  }
}

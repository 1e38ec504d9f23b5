import type { Region } from '../../world/region.ts';

/**
 * Why nobody can read what a key encrypts, as a job says it: the key is disabled or about to be deleted. Undefined while
 * the key can be used. The wording is an assumption.
 */
export function keyTrouble(
  region: Region,
  of: { readonly encrypted: boolean; readonly keyArn: string | undefined },
): string | undefined {
  const state = of.encrypted && of.keyArn !== undefined ? region.services.KMS.stateOf(of.keyArn) : undefined;
  return state === undefined || state === 'Enabled'
    ? undefined
    : `The KMS key ${of.keyArn} cannot be used: it is ${state === 'Disabled' ? 'disabled' : 'pending deletion'}.`;
}

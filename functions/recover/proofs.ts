import type { Here } from '../account/here.ts';
import { type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';
import { nameOf } from '../platform/errors.ts';
import type { Seam } from '../platform/seam.ts';
import type { Policy } from '../policy/policy.ts';
import type { Proof } from './choice.ts';

/**
 * The newest proof of a resource in each Region that drills it, and what a drill of older data has proven since. Drills mostly
 * run where the copies are, so at home their ledgers are asked too; a Region that does not answer, as when it is gone, proves
 * nothing here and stops nobody.
 */
export function proofReader(
  seam: Seam,
  here: Here,
  policy: Policy,
): (resource: string, tier: string) => Promise<Proof[]> {
  const own = ledgerOf(seam);
  const from = async (ledger: Ledger, region: string, resource: string): Promise<Proof[]> => {
    const row = await ledger.get<ProofRow>(proofKey(resource));
    if (row === undefined) return [];
    const { recoveryPoint, instant, provenAt, older } = row;
    return [{ recoveryPoint, instant, provenAt, region }, ...(older === undefined ? [] : [{ ...older, region }])];
  };
  return async (resource, tier) => {
    const others = here.part === 'home' ? otherRegions(policy, tier, here) : [];
    const told = await Promise.all(
      others.map(async (region) => {
        try {
          return await from(ledgerOf(seam, region), region, resource);
        } catch (error) {
          seam.log.warn('Another Region does not tell its proofs.', { region, error: nameOf(error) });
          return [];
        }
      }),
    );
    return [...(await from(own, here.region, resource)), ...told.flat()];
  };
}

/** The Regions, this account's, in which a tier's resources could be recovered too. */
export function otherRegions(policy: Policy, tier: string, here: Here): string[] {
  const copies = Object.hasOwn(policy.tiers, tier) ? (policy.tiers[tier]?.copies ?? []) : [];
  const regions = copies.filter(({ to }) => to.account === null).map(({ to }) => to.region);
  return [...new Set([policy.home, ...regions])].filter((region) => region !== here.region);
}

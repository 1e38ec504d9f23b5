import type { Policy } from '../functions/policy/policy.ts';
import type { Part } from './stack.ts';

/** From the third day on nobody can undo a compliance lock: the shortest time that AWS Backup takes. */
const changeableForDays = 3;

/**
 * The lock of the vault: nobody deletes or shortens a recovery point in it before it expires. AWS Backup fails every job
 * whose retention is shorter than the lock's, so that is the shortest that the policy asks for here. There is no upper
 * bound: a point that lives longer harms nobody. A `compliance` lock can be taken off by nobody after three days, a
 * `governance` lock by whoever may administer AWS Backup, which no role of this stack may.
 */
export function vaultLock(policy: Policy, part: Part, region: string): Record<string, number> {
  const kept = Object.values(policy.tiers).flatMap(({ backup, copies }) =>
    part === 'home'
      ? [backup?.keepDays ?? null]
      : copies.flatMap(({ to, keepDays }) => (to.account === null && to.region === region ? [keepDays] : [])),
  );
  const days = kept.filter((one) => one !== null);
  return {
    // Where other plans make the points, nothing is known of how long they live.
    MinRetentionDays: days.length === 0 ? 1 : Math.min(...days),
    ...(policy.lock === 'compliance' && { ChangeableForDays: changeableForDays }),
  };
}

import { makesPoints, type Policy } from '../functions/policy/policy.ts';
import type { Part } from './stack.ts';

/**
 * What a stack is made of. `watchingHome` is home of a policy in which no tier has `backup:`: another plan makes the
 * recovery points, so nothing that starts a backup is deployed, and no role may start one.
 */
export type Variant = 'home' | 'watchingHome' | 'copy';

export function variantOf(policy: Policy, part: Part): Variant {
  if (part === 'copy') return 'copy';
  return makesPoints(policy) ? 'home' : 'watchingHome';
}

import type { Here } from '../account/here.ts';
import { makesPoints, type Policy } from '../policy/policy.ts';

/** The state machines of a part whose executions are attempts. One that is not deployed cannot be asked. */
export function machinesOf(part: Here['part'], policy: Policy): readonly string[] {
  return [...(part === 'home' && makesPoints(policy) ? ['protect'] : []), 'drill', 'fleet', 'recover'];
}

import type { Reached, Restored } from './plan.ts';
import type { Restoration } from './restorer.ts';

/** What was restored, and for which drill. */
export type Reaching = Restoration & { readonly restored: Restored };

/** How one kind of resource is made reachable. Asked again and again; throws `NotYet` while AWS is at work. */
export type Reacher = (reaching: Reaching) => Promise<Reached>;

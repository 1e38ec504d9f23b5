import type { Reached, Restored } from './plan.ts';
import type { Restoration } from './restorer.ts';

/** How one kind of resource is made reachable. Asked again and again; throws `NotYet` while AWS is at work. */
export type Reacher = (restoration: Restoration & { readonly restored: Restored }) => Promise<Reached>;

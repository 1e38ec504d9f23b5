import type { ResourceRow } from '../ledger/resource.ts';
import type { TurnRow } from '../ledger/turn.ts';

export type Turn = Pick<TurnRow, 'after' | 'newAfter'>;

export const firstTurn: Turn = { after: '', newAfter: '' };

type Placed = Pick<ResourceRow, 'resource' | 'firstSeenAt'>;

const ageOf = ({ resource, firstSeenAt }: Placed) => `${firstSeenAt}#${resource}`;
const by =
  <Item>(mark: (item: Item) => string) =>
  (one: Item, other: Item) =>
    mark(one) < mark(other) ? -1 : 1;

/** Who is reconciled in which order: what was never reached, since nobody watches it yet; then who was not for longest. */
export interface Order<R extends Placed> {
  readonly isNew: readonly R[];
  readonly others: readonly R[];
}

export function inTurn<R extends Placed>(roster: readonly R[], { after, newAfter }: Turn): Order<R> {
  const others = roster.filter((row) => ageOf(row) <= newAfter).sort(by(({ resource }) => resource));
  return {
    isNew: roster.filter((row) => ageOf(row) > newAfter).sort(by(ageOf)),
    others: [
      ...others.filter(({ resource }) => resource > after),
      ...others.filter(({ resource }) => resource <= after),
    ],
  };
}

/** Where the next run goes on, when this one reached so many of the first of an order. */
export function turnAfter<R extends Placed>({ isNew, others }: Order<R>, reached: number, before: Turn): Turn {
  const newest = isNew.slice(0, reached).at(-1);
  const last = others.slice(0, Math.max(0, reached - isNew.length)).at(-1);
  const isRound = reached >= isNew.length + others.length;
  return {
    after: isRound ? '' : (last?.resource ?? before.after),
    newAfter: newest === undefined ? before.newAfter : ageOf(newest),
  };
}

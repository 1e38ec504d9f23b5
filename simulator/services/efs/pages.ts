import { badRequest } from './refusals.ts';

/** One page of a list: those after the item that `marker` names, at most `most`. */
export function page<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  most: number,
  marker: string | undefined,
): { items: Item[]; next: string | undefined } {
  let from = 0;
  if (marker !== undefined) {
    const last = Buffer.from(marker, 'base64url').toString('utf8');
    from = items.findIndex((item) => idOf(item) === last) + 1;
    if (from === 0) throw badRequest('The marker is not valid.');
  }
  const taken = items.slice(from, from + Math.min(most, 100));
  const last = taken.at(-1);
  const more = last !== undefined && from + taken.length < items.length;
  return { items: taken, next: more ? Buffer.from(idOf(last)).toString('base64url') : undefined };
}

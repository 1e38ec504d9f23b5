import { invalidValue } from './refusals.ts';

/** One page of a list: those after the item that `marker` names. Pages have 20 to 100 items, 100 when not said. */
export function page<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  most: number | undefined,
  marker: string | undefined,
): { items: Item[]; marker: { Marker?: string } } {
  if (most !== undefined && (most < 20 || most > 100)) {
    throw invalidValue(`Invalid value ${most} for MaxRecords. Must be between 20 and 100`);
  }
  let from = 0;
  if (marker !== undefined && marker !== '') {
    const last = Buffer.from(marker, 'base64url').toString('utf8');
    from = items.findIndex((item) => idOf(item) === last) + 1;
    if (from === 0) throw invalidValue('Invalid or expired marker');
  }
  const taken = items.slice(from, from + (most ?? 100));
  const last = taken.at(-1);
  const more = last !== undefined && from + taken.length < items.length;
  return { items: taken, marker: more ? { Marker: Buffer.from(idOf(last)).toString('base64url') } : {} };
}

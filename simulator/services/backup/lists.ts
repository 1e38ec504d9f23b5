import { invalidValue } from './refusals.ts';

/** One page of a list, the newest first: those made before the one that `token` names. */
export function newestFirst<Item extends { readonly sequence: number }>(
  items: Iterable<Item>,
  most: number | undefined,
  token: string | undefined,
  keep: (item: Item) => boolean,
): { items: Item[]; next: { NextToken?: string } } {
  if (most !== undefined && (most < 1 || most > 1000))
    throw invalidValue(`MaxResults must be 1 to 1000, and is ${most}.`);
  const limit = most ?? 1000;
  let before = Number.POSITIVE_INFINITY;
  if (token !== undefined) {
    before = Number(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Number.isInteger(before)) throw invalidValue('NextToken is not valid.');
  }
  const kept: Item[] = [];
  for (const item of items) if (item.sequence < before && keep(item)) kept.push(item);
  kept.sort((one, other) => other.sequence - one.sequence);
  const taken = kept.slice(0, limit);
  const last = taken.at(-1);
  return {
    items: taken,
    next:
      last !== undefined && kept.length > limit
        ? { NextToken: Buffer.from(String(last.sequence)).toString('base64url') }
        : {},
  };
}

/** Whether an instant lies between two dates of which each may be missing. An item without the instant is in no range. */
export function between(instant: number | undefined, after: Date | undefined, before: Date | undefined): boolean {
  if (after === undefined && before === undefined) return true;
  if (instant === undefined) return false;
  return (after === undefined || instant >= after.getTime()) && (before === undefined || instant <= before.getTime());
}

/** Whether a value is the one asked for; everything is when nothing is asked for. */
export function asked<Value>(wanted: Value | undefined, value: Value): boolean {
  return wanted === undefined || wanted === value;
}

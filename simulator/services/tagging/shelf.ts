import type { Reader } from '../directory.ts';
import { first } from '../first.ts';

/** Something that can carry tags. The tags change in place. */
export interface Taggable {
  readonly arn: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** What is, or ever was, tagged, in the order of ARNs. */
export interface Shelf extends Reader<Taggable> {
  /** Notes who carries tags by now. The items are to be read before anything else happens. */
  items(): readonly Entry[];
  /** The place of the first entry whose ARN is not less than this one. */
  placeOf(arn: string): number;
  /** The place of the first entry whose ARN is greater. */
  behind(arn: string): number;
}

/** An ARN as it was when the item came: a renamed instance leaves under its old one. */
export interface Entry extends Taggable {
  readonly item: Taggable;
}

/**
 * Resources that lost their tags are still listed, with none; those that never had any are not (API reference of
 * GetResources). Kept in order, since an account of thousands is listed a hundred at a time.
 */
export function shelf(): Shelf {
  /** What was never seen with tags. */
  const unseen = new Set<Taggable>();
  /** ARNs that something had which carried tags, and is gone: names come back. */
  const past = new Set<string>();
  const ordered: Entry[] = [];
  const arnOf = new Map<Taggable, string>();

  /** Where the ARN stands, or would. */
  const placeOf = (arn: string): number => first(ordered, (entry) => entry.arn >= arn);
  const show = (item: Taggable) => {
    arnOf.set(item, item.arn);
    ordered.splice(placeOf(item.arn), 0, { item, arn: item.arn, tags: item.tags });
  };

  return {
    placeOf,
    came: (item) => {
      unseen.add(item);
    },
    left: (item) => {
      unseen.delete(item);
      const arn = arnOf.get(item);
      if (arn === undefined) return;
      arnOf.delete(item);
      past.add(arn);
      ordered.splice(placeOf(arn), 1);
    },
    items: () => {
      for (const item of unseen) {
        if (item.tags.size === 0 && !past.has(item.arn)) continue;
        unseen.delete(item);
        show(item);
      }
      return ordered;
    },
    behind: (arn) => {
      const place = placeOf(arn);
      return ordered[place]?.arn === arn ? place + 1 : place;
    },
  };
}

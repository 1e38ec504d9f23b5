/** Things by their ids, and by the resource that they are of: an account has many, a resource few. */
export interface Register<Item extends { readonly resourceArn: string }> {
  add(id: string, item: Item): void;
  get(id: string): Item | undefined;
  remove(id: string): void;
  /** Those of one resource, or all; the oldest first. */
  of(resourceArn: string | undefined): Iterable<Item>;
  readonly size: number;
}

export function register<Item extends { readonly resourceArn: string }>(): Register<Item> {
  const items = new Map<string, Item>();
  const byResource = new Map<string, Set<Item>>();
  return {
    add: (id, item) => {
      items.set(id, item);
      const siblings = byResource.get(item.resourceArn);
      if (siblings === undefined) byResource.set(item.resourceArn, new Set([item]));
      else siblings.add(item);
    },
    get: (id) => items.get(id),
    remove: (id) => {
      const item = items.get(id);
      if (item === undefined) return;
      items.delete(id);
      const siblings = byResource.get(item.resourceArn);
      siblings?.delete(item);
      if (siblings?.size === 0) byResource.delete(item.resourceArn);
    },
    of: (resourceArn) => (resourceArn === undefined ? items.values() : (byResource.get(resourceArn) ?? [])),
    get size() {
      return items.size;
    },
  };
}

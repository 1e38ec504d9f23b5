/**
 * Works on items with at most `width` under way, in their order, as long as `mayGoOn` says so. Answers how many were
 * left. One item's error is handed to `failed` and stops no other.
 */
export async function sideBySide<Item>(
  items: readonly Item[],
  width: number,
  each: (item: Item) => Promise<void>,
  { mayGoOn, failed }: { mayGoOn: () => boolean; failed: (item: Item, error: unknown) => void },
): Promise<number> {
  if (items.length === 0) return 0;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length && mayGoOn()) {
      const item = items[next] as Item;
      next += 1;
      try {
        await each(item);
      } catch (error) {
        failed(item, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return items.length - next;
}

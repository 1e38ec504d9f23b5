/** A process of a pool, for its test: it doubles numbers, takes a moment for a 7, never ends a 99, and dies of 13. */
let setting: unknown;

process.on('message', async (message: { readonly setting: unknown } | { readonly order: number }) => {
  if ('setting' in message) {
    setting = message.setting;
    return;
  }
  const { order } = message;
  if (order === 13) process.exit(3);
  if (order === 7) await new Promise((resolve) => setTimeout(resolve, 200));
  if (order !== 99) process.send?.({ doubled: 2 * order, setting, by: process.pid });
});

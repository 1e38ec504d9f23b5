import type { Order, Played } from './order.ts';

/** What was examined in all, so that nobody takes silence for health. `orders` are those of the accounts, in their order. */
export function totalsOf(
  all: readonly Played[],
  orders: readonly Order[],
  isGood: (played: Played) => boolean,
): string[] {
  const sums = new Map<string, number>();
  const add = (what: string, count: number) => sums.set(what, (sums.get(what) ?? 0) + count);
  let violations = 0;
  for (const played of all) {
    if ('failed' in played) continue;
    add('resources', played.resources);
    add('incidents', played.incidents.length);
    add('incidents that struck', played.incidentsStruck);
    for (const finding of played.findings) {
      violations += finding.violations.length;
      for (const [what, count] of Object.entries(finding.examined)) add(what, count);
    }
  }
  // How far an account came that came to no end nobody knows.
  const whole = (played: Played, index: number) => ('failed' in played ? 0 : (orders[index]?.days ?? 0));
  const hours = 24 * all.reduce((sum, played, index) => sum + whole(played, index), 0);
  const failed = all.filter((played) => 'failed' in played).length;
  const broken = all.filter((played) => !isGood(played)).length;
  return [
    `Played: ${hours} simulated hours, in ${all.length - failed} accounts${failed === 0 ? '' : `, and ${failed} came to no end`}. Under ${faultsOf(all, orders)}.`,
    `Examined: ${[...sums].map(([what, count]) => `${count} ${what}`).join(', ')}.`,
    `Violations: ${violations}.`,
    broken === 0 ? `All ${all.length} accounts are good.` : `${broken} of ${all.length} accounts are BROKEN.`,
  ];
}

/** How many accounts were under each fault, and how often it struck in all of them. */
function faultsOf(all: readonly Played[], orders: readonly Order[]): string {
  const under = new Map<string, { accounts: number; fired: number }>();
  all.forEach((played, index) => {
    const name = orders[index]?.fault ?? 'none';
    const { accounts, fired } = under.get(name) ?? { accounts: 0, fired: 0 };
    const struck = 'failed' in played ? 0 : (played.fault?.fired ?? 0);
    under.set(name, { accounts: accounts + 1, fired: fired + struck });
  });
  return [...under]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { accounts, fired }]) =>
      name === 'none' ? `no fault: ${accounts}` : `${name}: ${accounts}, struck ${fired} times`,
    )
    .join('; ');
}

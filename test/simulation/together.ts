import { ordersOf as accountsOf } from '../../cli/simulate/accounts.ts';
import { troublesOf } from '../../cli/simulate/ended.ts';
import { readOptions } from '../../cli/simulate/options.ts';
import type { Order, Played, SmallOrder, SmallPlayed } from '../../cli/simulate/order.ts';
import { withPlayers } from '../../cli/simulate/players.ts';
import { ordersOf as runsOf } from '../../cli/simulate/sites.ts';

/**
 * Plays what `npm run simulate` would with each of these options, one order each, in processes that all of them share, and
 * prints what came of it: a list of {@link Outcome}. A process for each would take twice as long.
 *
 *   node test/simulation/together.ts '[["--from", "3", "--weather", "runs-stopped"], ...]'
 */
export interface Outcome {
  /** What was wrong, with the invariant that it breaks. */
  readonly troubles: readonly string[];
  /** How often each fault struck that was asked for. */
  readonly struck: readonly number[];
}

if (import.meta.main) {
  const asked = (JSON.parse(process.argv[2] ?? '[]') as string[][]).map((args) => readOptions(args));
  const orders = asked.flatMap((options): (Order | SmallOrder)[] => {
    if (options === undefined) return [];
    const { sites } = options;
    return sites === undefined ? accountsOf(options) : runsOf(sites, [], options);
  });
  const policyFile = (what: Order['what'] | SmallOrder['what']) =>
    `simulator/scenarios/${what === 'account' ? 'generated' : 'small'}/policy.yml`;
  const playEach = (what: Order['what'] | SmallOrder['what']) =>
    withPlayers<Order | SmallOrder, Played | SmallPlayed, (Outcome | undefined)[]>(
      { policyFile: policyFile(what), jobs: 1, nameOf: ({ seed }) => `seed ${seed}` },
      ({ pool }) =>
        Promise.all(
          orders.map(async (order) => {
            const played = order.what === what ? await pool.play(order) : undefined;
            return played && { troubles: troublesOf(played), struck: struckIn(played) };
          }),
        ),
    );
  const [accounts, small] = [await playEach('account'), await playEach('small')];
  process.stdout.write(JSON.stringify(orders.map((_, index) => accounts[index] ?? small[index])));
}

function struckIn(played: Played | SmallPlayed): number[] {
  if ('failed' in played) return [];
  if ('resources' in played) return played.fault === undefined ? [] : [played.fault.fired];
  return [...(played.fired ?? []), ...(played.weather ?? []).map(({ fired }) => fired)];
}

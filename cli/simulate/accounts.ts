import { drawnFault } from '../../simulator/faults/index.ts';
import { chanceOfAccount, drawAccount, start } from '../../simulator/scenarios/generated/draw.ts';
import { type Drawn as DrawnIncident, incidentWords } from '../../simulator/scenarios/generated/incidents.ts';
import { OptionsRejected } from '../options.ts';
import { troublesOf } from './ended.ts';
import type { SimulateOptions } from './options.ts';
import type { Order, Played, Setting } from './order.ts';
import { type Players, withPlayers } from './players.ts';
import { playAll } from './pool.ts';
import { type Short, shortAccount } from './shorten.ts';
import { totalsOf } from './totals.ts';

const policyFile = 'simulator/scenarios/generated/policy.yml';

/**
 * Plays generated accounts and tells of each as soon as it is over. Answers whether all of them are good. A run that is
 * interrupted sums up what was played until then, and is not good.
 */
export function simulateAccounts(options: SimulateOptions): Promise<boolean> {
  const simulate = async ({ setting, pool, interrupted }: Players<Order, Played>) => {
    const orders = ordersOf(options);
    const { days, json, faults } = options;
    for (const order of orders) checkIncidents(order, setting);
    const isGood = goodUnder(faults);
    const write = (text: string) => void process.stdout.write(text);
    write(json ? '[' : `${options.seeds.length} accounts, ${days} days each. Rules: ${policyFile}.\n`);
    const all: Played[] = [];
    await playAll(pool, orders, (played, order) => {
      // Told whole, an account is a line of its own: what was written holds if the rest is never played.
      write(json ? `${all.length === 0 ? '' : ','}\n${JSON.stringify(played)}` : `${lineOf(played, order, isGood)}\n`);
      all.push(played);
    });
    if (json) write('\n]\n');
    else {
      const isWhole = all.length === orders.length;
      const short = isWhole ? [] : [`Interrupted: ${all.length} of ${orders.length} accounts were played.`];
      write(`\n${[...totalsOf(all, orders, isGood), ...short].join('\n')}\n`);
    }
    const broken = all.flatMap((played, index) => (troublesOf(played).length > 0 ? [{ played, index }] : []));
    const shortenOne = async ({ played, index }: { readonly played: Played; readonly index: number }) => {
      const order = orders[index] as Order;
      const { incidents } = drawnFor(order, setting);
      const short = await shortAccount(order, incidents.length, played, pool.play);
      if (short !== undefined && !interrupted.aborted) write(`${shortWords(short, setting)}\n`);
    };
    await Promise.all(broken.slice(0, options.shorten).map(shortenOne));
    return all.length === orders.length && all.every(isGood);
  };
  return withPlayers({ policyFile, jobs: options.jobs, nameOf }, simulate);
}

/** What is drawn for the account that was ordered. */
function drawnFor({ seed, days, resources }: Order, { policy }: Setting) {
  return drawAccount(chanceOfAccount(seed), policy, days, resources);
}

function checkIncidents(order: Order, setting: Setting): void {
  if (order.incidents === undefined) return;
  const count = drawnFor(order, setting).incidents.length;
  const wrong = order.incidents.find((number) => number > count);
  if (wrong === undefined) return;
  throw new OptionsRejected(
    `--incidents ${wrong}: seed ${order.seed} has ${count} of them in ${order.days} days. Write numbers from 1 to ${count}, or none.`,
  );
}

/** The accounts that are asked for, each with what it is put under. */
export function ordersOf({ seeds, days, resources, faults, incidents, plant, json, trace }: SimulateOptions): Order[] {
  const order = (seed: string, fault: Order['fault']): Order => ({
    what: 'account',
    seed,
    days,
    ...(resources !== undefined && { resources }),
    fault,
    ...(incidents !== undefined && { incidents }),
    plant,
    digest: json,
    ...(trace !== undefined && { trace }),
  });
  if (faults === 'drawn') return seeds.map((seed) => order(seed, drawnFault(seed)));
  return faults.flatMap((fault) => seeds.map((seed) => order(seed, fault)));
}

function nameOf({ seed, fault }: Order): string {
  return `seed ${seed}${fault === undefined ? '' : ` under ${fault}`}`;
}

type Good = (played: Played) => boolean;

/** A fault that was asked for has to strike; one that a seed drew may find nothing to strike, and the totals count it. */
function goodUnder(faults: SimulateOptions['faults']): Good {
  return (played) =>
    !('failed' in played) &&
    played.findings.every(({ violations }) => violations.length === 0) &&
    (faults === 'drawn' || played.fault?.fired !== 0);
}

function lineOf(played: Played, order: Order, isGood: Good): string {
  const lines =
    'failed' in played
      ? [`BROKEN  seed ${played.seed}: it came to no end: ${played.failed}`]
      : told(played, isGood(played) ? 'good  ' : 'BROKEN');
  if (!isGood(played)) lines.push(`        again: npm run simulate -- ${again(order)}`);
  return lines.join('\n');
}

function told(played: Exclude<Played, { readonly failed: string }>, word: 'good  ' | 'BROKEN'): string[] {
  const { seed, resources, incidents, findings } = played;
  const counts = findings.find(({ examined }) => 'breaches' in examined)?.examined ?? {};
  const lines = [
    `${word}  seed ${seed}: ${resources} resources, ${counts.objectives ?? 0} objectives, ${incidents.length} incidents, ${counts.breaches ?? 0} breaches, ${counts.pages ?? 0} messages`,
  ];
  const met = counts['breaches while the fault was at work'];
  if (played.fault !== undefined)
    lines.push(
      `        ${played.fault.words}; it struck ${played.fault.fired} times${met === undefined ? '' : `, and ${met} breaches met it`}`,
    );
  lines.push(...troublesOf(played).map((one) => `        ${one}`));
  return lines;
}

/** What is left of a broken account that was made short, and how to play it again. */
function shortWords({ order, played }: Short<Order>, setting: Setting): string {
  const { incidents, resources } = drawnFor(order, setting);
  const { fault, incidents: chosen = [] } = order;
  return [
    `Short   ${nameOf(order)}: ${chosen.length} of ${incidents.length} incidents${fault === undefined ? ', no fault' : ''}`,
    ...chosen.map(
      (number) => `        ${number}: ${incidentWords(incidents[number - 1] as DrawnIncident, resources, start)}`,
    ),
    ...troublesOf(played).map((one) => `        ${one}`),
    `        again: npm run simulate -- ${again(order)}`,
  ].join('\n');
}

/** The options that play one account again. */
function again({ seed, days, resources, fault, incidents, plant }: Order): string {
  return [
    `--seeds 1 --from ${seed} --days ${days}`,
    ...(resources === undefined ? [] : [`--resources ${resources}`]),
    ...(fault === undefined ? [] : [`--fault ${fault}`]),
    ...(incidents === undefined ? [] : [`--incidents ${incidents.length === 0 ? 'none' : incidents.join(',')}`]),
    ...(plant === undefined ? [] : [`--plant ${plant}`]),
  ].join(' ');
}

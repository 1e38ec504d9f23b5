import { parseArgs } from 'node:util';
import { readPrices } from '../cli/prices/prices.ts';
import { batchSize, mostInFlight } from '../functions/fleet/batch.ts';
import { sizes } from './fleet/account.ts';
import { billOf, pollingBill, type Standing, sum, total, waitingBill } from './fleet/bill.ts';
import type { Used } from './fleet/meter.ts';
import type { FleetPlayed } from './fleet/play.ts';
import { playFleet } from './fleet/process.ts';

/** What the product is to stand: on two cores, under 2 GB. */
const whole = { resources: 10_000, days: 30 } as const;
const usual = { resources: 10_000, days: 1 } as const;
const mostMegabytes = 2_000;
/** StartExecution's refill each second in Frankfurt, and how much longer than that the starts of a wave may take. */
const startsEachSecond = 150;
const allowed = 1.2;

/** Plays a healthy fleet and says what it used, what that costs, and what polling would cost. */
export async function benchFleet(say: (line: string) => void, args: readonly string[] = []): Promise<boolean> {
  const { resources, days } = optionsOf(args);
  const { played, standing } = await playFleet({ resources, days });
  const { used } = played;

  say(
    `A healthy fleet of ${number(resources)} resources for ${days === 1 ? 'a day' : `${days} days`}, in one process:`,
  );
  for (const { part, count } of sizes(resources)) say(`  ${number(count).padStart(7)} ${part.kind} in ${part.tier}`);
  say('');
  say(`  ${played.cpuSeconds.toFixed(0)} s of CPU, ${played.clockSeconds.toFixed(0)} s by the clock`);
  const isSmall = played.megabytes <= mostMegabytes;
  say(
    `  ${number(played.megabytes)} MB of memory at most, ${isSmall ? 'within' : 'NOT within'} ${number(mostMegabytes)} MB`,
  );
  say(`  ${number(used.executions)} executions, ${number(sum(used.transitions))} state transitions billed`);
  const calls = sum(used.calls);
  say(`  ${number(calls)} AWS calls (${(calls / resources / days).toFixed(1)} for each resource and day):`);
  for (const [service, count] of byService(used)) say(`    ${number(count).padStart(11)} ${service}`);
  say(
    `  ${number(played.objectives)} objectives examined, ${number(played.violationCount)} violations, ${played.pages} pages`,
  );
  for (const violation of played.violations) say(`    ${violation}`);
  if (played.violationCount > played.violations.length) say('    …');
  if (resources < whole.resources || days < whole.days) {
    const scale = (whole.resources * whole.days) / (resources * days);
    say(
      `  This is ${((100 * resources * days) / whole.resources / whole.days).toFixed(1)} % of ${number(whole.resources)} resources for ${whole.days} days (--resources ${whole.resources} --days ${whole.days}).`,
    );
    say(
      `  EXTRAPOLATED in proportion, not played: ${number(played.cpuSeconds * scale)} s of CPU, ${number(sum(used.transitions) * scale)} state transitions, ${number(calls * scale)} AWS calls. Memory grows too, by some 3 kB for each run of a backup.`,
    );
  }
  say('');
  const isQuick = sayDispatch(played, say);
  sayFunctions(used, say);
  sayMoney(played, standing, { resources, days }, say);
  return isSmall && isQuick && played.violationCount === 0;
}

/** The largest wave: what starting it took, beside what the quota alone would take. */
function sayDispatch({ waves }: FleetPlayed, say: (line: string) => void): boolean {
  const largest = [...waves].sort((one, other) => other.started - one.started)[0];
  if (largest === undefined) return true;
  const { started, seconds, fullSeconds, pauseSeconds, waits } = largest;
  const quota = started / startsEachSecond;
  const own = seconds - fullSeconds - pauseSeconds;
  const budget = quota * allowed + waits;
  const isQuick = own <= budget;
  const part = (some: number) => `${number(some)} s, ${((100 * some) / Math.max(seconds, 1)).toFixed(1)} %`;
  say(`The largest wave, ${largest.name}:`);
  say(`  ${number(started)} executions were started within ${number(seconds)} s:`);
  say(`    ${part(fullSeconds)}: waited while ${mostInFlight} executions of the workflow ran, which is all that may`);
  say(`    ${part(pauseSeconds)}: waited between batches of ${batchSize}, so that AWS Backup is asked a few at a time`);
  say(
    `    ${part(own)}: worked, ${isQuick ? 'within' : 'NOT within'} ${number(budget)} s: × ${allowed} of the ${quota.toFixed(0)} s that StartExecution's quota takes, and a second for each of ${number(waits)} waits`,
  );
  say('');
  return isQuick;
}

function sayFunctions({ lambda }: Used, say: (line: string) => void): void {
  say('Functions, the longest runs (virtual time: what a run waits for, by the simulator’s assumptions):');
  const longest = Object.entries(lambda).sort(([, one], [, other]) => other.longestSeconds - one.longestSeconds);
  for (const [name, { runs, longestSeconds, gigabyteSeconds }] of longest.slice(0, 8)) {
    say(
      `  ${longestSeconds.toFixed(1).padStart(7)} s  ${name}: ${number(runs)} runs, ${number(gigabyteSeconds)} GB-seconds`,
    );
  }
  say('');
}

function sayMoney(
  { used, waited }: FleetPlayed,
  standing: Standing,
  { resources, days }: { resources: number; days: number },
  say: (line: string) => void,
): void {
  const prices = readPrices();
  const bill = billOf(used, standing, prices, days);
  const each = (usd: number) => `$${(usd / resources).toFixed(4)}`;
  say(`A month of this, ${prices.region} as of ${prices.asOf}, without storage and data transfer of AWS Backup:`);
  for (const { line, quantity, usd } of bill) {
    say(`  ${usd.toFixed(2).padStart(9)} ${prices.currency}  ${line}: ${number(quantity)}`);
  }
  say(
    `  ${total(bill).toFixed(2).padStart(9)} ${prices.currency}  in all: ${each(total(bill))} per resource and month`,
  );
  say('  The price table has no price for logs.');
  say('');
  const jobs = Object.entries(waited).map(
    ([kind, { jobs, seconds }]) =>
      `${number(jobs)} of ${kind}${jobs === 0 ? '' : `, ${(seconds / jobs / 60).toFixed(1)} min each`}`,
  );
  say(`Jobs that were waited for: ${jobs.join('; ')}.`);
  const own = total(waitingBill(used, prices, days));
  const polling = total(pollingBill(waited, prices, days));
  const bare = total(pollingBill(waited, prices, days, false));
  say('Starting them and waiting for them, per resource and month:');
  say(`  ${each(own)}  by events and callbacks, as it is: part of the bill above`);
  say(`  ${each(polling)}  by a loop that waits 60 seconds and asks by a function: × ${(polling / own).toFixed(1)}`);
  say(`  ${each(bare)}  by the same loop asking without a function: × ${(bare / own).toFixed(1)}`);
  say(
    `  ${each(total(bill) - own + polling)}  is what the whole bill would be with the loop, beside ${each(total(bill))}`,
  );
}

function optionsOf(args: readonly string[]): { resources: number; days: number } {
  const { values } = parseArgs({
    args: [...args],
    options: { resources: { type: 'string' }, days: { type: 'string' } },
  });
  const whole = (name: 'resources' | 'days') => {
    const given = Number(values[name] ?? usual[name]);
    if (Number.isInteger(given) && given > 0) return given;
    throw new Error(`--${name}: ${values[name]} is no whole number above 0. Write one, such as ${usual[name]}.`);
  };
  return { resources: whole('resources'), days: whole('days') };
}

function byService({ calls }: Used): [string, number][] {
  const counted = new Map<string, number>();
  for (const [name, count] of Object.entries(calls)) {
    const service = name.slice(0, name.indexOf('.'));
    counted.set(service, (counted.get(service) ?? 0) + count);
  }
  return [...counted].sort(([, one], [, other]) => other - one);
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}

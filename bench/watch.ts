import { deadlinePrefix, ordinaryShard } from '../functions/ledger/deadline.ts';
import { ledgerOf, type Row } from '../functions/ledger/ledger.ts';
import type { Handler } from '../functions/platform/lambda.ts';
import { handler as check } from '../functions/watch/check.ts';
import { handler as watch } from '../functions/watch/watch.ts';
import { real } from '../simulator/world/real.ts';
import { type OneRegion, oneRegion } from './one-region.ts';
import { healthyFleet } from './watch-fleet.ts';

const sizes = [10, 1_000, 10_000] as const;
const allowed = 1.2;
/** Runs of each size between two readings of the clock, and readings. The least of many is the one nobody disturbed. */
const runs = 50;
const readings = 40;

const minute = 60_000;
const invocation = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 55_000 };

interface Measured {
  readonly resources: number;
  readonly region: OneRegion;
  readonly run: Handler;
  calls: Map<string, number>;
  milliseconds: number;
}

/**
 * What one run of the watch costs while all is well, for three sizes of fleet, and what a storm costs: 10,000 resources
 * whose vault key is disabled. Figures of time are ratios, since machines differ.
 */
export async function benchWatch(say: (line: string) => void): Promise<boolean> {
  const measured: Measured[] = [];
  for (const resources of sizes) {
    const region = oneRegion('bench');
    await healthyFleet(region, resources);
    const run = watch.start(region.seam);
    await run({}, invocation);
    region.take();
    await run({}, invocation);
    measured.push({ resources, region, run, calls: region.take(), milliseconds: Number.POSITIVE_INFINITY });
  }
  // The sizes take turns, so that whatever else the machine does meets all of them.
  for (let reading = 0; reading < readings; reading += 1) {
    for (const one of measured) {
      const from = real.now();
      for (let each = 0; each < runs; each += 1) await one.run({}, invocation);
      one.milliseconds = Math.min(one.milliseconds, (real.now() - from) / runs);
    }
  }
  const [least] = measured as [Measured];
  say('One run of the watch while all is well:');
  let flat = true;
  for (const { resources, calls, milliseconds } of measured) {
    const cost = total(calls) / total(least.calls);
    const time = milliseconds / least.milliseconds;
    flat &&= cost <= allowed && time <= allowed;
    say(
      `  ${String(resources).padStart(6)} resources: ${total(calls)} AWS calls (× ${cost.toFixed(2)}), time × ${time.toFixed(2)}`,
    );
  }
  say(`  ${list(least.calls)}`);
  say(flat ? `  flat within ${percent(allowed)}` : `  NOT flat within ${percent(allowed)}`);
  const last = measured.at(-1) as Measured;
  return (await storm(last, say)) && flat;
}

/** The key of the vault is disabled, nothing is backed up any more, and every deadline passes. */
async function storm({ region, run, resources }: Measured, say: (line: string) => void): Promise<boolean> {
  region.services.KMS.setState('alias/lifeboat-vault', 'Disabled');
  let most = new Map<string, number>();
  let firings = 0;
  const ledger = ledgerOf(region.seam);
  /** Whether some deadline has passed at which nobody has looked yet. */
  const isWaiting = async () => {
    const now = new Date(region.world.now()).toISOString();
    const due = await ledger.due<Row>(ordinaryShard, now, 20);
    return due.some(({ sk }) => sk.startsWith(deadlinePrefix));
  };
  await region.world.run(region.world.now() + 9 * 60 * minute);
  // It has a schedule of its own, every five minutes.
  await check.start(region.seam)({}, invocation);
  await region.world.run(region.world.now() + minute);
  for (; firings < 200 && (await isWaiting()); firings += 1) {
    region.take();
    await run({}, invocation);
    const calls = region.take();
    await region.world.run(region.world.now() + minute);
    if (backupCalls(calls) > backupCalls(most)) most = calls;
  }
  const { SNS } = region.services;
  const pages = SNS.deliveries().filter(({ subject }) => subject?.startsWith('PAGE'));
  say('');
  say(`A storm of ${resources} resources whose vault key is disabled:`);
  say(`  pages: ${pages.length}${pages[0] === undefined ? '' : `, "${pages[0].subject}"`}`);
  say(`  each was looked at within ${firings} firings of the watch`);
  say(`  AWS calls of the dearest firing, ledger and messages apart: ${backupCalls(most)} (${list(apart(most))})`);
  return pages.length === 1;
}

const own: readonly string[] = ['DynamoDB', 'SNS', 'CloudWatch', 'S3'];

function apart(calls: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...calls].filter(([name]) => !own.includes(name.split('.')[0] ?? '')));
}

function backupCalls(calls: ReadonlyMap<string, number>): number {
  return total(apart(calls));
}

function total(calls: ReadonlyMap<string, number>): number {
  return [...calls.values()].reduce((sum, count) => sum + count, 0);
}

function list(calls: ReadonlyMap<string, number>): string {
  return [...calls]
    .sort()
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function percent(ratio: number): string {
  return `${Math.round((ratio - 1) * 100)} %`;
}

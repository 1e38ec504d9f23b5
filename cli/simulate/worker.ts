// The simulated account replaces the globals for time and chance: before any library reads them.
import '../../simulator/world/globals.ts';
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { planted } from '../../simulator/faults/planted.ts';
import { playMonth } from '../../simulator/scenarios/generated/month.ts';
import { playSmall } from '../../simulator/scenarios/small/small.ts';
import { traceLine } from '../../simulator/world/trace.ts';
import type { Order, Played, Setting, SmallOrder, SmallPlayed } from './order.ts';

/** One account after another, as they are ordered: a process of its own for each core. */
let setting: Setting | undefined;
let last = Promise.resolve();

process.on('message', (message: { readonly setting: Setting } | { readonly order: Order | SmallOrder }) => {
  if ('setting' in message) {
    setting = message.setting;
    return;
  }
  last = last.then(async () => {
    const { order } = message;
    process.send?.(order.what === 'account' ? await play(order) : await playOneSmall(order));
  });
});

async function play({ seed, days, fault, plant, digest }: Order): Promise<Played> {
  if (setting === undefined) throw new Error('An account was ordered before its setting was told.');
  const hash = createHash('sha256');
  const month = await playMonth({
    ...setting,
    seed,
    days,
    ...(fault !== undefined && { fault }),
    ...(plant !== undefined && { plant: planted[plant] }),
    ...(digest && { listen: (entry) => void hash.update(traceLine(entry)) }),
  });
  return { ...month, ...(digest && { trace: hash.digest('hex') }) };
}

async function playOneSmall({ seed, faults, weather, trace }: SmallOrder): Promise<SmallPlayed> {
  if (setting === undefined) throw new Error('An account was ordered before its setting was told.');
  const file = trace === undefined ? undefined : openSync(trace, 'w');
  try {
    return await playSmall({
      ...setting,
      seed,
      ...(faults !== undefined && { faults }),
      ...(weather !== undefined && { weather }),
      ...(file !== undefined && { listen: (entry) => void writeSync(file, `${traceLine(entry)}\n`) }),
    });
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

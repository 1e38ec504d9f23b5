// The simulated account replaces the globals for time and chance: before any library reads them.
import '../../simulator/world/globals.ts';
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { planted } from '../../simulator/faults/planted.ts';
import { playMonth } from '../../simulator/scenarios/generated/month.ts';
import { playSmall } from '../../simulator/scenarios/small/small.ts';
import { type TraceEntry, traceLine } from '../../simulator/world/trace.ts';
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

async function play({ seed, days, resources, fault, incidents, plant, digest, trace }: Order): Promise<Played> {
  if (setting === undefined) throw new Error('An account was ordered before its setting was told.');
  const hash = createHash('sha256');
  const file = trace === undefined ? undefined : openSync(trace, 'w');
  const listen = (entry: TraceEntry) => {
    const line = traceLine(entry);
    if (digest) hash.update(line);
    if (file !== undefined) writeSync(file, `${line}\n`);
  };
  try {
    const month = await playMonth({
      ...setting,
      seed,
      days,
      ...(resources !== undefined && { resources }),
      ...(fault !== undefined && { fault }),
      ...(incidents !== undefined && { incidents }),
      ...(plant !== undefined && { plant: planted[plant] }),
      ...((digest || file !== undefined) && { listen }),
    });
    return { ...month, ...(digest && { trace: hash.digest('hex') }) };
  } catch (error) {
    // One account that comes to no end is not the end of a thousand others.
    return { seed, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function playOneSmall({ seed, faults, weather, plant, trace }: SmallOrder): Promise<SmallPlayed> {
  if (setting === undefined) throw new Error('An account was ordered before its setting was told.');
  const file = trace === undefined ? undefined : openSync(trace, 'w');
  try {
    return await playSmall({
      ...setting,
      seed,
      ...(faults !== undefined && { faults }),
      ...(weather !== undefined && { weather }),
      ...(plant !== undefined && { plant: planted[plant] }),
      ...(file !== undefined && { listen: (entry) => void writeSync(file, `${traceLine(entry)}\n`) }),
    });
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

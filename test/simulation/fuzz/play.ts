// Sends edited samples to every function and every machine of an account in which everything has happened once. Prints
// what is wrong with the answers as JSON. Run by fuzz.test.ts. `LIFEBOAT_FUZZ=20` makes it look twenty times as long,
// `LIFEBOAT_FUZZ_SEED` somewhere else, and an argument at those alone whose Region and name hold it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzzFunction } from './functions.ts';
import { fuzzMachine, written } from './machines.ts';
import { plant } from './planted.ts';
import { quietAccount, type Sample } from './world.ts';

/** Edits of each sample. */
const times = 10;

export interface Fuzzed {
  readonly functions: readonly string[];
  readonly machines: readonly string[];
  readonly samples: number;
  readonly troubles: readonly string[];
  /** What was found in handlers that are wrong on purpose. */
  readonly planted: readonly string[];
}

const taskRoot = mkdtempSync(join(tmpdir(), 'lifeboat-fuzz-'));
const [only = ''] = process.argv.slice(2);
const names = (samples: readonly Sample[]) => [...new Set(samples.map(({ name }) => name))].sort();
try {
  const stage = await quietAccount(taskRoot);
  const chosen = (samples: readonly Sample[], what: string) =>
    samples.filter(({ region, name }) => `${what} ${region} ${name}`.includes(only));
  // The account's data is synthetic, and something else answers for the probes: test/unit/fuzz asks them.
  const functions = chosen(stage.functions, 'function').filter(({ name }) => !name.startsWith('lifeboat-probe-'));
  const machines = chosen(written(stage.machines), 'machine');
  const troubles: string[] = [];
  for (const sample of functions) troubles.push(...(await fuzzFunction(stage, sample, times)));
  for (const sample of machines) troubles.push(...(await fuzzMachine(stage, sample, times)));
  const planted: string[] = [];
  for (const sample of plant(stage, taskRoot)) planted.push(...(await fuzzFunction(stage, sample, 60)));
  const fuzzed: Fuzzed = {
    functions: names(functions),
    machines: names(machines),
    samples: functions.length + machines.length,
    troubles,
    planted,
  };
  process.stdout.write(`${JSON.stringify(fuzzed, null, 2)}\n`);
} finally {
  rmSync(taskRoot, { recursive: true, force: true });
}

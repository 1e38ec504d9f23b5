import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { packagedOnce } from '../cli/package/kept.ts';
import { stacksOf } from '../cli/package.ts';
import { unzip } from '../test/deploy/zip.ts';

const policyFile = 'policy.yml';
const repeats = 7;
/** Gzipped, by the number of SDK clients in the bundle. */
const budgetBytes = (clients: number) => (clients <= 2 ? 130_000 : 165_000);
/** Of an empty handler's, in the same run. */
const budgetImports = 15;

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly clients: number;
}

/**
 * Size and import time of each function's bundle as it is packaged, beside a handler that does nothing. Each import is a
 * process of its own, and the bundles take turns. Milliseconds are of CPU: on a busy machine a clock would measure the
 * others.
 */
export async function benchBundles(say: (line: string) => void): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-bundles-'));
  try {
    const empty = join(folder, 'empty.js');
    await writeFile(empty, '"use strict";exports.handler=async()=>{};\n');
    const program = join(folder, 'import.mjs');
    await writeFile(program, importing);
    const bundles = await unpack(folder);
    const times = new Map([empty, ...bundles.map(({ file }) => file)].map((file) => [file, [] as number[]]));
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const [file, measured] of times) measured.push(await importMilliseconds(program, file));
    }
    return tell(
      say,
      bundles.map((bundle) => ({ ...bundle, milliseconds: median(times.get(bundle.file)) })),
      median(times.get(empty)),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every function of every part, once: what a copy Region shares with home is the same bytes. */
async function unpack(folder: string): Promise<Bundle[]> {
  const bundles = new Map<string, Bundle>();
  for (const stack of await stacksOf(policyFile)) {
    const packaged = await packagedOnce({ ...stack, policyFile });
    for (const zip of (await readdir(packaged)).filter((file) => file.endsWith('.zip')).sort()) {
      for (const [name, bytes] of bundles.has(zip) ? [] : unzip(join(packaged, zip))) {
        if (!name.endsWith('.js')) continue;
        const file = join(folder, zip, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, bytes);
        const size = gzipSync(bytes, { level: 9 }).length;
        bundles.set(zip, { name: zip.replace('.zip', ''), file, bytes: size, clients: clientsIn(bytes.toString()) });
      }
    }
  }
  return [...bundles.values()];
}

/** Each SDK client brings the name of its service, in one place. */
export function clientsIn(text: string): number {
  return new Set([...text.matchAll(/serviceId:\w+\?\.serviceId\?\?"([^"]+)"/g)].map(([, service]) => service)).size;
}

const importing = `
  const before = process.cpuUsage();
  const module = await import(process.argv[2]);
  const { user, system } = process.cpuUsage(before);
  if (typeof module.handler !== 'function') throw new Error('It exports no handler.');
  process.stdout.write(String((user + system) / 1000));
`;

async function importMilliseconds(program: string, file: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, file], { env: {} });
  return Number(stdout);
}

function tell(
  say: (line: string) => void,
  bundles: readonly (Bundle & { milliseconds: number })[],
  emptyMilliseconds: number,
): boolean {
  const large: string[] = [];
  const slow: string[] = [];
  say(`                   gzipped  of its budget   clients   import, of an empty handler's`);
  for (const { name, bytes, clients, milliseconds } of bundles) {
    const [size, time] = [bytes / budgetBytes(clients), milliseconds / emptyMilliseconds];
    if (size > 1) large.push(`${name} has ${kilobytes(bytes)} of ${kilobytes(budgetBytes(clients))}`);
    if (time > budgetImports) slow.push(name);
    say(
      `  ${name.padEnd(16)} ${kilobytes(bytes).padStart(7)}  ${`× ${size.toFixed(2)}`.padStart(13)}  ${String(clients).padStart(8)}  ${`× ${time.toFixed(1)}`.padStart(10)}`,
    );
  }
  say(`  an empty handler takes ${emptyMilliseconds.toFixed(1)} ms of CPU to import here, the median of ${repeats}`);
  const isSmall = large.length === 0 && bundles.length > 0;
  say(isSmall ? `  ${bundles.length} bundles, all within their size` : `  NOT within their size: ${large.join('; ')}`);
  say(
    slow.length === 0
      ? `  all import within × ${budgetImports}`
      : `  NOT within × ${budgetImports} to import: ${slow.join(', ')}`,
  );
  return isSmall && slow.length === 0;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function median(values: readonly number[] = []): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

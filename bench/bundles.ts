import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { packagedOnce } from '../cli/package/kept.ts';
import { root } from '../cli/package/service.ts';
import { stacksOf } from '../cli/package.ts';
import plugins from '../resources/bundle.ts';
import { unzip } from '../test/deploy/zip.ts';

const policyFile = 'policy.yml';
const rounds = 11;
/** Gzipped, by the number of SDK clients in the bundle. */
const budgetBytes = (clients: number) => (clients <= 2 ? 130_000 : 165_000);
/**
 * Of what a handler costs that makes one call of one SDK client, bundled as ours are, in the same rounds. The first design
 * said fifteen times an empty handler, which no handler that calls AWS can hold: docs/decisions/0020-bundle-budgets.md.
 */
const budgetOfOneCall = 2.5;
const firstBudgetOfEmpty = 15;

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly clients: number;
}

/**
 * Size and import time of each function's bundle as it is packaged, beside a handler that does nothing and one that makes
 * a single call of AWS. Each import is a process of its own, and they take turns: a ratio is of two imports of the same
 * round, and of the rounds the median counts. Milliseconds are of CPU: on a busy machine a clock would measure the others.
 */
export async function benchBundles(say: (line: string) => void): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-bundles-'));
  try {
    const empty = join(folder, 'empty.js');
    await writeFile(empty, '"use strict";exports.handler=async()=>{};\n');
    const oneCall = join(folder, 'one-call.js');
    await writeFile(oneCall, await oneCallBundle());
    const program = join(folder, 'import.mjs');
    await writeFile(program, importing);
    const bundles = await unpack(folder);
    const measured = new Map(
      [empty, oneCall, ...bundles.map(({ file }) => file)].map((file) => [file, [] as number[]]),
    );
    for (let round = 0; round < rounds; round += 1) {
      for (const [file, milliseconds] of measured) milliseconds.push(await importMilliseconds(program, file));
    }
    const against = (file: string, base: string) =>
      median(measured.get(file)?.map((one, round) => one / (measured.get(base)?.[round] ?? Number.NaN)));
    const told = bundles.map((bundle) => ({
      ...bundle,
      milliseconds: median(measured.get(bundle.file)),
      ofOneCall: against(bundle.file, oneCall),
      ofEmpty: against(bundle.file, empty),
    }));
    return tell(say, told, {
      empty: median(measured.get(empty)),
      oneCall: median(measured.get(oneCall)),
      oneCallOfEmpty: against(oneCall, empty),
    });
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

/** The least that a function which calls AWS can be, through the same bundler. */
async function oneCallBundle(): Promise<Uint8Array> {
  const contents = `
    import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
    export const handler = async () => new DynamoDBClient({}).send(new GetItemCommand({ TableName: 'a', Key: {} }));`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    target: 'node24',
    platform: 'node',
    mainFields: ['module', 'main'],
    plugins,
    write: false,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('The bundler made nothing of the handler with one call.');
  return output.contents;
}

/** As Lambda's runtime loads it: its client for Node 24 imports whatever file it finds. */
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

interface Measured extends Bundle {
  readonly milliseconds: number;
  readonly ofOneCall: number;
  readonly ofEmpty: number;
}

function tell(
  say: (line: string) => void,
  bundles: readonly Measured[],
  base: { readonly empty: number; readonly oneCall: number; readonly oneCallOfEmpty: number },
): boolean {
  const large: string[] = [];
  const slow: string[] = [];
  say(`                     gzipped  of its budget   clients    import   of one call's   of an empty one's`);
  for (const { name, bytes, clients, milliseconds, ofOneCall, ofEmpty } of bundles) {
    const size = bytes / budgetBytes(clients);
    if (size > 1) large.push(`${name} has ${kilobytes(bytes)} of ${kilobytes(budgetBytes(clients))}`);
    // A figure that is no number is not within anything.
    if (!(ofOneCall <= budgetOfOneCall)) slow.push(`${name} takes ${times(ofOneCall)}`);
    say(
      `  ${name.padEnd(16)} ${kilobytes(bytes).padStart(9)}  ${times(size, 2).padStart(13)}  ${String(clients).padStart(8)}  ${`${milliseconds.toFixed(0)} ms`.padStart(8)}  ${times(ofOneCall, 2).padStart(14)}  ${times(ofEmpty).padStart(18)}`,
    );
  }
  say(
    `  one call of one client takes ${base.oneCall.toFixed(1)} ms of CPU to import here, an empty handler ${base.empty.toFixed(1)} ms: medians of ${rounds}`,
  );
  const isSmall = large.length === 0 && bundles.length > 0;
  say(isSmall ? `  ${bundles.length} bundles, all within their size` : `  NOT within their size: ${large.join('; ')}`);
  say(
    slow.length === 0
      ? `  all import within ${times(budgetOfOneCall)} of what one call of one client costs`
      : `  NOT within ${times(budgetOfOneCall)} of one call's import: ${slow.join('; ')}`,
  );
  const held = bundles.filter(({ ofEmpty }) => ofEmpty <= firstBudgetOfEmpty);
  say(
    `  of the first design's ${times(firstBudgetOfEmpty, 0)} of an empty handler ${held.length} hold; one call of one client costs ${times(base.oneCallOfEmpty)} (docs/decisions/0020)`,
  );
  return isSmall && slow.length === 0;
}

function times(ratio: number, digits = 1): string {
  return `× ${ratio.toFixed(digits)}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function median(values: readonly number[] = []): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madeOnce } from '../../cli/package/once.ts';

const root = join(import.meta.dirname, '../..');

/** How a program ended, with all that it printed. */
export interface Ran {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A run that was played once for all who ask about it. `folder` is shared: read it, and change nothing in it. */
export interface Played extends Ran {
  readonly folder: string;
  /** The folder with what its roles asked of AWS, where that was listened to: see test/deploy/rights/tap.ts. */
  readonly asked: string;
}

/** Stands for the run's own folder among the parameters of a run. */
export const FOLDER = '{folder}';

/**
 * Plays `node ...parameters` in a process of its own, once for all tests of a session: a simulation is the same each
 * time, and costs half a minute. Only a test that it IS the same plays it anew (see {@link run}).
 */
export async function playedOnce(
  parameters: readonly string[],
  options: { readonly listened?: boolean } = {},
): Promise<Played> {
  const session = process.env.LIFEBOAT_PLAYED;
  if (session === undefined) throw new Error('LIFEBOAT_PLAYED names no folder: jest.config.js sets it.');
  const { listened = false } = options;
  const digest = createHash('sha256').update(JSON.stringify({ parameters, listened })).digest('hex');
  const folder = join(session, digest.slice(0, 16));
  await mkdir(session, { recursive: true });
  await madeOnce(folder, async (beside) => {
    await mkdir(beside);
    const tap = listened ? ['--import', './test/deploy/rights/tap.ts'] : [];
    const named = parameters.map((one) => one.replaceAll(FOLDER, beside));
    const ran = await run([...tap, ...named], { RIGHTS_FOLDER: join(beside, 'asked') });
    await writeFile(join(beside, 'ran.json'), JSON.stringify(ran));
  });
  const ran = JSON.parse(await readFile(join(folder, 'ran.json'), 'utf8')) as Ran;
  return { ...ran, folder, asked: join(folder, 'asked') };
}

/** Runs `node ...parameters` in the folder of the repository: jest's own VM is slow and shares globals. */
export function run(parameters: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...parameters], { cwd: root, env: { ...process.env, ...env } });
    const said = { output: [] as Buffer[], errors: [] as Buffer[] };
    child.stdout.on('data', (data: Buffer) => said.output.push(data));
    child.stderr.on('data', (data: Buffer) => said.errors.push(data));
    child.on('error', reject);
    child.on('close', (exitCode) =>
      resolve({
        exitCode,
        output: Buffer.concat(said.output).toString(),
        errors: Buffer.concat(said.errors).toString(),
      }),
    );
  });
}

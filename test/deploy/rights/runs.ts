import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const here = 'test/deploy/rights';

/** Every workflow, and the ways in which each fails, as far as simulations play them: what is asked in none of these is not known to be needed. */
function runs(folder: string): string[][] {
  return [
    ['cli/start.ts', '--days', '2'],
    ['test/simulation/scratch-run.ts'],
    ['test/simulation/drill/play-table.ts', 'efs'],
    ['test/simulation/drill/play-table.ts', 'aurora postgres', 'healthy'],
    [
      'cli/start.ts',
      '--account',
      join(folder, 'keep-account.yml'),
      '--policy',
      join(folder, 'keep-policy.yml'),
      '--days',
      '6',
    ],
    ['cli/simulate.ts', '--seeds', '1', '--from', '18', '--days', '3', '--fault', 'topics-refuse'],
    ['test/simulation/recover/play.ts', 'rds'],
    ['test/simulation/recover/play.ts', 'aurora'],
    ['test/simulation/recover/play.ts', 'efs'],
    [`${here}/play-operator.ts`],
  ];
}

/** Plays all of them, two at a time, and answers the folder with what they asked of AWS. */
export async function playAll(): Promise<{ folder: string; failed: string[]; played: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-rights-'));
  const given = join(folder, 'given');
  mkdirSync(given);
  for (const file of ['keep-account.yml', 'keep-policy.yml']) cpSync(join(root, here, file), join(given, file));
  writeFileSync(join(given, 'page.txt'), 'a page\n');
  const waiting = runs(given);
  const played = waiting.length;
  const failed: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const said = await play(next, join(folder, 'asked'));
      if (said !== undefined) failed.push(said);
    }
  };
  await Promise.all([work(), work()]);
  return { folder: join(folder, 'asked'), failed, played };
}

/** A run that ends with 1 has judged itself: what matters here is that it came to its end. */
function play(parameters: readonly string[], folder: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', `./${here}/tap.ts`, ...parameters], {
      cwd: root,
      env: { ...process.env, RIGHTS_FOLDER: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : `${parameters.join(' ')} ended with ${code}:\n${errors.slice(-2000)}`),
    );
  });
}

/** What judge.ts says of that folder. */
export function judge<Judged>(folder: string): Promise<Judged> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${here}/judge.ts`, folder], { cwd: root });
    const said = { output: '', errors: '' };
    child.stdout.on('data', (data: Buffer) => (said.output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (said.errors += data.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(said.output) as Judged) : reject(new Error(said.errors)),
    );
  });
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Ran } from './run.ts';

const root = join(import.meta.dirname, '../..');

/** Runs `npm run simulate` as a user does, in processes of its own. */
export function simulate(...options: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['cli/simulate.ts', ...options], { cwd: root });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      errors += data.toString();
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output, errors }));
  });
}

/** How many of something were examined over all accounts, as the last lines tell. */
export function examined(output: string, what: string): number {
  const [, count] = new RegExp(`Examined: .*?(\\d+) ${what}[,.]`).exec(output) ?? [];
  return Number(count ?? Number.NaN);
}

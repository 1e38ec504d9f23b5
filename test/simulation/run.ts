import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a run of `npm start` ended, with all that it printed. */
export interface Ran {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

const root = join(import.meta.dirname, '../..');

/** Runs `npm start` as a user does: a Node process of its own, since jest's own VM is slow and shares globals. */
export function start(...options: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['cli/start.ts', ...options], { cwd: root });
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

/** What `--json` prints, as far as tests read it. */
export interface PrintedSummary {
  readonly ok: boolean;
  readonly resources: readonly { readonly name: string; readonly drills: Readonly<Record<string, number>> }[];
  readonly pages: readonly {
    readonly resource: string;
    readonly location: string;
    readonly kind: string;
    readonly because: string;
  }[];
  readonly differences: readonly string[];
  readonly findings: readonly {
    readonly invariant: string;
    readonly examined: Readonly<Record<string, number>>;
    readonly violations: readonly string[];
  }[];
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Wanted } from './account.ts';
import type { Played } from './play.ts';

/** Plays the recoveries of one kind in a Node process of its own. Rejects with what it said when it failed. */
export function playRecoveries(kind: Wanted): Promise<Played> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'play.ts'), kind], {
      cwd: join(import.meta.dirname, '../../..'),
    });
    const said = { output: '', errors: '' };
    child.stdout.on('data', (data: Buffer) => {
      said.output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      said.errors += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(said.output) as Played);
      else reject(new Error(`The recoveries of ${kind} ended with ${code}:\n${said.errors}`));
    });
  });
}

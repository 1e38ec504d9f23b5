import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Plays one of the scripts beside this file in a Node process of its own, and reads the JSON that it prints: jest's own
 * VM is slow and shares globals. Rejects with what it said when it failed.
 */
export function playDrill<Result>(script: string, options: readonly string[] = []): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, script), ...options], {
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
      if (code === 0) resolve(JSON.parse(said.output) as Result);
      else reject(new Error(`${script} ended with ${code}:\n${said.errors}`));
    });
  });
}

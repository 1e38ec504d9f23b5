import { join, relative } from 'node:path';
import { playedOnce, type Ran } from '../../session/played.ts';

const root = join(import.meta.dirname, '../../..');

/** Plays one of the scripts beside this file, and reads the JSON that it prints. Rejects with what it said when it failed. */
export async function playDrill<Result>(script: string, options: readonly string[] = []): Promise<Result> {
  return printed(await playedOnce([fromRoot(script), ...options]));
}

/** The JSON that a script printed. Throws what it said when it failed. */
export function printed<Result>({ exitCode, output, errors }: Ran): Result {
  if (exitCode !== 0) throw new Error(`The script ended with ${exitCode}:\n${errors}`);
  return JSON.parse(output) as Result;
}

function fromRoot(script: string): string {
  return relative(root, join(import.meta.dirname, script));
}

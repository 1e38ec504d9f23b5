import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from '../../cli/package/service.ts';

/** Everything that decides how a run of the small account goes. */
const played = [
  'bench/defects/plant.ts',
  'cli/package',
  'cli/package.ts',
  'cli/simulate',
  'functions',
  'package-lock.json',
  'resources',
  'serverless.yml',
  'simulator',
  'statemachines',
];

/** A digest of all sources that a run is made of: what one of them was changed for is played again. */
export function digestOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of played) {
    const files = path.includes('.') ? [path] : filesBelow(path);
    for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** Results by what they are results of. A line of JSON for each, so that a run that was interrupted goes on where it was. */
export interface Kept {
  get<Result>(of: unknown): Result | undefined;
  put(of: unknown, result: unknown): void;
}

export function keptIn(file: string | undefined, sources: string): Kept {
  const known = new Map<string, unknown>();
  const keyOf = (of: unknown) => createHash('sha256').update(sources).update(JSON.stringify(of)).digest('hex');
  if (file !== undefined && existsSync(file)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      try {
        const { key, result } = JSON.parse(line) as { key: string; result: unknown };
        known.set(key, result);
      } catch {
        // Whoever wrote the last line was ended in the middle of it.
      }
    }
  }
  return {
    get: <Result>(of: unknown) => known.get(keyOf(of)) as Result | undefined,
    put: (of, result) => {
      known.set(keyOf(of), result);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ key: keyOf(of), result })}\n`);
    },
  };
}

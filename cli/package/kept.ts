import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { packageStack, type Stack } from '../package.ts';
import { digestOfInputs } from './inputs.ts';
import { madeOnce } from './once.ts';
import { readPolicyFile } from './policy.ts';
import { root } from './service.ts';

const shelf = join(root, 'node_modules/.cache/lifeboat');
/** How many of each kind are kept, those used last: 15 MB of templates, 25 MB of packages, 10 MB of empty databases. */
const keepAtMost: readonly { readonly kind: RegExp; readonly count: number }[] = [
  { kind: /\.template\.json$/, count: 50 },
  { kind: /\.package$/, count: 5 },
  { kind: /\.cluster$/, count: 2 },
];
/** What was used so lately may be in use: it is kept whatever there is. */
const inUseMilliseconds = 3_600_000;

/**
 * The folder that holds one stack as `npm run package` writes it. Packaging takes a while, so what was packaged from the
 * same bytes before is taken again. The folder is shared: read it, and change nothing in it.
 */
export async function packagedOnce(stack: Stack & { policyFile: string }): Promise<string> {
  const { region, part, policyFile } = stack;
  const { text } = await readPolicyFile(policyFile);
  const name = `${await digestOfInputs([region, part, text])}.package`;
  return kept(name, async (outDir) => {
    await packageStack({ ...stack, outDir });
  });
}

/** The path of what is kept under that name. What is not there is made, once among all processes; what was not used for long goes. */
export async function kept(name: string, make: (beside: string) => Promise<void>, folder = shelf): Promise<string> {
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  const isNew = await madeOnce(path, make);
  const now = new Date();
  if (isNew) await tidyUp(folder, now.getTime());
  else await utimes(path, now, now).catch(() => undefined);
  return path;
}

/** Removes what is beyond the number of its kind, and what a process that died has left. */
export async function tidyUp(folder: string, now: number): Promise<void> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: now }));
      return { name, usedAt: mtimeMs };
    }),
  );
  const newestFirst = found.sort((one, other) => other.usedAt - one.usedAt);
  const beyond = keepAtMost.flatMap(({ kind, count }) =>
    newestFirst.filter(({ name }) => kind.test(name)).slice(count),
  );
  const others = newestFirst.filter(({ name }) => !keepAtMost.some(({ kind }) => kind.test(name)));
  for (const { name, usedAt } of [...beyond, ...others])
    if (now - usedAt > inUseMilliseconds) await rm(join(folder, name), { recursive: true, force: true });
}

import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packageStack, type Stack } from '../package.ts';
import { digestOfInputs } from './inputs.ts';
import { readPolicyFile } from './policy.ts';
import { root } from './service.ts';

const kept = join(root, 'node_modules/.cache/lifeboat');
const oldMilliseconds = 24 * 3_600_000;

/**
 * The folder that holds one stack as `npm run package` writes it. Packaging takes a while, so what was packaged from the
 * same bytes before is taken again. The folder is shared: read it, and change nothing in it.
 */
export async function packagedOnce(stack: Stack & { policyFile: string }): Promise<string> {
  const { region, part, policyFile } = stack;
  const { text } = await readPolicyFile(policyFile);
  const folder = join(kept, `${await digestOfInputs([region, part, policyFile, text])}.package`);
  if (await isThere(folder)) return folder;
  await removeOld();
  const beside = `${folder}.${process.pid}.${performance.now()}`;
  await mkdir(kept, { recursive: true });
  try {
    await packageStack({ ...stack, outDir: beside });
    // Another process may have been faster with the same bytes.
    await rename(beside, folder).catch(async (error: unknown) => {
      if (!(await isThere(folder))) throw error;
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return folder;
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined)) !== undefined;
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(kept).catch(() => [])) {
    if (!name.includes('.package')) continue;
    const { mtimeMs } = await stat(join(kept, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > oldMilliseconds) await rm(join(kept, name), { recursive: true, force: true });
  }
}

import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const pollMilliseconds = 50;

/**
 * Makes the file or folder at `path` unless it is there, once among all processes of this machine: who comes while it is
 * made waits for it, and makes it when the maker died or failed. `make` writes to the path it is given, so that nobody
 * finds half of it. Answers whether it was made now. Throws what `make` throws.
 */
export async function madeOnce(path: string, make: (beside: string) => Promise<void>): Promise<boolean> {
  const claim = `${path}.claim`;
  for (;;) {
    if (await isThere(path)) return false;
    if (await taken(claim)) {
      try {
        // Another may have made it between the look and the claim.
        if (await isThere(path)) return false;
        await makeWhole(path, make);
        return true;
      } finally {
        await rm(claim, { force: true });
      }
    }
    await wait(pollMilliseconds);
  }
}

async function makeWhole(path: string, make: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${path}.${process.pid}.beside`;
  try {
    await make(beside);
    await rename(beside, path);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** Whether this process may make it. A claim of a process that is no more is taken away. */
async function taken(claim: string): Promise<boolean> {
  try {
    await writeFile(claim, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = await readFile(claim, 'utf8').catch(() => '');
  // An empty claim is just being written.
  if (owner !== '' && !isAlive(Number(owner))) await rm(claim, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

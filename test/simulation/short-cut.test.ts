import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { ShortCutRun } from './short-cut-run.ts';

/** In a Node process of its own, since jest's own VM is slow and shares globals. */
async function play(way: 'walk' | 'short cut', seed: string): Promise<ShortCutRun> {
  const script = join(import.meta.dirname, 'short-cut-run.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, way, 'ledger-throttled', seed], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout) as ShortCutRun;
}

describe("the short cut past the SDK's middleware for calls that will succeed", () => {
  // In the second of them a run calls two services at the same instant, of which the SDK's way is longer for one.
  test.each(['walk', 'short cut'])(
    'changes no byte of the trace, whether calls succeed or are refused and tried again (seed %j)',
    async (seed) => {
      const [walked, short] = await Promise.all([play('walk', seed), play('short cut', seed)]);
      expect(short).toEqual(walked);
      expect(short.calls).toBeGreaterThan(50_000);
      expect(short.refused).toBeGreaterThan(200);
    },
    600_000,
  );
});

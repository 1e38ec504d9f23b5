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
  test('changes no byte of the trace, whether calls succeed or are refused and tried again', async () => {
    const [walked, short] = await Promise.all([play('walk', 'walk'), play('short cut', 'walk')]);
    expect(short).toEqual(walked);
    expect(short.calls).toBeGreaterThan(50_000);
    expect(short.refused).toBeGreaterThan(200);
  }, 600_000);

  // Known and not mended: where one run calls two services in the same instant, the SDK's way decides which call is first.
  test.failing('nor the order of calls that one run makes at once', async () => {
    const [walked, short] = await Promise.all([play('walk', 'short cut'), play('short cut', 'short cut')]);
    expect(short.calls).toBe(walked.calls);
    expect(short.digest).toBe(walked.digest);
  }, 600_000);
});

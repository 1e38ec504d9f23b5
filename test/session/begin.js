import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs that several tests ask about are kept here, for as long as the tests run (test/session/played.ts). */
export default function begin() {
  if (process.env.LIFEBOAT_PLAYED !== undefined) return;
  process.env.LIFEBOAT_PLAYED = mkdtempSync(join(tmpdir(), 'lifeboat-played-'));
  globalThis.playedFolder = process.env.LIFEBOAT_PLAYED;
}

import { rmSync } from 'node:fs';

/** Whoever gave a folder for played runs keeps it. */
export default function end() {
  if (globalThis.playedFolder !== undefined) rmSync(globalThis.playedFolder, { recursive: true, force: true });
}

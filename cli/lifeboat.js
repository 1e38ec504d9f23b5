#!/usr/bin/env node
// The command `lifeboat`. It is plain JavaScript, since it may be started by a Node that cannot read TypeScript: then it
// hands over to the Node that is installed with the repository.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const program = fileURLToPath(new URL('./lifeboat.ts', import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= neededMajor) {
  await import('./lifeboat.ts');
} else {
  const node = installedNode();
  if (node === undefined) {
    process.stderr.write(
      `lifeboat needs Node ${neededMajor}. This is ${process.version}, and the one of the repository is not installed: run npm ci there.\n`,
    );
    process.exitCode = 2;
  } else {
    const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      process.stderr.write(`${node} cannot be started: ${error.message}\n`);
      process.exitCode = 2;
    });
    child.on('exit', (code, signal) => {
      if (signal === null) process.exitCode = code ?? 2;
      else {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      }
    });
  }
}

/** The Node of the package `node`, which the repository depends on; its installation puts the binary there. */
function installedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

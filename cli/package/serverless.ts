import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Part } from '../../resources/stack.ts';
import { root } from './service.ts';

/** The bundler is written in Go and lives for seconds: at Go's own 100 a quarter of its work is collecting garbage. */
const collectSeldom = '800';

/** Runs `serverless package` for one Region in `folder`. It needs neither network nor credentials. */
export async function runServerless(options: {
  folder: string;
  region: string;
  part: Part;
  policyFile: string;
}): Promise<void> {
  const { folder, region, part, policyFile } = options;
  const program = join(root, 'node_modules/serverless/bin/serverless.js');
  // The bundler's plugin leaves a folder for each function among temporary files: it gets ours, which goes with it.
  const temporary = await mkdtemp(join(tmpdir(), 'lifeboat-framework-'));
  try {
    const child = spawn(process.execPath, [program, 'package', '--region', region, '--param', `part=${part}`], {
      cwd: folder,
      env: {
        GOGC: collectSeldom,
        ...process.env,
        LIFEBOAT_POLICY: policyFile,
        SLS_NOTIFICATIONS_MODE: 'off',
        NODE_OPTIONS: '',
        TMPDIR: temporary,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes));
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) throw new Error(`serverless package --region ${region} --param part=${part} failed:\n${said}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Check, counted, withSubjects } from './check.ts';

export const types: Check = {
  name: 'types',
  async run(root) {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { code, said } = await run(root, process.execPath, [
      tsc,
      '--noEmit',
      '--pretty',
      'false',
      '--listFiles',
      '-p',
      root,
    ]);
    const lines = said.split('\n').filter((line) => line !== '');
    const files = lines.filter(
      (line) => line.startsWith(`${root}/`) && !line.includes('/node_modules/') && !line.includes('): error'),
    );
    const errors = lines.filter((line) => / error TS\d+|^error TS|^\s/.test(line));
    return withSubjects(files.length, {
      examined: counted(files.length, 'file'),
      problems: failed(code, errors, said),
    });
  },
};

export const lint: Check = {
  name: 'lint and format',
  async run(root) {
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const { code, said } = await run(root, process.execPath, [
      biome,
      'ci',
      '--max-diagnostics=none',
      '--reporter=json',
    ]);
    const report = /\{"summary":.*\}/.exec(said)?.[0] ?? '{"summary":{},"diagnostics":[]}';
    const { summary, diagnostics } = JSON.parse(report) as BiomeReport;
    const files = (summary.changed ?? 0) + (summary.unchanged ?? 0);
    const errors = diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ location, category, message }) => `${location.path}:${location.start?.line ?? 1}  ${category}: ${message}`,
      );
    return withSubjects(files, { examined: counted(files, 'file'), problems: failed(code, errors, said) });
  },
};

interface BiomeReport {
  readonly summary: { readonly changed?: number; readonly unchanged?: number };
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly category: string;
    readonly message: string;
    readonly location: { readonly path: string; readonly start?: { readonly line: number } };
  }[];
}

/** A program that fails without a line we know has still failed. */
function failed(code: number | null, errors: readonly string[], said: string): readonly string[] {
  if (code === 0) return [];
  return errors.length > 0 ? errors : said.trim().split('\n');
}

async function run(
  root: string,
  program: string,
  parameters: string[],
): Promise<{ code: number | null; said: string }> {
  const child = spawn(program, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { code, said };
}

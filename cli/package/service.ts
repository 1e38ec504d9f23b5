import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const linked = ['node_modules', 'resources', 'statemachines'];

/**
 * A folder in which the framework finds the service and writes as it likes (`.serverless`, `.esbuild`, `.lifeboat`), so
 * that two Regions can be packaged at once and nothing of the user's is overwritten. With `code: 'empty'` every handler
 * is an empty one: the template comes out the same, and nothing has to be bundled.
 */
export async function openService(options: { policyFile: string; code: 'whole' | 'empty' }): Promise<{
  folder: string;
  /** The policy file as it is named in that folder. */
  policyFile: string;
  close(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-service-'));
  await Promise.all([
    cp(join(root, 'serverless.yml'), join(folder, 'serverless.yml')),
    cp(join(root, 'package.json'), join(folder, 'package.json')),
    ...linked.map((name) => symlink(join(root, name), join(folder, name))),
    options.code === 'whole'
      ? symlink(join(root, 'functions'), join(folder, 'functions'))
      : writeEmptyHandlers(join(folder, 'functions')),
  ]);
  return {
    folder,
    policyFile: await policyIn(folder, options.policyFile),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function writeEmptyHandlers(folder: string): Promise<void> {
  const from = join(root, 'functions');
  const files = (await readdir(from, { recursive: true })).filter((file) => file.endsWith('.ts'));
  await Promise.all(
    files.map(async (file) => {
      if (!(await readFile(join(from, file), 'utf8')).includes('export const handler')) return;
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), 'export const handler = async () => {};\n');
    }),
  );
}

/** A policy keeps the name it was given, since messages and reasons say it. */
async function policyIn(folder: string, policyFile: string): Promise<string> {
  const name = relative('', policyFile);
  if (isAbsolute(policyFile) || name.startsWith('..')) return join(process.cwd(), name);
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), await readFile(policyFile));
  return name;
}

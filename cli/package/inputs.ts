import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './service.ts';

const folders = ['cli/package', 'functions', 'resources', 'statemachines'];
const files = ['package-lock.json', 'package.json', 'serverless.yml'];

/** A digest of everything that a compiled template can depend on. `further` is what does not lie in the repository. */
export async function digestOfInputs(further: readonly string[]): Promise<string> {
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    }),
  );
  const paths = [...listed.flat(), ...files.map((file) => join(root, file))].sort();
  const texts = await Promise.all(paths.map((path) => readFile(path)));
  const hash = createHash('sha256');
  const add = (bytes: string | Buffer) => hash.update(`${Buffer.byteLength(bytes)}:`).update(bytes);
  for (const text of [process.version, ...further]) add(text);
  paths.forEach((path, index) => {
    add(path.slice(root.length));
    add(texts[index] ?? '');
  });
  return hash.digest('hex');
}

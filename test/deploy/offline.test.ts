import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '../../cli/package/service.ts';
import { unzip } from './zip.ts';

const parts = ['cli', 'functions', 'resources', 'statemachines', 'serverless.yml', 'policy.yml', 'package.json'];

let folder = '';
let how = '';
/** The folders of two clones. The second has packaged home alone: it has every function, and packaging costs a while. */
const clones: string[] = [];
const programs = [
  ['cli/package.ts'],
  [
    '--input-type=module',
    '--eval',
    `const { packageStack, stacksOf } = await import('./cli/package.ts');
     const [home] = await stacksOf('policy.yml');
     await packageStack({ ...home, policyFile: 'policy.yml', outDir: '.serverless/' + home.region });`,
  ],
];

/** A network of its own with nothing in it, where the system lets one have it; else every way out is a closed port. */
function withoutNetwork(): { program: string; before: string[]; env: Record<string, string>; how: string } {
  const closed = 'http://127.0.0.1:9';
  const env = { HTTP_PROXY: closed, HTTPS_PROXY: closed, http_proxy: closed, https_proxy: closed, NO_PROXY: '' };
  try {
    execFileSync('unshare', ['--map-root-user', '--net', 'true'], { stdio: 'ignore' });
    return {
      program: 'unshare',
      before: ['--map-root-user', '--net', process.execPath],
      env,
      how: 'in a network of its own',
    };
  } catch {
    return { program: process.execPath, before: [], env, how: 'behind a proxy that is a closed port' };
  }
}

/** What git would give to a newcomer, with the dependencies installed. */
async function clone(name: string): Promise<string> {
  const into = join(folder, name);
  for (const part of parts) await cp(join(root, part), join(into, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(into, 'node_modules'));
  return into;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-offline-'));
  const { program, before, env, how: way } = withoutNetwork();
  how = way;
  for (const [number, parameters] of programs.entries()) {
    const into = await clone(`clone-${number}`);
    const temporary = join(into, 'temporary');
    await mkdir(temporary);
    await promisify(execFile)(program, [...before, ...parameters], {
      cwd: into,
      env: { PATH: process.env.PATH, HOME: into, TMPDIR: temporary, ...env },
      timeout: 280_000,
    });
    clones.push(into);
  }
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every file of a stack by its digest; of a zip, every file in it. The instant of the upload is the one thing that moves. */
async function digests(into: string, region: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
  const at = join(into, '.serverless', region);
  for (const name of (await readdir(at)).sort()) {
    if (name.endsWith('.zip')) {
      found.set(name, digest(await readFile(join(at, name))));
      for (const [file, bytes] of unzip(join(at, name))) found.set(`${name}/${file}`, digest(bytes));
    } else if (name.startsWith('cloudformation-template')) {
      const text = (await readFile(join(at, name), 'utf8')).replaceAll(/\d{13}-[^/"]*Z/g, 'the upload');
      found.set(name, digest(text));
    }
  }
  return found;
}

describe('npm run package in a fresh clone', () => {
  test('needs no network and no credentials', async () => {
    const sizes = await Promise.all(
      ['eu-central-1', 'eu-west-1'].map(async (region) => (await digests(clones[0] ?? '', region)).size),
    );
    expect(Math.min(...sizes)).toBeGreaterThan(50);
    expect(how).toMatch(/network|proxy/);
  });

  test('leaves no temporary files', async () => {
    for (const into of clones) expect(await readdir(join(into, 'temporary'))).toEqual([]);
  });

  test('gives the same bytes twice', async () => {
    const [first, second] = [
      await digests(clones[0] ?? '', 'eu-central-1'),
      await digests(clones[1] ?? '', 'eu-central-1'),
    ];
    expect(first.size).toBeGreaterThan(90);
    expect([...second]).toEqual([...first]);
  });
});

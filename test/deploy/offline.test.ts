import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '../../cli/package/service.ts';
import { unzip } from './zip.ts';

const parts = ['cli', 'functions', 'resources', 'statemachines', 'serverless.yml', 'policy.yml', 'package.json'];
const regions = ['eu-central-1', 'eu-west-1'];

let folder = '';
const clones: string[] = [];
let how = '';

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
  for (const name of ['first', 'second']) {
    const into = await clone(name);
    await promisify(execFile)(program, [...before, 'cli/package.ts'], {
      cwd: into,
      env: { PATH: process.env.PATH, HOME: into, ...env },
      timeout: 280_000,
    });
    clones.push(into);
  }
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every file of a stack by its digest; of a zip, every file in it. The instant of the upload is the one thing that moves. */
async function digests(into: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const digest = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
  for (const region of regions) {
    const at = join(into, '.serverless', region);
    for (const name of (await readdir(at)).sort()) {
      if (name.endsWith('.zip')) {
        found.set(`${region}/${name}`, digest(await readFile(join(at, name))));
        for (const [file, bytes] of unzip(join(at, name))) found.set(`${region}/${name}/${file}`, digest(bytes));
      } else if (name.startsWith('cloudformation-template')) {
        const text = (await readFile(join(at, name), 'utf8')).replaceAll(/\d{13}-[^/"]*Z/g, 'the upload');
        found.set(`${region}/${name}`, digest(text));
      }
    }
  }
  return found;
}

describe('npm run package in a fresh clone', () => {
  test('needs no network and no credentials', () => {
    expect(clones).toHaveLength(2);
    expect(how).toMatch(/network|proxy/);
  });

  test('gives the same bytes twice', async () => {
    const [first, second] = [await digests(clones[0] ?? ''), await digests(clones[1] ?? '')];
    expect(first.size).toBeGreaterThan(150);
    expect([...second]).toEqual([...first]);
  });
});

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DataPlane, dataPlane } from '../../../simulator/data/index.ts';

let scratchDirectory: string;
let source: string;
let plane: DataPlane;

beforeEach(() => {
  scratchDirectory = mkdtempSync(join(tmpdir(), 'lifeboat-data-'));
  source = mkdtempSync(join(tmpdir(), 'lifeboat-source-'));
  mkdirSync(join(source, 'data/empty'), { recursive: true });
  writeFileSync(join(source, 'data/names.nsf'), 'names and addresses');
  writeFileSync(join(source, 'data/größe.txt'), 'zwölf');
  writeFileSync(join(source, 'run.sh'), '#!/bin/sh\n');
  chmodSync(join(source, 'run.sh'), 0o750);
  utimesSync(join(source, 'run.sh'), 1_500_000_000, 1_500_000_000);
  symlinkSync('/etc/passwd', join(source, 'outside'));
  plane = dataPlane({ scratchDirectory });
});

afterEach(async () => {
  await plane.close();
  rmSync(scratchDirectory, { recursive: true });
  rmSync(source, { recursive: true });
});

const at = (id: string, path: string) => join(plane.files.directory(id), path);

describe('A version of a file system', () => {
  test('gives back files, modes, times, links and empty directories below the restore directory', async () => {
    await plane.files.create('fs-1', { directory: source });
    const { files, bytes } = await plane.files.snapshot('fs-1', 'v1');
    expect({ files, bytes }).toEqual({ files: 3, bytes: 19 + 6 + 10 });
    await plane.files.create('fs-2');
    await plane.files.restoreInto('fs-2', 'v1', 'aws-backup-restore_2026-01-01T00-00-00');
    const under = 'aws-backup-restore_2026-01-01T00-00-00';
    expect(readdirSync(plane.files.directory('fs-2'))).toEqual([under]);
    expect(readFileSync(at('fs-2', `${under}/data/größe.txt`), 'utf8')).toBe('zwölf');
    expect(readdirSync(at('fs-2', `${under}/data/empty`))).toEqual([]);
    expect(statSync(at('fs-2', `${under}/run.sh`)).mode & 0o777).toBe(0o750);
    expect(statSync(at('fs-2', `${under}/run.sh`)).mtimeMs).toBe(1_500_000_000_000);
    expect(lstatSync(at('fs-2', `${under}/outside`)).isSymbolicLink()).toBe(true);
    expect(readlinkSync(at('fs-2', `${under}/outside`))).toBe('/etc/passwd');
    await expect(plane.files.restoreInto('fs-2', 'v1', under)).rejects.toThrow('never writes over it');
  });

  test('has the digest of its content: equal for equal trees, another after a change of one bit or mode', async () => {
    await plane.files.create('fs-1', { directory: source });
    await plane.files.create('fs-2', { directory: source });
    const first = await plane.files.snapshot('fs-1', 'v1');
    expect((await plane.files.snapshot('fs-2', 'v2')).digest).toBe(first.digest);
    chmodSync(at('fs-2', 'run.sh'), 0o700);
    expect((await plane.files.snapshot('fs-2', 'v3')).digest).not.toBe(first.digest);
  });

  test('stores what is unchanged once, and frees it with the last version that has it', async () => {
    await plane.files.create('fs-1');
    await plane.files.change('fs-1', { kind: 'write', path: 'big', seed: 1, sizeBytes: 1_000_000 });
    await plane.files.snapshot('fs-1', 'v1');
    await plane.files.change('fs-1', { kind: 'append', path: 'big', text: 'more' });
    await plane.files.snapshot('fs-1', 'v2');
    expect(plane.versions.storedBytes).toBeLessThan(1_100_000);
    plane.versions.discard('v1');
    await plane.files.create('fs-2');
    await plane.files.restoreInto('fs-2', 'v2', 'back');
    expect(readFileSync(at('fs-2', 'back/big')).equals(readFileSync(at('fs-1', 'big')))).toBe(true);
    plane.versions.discard('v2');
    expect(plane.versions.storedBytes).toBe(0);
  });

  test('keeps to its memory and puts the rest on disk, inside the scratch directory', async () => {
    const small = dataPlane({ scratchDirectory: join(scratchDirectory, 'small'), memoryBytes: 100_000 });
    await small.files.create('fs-1');
    await small.files.change('fs-1', { kind: 'write', path: 'big', seed: 'x', sizeBytes: 500_000 });
    await small.files.snapshot('fs-1', 'v1');
    await small.files.restoreInto('fs-1', 'v1', 'back');
    const root = small.files.directory('fs-1');
    expect(readFileSync(join(root, 'back/big')).equals(readFileSync(join(root, 'big')))).toBe(true);
    await small.close();
  });

  test('can be restored in part', async () => {
    await plane.files.create('fs-1', { directory: source });
    await plane.files.snapshot('fs-1', 'v1');
    await plane.files.restoreInto('fs-1', 'v1', 'part', ['/data/names.nsf', 'run.sh']);
    expect(readdirSync(at('fs-1', 'part')).sort()).toEqual(['data', 'run.sh']);
    expect(readdirSync(at('fs-1', 'part/data'))).toEqual(['names.nsf']);
    await expect(plane.files.restoreInto('fs-1', 'v1', 'none', ['nothing'])).rejects.toThrow('has no nothing');
  });

  test('refuses a second one of the same id', async () => {
    await plane.files.create('fs-1');
    await plane.files.snapshot('fs-1', 'v1');
    await expect(plane.files.snapshot('fs-1', 'v1')).rejects.toThrow('versions never change');
  });
});

describe('Damage to a stored version of files', () => {
  test.each([
    [{ as: 'truncate' }, 'names and'],
    [{ as: 'flip' }, 'names and!addresses'],
    [{ as: 'delete' }, undefined],
    [{ as: 'rename', to: 'data/other' }, undefined],
  ] as const)('shows what it did (%j)', async (damage, content) => {
    await plane.files.create('fs-1', { directory: source });
    const before = await plane.files.snapshot('fs-1', 'v1');
    plane.versions.copy('v1', 'v2');
    const after = await plane.versions.damage('v2', { kind: 'file', path: 'data/names.nsf', ...damage });
    expect(after.digest).not.toBe(before.digest);
    expect(plane.versions.get('v1')).toEqual(before);
    await plane.files.restoreInto('fs-1', 'v2', 'back');
    const path = at('fs-1', 'back/data/names.nsf');
    expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(content);
    if ('to' in damage) expect(readFileSync(at('fs-1', 'back/data/other'), 'utf8')).toBe('names and addresses');
  });
});

describe('A live file system', () => {
  test('takes the changes of the workload with the time it is given', async () => {
    await plane.files.create('fs-1');
    await plane.files.change('fs-1', { kind: 'write', path: 'a/b.txt', text: 'one' }, 1_600_000_000_000);
    await plane.files.change('fs-1', { kind: 'append', path: 'a/b.txt', base64: 'dHdv' }, 1_700_000_000_000);
    await plane.files.change('fs-1', { kind: 'rename', path: 'a/b.txt', to: 'c/d.txt' });
    expect(readFileSync(at('fs-1', 'c/d.txt'), 'utf8')).toBe('onetwo');
    expect(statSync(at('fs-1', 'c/d.txt')).mtimeMs).toBe(1_700_000_000_000);
    await plane.files.change('fs-1', { kind: 'delete', path: 'c' });
    expect(existsSync(at('fs-1', 'c'))).toBe(false);
  });

  test('never lets a path lead out of it', async () => {
    await plane.files.create('fs-1', { directory: source });
    symlinkSync('/tmp', at('fs-1', 'link'));
    const write = (path: string) => plane.files.change('fs-1', { kind: 'write', path, text: 'x' });
    await expect(write('../escape')).rejects.toThrow('..');
    await expect(write('link/escape')).rejects.toThrow('symbolic link');
    await expect(write('outside')).rejects.toThrow('no plain file');
    await expect(plane.files.restoreInto('fs-1', 'none', '../x')).rejects.toThrow();
  });

  test('refuses a source with a socket in it, and one that is not there', async () => {
    const server = createServer().listen(join(source, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(plane.files.create('fs-1', { directory: source })).rejects.toThrow(
      /socket is a socket, a pipe or a device/,
    );
    await new Promise((resolve) => server.close(resolve));
    await expect(plane.files.create('fs-1', { directory: join(source, 'nothing') })).rejects.toThrow('is no directory');
    expect(plane.files.ids).toEqual([]);
  });

  test('refuses names that are not UTF-8', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe])]), 'x');
    await expect(plane.files.create('fs-1', { directory: source })).rejects.toThrow(/not valid UTF-8 \(fffe\)/);
  });

  test('leaves nothing behind when it is destroyed, whatever its modes', async () => {
    await plane.files.create('fs-1', { directory: source });
    chmodSync(at('fs-1', 'data'), 0o500);
    const directory = plane.files.directory('fs-1');
    await plane.files.destroy('fs-1');
    expect(existsSync(directory)).toBe(false);
  });
});

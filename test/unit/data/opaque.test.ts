import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { dataPlane, type ExternalServer } from '../../../simulator/data/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-opaque-'));
const data = dataPlane({ scratchDirectory: folder });
afterAll(async () => {
  await data.close();
  rmSync(folder, { recursive: true });
});
const master = { user: 'admin', password: 'first', database: 'shop' };

describe('a database of an engine that nothing runs behind', () => {
  test('has versions that are copied and restored like any other, and no address', async () => {
    await data.opaque.create('home/shop', { sql: [] }, master, 'mysql');
    const version = await data.opaque.snapshot('home/shop', 'point');
    await data.opaque.create('home/other', { sql: [] }, master, 'mysql');
    const other = await data.opaque.snapshot('home/other', 'other point');
    expect(other.digest).not.toBe(version.digest);

    data.versions.copy('point', 'copy');
    await data.opaque.create('away/scratch', { version: 'copy' }, master, 'mysql');
    const again = await data.opaque.snapshot('away/scratch', 'again');
    expect(again.digest).toBe(version.digest);
    expect(data.opaque.address('away/scratch')).toBeUndefined();
    expect(data.opaque.serves('mysql')).toBe(false);
  });

  test('is not mixed up with what holds files or PostgreSQL', async () => {
    await data.files.create('fs-1');
    await data.files.snapshot('fs-1', 'files');
    await expect(data.opaque.create('away/wrong', { version: 'files' }, master, 'mysql')).rejects.toThrow(
      'holds no opaque database',
    );
  });
});

describe('a server from outside', () => {
  test('stands behind the databases of its engines: their points hold what it dumps', async () => {
    const held = new Map<string, string>();
    const passwords = new Map<string, string>();
    const server: ExternalServer = {
      engines: ['mariadb'],
      create: async (name, source, { password }) => {
        held.set(name, 'dump' in source ? Buffer.from(source.dump).toString() : source.sql.join(';'));
        passwords.set(name, password);
      },
      dump: async (name) => Buffer.from(held.get(name) ?? ''),
      setMasterPassword: async (name, password) => {
        passwords.set(name, password);
      },
      destroy: async (name) => {
        held.delete(name);
      },
      address: () => ({ host: '127.0.0.1', port: 33_060 }),
    };
    data.opaque.serve(server);
    await data.opaque.create('home/wiki', { sql: ['create table page (id int)'] }, master, 'mariadb');
    await data.opaque.snapshot('home/wiki', 'wiki point');
    held.set('home/wiki', 'changed since');
    await data.opaque.create('away/wiki', { version: 'wiki point' }, master, 'mariadb');
    expect(held.get('away/wiki')).toBe('create table page (id int)');
    await data.opaque.setMasterPassword('away/wiki', 'of the drill');
    expect(passwords.get('away/wiki')).toBe('of the drill');
    expect(data.opaque.address('away/wiki')).toEqual({ host: '127.0.0.1', port: 33_060 });
    await data.opaque.destroy('away/wiki');
    expect(held.has('away/wiki')).toBe(false);
  });
});

import { describe, expect, test } from '@jest/globals';
import { syntheticPlane } from '../../../simulator/data/synthetic/index.ts';

const master = { user: 'postgres', password: 'right', database: 'app' };
const question = (password: string) => ({
  ask: 'data',
  drill: 'd1',
  connection: { host: 'h', port: 5432, password },
  assertions: [{ name: 'orders exist' }],
});

async function plane() {
  const data = syntheticPlane();
  await data.databases.create('shop', { sql: [] }, master);
  await data.files.create('fs-1');
  return data;
}

describe('synthetic data', () => {
  test('keeps its digest from backup to copy, and loses it where it is damaged', async () => {
    const data = await plane();
    const point = await data.databases.snapshot('shop', 'point');
    expect(data.versions.copy('point', 'copy').digest).toBe(point.digest);
    const { digest } = await data.versions.damage('copy', { kind: 'rows', sql: '' });
    expect(digest).not.toBe(point.digest);
    expect(data.versions.get('point')?.digest).toBe(point.digest);
  });

  test('lets the probe of a sound restore count every row, and that of a damaged one fail', async () => {
    const data = await plane();
    await data.databases.snapshot('shop', 'point');
    data.versions.copy('point', 'copy');
    await data.versions.damage('copy', { kind: 'rows', sql: '' });
    await data.databases.create('sound', { version: 'point' }, master);
    await data.databases.create('damaged', { version: 'copy' }, master);
    const ask = (name: string) => data.probes?.database(name, question('right'), '2026-01-05T00:00:00.000Z');
    expect(ask('sound')).toMatchObject({ answer: { done: true, tables: [{ rows: 100 }] } });
    expect(ask('damaged')).toMatchObject({ answer: { tables: [{ rows: { is: 'trouble', of: 'data' } }] } });
  });

  test('asks for the password that was set last', async () => {
    const data = await plane();
    await data.databases.setMasterPassword('shop', 'newer');
    expect(data.probes?.database('shop', question('right'), '')).toEqual({ refused: '28P01' });
    expect(data.probes?.database('shop', question('newer'), '')).toHaveProperty('answer');
  });

  test('tells a damaged file system by a file that does not read to its end', async () => {
    const data = await plane();
    await data.files.snapshot('fs-1', 'point');
    await data.versions.damage('point', { kind: 'file', path: 'a', as: 'flip' });
    await data.files.create('scratch');
    await data.files.restoreInto('scratch', 'point', 'aws-backup-restore_1');
    const asked = { ask: 'files', drill: 'd1', mustExist: ['a'], checksums: 'sample' };
    expect(data.probes?.files('scratch', asked, '')).toMatchObject({ answer: { unreadable: { EIO: 1 } } });
    expect(data.probes?.files('fs-1', asked, '')).toMatchObject({ answer: { unreadable: {}, required: ['there'] } });
    expect(data.probes?.files('fs-1', { ask: 'mark', drill: 'd1' }, '')).toEqual({ answer: { marked: 'd1' } });
  });

  test('refuses whoever asks for bytes, and says why', async () => {
    const data = await plane();
    expect(() => data.databases.connect('shop')).toThrow('the data of this account is synthetic');
    expect(() => data.files.directory('fs-1')).toThrow('the data of this account is synthetic');
    await expect(data.databases.execute('shop', 'select 1')).rejects.toThrow('the data of this account is synthetic');
    expect(() => data.versions.copy('none', 'other')).toThrow('No version has the id none.');
  });
});

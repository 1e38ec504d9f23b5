import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BucketDefinition, createS3 } from '../../../simulator/services/s3/index.ts';
import { call, refusal, regionAlone } from './alone.ts';

function bucket(more: Partial<BucketDefinition> = {}) {
  const region = regionAlone((alone) => ({ S3: createS3(alone) }));
  region.services.S3.createBucket({ name: 'evidence', ...more });
  const send = (operation: string, input: object = {}) =>
    call(region, 'S3', operation, { Bucket: 'evidence', ...input });
  const put = (Key: string, Body: string | Uint8Array = Key, more: object = {}) =>
    send('PutObject', { Key, Body, ...more });
  const get = (Key: string, more: object = {}) =>
    Buffer.from(send('GetObject', { Key, ...more }).Body as Uint8Array).toString();
  const keys = () => region.services.S3.contents('evidence').map(({ key }) => key);
  return { region, send, put, get, keys };
}

const taken = 'PreconditionFailed: At least one of the pre-conditions you specified did not hold';

describe('a conditional write', () => {
  test('makes a key once', () => {
    const { put, get } = bucket();
    put('db/1', 'first', { IfNoneMatch: '*' });
    expect(refusal(() => put('db/1', 'second', { IfNoneMatch: '*' }))).toBe(taken);
    expect(get('db/1')).toBe('first');
  });

  test('finds a key free behind a delete marker, as S3 does', () => {
    const { put, send, get } = bucket({ versioned: true });
    put('head', 'first', { IfNoneMatch: '*' });
    expect(send('DeleteObject', { Key: 'head' })).toMatchObject({ DeleteMarker: true });
    put('head', 'second', { IfNoneMatch: '*' });
    expect(get('head')).toBe('second');
  });

  test('replaces only what the writer has seen', () => {
    const { put, get } = bucket();
    const { ETag } = put('head', 'one');
    put('head', 'two', { IfMatch: ETag });
    expect(refusal(() => put('head', 'three', { IfMatch: ETag }))).toBe(taken);
    expect(refusal(() => put('none', 'one', { IfMatch: ETag }))).toContain('NoSuchKey');
    expect(get('head')).toBe('two');
  });
});

describe('a large body, which no memory holds', () => {
  test('is there in each of its versions, beside small ones, until it is removed', () => {
    const { put, send, get, keys, region } = bucket({ versioned: true });
    const large = 'a page of a large fleet. '.repeat(80_000);
    const { VersionId: first } = put('report', large);
    put('report', 'small');
    const { VersionId: last } = put('report', `${large}!`);
    put('beside');
    expect(get('report')).toBe(`${large}!`);
    expect(get('report', { VersionId: first })).toBe(large);
    expect(keys()).toEqual(['beside', 'report']);
    send('DeleteObject', { Key: 'report', VersionId: last });
    expect(get('report')).toBe('small');
    expect(region.services.S3.versions('evidence').map(({ size }) => size)).toEqual([6, large.length, 5]);
  });
});

describe('Object Lock', () => {
  const locked = () => bucket({ objectLock: true, defaultRetention: { mode: 'COMPLIANCE', days: 30 } });

  test('keeps a version until its time is over, whoever asks', async () => {
    const { region, put, send } = locked();
    const { VersionId } = put('report', 'true');
    const remove = () => send('DeleteObject', { Key: 'report', VersionId, BypassGovernanceRetention: true });
    expect(refusal(remove)).toBe('AccessDenied: Access Denied because object protected by object lock.');
    await region.world.run(region.world.now() + 30 * 86_400_000);
    remove();
    expect(region.services.S3.versions('evidence')).toEqual([]);
  });

  test('stops neither a delete marker nor a new version', () => {
    const { put, send, get, region } = locked();
    const { VersionId } = put('report', 'true');
    send('DeleteObject', { Key: 'report' });
    expect(refusal(() => get('report'))).toContain('NoSuchKey');
    expect(get('report', { VersionId })).toBe('true');
    put('report', 'newer');
    expect(region.services.S3.versions('evidence').map(({ deleteMarker }) => deleteMarker)).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('needs a bucket that has it', () => {
    const { put } = bucket({ versioned: true });
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(Date.UTC(2030, 0)) };
    expect(refusal(() => put('report', 'true', lock))).toContain('Bucket is missing Object Lock Configuration');
  });
});

describe('a list', () => {
  test('is in the order of bytes, by prefix and delimiter, without deleted keys', () => {
    const { put, send } = bucket({ versioned: true });
    for (const key of ['b/2', 'b/1', 'a', 'ä', 'c/x/1', 'c/y', 'gone']) put(key);
    send('DeleteObject', { Key: 'gone' });
    const list = (more: object) => send('ListObjectsV2', more);
    const keysOf = ({ Contents }: Record<string, unknown>) =>
      ((Contents ?? []) as { Key: string }[]).map(({ Key }) => Key);
    expect(keysOf(list({}))).toEqual(['a', 'b/1', 'b/2', 'c/x/1', 'c/y', 'ä']);
    expect(keysOf(list({ Prefix: 'b/', StartAfter: 'b/1' }))).toEqual(['b/2']);
    const top = list({ Delimiter: '/' });
    expect(keysOf(top)).toEqual(['a', 'ä']);
    expect(top).toMatchObject({ CommonPrefixes: [{ Prefix: 'b/' }, { Prefix: 'c/' }], KeyCount: 4 });
  });

  test('comes in pages that together hold every key and prefix once', () => {
    const { put, send } = bucket();
    for (const key of ['a', 'b/1', 'b/2', 'b/3', 'c', 'd/1', 'e']) put(key);
    const found: string[] = [];
    let token: unknown;
    do {
      const page = send('ListObjectsV2', {
        Delimiter: '/',
        MaxKeys: 2,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      for (const { Key } of (page.Contents ?? []) as { Key: string }[]) found.push(Key);
      for (const { Prefix } of (page.CommonPrefixes ?? []) as { Prefix: string }[]) found.push(Prefix);
      token = page.NextContinuationToken;
    } while (token !== undefined && found.length < 20);
    expect(found.sort()).toEqual(['a', 'b/', 'c', 'd/', 'e']);
  });

  test('of any keys, in pages of any size, holds each object and each group that has one, once and in their order', () => {
    const part = fc.constantFrom('a', 'b', '/', '/z', '\u{1f600}', '\u{10ffff}');
    const keys = fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')));
    const question = fc.record({
      Prefix: fc.constantFrom('', 'a', 'a/', '/'),
      MaxKeys: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(keys, keys, question, (kept, gone, { Prefix, MaxKeys }) => {
        const { put, send } = bucket({ versioned: true });
        for (const Key of gone) {
          put(Key);
          send('DeleteObject', { Key });
        }
        for (const key of kept) put(key);
        const placeOf = (key: string) => {
          const end = key.indexOf('/', Prefix.length);
          return end === -1 ? key : key.slice(0, end + 1);
        };
        const places = new Set(kept.filter((key) => key.startsWith(Prefix)).map(placeOf));
        const expected = [...places].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));

        const found: string[] = [];
        let token: unknown;
        do {
          const page = send('ListObjectsV2', {
            Prefix,
            Delimiter: '/',
            MaxKeys,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          });
          const objects = ((page.Contents ?? []) as { Key: string }[]).map(({ Key }) => Key);
          const groups = ((page.CommonPrefixes ?? []) as { Prefix: string }[]).map((group) => group.Prefix);
          expect(page).toMatchObject({ KeyCount: objects.length + groups.length });
          found.push(
            ...[...objects, ...groups].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
          );
          token = page.NextContinuationToken;
        } while (token !== undefined && found.length < 1000);
        expect(found).toEqual(expected);
      }),
    );
  });

  test('holds at most 1,000 keys', () => {
    const { put, send } = bucket();
    for (let index = 0; index < 1001; index += 1) put(`k${index}`);
    expect(send('ListObjectsV2')).toMatchObject({ KeyCount: 1000, IsTruncated: true });
    expect(send('ListObjectsV2', { MaxKeys: 5000 })).toMatchObject({ MaxKeys: 1000 });
  });
});

test('an object is read as it was written, bytes included', () => {
  const { put, send, get } = bucket();
  const bytes = Uint8Array.from([0, 255, 7]);
  put('bytes', bytes);
  bytes[0] = 9;
  expect(send('GetObject', { Key: 'bytes' }).Body).toEqual(Uint8Array.from([0, 255, 7]));
  put('text', 'Grüße', { ContentType: 'text/plain', Metadata: { by: 'me' } });
  expect(get('text')).toBe('Grüße');
  expect(send('HeadObject', { Key: 'text' })).toMatchObject({
    ContentLength: 7,
    ContentType: 'text/plain',
    Metadata: { by: 'me' },
  });
});

test('what is not there is told apart: key, version, bucket, bucket of another Region', () => {
  const { region, send } = bucket({ versioned: true });
  expect(refusal(() => send('GetObject', { Key: 'none' }))).toContain('NoSuchKey');
  expect(refusal(() => send('HeadObject', { Key: 'none' }))).toContain('NotFound');
  expect(refusal(() => send('GetObject', { Key: 'none', VersionId: 'x' }))).toContain('NoSuchVersion');
  expect(refusal(() => call(region, 'S3', 'GetObject', { Bucket: 'none', Key: 'x' }))).toContain('NoSuchBucket');
  const other = regionAlone((alone) => ({ S3: createS3(alone) }), { name: 'eu-west-1', world: region.world });
  (other.account.regions as unknown[]).push(region);
  expect(refusal(() => call(other, 'S3', 'GetObject', { Bucket: 'evidence', Key: 'x' }))).toContain(
    'PermanentRedirect',
  );
});

test('a parameter that is not modelled is refused by name', () => {
  const { put } = bucket();
  expect(() => put('x', 'x', { StorageClass: 'GLACIER' })).toThrow(
    'does not model the parameter StorageClass of S3.PutObject',
  );
});

describe('a large bucket', () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `records/${(index * 7919) % 3_000}/${index}`);

  test('is listed in the order of its keys, page by page, as a small one is', () => {
    const { put, send, keys } = bucket();
    for (const name of names) put(name);
    const sorted = [...names].sort();
    expect(keys()).toEqual(sorted);
    const listed: string[] = [];
    let token: unknown;
    do {
      const page = send('ListObjectsV2', {
        Prefix: 'records/',
        ...(token !== undefined && { ContinuationToken: token }),
      });
      listed.push(...(page.Contents as { Key: string }[]).map(({ Key }) => Key));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    expect(listed).toEqual(sorted);
    for (const name of names.slice(0, 2_000)) send('DeleteObject', { Key: name });
    expect(keys()).toEqual(names.slice(2_000).sort());
  });

  test('is listed from any key, and by folders, without what lies elsewhere', () => {
    const { put, send } = bucket();
    for (const name of names) put(name);
    for (const name of ['before', 'records', 'records0', 'zebra']) put(name);
    const after = send('ListObjectsV2', { Prefix: 'records/29', StartAfter: 'records/2990' });
    const expected = names.filter((name) => name.startsWith('records/29') && name > 'records/2990').sort();
    expect((after.Contents as { Key: string }[]).map(({ Key }) => Key)).toEqual(expected);
    const early = send('ListObjectsV2', { Prefix: 'records/29', StartAfter: 'a' });
    expect(early.KeyCount).toBe(names.filter((name) => name.startsWith('records/29')).length);
    const folders = send('ListObjectsV2', { Prefix: 'records/', Delimiter: '/', MaxKeys: 2 });
    expect(folders.CommonPrefixes).toEqual([{ Prefix: 'records/0/' }, { Prefix: 'records/1/' }]);
    const next = send('ListObjectsV2', {
      Prefix: 'records/',
      Delimiter: '/',
      MaxKeys: 2,
      ContinuationToken: folders.NextContinuationToken,
    });
    expect(next.CommonPrefixes).toEqual([{ Prefix: 'records/10/' }, { Prefix: 'records/100/' }]);
  });

  test('gives back every byte of what was written days ago', async () => {
    const { region, put, send, get } = bucket({ versioned: true });
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * index) % 251);
    put('records/one', '{"record":1}');
    put('records/bytes', bytes);
    put('empty', '');
    await region.world.run(region.world.now() + 2 * 86_400_000);
    put('records/two', '{"record":2}');
    expect(get('records/one')).toBe('{"record":1}');
    expect(Buffer.from(send('GetObject', { Key: 'records/bytes' }).Body as Uint8Array)).toEqual(Buffer.from(bytes));
    expect(send('GetObject', { Key: 'records/bytes' }).ContentLength).toBe(70_000);
    expect(region.services.S3.contents('evidence').map(({ body }) => body.length)).toEqual([0, 70_000, 12, 12]);
  });
});

test('objects that were written before many others are there as they were, and take versions and deletions as before', () => {
  const { region, send, put, get, keys } = bucket({ versioned: true });
  const putManyOthers = () => {
    for (let index = 0; index < 10_000; index += 1) put(`other/${index}`, 'another');
  };
  const isOurs = (key: string) => key.startsWith('db/');
  const first = put('db/1', 'first', { Metadata: { by: 'me' } });
  put('db/2', 'second');
  putManyOthers();
  put('db/3', 'third');
  const second = put('db/1', 'first again');
  putManyOthers();
  put('db/4', 'fourth');
  expect([get('db/1'), get('db/1', { VersionId: first.VersionId }), get('db/2')]).toEqual([
    'first again',
    'first',
    'second',
  ]);
  expect(send('GetObject', { Key: 'db/1', VersionId: first.VersionId }).Metadata).toEqual({ by: 'me' });
  expect(
    region.services.S3.versions('evidence')
      .map(({ key }) => key)
      .filter(isOurs),
  ).toEqual(['db/1', 'db/1', 'db/2', 'db/3', 'db/4']);
  send('DeleteObject', { Key: 'db/1', VersionId: second.VersionId });
  send('DeleteObject', { Key: 'db/2' });
  putManyOthers();
  put('db/5', 'fifth');
  expect(get('db/1')).toBe('first');
  expect(keys().filter(isOurs)).toEqual(['db/1', 'db/3', 'db/4', 'db/5']);
  send('DeleteObject', { Key: 'db/1', VersionId: first.VersionId });
  expect(keys().filter(isOurs)).toEqual(['db/3', 'db/4', 'db/5']);
});

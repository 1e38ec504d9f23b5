import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyCommand } from '../../../cli/verify/command.ts';
import { canonicalJson } from '../../../functions/evidence/canonical.ts';
import { hashOf } from '../../../functions/evidence/chain.ts';
import { recordKey, sealKey } from '../../../functions/evidence/key.ts';
import type { EvidenceRecord } from '../../../functions/evidence/record.ts';
import { account, bucketName, location, orders, region, sealedBucket } from '../evidence/sealed-bucket.ts';

const record = (seq: number, resource = orders) => recordKey(`${account}/${region}`, resource, seq);
const seal = (day: string) => sealKey(`${account}/${region}`, day);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-verify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Leaves a bucket on the disk as --out does, and verifies it. */
async function verify(kept: ReadonlyMap<string, string>, more: readonly string[] = []) {
  const out = await mkdtemp(join(folder, 'out-'));
  for (const [key, body] of kept) {
    const file = join(out, bucketName, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  }
  return command([out, ...more]);
}

async function command(args: readonly string[]) {
  const said: string[] = [];
  const complaints: string[] = [];
  const code = await verifyCommand(args, { say: (line) => said.push(line), complain: (line) => complaints.push(line) });
  return { code, text: said.join('\n'), complaint: complaints.join('\n') };
}

type Tamper = (kept: Map<string, string>) => void;

const edit =
  (key: string, change: (text: string) => string): Tamper =>
  (kept) => {
    const text = kept.get(key);
    if (text === undefined) throw new Error(`${key} is not in the bucket`);
    kept.set(key, change(text));
  };
const remove =
  (...keys: string[]): Tamper =>
  (kept) => {
    for (const key of keys) if (!kept.delete(key)) throw new Error(`${key} is not in the bucket`);
  };

/** What somebody writes who knows the form: new content, and the hash that fits it. */
const forged = (change: (record: EvidenceRecord) => EvidenceRecord) => (text: string) => {
  const changed = change(JSON.parse(text) as EvidenceRecord);
  return `${canonicalJson({ ...changed, hash: hashOf(changed) })}\n`;
};
const well = (one: EvidenceRecord): EvidenceRecord => ({
  ...one,
  content: { ...one.content, because: 'all was well' } as never,
});

const chain = `${location}/rds-orders-`;

describe('lifeboat verify', () => {
  test('finds a bucket in use whole, and says how much it looked at', async () => {
    const { kept } = await sealedBucket(4);
    const { code, text } = await verify(kept);
    expect(code).toBe(0);
    expect(text).toContain('Examined: 1 bucket, 2 chains, 12 records, 4 seals.');
    expect(text).toMatch(new RegExp(`intact +${chain}\\w+ +8 records, head [0-9a-f]{16}`));
  });

  test.each<[string, Tamper, string]>([
    [
      'content that was changed',
      edit(record(3), (text) => text.replace('it was so', 'all was well')),
      'record 3 was changed: its hash does not fit its content',
    ],
    [
      'content that was changed, with a new hash',
      edit(record(3), forged(well)),
      'record 4 does not follow the record before it',
    ],
    [
      'a newest record that was changed, with a new hash',
      edit(record(8), forged(well)),
      'record 8 is not the one that the seal of 2026-03-05 holds',
    ],
    ['a record that is gone', remove(record(3)), 'record 3 is missing: record 4 stands in its place'],
    ['a first record that is gone', remove(record(1)), 'record 1 is missing'],
    [
      'an end that was cut off',
      remove(record(7), record(8)),
      'record 7 is missing: the seal of 2026-03-05 holds the chain up to record 8',
    ],
    ['a chain that is gone', remove(...[1, 2, 3, 4, 5, 6, 7, 8].map((seq) => record(seq))), 'the whole chain is gone'],
    [
      'two records that changed places',
      (kept) => {
        const [three, four] = [kept.get(record(3)) ?? '', kept.get(record(4)) ?? ''];
        kept.set(record(3), four).set(record(4), three);
      },
      'record 4 stands in the place of record 3',
    ],
    [
      'a record of another chain',
      (kept) => kept.set(record(9), kept.get(record(1, 'pipeline')) ?? ''),
      `belongs to the chain ${location}/pipeline`,
    ],
    [
      'a record that was copied to the end',
      (kept) => kept.set(record(9), kept.get(record(8)) ?? ''),
      'record 8 stands in the place of record 9',
    ],
    [
      'a record in another form',
      edit(record(3), (text) => JSON.stringify(JSON.parse(text), null, 1)),
      'is not in the form it was written in',
    ],
    ['a record that is no JSON', edit(record(3), (text) => text.slice(0, 40)), 'is no JSON'],
    ['a record that is empty', edit(record(3), () => '{}'), 'is a record of version undefined'],
    [
      'an object that does not belong there',
      (kept) => kept.set('evidence/readme.txt', 'hello'),
      'evidence/readme.txt does not belong there',
    ],
    [
      'a seal that was changed',
      edit(seal('2026-03-03'), (text) => text.replace(/"seq":2/, '"seq":1')),
      'the seal of 2026-03-03 was changed',
    ],
    [
      'a seal that is gone',
      remove(seal('2026-03-03')),
      'the seal of 2026-03-03 is missing: the seal of 2026-03-04 follows it',
    ],
    ['a first seal that is gone', remove(seal('2026-03-02')), 'the seal of 2026-03-02 is missing'],
    [
      'newest seals that are gone',
      remove(seal('2026-03-04'), seal('2026-03-05')),
      'the seal after 2026-03-03 is missing',
    ],
    [
      'no seal at all',
      remove(...[2, 3, 4, 5].map((day) => seal(`2026-03-0${day}`))),
      'there is no seal, and there are records since',
    ],
  ])('names the first broken link: %s', async (_, tamper, words) => {
    const { kept } = await sealedBucket(4);
    tamper(kept);
    const { code, text } = await verify(kept);
    expect(text).toContain(words);
    expect(text).toContain('The evidence is NOT whole');
    expect(code).toBe(1);
  });

  test('finds the other chains whole where one is broken', async () => {
    const { kept } = await sealedBucket(4);
    remove(record(3))(kept);
    const { text } = await verify(kept);
    expect(text.match(/BROKEN/g)).toHaveLength(1);
    expect(text).toMatch(/intact +\S+pipeline/);
  });

  test('sees two records of one attempt', async () => {
    const { kept } = await sealedBucket(1);
    const first = JSON.parse(kept.get(record(1)) ?? '') as EvidenceRecord;
    const second = JSON.parse(kept.get(record(2)) ?? '') as EvidenceRecord;
    const again = { ...first, seq: 3, previous: second.hash };
    kept.set(record(3), `${canonicalJson({ ...again, hash: hashOf(again) })}\n`);
    expect((await verify(kept)).text).toContain('record 3 is a second one of drill/1/0');
  });

  test('sees that what a drill measured is gone', async () => {
    const { kept, store } = await sealedBucket(1);
    await store.append(
      {
        id: 'lifeboat-drill/x/0',
        resource: orders,
        content: {
          what: 'attempt',
          workflow: 'drill',
          measures: 'measures/x.json',
          verdict: { is: 'PASS', because: [] },
        } as never,
      },
      '2026-03-01T00:00:00.000Z',
    );
    expect((await verify(kept)).text).toContain('record 3 names measures/x.json, which is gone');
    kept.set('measures/x.json', '{}');
    expect((await verify(kept)).code).toBe(0);
  });

  test('tells of a day that nobody sealed, and finds the chain whole, since the next seal says so', async () => {
    const { kept } = await sealedBucket(4, ['2026-03-03']);
    const { code, text } = await verify(kept);
    expect(text).toContain('none was written on 2026-03-03, as the next one says');
    expect(code).toBe(0);
  });

  test('says so when the records are too young for a seal', async () => {
    const { kept } = await sealedBucket(1, ['2026-03-02']);
    const { code, text } = await verify(kept);
    expect(text).toContain('their end is not sealed yet');
    expect(code).toBe(0);
  });

  test('prints JSON', async () => {
    const { kept } = await sealedBucket(2);
    remove(record(3))(kept);
    const { code, text } = await verify(kept, ['--json']);
    const [{ chains }] = JSON.parse(text) as [{ chains: { broken?: { seq: number } }[] }];
    expect(chains.flatMap(({ broken }) => broken?.seq ?? [])).toEqual([3]);
    expect(code).toBe(1);
  });

  test.each([
    ['nothing', [], 'Give one directory or bucket'],
    ['two things', ['a', 'b'], 'Give one directory or bucket'],
    ['a directory that is not there', ['./not-there'], 'there is no such directory'],
    ['a path in a bucket', ['s3://bucket/path'], 'write s3://BUCKET'],
    ['an option that is not there', ['--fast'], "Unknown option '--fast'"],
  ])('verifies nothing, and never says that it did: %s', async (_, args, words) => {
    const { code, text, complaint } = await command(args);
    expect(complaint).toContain(words);
    expect(text).toBe('');
    expect(code).toBe(2);
  });

  test('is never content with a directory without evidence, a file, or a bucket without records', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    expect(await command([empty])).toMatchObject({ code: 2, complaint: expect.stringContaining('holds no evidence') });
    await writeFile(join(empty, 'file'), '');
    expect(await command([join(empty, 'file')])).toMatchObject({
      code: 2,
      complaint: expect.stringContaining('is a file'),
    });
    await mkdir(join(empty, bucketName));
    expect(await command([empty])).toMatchObject({
      code: 2,
      complaint: expect.stringContaining('nothing was verified'),
    });
  });
});

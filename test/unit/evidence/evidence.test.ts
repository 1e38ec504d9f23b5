import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '../../../functions/evidence/canonical.ts';
import { verifyChain } from '../../../functions/evidence/chain.ts';
import { evidence } from '../../../functions/evidence/evidence.ts';
import { chainPrefix, recordKey, slugOf } from '../../../functions/evidence/key.ts';
import type { EvidenceRecord, RecordDraft } from '../../../functions/evidence/record.ts';
import { account, home, mail, objectsInMemory, orders } from '../watch-world.ts';

const here = { account, region: home };
const began = '2026-03-01T00:00:00.000Z';
const draft = (id: string, because = 'it was so'): RecordDraft => ({
  id,
  resource: orders,
  content: {
    what: 'episode',
    kind: 'rpo',
    severity: 'page',
    openedAt: began,
    resolvedAt: began,
    lastedSeconds: 0,
    seen: 1,
    because,
    resolvedBecause: 'it is well',
  },
});

function bucket() {
  const objects = objectsInMemory();
  const store = evidence({ objects, clock: { now: () => new Date(began) }, here });
  const chain = () => [...objects.kept.values()].map((body) => JSON.parse(body) as EvidenceRecord);
  return { objects, store, chain };
}

describe('the canonical form', () => {
  test('is the same whatever the order of members', () => {
    expect(canonicalJson({ b: [1, { d: 'x', c: null }], a: 'é\n', gone: undefined })).toBe(
      '{"a":"é\\n","b":[1,{"c":null,"d":"x"}]}',
    );
  });

  test('refuses what has no JSON form', () => {
    expect(() => canonicalJson({ age: Number.NaN })).toThrow('NaN has no JSON form');
  });
});

describe('the evidence of a resource', () => {
  test('is a chain of records under one prefix, each written once', async () => {
    const { objects, store, chain } = bucket();
    await store.append(draft('one'), began);
    await store.append(draft('two'), began);
    expect([...objects.kept.keys()]).toEqual([
      `evidence/${account}-${home}/${slugOf(orders)}/0000000001.json`,
      `evidence/${account}-${home}/${slugOf(orders)}/0000000002.json`,
    ]);
    expect(verifyChain(chain())).toMatchObject({ intact: true, records: 2 });
  });

  test('has one record of one piece of work, however often it is asked for', async () => {
    const { store, chain } = bucket();
    await store.append(draft('one'), began);
    await store.append(draft('two'), began);
    expect(await store.append(draft('one', 'told differently'), began)).toMatchObject({ written: false });
    expect(chain().map(({ id }) => id)).toEqual(['one', 'two']);
  });

  test('puts a writer that lost the race behind the winner', async () => {
    const { objects, store, chain } = bucket();
    const rival = evidence({ objects, clock: { now: () => new Date(began) }, here });
    const slow = evidence({
      clock: { now: () => new Date(began) },
      here,
      objects: {
        ...objects,
        create: async (key, body) => {
          if (key.endsWith('1.json')) await rival.append(draft('the rival'), began);
          return objects.create(key, body);
        },
      },
    });
    await slow.append(draft('the slow one'), began);
    expect(chain().map(({ id, seq }) => [seq, id])).toEqual([
      [1, 'the rival'],
      [2, 'the slow one'],
    ]);
    expect(verifyChain(chain())).toMatchObject({ intact: true });
    expect((await store.since(orders, began)).length).toBe(2);
  });

  test('has one record when the answer to its write was lost', async () => {
    const { objects, chain } = bucket();
    const deaf = evidence({
      clock: { now: () => new Date(began) },
      here,
      objects: { ...objects, create: async (key, body) => (await objects.create(key, body)) && false },
    });
    expect(await deaf.append(draft('one'), began)).toMatchObject({ written: false, record: { id: 'one', seq: 1 } });
    expect(chain()).toHaveLength(1);
  });

  test('never shares a prefix with another resource', () => {
    expect(chainPrefix(`${account}/${home}`, orders)).not.toBe(chainPrefix(`${account}/${home}`, mail));
    expect(recordKey(`${account}/${home}`, 'pipeline', 7)).toBe(`evidence/${account}-${home}/pipeline/0000000007.json`);
  });
});

describe('the verification of a chain', () => {
  async function three() {
    const { store, chain } = bucket();
    for (const id of ['one', 'two', 'three']) await store.append(draft(id), began);
    return chain();
  }

  test('names the record whose content was changed', async () => {
    const [one, two, three_] = await three();
    const changed = { ...two, content: { ...two?.content, because: 'it was never so' } } as EvidenceRecord;
    const verdict = verifyChain([one, changed, three_] as EvidenceRecord[]);
    expect(verdict).toEqual({
      intact: false,
      seq: 2,
      because: 'record 2 was changed: its hash does not fit its content',
    });
  });

  test('names the record that is missing', async () => {
    const [one, , last] = await three();
    expect(verifyChain([one, last] as EvidenceRecord[])).toMatchObject({
      intact: false,
      seq: 3,
      because: 'record 2 is missing: record 3 stands in its place',
    });
  });

  test('names the record that was written anew with a fitting hash', async () => {
    const [one, , last] = await three();
    const { store, chain } = bucket();
    await store.append(draft('other'), began);
    await store.append(draft('forged'), began);
    expect(verifyChain([one, chain()[1], last] as EvidenceRecord[])).toMatchObject({ intact: false, seq: 2 });
  });

  test('does not take an empty chain for an intact one', () => {
    expect(verifyChain([])).toEqual({ intact: false, seq: 0, because: 'there is no record' });
  });
});

import { describe, expect, test } from '@jest/globals';
import { recordKey, sealKey } from '../../../functions/evidence/key.ts';
import { standingChain } from '../../../functions/evidence/standing.ts';
import { makeReport } from '../../../functions/report/make.ts';
import { type ReadPlace, readEvidence, type Shelf } from '../../../functions/report/read.ts';
import {
  arnOf,
  copy,
  day,
  drilled,
  history,
  home,
  hour,
  iso,
  openEpisode,
  shelfOf,
  sourceOf,
  standing,
  start,
} from './written.ts';

const well = { orders: {}, mail: {} };

const report = async (kept: ReadonlyMap<string, string>, at?: string) =>
  makeReport([{ shelf: await shelfOf(sourceOf(kept)) }], at === undefined ? {} : { at });

describe('the report', () => {
  test('says that everything is recoverable, with the numbers of the evidence', async () => {
    const { kept } = history(well, 3);
    const { model, page } = await report(kept);
    expect(model.verdict).toEqual({ state: 'ok', says: 'Everything is recoverable.', because: [] });
    expect(model.counts).toMatchObject({ backups: 24, copies: 24, objectives: { met: 6, all: 6 }, pages: 0 });
    expect(model.counts.drills).toEqual({ PASS: 6, FAIL: 0, SUSPECT: 0, NOT_TESTED: 0 });
    expect(page).toContain('24 backups, 24 copies, 6 drills');
  });

  test.each([
    ['a proof that is too old', { orders: { proof: 60 }, mail: {} }, 'proof in eu-west-1'],
    ['a point that is too old', { orders: { rpo: 10 }, mail: {} }, 'rpo in eu-central-1'],
    ['a copy that is too old', { orders: { copy: 13 }, mail: {} }, 'copy_rpo in eu-west-1'],
  ])('names the resource with %s', async (_, ages, because) => {
    const { kept } = history(ages, 3);
    const { model } = await report(kept);
    expect(model.verdict.says).toBe('1 of 2 is not recoverable as promised.');
    expect(model.resources[0]).toMatchObject({ name: 'orders', state: 'bad' });
    expect(model.resources[0]?.because[0]).toContain(because);
  });

  test('is not green while nothing is proven yet', async () => {
    const { kept } = history({ orders: { proof: undefined }, mail: {} }, 3);
    const { model } = await report(kept);
    expect(model.verdict).toMatchObject({ state: 'waiting', says: '1 of 2 has not been proven.' });
  });

  test('takes a drill that failed after the last standing at its word', async () => {
    const { kept, write, end } = history(well, 3);
    write(copy, arnOf('mail'), 'lifeboat-drill/late/0', drilled(end + hour, 'FAIL'), end + hour);
    const { model } = await report(kept);
    expect(model.resources[0]?.because).toEqual(['the last drill ended FAIL: orders exist: a fall of 32.8%']);
  });

  test('is not green while a drill of the newest data failed, though an older one has passed since', async () => {
    const drillOf = (end: number, dataAt: number, verdict: 'PASS' | 'FAIL') => {
      const content = drilled(end, verdict);
      return { ...content, points: content.points.map((point) => ({ ...point, instant: iso(dataAt) })) };
    };
    const { kept, write, end } = history(well, 3);
    const drill = (steps: number, dataHours: number, verdict: 'PASS' | 'FAIL') =>
      write(
        copy,
        arnOf('mail'),
        `lifeboat-drill/by-hand-${steps}/0`,
        drillOf(end + (steps * hour) / 4, end + dataHours * hour, verdict),
        end + (steps * hour) / 4,
      );
    drill(1, -1, 'FAIL');
    // On-call looks for the last good one, further back than the page keeps drills whole.
    for (let older = 2; older < 14; older += 1) drill(older, -older, 'PASS');
    const found = await report(kept);
    expect(found.model.verdict.says).toBe('1 of 2 is not recoverable as promised.');
    expect(found.model.resources[0]?.because).toEqual([
      'the drill of the newest data ended FAIL, and only older data has passed since: orders exist: a fall of 32.8%',
    ]);
    expect(found.model.resources[0]?.score.at(-1)).toMatchObject({ figure: '0', met: false });

    drill(14, -1, 'PASS');
    expect((await report(kept)).model.verdict.says).toBe('Everything is recoverable.');
    for (let older = 15; older < 27; older += 1) drill(older, -older, 'PASS');
    expect((await report(kept)).model.verdict.says).toBe('Everything is recoverable.');
  });

  test('shows an open page, of a resource or of Lifeboat itself, until its record says that it is over', async () => {
    const end = start + 3 * day;
    const open = [openEpisode('mail', end), openEpisode('x', end, { subject: 'pipeline', kind: 'roster' })];
    const { kept, write } = history(well, 3, { open });
    const { model, page } = await report(kept);
    expect(model.open.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['mail drill', 'Lifeboat itself roster']);
    expect(model.resources[0]).toMatchObject({ name: 'mail', state: 'bad' });
    expect(page).toContain('after 4 s, to people in eu-west-1');

    for (const { subject, kind, severity, openedAt, because, seen } of open) {
      const resolved = { openedAt, resolvedAt: iso(end + hour), lastedSeconds: 3, resolvedBecause: 'it passed' };
      write(
        copy,
        subject,
        `episode/${kind}`,
        { what: 'episode', kind, severity, because, seen, ...resolved },
        end + hour,
      );
    }
    const after = await report(kept);
    expect(after.model).toMatchObject({ open: [], verdict: { state: 'ok' }, counts: { pages: 2 } });
  });

  test('does not take an old standing for how it stands now', async () => {
    const { kept } = history(well, 3);
    const { model } = await report(kept, iso(start + 5 * day));
    expect(model.verdict.state).toBe('unknown');
    expect(model.verdict.because).toContainEqual(`${home}: how everything stands was written last 2 days ago`);
  });

  test('does not forget a resource that no roster names and nobody retired', async () => {
    const { kept, write, end } = history(well, 3);
    const lost = { mail: {} };
    for (const [location, part] of [
      [home, 'home'],
      [copy, 'copy'],
    ] as const) {
      write(location, standingChain, `standing/${end + 1}`, standing(part, end + 1, lost), end + 1);
    }
    const forgotten = await report(kept);
    expect(forgotten.model.resources.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'orders unknown',
      'mail ok',
    ]);
    expect(forgotten.model.verdict.state).toBe('unknown');

    const retired = [{ resource: arnOf('orders'), retiredAt: iso(end), because: 'it is tagged retired' }];
    write(home, standingChain, `standing/${end + 2}`, standing('home', end + 2, lost, { retired }), end + 2);
    expect((await report(kept)).model.verdict.state).toBe('ok');
  });

  test('tells of nothing as of nothing', async () => {
    const { model } = await report(new Map());
    expect(model.verdict).toMatchObject({
      state: 'unknown',
      says: 'The evidence names no resource: nothing is known to be protected.',
    });
  });
});

describe('a report that cannot read part of the evidence', () => {
  const second = recordKey(home, arnOf('orders'), 2);
  const edit = (key: string, change: (text: string) => string) => (kept: Map<string, string>) => {
    kept.set(key, change(kept.get(key) ?? ''));
  };
  const unknownKind = (kept: Map<string, string>) => {
    const { write } = history({}, 0);
    void write;
    kept.set(recordKey(home, 'riddle', 1), '{}\n');
  };
  test.each<[string, (kept: Map<string, string>) => void, string]>([
    ['a record that is gone', (kept) => kept.delete(second), 'record 2 is missing: record 3 stands in its place'],
    [
      'a record that was changed',
      edit(second, (text) => text.replace('gold', 'iron')),
      'its hash does not fit its content',
    ],
    ['a record with more white space', edit(second, (text) => ` ${text}`), 'not in the form it was written in'],
    ['a record that is no JSON', edit(second, () => 'torn'), '0000000002.json is no record'],
    [
      'a record of a later version',
      edit(second, (text) => text.replace('"version":1', '"version":2')),
      'is a record of version 2',
    ],
    ['an object that is no record', unknownKind, 'is a record of version undefined'],
    [
      'the end of a chain that is gone',
      (kept) => {
        for (const seq of [11, 12]) kept.delete(recordKey(home, arnOf('orders'), seq));
      },
      'is gone, which the seal of',
    ],
    [
      'a whole chain that is gone',
      (kept) => {
        for (const key of [...kept.keys()]) if (key.includes('eu-west-1/rds-orders')) kept.delete(key);
      },
      'the whole chain is gone',
    ],
    [
      'a seal that was changed',
      edit(sealKey(home, '2026-01-06'), (text) => text.replace('"seq":8', '"seq":7')),
      'the seal of 2026-01-06 cannot be read',
    ],
    ['a seal that is gone', (kept) => kept.delete(sealKey(home, '2026-01-06')), 'the seal of 2026-01-06 is missing'],
    [
      'a Region that is not there',
      (kept) => {
        for (const key of [...kept.keys()])
          if (key.includes('eu-west-1/') || key.startsWith('seals/123456789012-eu-west-1')) kept.delete(key);
      },
      'its evidence was not there to read',
    ],
  ])('says so first and is not green: %s', async (_, spoil, words) => {
    const { kept } = history(well, 3);
    spoil(kept);
    const { model, page } = await report(kept);
    expect(model.troubles.map((trouble) => trouble.words).join('\n')).toContain(words);
    expect(model.verdict.state).not.toBe('ok');
    expect(page.indexOf('This report could not read all of the evidence')).toBeLessThan(page.indexOf('<h1'));
    expect(page.indexOf('This report could not read all of the evidence')).toBeGreaterThan(0);
  });

  test('and names a kind of record that it does not know', async () => {
    const { kept, write, end } = history(well, 3);
    write(home, arnOf('mail'), 'oracle/1', { what: 'oracle' } as never, end);
    const { model } = await report(kept);
    expect(model.troubles).toMatchObject([{ words: "record 13 says 'oracle', which this report does not know" }]);
    expect(model.verdict.state).toBe('unknown');
  });

  test('and when a bucket cannot be opened', async () => {
    const { kept } = history(well, 3);
    const unreadable = 'its evidence could not be read: AccessDenied';
    const made = await makeReport(
      [{ shelf: await shelfOf(sourceOf(kept)) }, { location: '1/us-east-1', unreadable }],
      {},
    );
    expect(made.model.verdict.says).toBe('Part of the evidence could not be read.');
  });

  test('and when its time is over', async () => {
    const { kept } = history(well, 3);
    const made = await makeReport([{ shelf: await shelfOf(sourceOf(kept)) }], { mayGoOn: () => false });
    expect(made.page).toContain('the time was over before');
    expect(made.model.verdict.state).toBe('unknown');
  });

  test('but reads no further back than it has to', async () => {
    const { kept, end } = history(well, 30);
    let reads = 0;
    const source = sourceOf(kept);
    const read = (key: string) => {
      reads += 1;
      return source.read(key);
    };
    const options = { from: iso(end - 2 * day), at: iso(end) };
    const { model } = await makeReport([{ shelf: await shelfOf({ ...source, read }) }], options);
    expect(model.verdict.state).toBe('ok');
    expect(model.counts.backups).toBe(16);
    expect(reads).toBeLessThan(100);
    expect(kept.size).toBeGreaterThan(300);
  });
});

describe('many chains', () => {
  /** A shelf whose answers come in any order, with how much was asked of it at once. */
  async function slowShelf(files: number) {
    const { kept } = history(well, 3);
    const [prefix = ''] = [...kept.keys()].filter((key) => key.startsWith('evidence/')).map((key) => key.split('/')[1]);
    const folders = Array.from(
      { length: files },
      (_, index) => `evidence/${prefix}/chain-${String(index).padStart(3, '0')}/`,
    );
    const asked = { now: 0, most: 0, folders: [] as string[] };
    const shelf: Shelf = {
      folders: async (under) =>
        under === 'evidence/' ? [`evidence/${prefix}/`] : under.startsWith('seals/') ? [] : folders,
      keys: async (under) => {
        if (under.startsWith('seals/')) return [];
        asked.folders.push(under);
        asked.now += 1;
        asked.most = Math.max(asked.most, asked.now);
        await new Promise((done) => setTimeout(done, (asked.folders.length * 7) % 5));
        asked.now -= 1;
        return [`${under}0000000001.json`];
      },
      read: async () => 'no record',
    };
    return { shelf, folders, asked };
  }
  const nobody = (places: ReadPlace[]) => ({ record: () => {}, place: (place: ReadPlace) => void places.push(place) });

  test('are read side by side, a dozen at once, and told in their order, each once', async () => {
    const { shelf, folders, asked } = await slowShelf(50);
    const places: ReadPlace[] = [];
    await readEvidence(shelf, nobody(places), {});
    expect(asked.folders).toEqual(folders);
    expect(asked.most).toBe(12);
    const told = places.flatMap(({ troubles }) => troubles.map(({ of }) => of.split('/')[1]));
    expect(told).toEqual(folders.map((folder) => folder.split('/')[2]));
  });

  test('are told as far as time allows, and the others counted', async () => {
    const { shelf, asked } = await slowShelf(50);
    const places: ReadPlace[] = [];
    await readEvidence(shelf, nobody(places), { mayGoOn: () => asked.folders.length < 30 });
    const words = places[0]?.troubles.map((trouble) => trouble.words) ?? [];
    expect(words.filter((one) => one === '0000000001.json is no record')).toHaveLength(30);
    expect(words.at(-1)).toBe('the time was over before 20 of 50 chains were read');
  });

  test('one that cannot be listed is an error of the whole, and of nothing else', async () => {
    const { shelf } = await slowShelf(50);
    const broken = {
      ...shelf,
      keys: async (under: string) =>
        under.startsWith('seals/') ? [] : Promise.reject(new Error(`no list of ${under}`)),
    };
    await expect(readEvidence(broken, nobody([]), {})).rejects.toThrow('chain-000');
  });
});

describe('what is written into the page', () => {
  const nasty = '"><script>alert(1)</script>\u202e<img src=x onerror=alert(1)>';
  test('is text, whatever a tag, a name or a cause says', async () => {
    const end = start + 3 * day;
    const { kept, write } = history(well, 3, { open: [openEpisode('mail', end, { because: nasty })] });
    const content = drilled(end + hour, 'FAIL');
    const checks = [{ name: nasty, verdict: 'FAIL' as const, because: [nasty] }];
    write(
      copy,
      arnOf('orders'),
      'lifeboat-drill/nasty/0',
      { ...content, checks, verdict: { is: 'FAIL', because: [nasty] } },
      end + hour,
    );
    const named = standing('home', end + 2 * hour, well);
    const resources = named.resources.map((one) => ({ ...one, name: `${nasty}${one.name}`, tier: nasty }));
    write(home, standingChain, 'standing/nasty', { ...named, resources }, end + 2 * hour);
    const { page } = await report(kept);
    expect(page.includes('&lt;script&gt;')).toBe(true);
    expect(page.match(/<script|<img|\u202e/)).toBeNull();
  });

  test('loads nothing and runs nothing', async () => {
    const { page } = await report(history(well, 2).kept);
    expect(page.includes('default-src &#39;none&#39;; style-src &#39;sha256-')).toBe(true);
    expect(page.match(/<script|<link|<iframe|<img|@import|url\((?!#)|https?:/)).toBeNull();
  });
});

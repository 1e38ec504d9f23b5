import { createHash } from 'node:crypto';
import { recordKey } from '../../functions/evidence/key.ts';
import type { EvidenceRecord } from '../../functions/evidence/record.ts';
import type { SealRecord } from '../../functions/evidence/seal.ts';
import { type Made, makeReport } from '../../functions/report/make.ts';
import { readEvidence, type Trouble } from '../../functions/report/read.ts';
import { shelfOf } from '../report/shelf.ts';
import { type Verified, verifyBucket } from '../verify/verify.ts';
import { attemptsCsv } from './attempts.ts';
import { controlsText } from './controls.ts';
import { verifyText } from './how-to-verify.ts';
import type { Month } from './month.ts';
import { bannerOf, readmeText } from './readme.ts';
import type { Slice } from './slice.ts';

/** What pack.json says. */
export interface PackFacts {
  readonly what: 'lifeboat pack';
  /** Name and version of the program: another one may make another page of the same evidence. */
  readonly madeBy: string;
  readonly month: string;
  /** The instant that the page speaks of, ISO 8601. */
  readonly at: string;
  /** What could not be read when it was packed, which the records in the pack cannot show. */
  readonly troubles: readonly Trouble[];
}

/** What a pack is made of: from the same of it come the same bytes. */
export interface Packed {
  readonly month: Month;
  readonly at: string;
  readonly madeBy: string;
  readonly slice: Pick<Slice, 'objects' | 'troubles'>;
}

/** The page of a month, made from a piece of the evidence. */
export interface MonthMade extends Made {
  /** All that could not be read or does not hold. */
  readonly troubles: readonly Trouble[];
  readonly records: readonly EvidenceRecord[];
}

/**
 * The instant that a page of a month speaks of: the end of the month; or now, when buckets in use are read before it is
 * over; or the newest record, where a copy on the disk goes no further.
 */
export function instantOf(month: Month, slice: Slice, live: boolean, now: number): string {
  if (live) return [month.to, new Date(now).toISOString()].sort()[0] ?? month.to;
  return slice.goesOn ? month.to : slice.newest;
}

export async function monthMade({ month, at, slice }: Omit<Packed, 'madeBy'>): Promise<MonthMade> {
  const source = {
    name: month.name,
    live: false,
    keys: async () => [...slice.objects.keys()],
    read: async (key: string) => slice.objects.get(key) ?? '',
  };
  const shelf = await shelfOf(source);
  const verified = await verifyBucket(source, 0, { pieceUntil: at });
  const troubles = [...slice.troubles, ...brokenIn(verified)];
  const period = { from: month.from, to: month.to, pieces: true };
  const made = await makeReport([{ shelf }], { ...period, at, month: month.name, troubles });
  const records: EvidenceRecord[] = [];
  await readEvidence(shelf, { record: (record) => void records.push(record), place: () => {} }, period);
  return { ...made, troubles: made.model.troubles, records };
}

/** What the check of chains and seals says, in the form of the page. */
function brokenIn({ chains, seals, strays }: Verified): Trouble[] {
  return [
    ...chains.flatMap(({ name, broken }) => (broken === undefined ? [] : [{ of: name, words: broken.because }])),
    ...seals.flatMap(({ location, broken }) => (broken === undefined ? [] : [{ of: location, words: broken }])),
    ...strays.map((key) => ({ of: key, words: 'does not belong there' })),
  ];
}

/** Every file of the pack by its path, in the order of the paths. */
export async function packFiles(
  packed: Packed,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly made: MonthMade }> {
  const { month, at, slice, madeBy } = packed;
  const made = await monthMade(packed);
  const { model, troubles, records, page } = made;
  const names = new Map(model.resources.map(({ arn, name }) => [arn, name]));
  const { csv, rows } = attemptsCsv(records, (resource) => names.get(resource));
  const own = new Set(records.map(({ location, resource, seq }) => recordKey(location, resource, seq)));
  const chains = [...slice.objects.keys()].filter((key) => key.startsWith('evidence/'));
  const seals = sealsOf(slice.objects);
  const folder = (key: string | undefined) => key?.slice(0, key.lastIndexOf('/')) ?? '';
  const chain = folder(chains.find((key) => own.has(key)) ?? chains[0]);
  const facts: PackFacts = {
    what: 'lifeboat pack',
    madeBy,
    month: month.name,
    at,
    troubles: slice.troubles,
  };
  const files = new Map<string, string>([
    ...slice.objects,
    [
      'README.md',
      readmeText({
        month,
        model,
        troubles,
        attempts: rows,
        records: { inMonth: own.size, neighbours: chains.length - own.size },
        seals,
        unsealed: unsealedIn(
          seals,
          model.places.map(({ location }) => location.replace('/', '-')),
          at,
        ),
      }),
    ],
    ['VERIFY.md', verifyText({ month: month.name, chain, seals: `seals/${chain.split('/')[1] ?? ''}` })],
    ['attempts.csv', csv],
    ['controls.md', controlsText(month.name, bannerOf(troubles))],
    ['index.html', page],
    ['pack.json', `${JSON.stringify(facts, null, 2)}\n`],
  ]);
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const sums = sorted.map(([path, text]) => `${sha256(text)}  ${path}\n`).join('');
  return { files: new Map([...sorted, ['SHA256SUMS', sums]]), made };
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

interface PlaceSeals {
  readonly place: string;
  readonly first: string;
  readonly last: string;
  readonly count: number;
  readonly writtenAt: string;
}

function sealsOf(objects: ReadonlyMap<string, string>): PlaceSeals[] {
  const keys = [...objects.keys()].filter((key) => key.startsWith('seals/'));
  const places = Map.groupBy(keys, (key) => key.split('/')[1] ?? '');
  return [...places].map(([place, of]) => {
    const days = of.map((key) => key.slice(-'2026-01-01.json'.length, -'.json'.length));
    return {
      place,
      first: days[0] ?? '',
      last: days.at(-1) ?? '',
      count: of.length,
      writtenAt: writtenAt(objects.get(of.at(-1) ?? '') ?? ''),
    };
  });
}

function writtenAt(text: string): string {
  try {
    return String((JSON.parse(text) as Partial<SealRecord>).writtenAt ?? '');
  } catch {
    return '';
  }
}

/** Places whose newest seal is older than what the page speaks of: until the next seal their end could be cut off. */
function unsealedIn(seals: readonly PlaceSeals[], places: readonly string[], at: string): string[] {
  return [...new Set(places)].flatMap((place) => {
    const of = seals.find((one) => one.place === place);
    if (of === undefined) return [`${place} has no seal, so that the end of its chains could be cut off`];
    if (of.writtenAt >= at) return [];
    return [`the newest seal of ${place} was written at ${of.writtenAt}; records after it are held by no seal yet`];
  });
}

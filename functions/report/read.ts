import { canonicalJson } from '../evidence/canonical.ts';
import { beforeTheFirst, brokenLink, hashOf } from '../evidence/chain.ts';
import { recordName, slugOf } from '../evidence/key.ts';
import type { Content, EvidenceRecord } from '../evidence/record.ts';
import { brokenSeal, hashOfSeal, type SealRecord } from '../evidence/seal.ts';
import { messageOf } from '../platform/errors.ts';

/** What reading needs of a bucket, or of a copy of one on the disk. */
export interface Shelf {
  /** Every folder right under a prefix, in order, each with its closing slash. */
  folders(prefix: string): Promise<string[]>;
  /** Every key under a prefix, in order. */
  keys(prefix: string): Promise<string[]>;
  read(key: string): Promise<string>;
}

/** What the report is made of: told one by one, so that no more than one chain at a time is held. */
export interface Reader {
  record(record: EvidenceRecord): void;
  /** One place was read, as far as it could be. */
  place(place: ReadPlace): void;
}

export interface ReadPlace {
  /** `ACCOUNT/REGION`. */
  readonly location: string;
  readonly chains: number;
  /** How many records the bucket holds, and how many of them were read: older ones are outside the report. */
  readonly records: number;
  readonly read: number;
  readonly seals: {
    readonly count: number;
    readonly first?: string;
    readonly last?: string;
    readonly lastWrittenAt?: string;
    readonly missed: readonly string[];
  };
  /** What of it could not be read, or is not as it was written: one sentence each, with the chain it is about. */
  readonly troubles: readonly Trouble[];
}

export interface Trouble {
  /** `ACCOUNT-REGION/SLUG`, or the location alone. */
  readonly of: string;
  readonly words: string;
}

/** The kinds of record that this report understands. Any other is told, since it may say what is not shown here. */
const known: Readonly<Record<Content['what'], true>> = {
  attempt: true,
  episode: true,
  silence: true,
  standing: true,
  report: true,
};

/** Records of one chain, or seals, that are asked for at once, and chains that are read at once: S3 keeps up with more. */
const width = 8;
const chainsAtOnce = 12;

export interface ReadOptions {
  /** ISO 8601. Records from before are counted and not read; undefined reads all. */
  readonly from?: string | undefined;
  /** ISO 8601, not included: records from then on are read, for what they are links of, and not told. */
  readonly to?: string | undefined;
  /** A chain may begin with a later record than its first: it is a piece, as the pack of a month holds it. */
  readonly pieces?: boolean;
  /** Asked before each part is read: once it says no, what is left is told as unread. */
  readonly mayGoOn?: () => boolean;
}

/**
 * Reads the evidence of every location that a bucket holds and tells it to a reader. Each record has to be in the form it
 * was written in, fit its own hash, stand where it says and follow the one before it; the newest seal's heads have to be
 * there. What does not hold is a trouble; a record that does not fit its own hash is not told to the reader at all.
 */
export async function readEvidence(shelf: Shelf, reader: Reader, options: ReadOptions = {}): Promise<void> {
  const locations = [...(await shelf.folders('evidence/')), ...(await shelf.folders('seals/'))].map(nameOfFolder);
  for (const name of [...new Set(locations)].sort()) await readPlace(shelf, reader, name, options);
}

async function readPlace(shelf: Shelf, reader: Reader, name: string, options: ReadOptions): Promise<void> {
  const troubles: Trouble[] = [];
  const seals = await readSeals(shelf, name, options, troubles);
  const newest = seals.whole.at(-1);
  const heads = new Map((newest?.heads ?? []).map((head) => [head.chain, head]));
  const folders = (await shelf.folders(`evidence/${name}/`)).map(nameOfFolder);
  let location = newest?.location;
  let [records, recordsRead] = [0, 0];
  for (const [chain, { seq }] of heads) {
    if (folders.includes(chain)) continue;
    const words = `the whole chain is gone: the seal of ${newest?.day} holds ${seq} records of it`;
    troubles.push({ of: `${name}/${chain}`, words });
  }
  const tell = (chain: string, keys: readonly string[], found: ReadChain): void => {
    const of = `${name}/${chain}`;
    records += keys.length;
    recordsRead += found.records.length;
    location ??= found.records[0]?.location;
    troubles.push(...found.troubles.map((words) => ({ of, words })));
    const head = heads.get(chain);
    const because = head === undefined ? undefined : againstHead(head, keys, found.records, newest?.day ?? '');
    if (because !== undefined) troubles.push({ of, words: because });
    for (const record of found.records) {
      if (options.to === undefined || record.writtenAt < options.to) reader.record(record);
    }
  };
  const read = async (chain: string) => {
    const keys = await shelf.keys(`evidence/${name}/${chain}/`);
    return { chain, keys, found: await readChain(shelf, { of: `${name}/${chain}`, keys, options }) };
  };
  const told = await inTheirOrder(folders, read, ({ chain, keys, found }) => tell(chain, keys, found), options.mayGoOn);
  if (told < folders.length) {
    const words = `the time was over before ${folders.length - told} of ${folders.length} chains were read`;
    troubles.push({ of: name, words });
  }
  const { first, last, count, missed } = seals;
  reader.place({
    location: location ?? name.replace(/^(\d{12})-/, '$1/'),
    chains: folders.length,
    records,
    read: recordsRead,
    seals: {
      count,
      missed,
      ...(first !== undefined && { first }),
      ...(last !== undefined && { last }),
      ...(newest !== undefined && { lastWrittenAt: newest.writtenAt }),
    },
    troubles,
  });
}

/** Reads some chains ahead of the one that is told: all in their order, none twice. Answers how many were told. */
async function inTheirOrder<Read>(
  chains: readonly string[],
  read: (chain: string) => Promise<Read>,
  tell: (read: Read) => void,
  mayGoOn: () => boolean = () => true,
): Promise<number> {
  const ahead: Promise<Read>[] = [];
  let begun = 0;
  const begin = (): boolean => {
    const chain = chains[begun];
    if (chain === undefined || !mayGoOn()) return false;
    begun += 1;
    const reading = read(chain);
    // Whoever waits for it hears of its error; until then nobody else has to.
    reading.catch(() => {});
    ahead.push(reading);
    return true;
  };
  while (ahead.length < chainsAtOnce && begin());
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    tell(await next);
    begin();
  }
  return begun;
}

interface ReadChain {
  /** Those that fit their own hash, in their order. */
  readonly records: readonly EvidenceRecord[];
  readonly troubles: readonly string[];
}

/** Reads a chain from its end back to the first record that is older than the report, and checks its links. */
async function readChain(
  shelf: Shelf,
  { of, keys, options }: { of: string; keys: readonly string[]; options: ReadOptions },
): Promise<ReadChain> {
  const chunks: (EvidenceRecord | string)[][] = [];
  let start = keys.length;
  while (start > 0) {
    const end = start;
    start = Math.max(0, end - width);
    const some = await Promise.all(keys.slice(start, end).map((key) => readRecord(shelf, key, of)));
    chunks.push(some);
    const oldest = some.find((record) => typeof record !== 'string');
    if (options.from !== undefined && oldest !== undefined && oldest.writtenAt < options.from) break;
  }
  const read = chunks.reverse().flat();
  const records: EvidenceRecord[] = [];
  const troubles: string[] = [];
  let previous: EvidenceRecord | undefined;
  let follows = start === 0 && options.pieces !== true;
  for (const record of read) {
    if (typeof record === 'string') {
      troubles.push(record);
      follows = false;
      continue;
    }
    // After a record that could not be read, and before the report's first one, there is nothing to follow.
    const link = follows ? brokenLink(record, previous, read.find(isRecord) ?? record) : undefined;
    if (link !== undefined) troubles.push(link);
    previous = record;
    follows = true;
    if (!Object.hasOwn(known, record.content.what)) {
      troubles.push(`record ${record.seq} says '${String(record.content.what)}', which this report does not know`);
      continue;
    }
    if (options.from === undefined || record.writtenAt >= options.from) records.push(record);
  }
  return { records, troubles };
}

function isRecord(read: EvidenceRecord | string): read is EvidenceRecord {
  return typeof read !== 'string';
}

/** A record in the form it was written in, in its place, and that fits its own hash; else the reason why it is none. */
async function readRecord(shelf: Shelf, key: string, of: string): Promise<EvidenceRecord | string> {
  const file = key.slice(key.lastIndexOf('/') + 1);
  let text: string;
  try {
    text = await shelf.read(key);
  } catch (error) {
    return `${file} could not be read: ${messageOf(error)}`;
  }
  const record = parsed(text);
  if (record === undefined) return `${file} is no record`;
  if (record.version !== 1)
    return `${file} is a record of version ${String(record.version)}, and this report reads version 1`;
  const { id, resource, location, seq, writtenAt, previous, hash, content } = record;
  const isWhole =
    [id, resource, location, writtenAt, previous, hash].every((member) => typeof member === 'string') &&
    Number.isInteger(seq) &&
    typeof content === 'object' &&
    content !== null;
  if (!isWhole) return `${file} is no record: a member is missing`;
  if (text !== `${canonicalJson(record)}\n`) return `${file} was changed: it is not in the form it was written in`;
  if (hash !== hashOf(record)) return `${file} was changed: its hash does not fit its content`;
  const own = `${location.replace('/', '-')}/${slugOf(resource)}`;
  if (own !== of || file !== recordName(seq)) return `${file} holds record ${seq} of ${own}: it does not belong there`;
  return record;
}

function parsed(text: string): EvidenceRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as EvidenceRecord) : undefined;
  } catch {
    return undefined;
  }
}

function againstHead(
  head: { readonly seq: number; readonly hash: string },
  keys: readonly string[],
  records: readonly EvidenceRecord[],
  day: string,
): string | undefined {
  if (!keys.some((key) => key.endsWith(`/${recordName(head.seq)}`))) {
    return `record ${head.seq} is gone, which the seal of ${day} holds`;
  }
  const record = records.find(({ seq }) => seq === head.seq);
  return record === undefined || record.hash === head.hash
    ? undefined
    : `record ${head.seq} is not the one that the seal of ${day} holds`;
}

interface ReadSeals {
  readonly whole: readonly SealRecord[];
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
  readonly missed: readonly string[];
}

async function readSeals(shelf: Shelf, name: string, options: ReadOptions, troubles: Trouble[]): Promise<ReadSeals> {
  const keys = (await shelf.keys(`seals/${name}/`)).filter(
    (key) => options.from === undefined || key >= `seals/${name}/${options.from.slice(0, 10)}`,
  );
  const whole: SealRecord[] = [];
  for (let from = 0; from < keys.length; from += width) {
    const some = await Promise.all(
      keys.slice(from, from + width).map(async (key) => {
        const text = await shelf.read(key).catch(() => '');
        return { key, seal: parsed(text) as unknown as SealRecord | undefined };
      }),
    );
    for (const { key, seal } of some) {
      const day = key.slice(key.lastIndexOf('/') + 1, -'.json'.length);
      const isSeal =
        seal?.what === 'seal' && seal.day === day && Array.isArray(seal.heads) && Array.isArray(seal.missed);
      if (!isSeal || seal.hash !== hashOfSeal(seal)) {
        troubles.push({ of: name, words: `the seal of ${day} cannot be read, or was changed` });
        continue;
      }
      const previous = whole.at(-1);
      // The first that is read may follow one that is older than the report.
      const because =
        previous === undefined && seal.previous !== beforeTheFirst ? undefined : brokenSeal(seal, previous);
      if (because !== undefined) troubles.push({ of: name, words: because });
      whole.push(seal);
    }
  }
  const [first, last] = [whole[0]?.day, whole.at(-1)?.day];
  const missed = whole.flatMap((seal) => seal.missed);
  return { whole, count: whole.length, missed, ...(first && { first }), ...(last && { last }) };
}

function nameOfFolder(folder: string): string {
  return folder.split('/').at(-2) ?? folder;
}

import type { EvidenceRecord } from '../../functions/evidence/record.ts';
import type { SealRecord } from '../../functions/evidence/seal.ts';
import type { Trouble } from '../../functions/report/read.ts';
import { NothingToVerify, type Source } from '../verify/source.ts';
import { type Month, MonthUnusable } from './month.ts';

/** What of the evidence is needed to tell of a month, and to check it alone. */
export interface Slice {
  /** Each object with its bytes as they stand in the bucket, by its key, in the order of the keys. */
  readonly objects: ReadonlyMap<string, string>;
  /** What could not be read, and what stands where only evidence belongs: the objects do not show it. */
  readonly troubles: readonly Trouble[];
  /** When the newest record of the month was written, ISO 8601. */
  readonly newest: string;
  /** Whether there is evidence from after the month. */
  readonly goesOn: boolean;
}

/** Keys become paths of files: nothing but names is let through. */
const chainKey = /^evidence\/([\da-z][\w.-]*)\/(\w[\w.-]*)\/(\d{10})\.json$/;
const sealKey = /^seals\/([\da-z][\w.-]*)\/(\d{4}-\d\d-\d\d)\.json$/;
const width = 16;

/**
 * Takes a piece of each chain: from what the last seal before the month holds, or from its beginning where there is no such
 * seal, to what the first seal after the month holds, or to the end of the month where there is none. And all seals from the
 * one to the other. So each seal holds records that are here, and what is left out of the middle or the end shows. Throws
 * MonthUnusable when nothing was written in the month, with the months in which something was.
 */
export async function sliceOf(sources: readonly Source[], month: Month): Promise<Slice> {
  const objects = new Map<string, string>();
  const troubles: Trouble[] = [];
  const seen = { newest: '', goesOn: false };
  const opened: { readonly source: Source; readonly keys: readonly string[] }[] = [];
  let refused: unknown;
  for (const source of sources) {
    try {
      opened.push({ source, keys: await source.keys() });
    } catch (error) {
      refused = error;
      troubles.push({ of: source.name, words: `its evidence could not be read: ${wordsOf(error)}` });
    }
  }
  if (opened.length === 0 && refused !== undefined) throw refused;
  for (const { source, keys } of opened) {
    for (const key of keys) {
      if (/^(evidence|seals)\//.test(key) && !chainKey.test(key) && !sealKey.test(key)) {
        troubles.push({ of: source.name, words: `${key} does not belong there` });
      }
    }
    await slicePlaces({ source, keys, month, objects, troubles, seen });
  }
  if (seen.newest === '') throw await nothingIn(month, opened, sources);
  const sorted = [...objects].sort(([one], [other]) => (one < other ? -1 : 1));
  return { objects: new Map(sorted), troubles, ...seen };
}

interface Cut {
  readonly source: Source;
  readonly keys: readonly string[];
  readonly month: Month;
  readonly objects: Map<string, string>;
  readonly troubles: Trouble[];
  readonly seen: { newest: string; goesOn: boolean };
}

async function slicePlaces(cut: Cut): Promise<void> {
  const { keys, month, seen } = cut;
  const chains = Map.groupBy(
    keys.filter((key) => chainKey.test(key)),
    (key) => key.slice(0, key.lastIndexOf('/')),
  );
  const seals = Map.groupBy(
    keys.filter((key) => sealKey.test(key)),
    (key) => sealKey.exec(key)?.[1] ?? '',
  );
  const bounds = new Map<string, { before: SealRecord | undefined; after: SealRecord | undefined }>();
  for (const [place, all] of seals) {
    const days = all.map((key) => ({ key, day: sealKey.exec(key)?.[2] ?? '' }));
    const before = days.findLast(({ day }) => day < month.from.slice(0, 10));
    const after = days.find(({ day }) => day >= month.to.slice(0, 10));
    if (after !== undefined) seen.goesOn = true;
    const within = days.filter(({ day }) => day >= (before?.day ?? '') && (after === undefined || day <= after.day));
    await keep(
      cut,
      within.map(({ key }) => key),
    );
    const read = (key: string | undefined) => parsed<SealRecord>(cut.objects.get(key ?? ''));
    bounds.set(place, { before: read(before?.key), after: read(after?.key) });
  }
  for (const [folder, all] of chains) {
    const [, place = '', chain = ''] = folder.split('/');
    const { before, after } = bounds.get(place) ?? {};
    const head = (seal: SealRecord | undefined) => seal?.heads?.find((one) => one.chain === chain)?.seq;
    await sliceChain(cut, all, { first: head(before) ?? 1, sealed: head(after) ?? 0 });
  }
}

/** What the seal after the month holds belongs to it; beyond that, whatever was written in the month. */
async function sliceChain(cut: Cut, all: readonly string[], { first, sealed }: { first: number; sealed: number }) {
  const { month, seen, objects } = cut;
  const from = all.filter((key) => seqOf(key) >= first);
  for (let start = 0; start < from.length; start += width) {
    const some = from.slice(start, start + width);
    await keep(cut, some);
    for (const key of some) {
      const { writtenAt } = parsed<EvidenceRecord>(objects.get(key)) ?? {};
      if (typeof writtenAt !== 'string') continue;
      if (writtenAt >= month.to) seen.goesOn = true;
      if (writtenAt >= month.from && writtenAt < month.to && writtenAt > seen.newest) seen.newest = writtenAt;
      if (writtenAt < month.to || seqOf(key) <= sealed) continue;
      for (const beyond of some.slice(some.indexOf(key))) objects.delete(beyond);
      return;
    }
  }
}

async function keep({ source, objects, troubles }: Cut, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += width) {
    await Promise.all(
      keys.slice(start, start + width).map(async (key) => {
        try {
          const text = await source.read(key);
          const other = objects.get(key);
          if (other === undefined) objects.set(key, text);
          else if (other !== text) troubles.push({ of: source.name, words: `${key} is another one elsewhere` });
        } catch (error) {
          troubles.push({ of: source.name, words: `${key} could not be read: ${wordsOf(error)}` });
        }
      }),
    );
  }
}

function seqOf(key: string): number {
  return Number(chainKey.exec(key)?.[3]);
}

function parsed<T>(text: string | undefined): (Partial<T> & T) | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

/** The months are those of the seals, and of the first and last record of each chain. */
async function nothingIn(
  month: Month,
  opened: readonly { readonly source: Source; readonly keys: readonly string[] }[],
  sources: readonly Source[],
): Promise<Error> {
  const months = new Set<string>();
  for (const { source, keys } of opened) {
    for (const key of keys) {
      const day = sealKey.exec(key)?.[2];
      if (day !== undefined) months.add(day.slice(0, 7));
    }
    const chains = Map.groupBy(
      keys.filter((key) => chainKey.test(key)),
      (key) => key.slice(0, key.lastIndexOf('/')),
    );
    for (const of of chains.values()) {
      for (const key of new Set([of[0], of.at(-1)])) {
        const record = parsed<EvidenceRecord>(await source.read(key ?? '').catch(() => ''));
        if (typeof record?.writtenAt === 'string') months.add(record.writtenAt.slice(0, 7));
      }
    }
  }
  const names = sources.map(({ name }) => name).join(', ');
  if (months.size === 0) return new NothingToVerify(`${names}: there is no evidence to report.`);
  const known = [...months].sort().join(', ');
  return new MonthUnusable(`${names}: nothing was written in ${month.name} (UTC). There is evidence of ${known}.`);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

import { type BrokenLink, type Chain, checkChain, type Kept } from './chain.ts';
import { againstSeals, checkSeals, type Seals, sealsEndTooEarly } from './seals.ts';
import { NothingToVerify, type Source } from './source.ts';

/** What was found in one bucket. */
export interface Verified {
  readonly bucket: string;
  readonly chains: readonly {
    readonly name: string;
    readonly records: number;
    readonly head: string | undefined;
    readonly broken: BrokenLink | undefined;
  }[];
  readonly seals: readonly (Pick<Seals, 'location' | 'missed'> & {
    readonly count: number;
    readonly days: readonly [string, string] | undefined;
    readonly broken: string | undefined;
  })[];
  /** Objects where only evidence belongs, and that are none. */
  readonly strays: readonly string[];
  readonly records: number;
}

const chainKey = /^evidence\/([^/]+\/[^/]+)\/[^/]+$/;
const sealKeys = /^seals\/([^/]+)\/[^/]+$/;

/**
 * Checks every chain and every seal of a bucket: hashes, order, gaps, ends against the seals, and the days without one.
 * `now` in milliseconds since 1970: a bucket in use is sealed each day. `pieceUntil` (ISO 8601): these are pieces of chains, as
 * a pack of a month holds them, and seals reach that instant; what drills measured is not there. Throws NothingToVerify when
 * there is no record.
 */
export async function verifyBucket(
  source: Source,
  now: number,
  { pieceUntil }: { readonly pieceUntil?: string } = {},
): Promise<Verified> {
  const piece = pieceUntil !== undefined;
  const keys = await source.keys();
  const grouped = groupsOf(keys, chainKey);
  const sealed = groupsOf(keys, sealKeys);
  const strays = keys.filter((key) => /^(evidence|seals)\//.test(key) && !chainKey.test(key) && !sealKeys.test(key));
  if (grouped.size === 0 && sealed.size === 0) {
    throw new NothingToVerify(`${source.name} holds no record of evidence: nothing was verified.`);
  }

  const seals = new Map<string, Seals>();
  for (const [location, of] of sealed) seals.set(location, checkSeals(location, await read(source, of), piece));
  const known = new Set(keys);
  const chains: Verified['chains'][number][] = [];
  const spans = new Map<string, { oldest: string; newest: string }>();
  for (const name of chainNames(grouped, seals)) {
    const of = grouped.get(name);
    const chain = of === undefined ? undefined : checkChain(name, await read(source, of), piece);
    const [location = ''] = name.split('/');
    const against = againstSeals(name, chain, seals.get(location)?.whole ?? []);
    const gone = chain === undefined || piece ? undefined : measuresGone(chain, known);
    chains.push({
      name,
      records: chain?.objects ?? 0,
      head: chain?.whole.at(-1)?.hash,
      broken: earliest([chain?.broken, against, gone]),
    });
    // Instants in one form: the order of their texts is that of time.
    const span = spans.get(location);
    const instants = (chain?.whole ?? [])
      .map(({ writtenAt }) => writtenAt)
      .concat(span?.oldest ?? [], span?.newest ?? []);
    const [oldest, newest] = [instants.sort()[0], instants.at(-1)];
    if (oldest !== undefined && newest !== undefined) spans.set(location, { oldest, newest });
  }

  return {
    bucket: source.name,
    chains,
    seals: [...new Set([...seals.keys(), ...spans.keys()])].sort().map((location) => {
      const found = seals.get(location) ?? checkSeals(location, []);
      const span = spans.get(location);
      const until = pieceUntil ?? (source.live ? new Date(now).toISOString() : span?.newest);
      const early =
        span === undefined || until === undefined
          ? undefined
          : sealsEndTooEarly(found.whole, { oldest: span.oldest, until });
      const [first, last] = [found.whole[0], found.whole.at(-1)];
      return {
        location,
        count: found.objects,
        days: first === undefined || last === undefined ? undefined : [first.day, last.day],
        missed: found.missed,
        broken: found.broken ?? early,
      };
    }),
    strays,
    records: chains.reduce((sum, { records }) => sum + records, 0),
  };
}

export function isWhole({ chains, seals, strays }: Verified): boolean {
  return (
    strays.length === 0 &&
    chains.every(({ broken }) => broken === undefined) &&
    seals.every(({ broken }) => broken === undefined)
  );
}

/** Keys by what the pattern captures, each group in the order of its keys. */
function groupsOf(keys: readonly string[], pattern: RegExp): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const [, name] = pattern.exec(key) ?? [];
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [key]);
    else group.push(key);
  }
  return groups;
}

/** Also those of which only a seal knows any more. */
function chainNames(grouped: ReadonlyMap<string, unknown>, seals: ReadonlyMap<string, Seals>): string[] {
  const sealed = [...seals].flatMap(([location, { whole }]) =>
    whole.flatMap(({ heads }) => heads.map(({ chain }) => `${location}/${chain}`)),
  );
  return [...new Set([...grouped.keys(), ...sealed])].sort();
}

/** What a drill measured lies beside its record, which names it. */
function measuresGone({ whole }: Chain, known: ReadonlySet<string>): BrokenLink | undefined {
  for (const { content, seq } of whole) {
    const key = content.what === 'attempt' ? content.measures : undefined;
    if (key !== undefined && !known.has(key)) return { seq, because: `record ${seq} names ${key}, which is gone` };
  }
  return undefined;
}

function earliest(links: readonly (BrokenLink | undefined)[]): BrokenLink | undefined {
  return links.flatMap((link) => link ?? []).sort((one, other) => one.seq - other.seq)[0];
}

const width = 16;

async function read(source: Source, keys: readonly string[]): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (let from = 0; from < keys.length; from += width) {
    const some = keys.slice(from, from + width);
    kept.push(...(await Promise.all(some.map(async (key) => ({ key, text: await source.read(key) })))));
  }
  return kept;
}

import type { Request } from '../../world/door.ts';
import type { TraceEntry } from '../../world/trace.ts';

/** One call of one function or machine: the `number`th of this operation that it makes in this Region, from 0. */
export interface Site {
  readonly region: string;
  readonly caller: string;
  /** The Region that is called: another one than the caller's for the roster, heartbeats and the peer's topics. */
  readonly to: string;
  readonly call: string;
  readonly number: number;
}

type Called = Pick<Request, 'caller' | 'region' | 'service' | 'operation'>;

/** Whether the calls of somebody are numbered: those of the product are. */
export function isNumbered({ kind }: Called['caller']): boolean {
  return kind === 'function' || kind === 'machine';
}

/** Numbers the calls of functions and machines; undefined for those of services and operators. */
export function numbering(): (called: Called) => Site | undefined {
  const counts = new Map<string, number>();
  return ({ caller, region: to, service, operation }) => {
    if (!isNumbered(caller)) return undefined;
    const call = `${service}.${operation}`;
    const key = `${caller.region} ${caller.name} ${to} ${call}`;
    const number = counts.get(key) ?? 0;
    counts.set(key, number + 1);
    return { region: caller.region, caller: caller.name, to, call, number };
  };
}

/** `eu-central-1 lifeboat-watch DynamoDB.Query 3`, and the Region that it calls where that is another one. */
export function siteWords({ region, caller, to, call, number }: Site): string {
  return `${region} ${caller} ${call}${to === region ? '' : `@${to}`} ${number}`;
}

/** Reads what {@link siteWords} wrote; undefined for anything else. */
export function readSite(words: string): Site | undefined {
  const found = /^([a-z]{2}-[a-z-]+-\d) ([\w-]+) (\w+\.\w+)(?:@([a-z]{2}-[a-z-]+-\d))? (\d+)$/.exec(words);
  if (found === null) return undefined;
  const [, region = '', caller = '', call = '', to = region, number = ''] = found;
  return { region, caller, to, call, number: Number(number) };
}

/**
 * The sites of a run in which nothing goes wrong, from its calls. What a caller asks again and again is tried at its
 * first call, at one in the middle and at its last: they are in different branches of the code if any are.
 */
export function sitesFrom(): { see: (entry: TraceEntry) => void; sites: () => Site[] } {
  const number = numbering();
  const last = new Map<string, Site>();
  return {
    see: (entry) => {
      if (entry.kind !== 'call') return;
      const site = number(entry);
      if (site !== undefined) last.set(siteWords({ ...site, number: 0 }), site);
    },
    sites: () =>
      [...last.values()].flatMap((site) =>
        [...new Set([0, Math.floor(site.number / 2), site.number])].map((of) => ({ ...site, number: of })),
      ),
  };
}

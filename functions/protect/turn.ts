/** What was found to be busy with a resource: another protect of ours, or a job of AWS Backup that nobody of ours runs. */
export interface Busy {
  readonly by: 'another protect' | 'a backup job' | 'a copy job';
  readonly id: string;
  readonly since: string;
}

export type Turn =
  | { readonly turn: 'go'; readonly because: string }
  | { readonly turn: 'wait'; readonly because: string }
  | { readonly turn: 'coalesced'; readonly because: string };

/** What the rule looks at. Instants are ISO 8601. */
export interface Situation {
  readonly busy: Busy | undefined;
  /** The data instant of the newest usable point at home. */
  readonly newestInstant: string | undefined;
  readonly everySeconds: number;
  readonly rpoSeconds: number | undefined;
  readonly now: string;
}

/** What a backup may take from its schedule to a usable point, added before a backup is given up for another one's. */
const allowanceSeconds = 2 * 3600;

/**
 * AWS Backup runs one job of a resource at a time, and the loser learns it a whole start window later. So whoever finds
 * the resource busy waits, unless the objective holds without this backup: until the next scheduled one has made its
 * point, counted from the data that the running protect will hold, or from the newest point there is.
 */
export function turnOf({ busy, newestInstant, everySeconds, rpoSeconds, now }: Situation): Turn {
  if (busy === undefined) return { turn: 'go', because: 'nothing else backs this resource up or copies it' };
  const found = `${busy.by} (${busy.id}) has been busy with it since ${busy.since}`;
  const expected = busy.by === 'another protect' ? later(busy.since, newestInstant) : newestInstant;
  if (expected === undefined) return { turn: 'wait', because: `${found}, and there is no usable point yet` };
  const neededUntil = Date.parse(now) + (everySeconds + allowanceSeconds) * 1000;
  const holdsUntil = Date.parse(expected) + (rpoSeconds ?? everySeconds + allowanceSeconds) * 1000;
  return holdsUntil >= neededUntil
    ? { turn: 'coalesced', because: `${found}, and data of ${expected} keeps the objective until the next backup` }
    : { turn: 'wait', because: `${found}, and data of ${expected} does not keep the objective until the next backup` };
}

function later(one: string, other: string | undefined): string {
  return other !== undefined && other > one ? other : one;
}

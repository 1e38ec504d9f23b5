import { type TraceEntry, traceLine } from '../../../simulator/world/trace.ts';
import type { Stage } from './stage.ts';

/** Where a secret could come to light. Each of these is searched, and each search has to find one planted on purpose. */
export const places = [
  'log',
  'event',
  'input of a call',
  'output of a call',
  'error of a call',
  'execution history',
  'ledger row',
  'object of the evidence bucket',
  'message',
  'note of the world',
] as const;
export type Place = (typeof places)[number];

/** One text of a place. */
export interface Text {
  readonly place: Place;
  readonly text: string;
}

/**
 * Calls that hand a secret on: the direct invocation of a probe, and those that set a database's password or derive it.
 * The trace withholds their secret members by name; all the rest of them is searched.
 */
const sealed: readonly string[] = ['Lambda.Invoke', 'RDS.ModifyDBInstance', 'RDS.ModifyDBCluster', 'KMS.GenerateMac'];

export function* textsOf(stage: Stage, histories: readonly unknown[]): Generator<Text> {
  for (const entry of stage.world.trace.entries) yield* textsOfEntry(entry);
  for (const history of histories) yield { place: 'execution history', text: raw(history) };
  for (const { services, name } of stage.account.regions) {
    for (const item of services.DynamoDB.items('lifeboat-ledger')) yield { place: 'ledger row', text: raw(item) };
    for (const version of services.S3.versions(`lifeboat-evidence-${stage.account.id}-${name}`)) {
      const text = `${version.key} ${Buffer.from(version.body).toString('utf8')}`;
      yield { place: 'object of the evidence bucket', text };
    }
    for (const delivery of services.SNS.deliveries()) yield { place: 'message', text: raw(delivery) };
  }
}

function* textsOfEntry(entry: TraceEntry): Generator<Text> {
  if (entry.kind === 'log') yield { place: 'log', text: entry.line };
  else if (entry.kind === 'event') yield { place: 'event', text: raw(entry.event) };
  else if (entry.kind === 'world') yield { place: 'note of the world', text: raw(entry) };
  else {
    if (entry.error !== undefined) yield { place: 'error of a call', text: raw(entry.error) };
    const { input, output, service, operation } = entry;
    const isSealed = sealed.includes(`${service}.${operation}`);
    const seen = isSealed ? (JSON.parse(traceLine(entry)) as typeof entry) : { input, output };
    yield { place: 'input of a call', text: raw(seen.input) };
    yield { place: 'output of a call', text: raw(seen.output ?? null) };
  }
}

/** A value with nothing withheld; bytes as the text that they are. */
function raw(value: unknown): string {
  return JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key, one: unknown) {
    const held = this[key];
    if (held instanceof Uint8Array) return Buffer.from(held).toString('utf8');
    return typeof one === 'function' ? undefined : typeof one === 'bigint' ? one.toString() : one;
  });
}

/** What stands at the beginning of every planted string: nothing else in the account looks like it. */
export const mark = 'zq';
/** A planted string, or what is left of one that was cut. */
const looksPlanted = /zq[0-9a-z]{8,}/g;

export interface Found {
  readonly place: Place;
  readonly what: string;
}

export interface Searched {
  readonly found: readonly Found[];
  readonly texts: Readonly<Record<Place, number>>;
}

/**
 * Looks for planted strings by their look, whole or cut, and for passwords by their value or their first half, as they
 * are and in base64 and hexadecimal digits.
 */
export function search(texts: Iterable<Text>, passwords: ReadonlySet<string>): Searched {
  const found: Found[] = [];
  const counts = Object.fromEntries(places.map((place) => [place, 0])) as Record<Place, number>;
  const halves = [...passwords].flatMap((password) => {
    const half = password.slice(0, Math.max(12, Math.floor(password.length / 2)));
    // Base64 of a text begins like that of its beginning, less the last letters.
    return [half, Buffer.from(half).toString('base64').slice(0, 12), Buffer.from(half).toString('hex')];
  });
  const markHex = Buffer.from(mark).toString('hex');
  for (const { place, text } of texts) {
    counts[place] += 1;
    for (const [what] of text.matchAll(looksPlanted)) found.push({ place, what });
    for (const what of halves) if (text.includes(what)) found.push({ place, what: 'a password' });
    // Digits of the alphabet in ASCII follow the mark: a planted string as hexadecimal digits.
    for (const [what] of text.matchAll(new RegExp(`${markHex}(?:3[0-9]|6[1-9a-f]|7[0-9a]){8,}`, 'g'))) {
      found.push({ place, what });
    }
  }
  return { found, texts: counts };
}

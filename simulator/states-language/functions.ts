import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { Bindings } from './expression.ts';

/**
 * The functions that Step Functions adds to JSONata, and those of JSONata that read time or chance: here both come
 * from the host. `$eval` is not among them; a definition that names it is refused.
 */

/** Where an evaluation keeps its host. No expression can name it: it is not an identifier. */
export const hostBinding = ' host ';

interface Focus {
  readonly environment: { lookup(name: string): unknown };
  readonly input: unknown;
}

type HostFunctions = Bindings['host'];

function host(focus: Focus): HostFunctions {
  return focus.environment.lookup(hostBinding) as HostFunctions;
}

/** An error in the words of JSONata's own, which put the code before the message. */
function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

const formatInstant = jsonata('$fromMillis($instant, $picture, $timezone)');

const hashes: { readonly [algorithm: string]: string } = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** The longest $range that AWS evaluates before its memory limit ends the evaluation. */
const rangeItems = 360_145;

/** A number from 0 to 1 that depends on the seed alone. Not the number that AWS draws for the same seed, which is not documented. */
function seeded(seed: number): number {
  const mixed = createHash('sha256').update(String(seed)).digest();
  return mixed.readUIntBE(0, 6) / 2 ** 48;
}

interface OwnFunction {
  readonly signature: string;
  readonly implementation: (this: Focus, ...given: never[]) => unknown;
}

function now(this: Focus, picture?: string, timezone?: string): unknown {
  const instant = host(this).now();
  if (picture === undefined && timezone === undefined) return new Date(instant).toISOString();
  return formatInstant.evaluate(undefined, { instant, picture, timezone });
}

function millis(this: Focus): number {
  return host(this).now();
}

function random(this: Focus, seed?: number): number {
  return seed === undefined ? host(this).random() : seeded(seed);
}

function uuid(this: Focus): string {
  return host(this).uuid();
}

function shuffle(this: Focus, items: unknown[] | undefined): unknown[] | undefined {
  if (items === undefined) return undefined;
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const chosen = Math.floor(host(this).random() * (last + 1));
    [shuffled[last], shuffled[chosen]] = [shuffled[chosen], shuffled[last]];
  }
  return shuffled;
}

function parse(this: Focus, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The argument of function "parse" is not valid JSON');
  }
}

function partition(this: Focus, items: unknown[] | undefined, size: number): unknown[][] | undefined {
  if (items === undefined) return undefined;
  if (!(size >= 1)) throw new Error('Argument 2 of function "partition" must be at least 1');
  const step = Math.floor(size);
  const parts: unknown[][] = [];
  for (let start = 0; start < items.length; start += step) parts.push([...items.slice(start, start + step)]);
  return parts;
}

function range(this: Focus, first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('Argument 3 of function "range" must not be 0');
  if ((last - first) / step >= rangeItems) {
    throw new Error('Expression evaluation memory limit exceeded: Check for excessive memory usage');
  }
  const numbers: number[] = [];
  for (let index = 0; step > 0 ? first + index * step <= last : first + index * step >= last; index++) {
    numbers.push(first + index * step);
  }
  return numbers;
}

function hash(this: Focus, data: unknown, algorithm = 'SHA-256'): string | undefined {
  if (data === undefined) return undefined;
  const known = hashes[algorithm];
  if (known === undefined) {
    throw new Error(`Argument 2 of function "hash" must be one of ${Object.keys(hashes).join(', ')}`);
  }
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return createHash(known).update(text, 'utf8').digest('hex');
}

function refuseEval(): never {
  throw coded('T1006', 'Attempted to invoke a non-function');
}

const own: { readonly [name: string]: OwnFunction } = {
  now: { signature: '<s?s?:s>', implementation: now },
  millis: { signature: '<:n>', implementation: millis },
  random: { signature: '<n?:n>', implementation: random },
  uuid: { signature: '<:s>', implementation: uuid },
  shuffle: { signature: '<a:a>', implementation: shuffle },
  parse: { signature: '<s-:x>', implementation: parse },
  partition: { signature: '<an:a>', implementation: partition },
  range: { signature: '<nnn:a>', implementation: range },
  hash: { signature: '<x-s?:s>', implementation: hash },
  eval: { signature: '<sx?:x>', implementation: refuseEval },
};

type Registered = Parameters<jsonata.Expression['registerFunction']>[1];

/** Gives a compiled expression those of the functions that it uses. */
export function addFunctions(expression: jsonata.Expression, used: ReadonlySet<string>): void {
  for (const [name, { signature, implementation }] of Object.entries(own)) {
    if (used.has(name)) {
      expression.registerFunction(name, implementation as unknown as Registered, signature);
    }
  }
}

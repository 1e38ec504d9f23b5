import { type Item, refuse, type Value } from '../value.ts';
import type { PlainPath } from './placeholders.ts';

/** What stands at a path of an item, if anything does. */
export function valueAt(item: Item, path: PlainPath): Value | undefined {
  let value: Value | undefined = { M: item };
  for (const step of path) {
    if (value === undefined) return undefined;
    if (typeof step === 'string') value = 'M' in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
    else value = 'L' in value ? value.L[step] : undefined;
  }
  return value;
}

const wrongPath = 'The document path provided in the update expression is invalid for update';

/** The item with `value` at the path; all but the last step must be there. An index past the end appends. */
export function withValue(item: Item, path: PlainPath, value: Value): Item {
  return (changed({ M: item }, path, value) as { M: Item }).M;
}

/** The item without what stands at the path, if anything does. */
export function withoutValue(item: Item, path: PlainPath): Item {
  return (changed({ M: item }, path, undefined) as { M: Item }).M;
}

function changed(at: Value, path: PlainPath, value: Value | undefined): Value {
  const [step, ...rest] = path;
  if (typeof step === 'string') {
    if (!('M' in at)) return refuse(wrongPath);
    const inner = Object.hasOwn(at.M, step) ? at.M[step] : undefined;
    const next = rest.length === 0 ? value : inner === undefined ? refuse(wrongPath) : changed(inner, rest, value);
    if (next !== undefined) return { M: { ...at.M, [step]: next } };
    const { [step]: _removed, ...left } = at.M;
    return { M: left };
  }
  if (!('L' in at) || step === undefined) return refuse(wrongPath);
  const inner = at.L[step];
  const next = rest.length === 0 ? value : inner === undefined ? refuse(wrongPath) : changed(inner, rest, value);
  if (next === undefined) return { L: at.L.filter((_, index) => index !== step) };
  return { L: step < at.L.length ? at.L.with(step, next) : [...at.L, next] };
}

/** The parts of an item that the paths name, nested as they were; lists close up. */
export function projected(item: Item, paths: readonly PlainPath[]): Item {
  const whole = partOf({ M: item }, paths);
  return whole !== undefined && 'M' in whole ? whole.M : {};
}

function partOf(value: Value, paths: readonly PlainPath[]): Value | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  const bySteps = new Map<string | number, PlainPath[]>();
  for (const [step, ...rest] of paths) {
    const found = bySteps.get(step as string | number);
    if (found === undefined) bySteps.set(step as string | number, [rest]);
    else found.push(rest);
  }
  if ('M' in value) {
    const part: Record<string, Value> = {};
    for (const [step, rests] of bySteps) {
      const inner = typeof step === 'string' && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
      const found = inner === undefined ? undefined : partOf(inner, rests);
      if (found !== undefined) part[step] = found;
    }
    return Object.keys(part).length === 0 ? undefined : { M: part };
  }
  if ('L' in value) {
    const entries = value.L.flatMap((entry, index) => {
      const rests = bySteps.get(index);
      const found = rests === undefined ? undefined : partOf(entry, rests);
      return found === undefined ? [] : [found];
    });
    return entries.length === 0 ? undefined : { L: entries };
  }
  return undefined;
}

/** Refuses two paths of which one lies within the other. */
export function refuseOverlaps(kind: string, paths: readonly PlainPath[]): void {
  paths.forEach((one, index) => {
    for (const other of paths.slice(index + 1)) {
      const [short, long] = one.length <= other.length ? [one, other] : [other, one];
      if (short.every((step, at) => step === long[at])) {
        refuse(
          `Invalid ${kind}: Two document paths overlap with each other; must remove or rewrite one of these paths; ` +
            `path one: ${printed(one)}, path two: ${printed(other)}`,
        );
      }
    }
  });
}

function printed(path: PlainPath): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

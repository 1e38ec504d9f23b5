import { NotModelled } from '../region.ts';
import { isObject, type Properties } from './template.ts';

/**
 * The properties of one resource, read by name and type. A property that nobody reads and that is not told to be
 * without effect here is refused, so that a template cannot mean something the simulated account ignores.
 */
export interface PropertyReader {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  flag(name: string): boolean;
  texts(name: string): string[];
  inside(name: string): PropertyReader;
  optionalInside(name: string): PropertyReader | undefined;
  all(name: string): PropertyReader[];
  /** The value as it stands; undefined if it is not set. */
  raw(name: string): unknown;
  /** These change nothing that the simulated account does. */
  without(...names: string[]): void;
  withoutAny(): void;
  /** Refuses what nobody asked for. */
  end(): void;
}

export function readerOf(properties: Properties, where: string): PropertyReader {
  const asked = new Set<string>();
  const inner: PropertyReader[] = [];
  const raw = (name: string): unknown => {
    asked.add(name);
    return properties[name];
  };
  const must = <Value>(name: string, value: Value | undefined): Value => {
    if (value === undefined) throw new Error(`${where} has no ${name}.`);
    return value;
  };
  const optionalText = (name: string) => {
    const value = raw(name);
    return value === undefined ? undefined : String(value);
  };
  const optionalNumber = (name: string) => {
    const value = raw(name);
    if (value === undefined) return undefined;
    if (Number.isNaN(Number(value))) throw new Error(`${where} has ${name} = ${String(value)}, which is no number.`);
    return Number(value);
  };
  const reader = (value: unknown, name: string): PropertyReader => {
    if (!isObject(value)) throw new Error(`${where} has ${name}, which is no object.`);
    const made = readerOf(value, `${where}, ${name}`);
    inner.push(made);
    return made;
  };
  const optionalInside = (name: string) => {
    const value = raw(name);
    return value === undefined ? undefined : reader(value, name);
  };
  return {
    raw,
    optionalText,
    text: (name) => must(name, optionalText(name)),
    optionalNumber,
    number: (name) => must(name, optionalNumber(name)),
    flag: (name) => String(raw(name) ?? false) === 'true',
    texts: (name) => ((raw(name) ?? []) as unknown[]).map(String),
    optionalInside,
    inside: (name) => must(name, optionalInside(name)),
    all: (name) => ((raw(name) ?? []) as unknown[]).map((item, index) => reader(item, `${name}[${index}]`)),
    without: (...names) => {
      for (const name of names) asked.add(name);
    },
    withoutAny: () => {
      for (const name of Object.keys(properties)) asked.add(name);
    },
    end: () => {
      const unread = Object.keys(properties).filter((name) => !asked.has(name));
      if (unread.length > 0) throw new NotModelled(`${unread.join(', ')} of ${where}`);
      for (const one of inner) one.end();
    },
  };
}

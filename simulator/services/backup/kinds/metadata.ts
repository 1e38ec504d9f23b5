import { invalidValue } from '../refusals.ts';

/** Refuses keys that a type does not have, and the lack of those it needs. */
export function checkKeys(
  metadata: Readonly<Record<string, string>>,
  keys: { readonly known: readonly string[]; readonly required: readonly string[] },
): void {
  for (const key of Object.keys(metadata)) {
    if (!keys.known.includes(key)) throw invalidValue(`Invalid restore metadata. Unrecognized key : ${key}`);
  }
  for (const key of keys.required) {
    if (metadata[key] === undefined || metadata[key] === '') {
      throw invalidValue(`Invalid restore metadata. You must provide a value for : ${key}`);
    }
  }
}

export function trueOrFalse(metadata: Readonly<Record<string, string>>, key: string): boolean | undefined {
  const value = metadata[key];
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidValue(`Invalid restore metadata. ${key} must be true or false, and is ${value}`);
}

export function wholeNumber(metadata: Readonly<Record<string, string>>, key: string): number | undefined {
  const value = metadata[key];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw invalidValue(`Invalid restore metadata. ${key} must be a whole number, and is ${value}`);
}

/** A JSON array of strings inside a string. */
export function listOfTexts(metadata: Readonly<Record<string, string>>, key: string): string[] | undefined {
  const value = metadata[key];
  if (value === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(value);
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  } catch {
    // Not JSON: refused below, like every other text that is no list.
  }
  throw invalidValue(`Invalid restore metadata. ${key} must be a JSON array of strings, and is ${value}`);
}

/**
 * The one way to write a JSON value: no white space, members ordered by the code units of their names, members that are
 * undefined left out. Numbers and strings are written as ECMAScript writes them, as RFC 8785 asks. Two values that say
 * the same give the same bytes, and so the same hash.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${value} has no JSON form: write a finite number or leave it out.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    const of = value as Readonly<Record<string, unknown>>;
    let members = '';
    for (const name of Object.keys(of).sort()) {
      if (of[name] === undefined) continue;
      members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(of[name])}`;
    }
    return `{${members}}`;
  }
  throw new Error(`A ${typeof value} has no JSON form.`);
}

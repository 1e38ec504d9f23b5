import type { Alert } from './alert.ts';

/**
 * Words as one line that any receiver can show: whole characters only, no control characters, nothing that turns the
 * direction of the text around, single spaces.
 */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .trim();
}

/** At most `longest` UTF-16 units, cut between characters; a cut says so. */
export function cut(text: string, longest: number, mark = ' ... (cut)'): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, Math.max(0, longest - mark.length)).replace(/[\ud800-\udbff]$/, '');
  return `${kept}${mark}`.slice(0, longest);
}

/** The same alert with every word of it plain, and none longer than `longest` UTF-16 units. */
export function plainAlert(alert: Alert, longest: number): Alert {
  return plainValue(alert, longest) as Alert;
}

function plainValue(value: unknown, longest: number): unknown {
  if (typeof value === 'string') return cut(plain(value), longest);
  if (Array.isArray(value)) return value.map((item) => plainValue(item, longest));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plainValue(item, longest)]));
  }
  return value;
}

/** Printable ASCII: accents are dropped, what is left becomes a question mark. */
export function ascii(text: string): string {
  return plain(text)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]/gu, '?');
}

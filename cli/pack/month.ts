/** Thrown for a month that cannot be told of; the message names the mend. */
export class MonthUnusable extends Error {
  override readonly name = 'MonthUnusable';
}

/** A calendar month in UTC: `from` is its first instant, `to` that of the month after it (ISO 8601). */
export interface Month {
  /** `YYYY-MM`. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

export function monthOf(name: string): Month {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? [];
  if (year === undefined || number === undefined) {
    throw new MonthUnusable(`--month ${name}: write a month such as 2026-01.`);
  }
  const first = (months: number) => new Date(Date.UTC(Number(year), Number(number) - 1 + months, 1)).toISOString();
  return { name, from: first(0), to: first(1) };
}

/** What a reader of one written value answers: the value, or what is wrong with it and how to mend it. */
export type Reading<T> = { ok: true; value: T } | { ok: false; problem: string; mend: string };

const unitSeconds = { week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 } as const;
type Unit = keyof typeof unitSeconds;

const unitNames: Readonly<Record<string, Unit>> = {
  weeks: 'week',
  week: 'week',
  w: 'week',
  days: 'day',
  day: 'day',
  d: 'day',
  hours: 'hour',
  hour: 'hour',
  h: 'hour',
  minutes: 'minute',
  minute: 'minute',
  min: 'minute',
  seconds: 'second',
  second: 'second',
  sec: 'second',
  s: 'second',
};

/** Units whose length nobody agrees on, and what to write in their place. */
const unsteadyUnits: Readonly<Record<string, string>> = {
  m: "'min' for minutes, or days for months",
  month: 'days, such as 30 days',
  months: 'days, such as 30 days',
  year: 'days, such as 365 days',
  years: 'days, such as 365 days',
};

const example = 'write a number and a unit, such as 6 hours, 15 minutes or 1 day 12 hours';

/** A hundred years: AWS Backup keeps nothing longer, and sums of such numbers stay exact. */
export const longestSeconds = 36_500 * unitSeconds.day;

/**
 * Reads a duration as people say it: `6 hours`, `90 s`, `1 day 12 hours`, `1.5 hours`. The units are weeks, days,
 * hours, minutes and seconds, each at most once and the longest first. The value is in whole seconds, zero included.
 * `usualUnit` is what a bare number most likely means.
 */
export function parseDuration(written: unknown, usualUnit = 'hours'): Reading<number> {
  if (typeof written === 'number') {
    return { ok: false, problem: `${written} has no unit`, mend: `say of what, for example ${written} ${usualUnit}` };
  }
  if (typeof written !== 'string' || written.trim() === '') {
    return { ok: false, problem: 'is not a duration', mend: example };
  }
  const text = written.trim();
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)(?:\s*,\s*|\s+and\s+|\s*|$)/giy)];
  const understood = parts.reduce((length, part) => length + part[0].length, 0);
  if (parts.length === 0 || understood !== text.length || text.endsWith(',')) {
    return { ok: false, problem: `'${text}' is not a duration`, mend: example };
  }
  let seconds = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (const [, amount = '', name = ''] of parts) {
    const unit = unitNames[name.toLowerCase()];
    if (unit === undefined) {
      const instead = unsteadyUnits[name.toLowerCase()];
      return instead === undefined
        ? { ok: false, problem: `'${name}' is not a unit of time`, mend: 'use weeks, days, hours, minutes or seconds' }
        : { ok: false, problem: `'${name}' has no fixed length`, mend: `write it in ${instead}` };
    }
    if (unitSeconds[unit] >= shortest) {
      return { ok: false, problem: `'${text}' repeats or mixes its units`, mend: 'name each unit once, longest first' };
    }
    shortest = unitSeconds[unit];
    seconds += Number(amount) * unitSeconds[unit];
  }
  // 0.1 hours is 360 seconds, whatever binary fractions make of it; half a second stays half a second.
  const whole = Math.round(seconds);
  if (Math.abs(seconds - whole) > 1e-6) {
    return { ok: false, problem: `'${text}' is not a whole number of seconds`, mend: 'round it to whole seconds' };
  }
  if (whole > longestSeconds) {
    return { ok: false, problem: `'${text}' is longer than a hundred years`, mend: 'write at most 36500 days' };
  }
  return { ok: true, value: whole };
}

/**
 * Says a number of seconds as people do: `9 hours`, `1 day 12 hours`, `1 minute 30 seconds`. Fractions are rounded to
 * whole seconds, a negative number is said with `minus`. `parseDuration` reads back what this writes.
 */
export function inWords(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time';
  let rest = Math.round(Math.abs(seconds));
  if (rest === 0) return '0 seconds';
  const words: string[] = seconds < 0 ? ['minus'] : [];
  for (const unit of ['day', 'hour', 'minute', 'second'] as const) {
    const count = Math.floor(rest / unitSeconds[unit]);
    if (count === 0) continue;
    rest -= count * unitSeconds[unit];
    words.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return words.join(' ');
}

import { NotModelled } from '../../world/region.ts';

/** When a schedule fires: the first instant later than `after`, milliseconds since 1970; nothing when there is none. */
export type Occurrences = (after: number) => number | undefined;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const units: Readonly<Record<string, number>> = { minute, hour, day };

/**
 * Reads `rate(n unit)`, `cron(minutes hours day-of-month month day-of-week year)` or `at(yyyy-mm-ddThh:mm:ss)`, in
 * UTC. A rate counts from `start`, cut to the minute: Scheduler's precision is 60 seconds.
 */
export function occurrencesOf(expression: string, timezone: string, start: number): Occurrences {
  const parts = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim());
  if (parts === null) throw new Error(`"${expression}" is no schedule expression: write rate(…), cron(…) or at(…).`);
  const [, kind, inner = ''] = parts;
  if (kind === 'rate') return rateOf(inner.trim(), start);
  if (timezone !== 'UTC') throw new NotModelled(`the time zone ${timezone} of a schedule: only UTC`);
  return kind === 'at' ? onceAt(inner.trim()) : cronOf(inner.trim());
}

function rateOf(text: string, start: number): Occurrences {
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(text) ?? [];
  const interval = Number(count) * (units[unit ?? ''] ?? Number.NaN);
  if (!(interval > 0)) throw new Error(`"rate(${text})" is no rate: write a number and minutes, hours or days.`);
  const first = Math.floor(start / minute) * minute;
  return (after) => first + Math.max(1, Math.floor((after - first) / interval) + 1) * interval;
}

function onceAt(text: string): Occurrences {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(instant)) throw new Error(`"at(${text})" is no instant: write at(yyyy-mm-ddThh:mm:ss).`);
  return (after) => (instant > after ? instant : undefined);
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** How far ahead a time is looked for: a leap day may be eight years away. */
const horizonDays = 9 * 366;

function cronOf(text: string): Occurrences {
  const fields = text.split(/\s+/);
  if (fields.length !== 6) throw new Error(`"cron(${text})" has ${fields.length} fields, and a schedule has 6.`);
  const [minutesText, hoursText, dayText, monthText, weekdayText, yearText] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const minutes = fieldOf(minutesText, 0, 59);
  const hours = fieldOf(hoursText, 0, 23);
  const month = fieldOf(monthText, 1, 12, months);
  const year = fieldOf(yearText, 1970, 2199);
  if ((dayText === '?') === (weekdayText === '?')) {
    throw new Error(`"cron(${text})" must have ? in either its day of month or its day of week.`);
  }
  const monthDay = fieldOf(dayText === '?' ? '*' : dayText, 1, 31);
  const weekday = fieldOf(weekdayText === '?' ? '*' : weekdayText, 1, 7, days);

  return (after) => {
    const from = Math.floor(after / minute) * minute + minute;
    const firstDay = Math.floor(from / day) * day;
    for (let count = 0; count < horizonDays; count += 1) {
      const midnight = firstDay + count * day;
      const date = new Date(midnight);
      const fits =
        year.has(date.getUTCFullYear()) &&
        month.has(date.getUTCMonth() + 1) &&
        monthDay.has(date.getUTCDate()) &&
        weekday.has(date.getUTCDay() + 1);
      if (!fits) continue;
      for (const clock of hours) {
        for (const past of minutes) {
          const instant = midnight + clock * hour + past * minute;
          if (instant >= from) return instant;
        }
      }
    }
    return undefined;
  };
}

/** The values of one field, in order: `*`, numbers, names, ranges, steps and lists of them. */
function fieldOf(text: string, low: number, high: number, names: readonly string[] = []): ReadonlySet<number> {
  const values = new Set<number>();
  const numberOf = (word: string): number => {
    const named = names.indexOf(word.toUpperCase());
    const value = named >= 0 ? named + low : Number(word);
    if (!Number.isInteger(value) || value < low || value > high) {
      if (/[LW#]/i.test(word)) throw new NotModelled(`"${text}" in a cron expression`);
      throw new Error(`"${text}" is out of range in a cron expression: from ${low} to ${high}.`);
    }
    return value;
  };
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const [first = '', last] = range.split('-');
    const from = range === '*' ? low : numberOf(first);
    const to = range === '*' || (step !== undefined && last === undefined) ? high : numberOf(last ?? first);
    const by = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(by) || by < 1) throw new Error(`"${text}" has no whole step in a cron expression.`);
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return new Set([...values].sort((one, other) => one - other));
}

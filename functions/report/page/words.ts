import type { ObjectiveStanding } from '../../evidence/standing.ts';
import type { State } from '../model.ts';
import { type Html, html } from './html.ts';

/** An age or a length as short as can be read: `5 h 15 min`, `2 d 3 h`, `48 s`. Rounded down. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = (large: number, largeName: string, small: number, smallName: string) => {
    const rest = Math.floor((whole % large) / small);
    return `${Math.floor(whole / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
  };
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 2 * 86_400) return parts(3600, 'h', 60, 'min');
  return parts(86_400, 'd', 3600, 'h');
}

/** Bounds are written as the policy means them: 48 h stays 48 h. */
export function bound(seconds: number): string {
  return seconds % 86_400 === 0 && seconds > 3 * 86_400 ? `${seconds / 86_400} d` : hours(seconds);
}

function hours(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : span(seconds);
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon 12 Jan 2026, 05:12`, in UTC; without the year where it is that of the page. */
export function instant(iso: string, year?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const day = `${days[at.getUTCDay()]} ${at.getUTCDate()} ${months[at.getUTCMonth()]}`;
  return `${day}${iso.slice(0, 4) === year ? '' : ` ${iso.slice(0, 4)}`}, ${iso.slice(11, 16)}`;
}

const wholeMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `January 2026` of `2026-01`. */
export function monthWords(month: string): string {
  const [year, number] = month.split('-');
  return `${wholeMonths[Number(number) - 1] ?? month} ${year}`;
}

/** An instant with its exact form for programs. */
export function time(iso: string | undefined, year?: string): Html | undefined {
  return iso === undefined ? undefined : html`<time datetime="${iso}">${instant(iso, year)}</time>`;
}

export const stateWords: Readonly<Record<State, string>> = {
  ok: 'Recoverable',
  waiting: 'Not proven',
  bad: 'Not as promised',
  unknown: 'Nobody can tell',
};

export const objectiveWords: Readonly<Record<ObjectiveStanding['objective'], string>> = {
  rpo: 'Recovery point',
  copy_rpo: 'Copy',
  pitr_rpo: 'Point in time',
  replica_rpo: 'Replica',
  proof: 'Proof',
  rto: 'Recovery time',
};

export const kindWords: Readonly<Record<string, string>> = {
  efs: 'EFS file system',
  rds: 'RDS database',
  aurora: 'Aurora cluster',
};

/** The Region of a location, for readers who know which account they read of. */
export function regionOf(location: string): string {
  return location.split('/').at(-1) ?? location;
}

export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

/** A file system is called by its name, with its id in small: `mail (fs-0123)`. */
export function title(name: string): Html {
  const [, called, id] = /^(.+) \((fs-[0-9a-f]+)\)$/.exec(name) ?? [];
  return called === undefined ? html`${name}` : html`${called} <small>${id}</small>`;
}

/** What a finding says begins like a sentence, with instants as people read them: the evidence has them to the millisecond. */
export function sentence(words: string): string {
  const text = words.trim().replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (exact) => instant(exact));
  const first = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

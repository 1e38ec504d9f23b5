import type { Chance } from '../../world/chance.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** A weekly window such as `sun:23:45-mon:00:15`, UTC, in minutes since Sunday 00:00; it may run over the week's end. */
function weekly(window: string): { from: number; minutes: number } {
  const match = /^([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)$/.exec(window.toLowerCase());
  const at = (index: number) =>
    days.indexOf(match?.[index] ?? '') * 1440 + Number(match?.[index + 1]) * 60 + Number(match?.[index + 2]);
  if (match === null || !days.includes(match[1] ?? '') || !days.includes(match[4] ?? '')) {
    throw new Error(`The maintenance window ${JSON.stringify(window)} is not of the form sun:23:45-mon:00:15.`);
  }
  const from = at(1);
  return { from, minutes: (at(4) - from + 7 * 1440) % (7 * 1440) };
}

/** Whether `now` (milliseconds) lies in the weekly window or less than `before` milliseconds ahead of it. */
export function inOrBefore(window: string, now: number, before: number): boolean {
  const { from, minutes } = weekly(window);
  // 1 January 1970 was a Thursday, so a Sunday began four days earlier, in whole weeks.
  const ofWeek = (((now + 4 * day) % (7 * day)) + 7 * day) % (7 * day);
  const since = (ofWeek - from * minute + 7 * day) % (7 * day);
  const until = 7 * day - since;
  return since < minutes * minute || until <= before;
}

/** The next instant after `now` at which the daily window `02:10-02:40` (UTC) begins. */
export function nextDaily(window: string, now: number): number {
  const match = /^(\d\d):(\d\d)-\d\d:\d\d$/.exec(window);
  if (match === null) throw new Error(`The backup window ${JSON.stringify(window)} is not of the form 02:10-02:40.`);
  const begins = (Number(match[1]) * 60 + Number(match[2])) * minute;
  const today = Math.floor(now / day) * day + begins;
  return today > now ? today : today + day;
}

/** RDS draws windows of half an hour in the Region's night when nobody names them. */
export function drawMaintenanceWindow(chance: Chance): string {
  const from = chance.whole(0, 6) * 1440 + chance.whole(22 * 2, 29 * 2) * 30;
  return `${weekTime(from)}-${weekTime(from + 30)}`;
}

export function drawBackupWindow(chance: Chance): string {
  const from = chance.whole(22 * 2, 29 * 2) * 30;
  return `${clock(from)}-${clock(from + 30)}`;
}

function weekTime(minutes: number): string {
  return `${days[Math.floor(minutes / 1440) % 7]}:${clock(minutes)}`;
}

function clock(minutes: number): string {
  const ofDay = minutes % 1440;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}

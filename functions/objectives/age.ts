import { inWords } from '../policy/duration.ts';

/** Says an age as people do: without seconds from an hour on, without minutes from two days on. Always rounded down. */
export function ageInWords(seconds: number): string {
  const unit = seconds >= 2 * 86_400 ? 3_600 : seconds >= 3_600 ? 60 : 1;
  return inWords(Math.floor(seconds / unit) * unit);
}

/** Whether one data instant (ISO 8601) is known to be before another. What is not known is not older. */
export function isOlder(instant: string | undefined, other: string | undefined): boolean {
  return instant !== undefined && other !== undefined && instant < other;
}

import type { Reading } from '../../functions/policy/duration.ts';
import { quoted } from '../../functions/policy/fields.ts';

/** Milliseconds after the scenario's start. */
export type Moment = number;

const dayMilliseconds = 86_400_000;
/** Ten years are more than anybody plays. */
const latestDay = 3_660;

/** Reads `day 3 02:00`: the first day is day 1, times are those of the scenario's own start plus hours and minutes. */
export function parseMoment(written: unknown): Reading<Moment> {
  const [, day, hour = '0', minute = '0'] =
    (typeof written === 'string' ? /^\s*day\s+(\d+)(?:\s+(\d{1,2}):(\d{2}))?\s*$/.exec(written) : null) ?? [];
  if (day === undefined || Number(day) < 1 || Number(day) > latestDay || Number(hour) > 23 || Number(minute) > 59) {
    return {
      ok: false,
      problem: `${quoted(written)} is not a moment`,
      mend: 'write it like day 3 02:00, where day 1 is the first',
    };
  }
  return { ok: true, value: (Number(day) - 1) * dayMilliseconds + (Number(hour) * 60 + Number(minute)) * 60_000 };
}

/** Says a moment the way it is written. */
export function momentInWords(moment: Moment): string {
  const minutes = Math.floor(moment / 60_000);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `day ${Math.floor(moment / dayMilliseconds) + 1} ${pad(Math.floor(minutes / 60) % 24)}:${pad(minutes % 60)}`;
}

/**
 * Minutes between looks at an objective that stays broken. The first looks are close, since many troubles pass; the
 * last step repeats. So whoever mends something sees it resolved at most 15 minutes and one firing of `watch` later,
 * also when every event is lost; and at the next firing when the end of a job was seen (`moveDeadline`).
 */
const minutesBetweenLooks = [1, 2, 5, 10, 15] as const;

/** Minutes until AWS is asked again after a call that failed: every firing of `watch`. */
const minutesAfterNoAnswer = 1;

/** For how long AWS may give no answer before somebody is paged: it is longer than throttling and short outages last. */
export const cannotTellBoundSeconds = 15 * 60;

/** When to look again at an objective that was found broken `looks` times in a row. */
export function nextLook(looks: number, now: Date): string {
  const step = Math.min(Math.max(looks, 1), minutesBetweenLooks.length) - 1;
  return minutesAfter(now, minutesBetweenLooks[step] ?? 1);
}

/** When to ask again after a call that failed. */
export function nextTry(now: Date): string {
  return minutesAfter(now, minutesAfterNoAnswer);
}

function minutesAfter(now: Date, minutes: number): string {
  return new Date(now.getTime() + minutes * 60_000).toISOString();
}

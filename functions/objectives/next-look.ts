import type { Objective } from '../ledger/deadline.ts';

/**
 * Minutes between looks at an objective that stays broken. The first looks are close, since many troubles pass; the
 * last step repeats. So whoever mends something sees it resolved at most 15 minutes and one firing of `watch` later,
 * also when every event is lost; and at the next firing when the end of a job was seen (`moveDeadline`).
 */
const minutesBetweenLooks = [1, 2, 5, 10, 15] as const;

/** While it is new that AWS gives no answer it is asked at every firing, later less often: nothing is helped by a crowd. */
const minutesWhileNew = 1;
const minutesLater = 5;
const newSeconds = 20 * 60;

/** For how long AWS may give no answer before somebody is paged: it is longer than throttling and short outages last. */
export const cannotTellBoundSeconds = 15 * 60;

/** When to look again at an objective that was found broken `looks` times in a row. */
export function nextLook(looks: number, now: Date): string {
  const step = Math.min(Math.max(looks, 1), minutesBetweenLooks.length) - 1;
  return minutesAfter(now, minutesBetweenLooks[step] ?? 1);
}

/** Windows and replicas: nothing tells that one of them is gone. */
const goesUntold: readonly Objective[] = ['pitr_rpo', 'replica_rpo'];
const minutesWhileUntold = 60;

/**
 * When to ask about an objective that holds: when its deadline passes. One whose loss nothing tells is asked about at
 * least every hour, as often as the reconciliation asks about points.
 */
export function nextAsk(objective: Objective, deadline: string, now: Date): string {
  const within = minutesAfter(now, minutesWhileUntold);
  return goesUntold.includes(objective) && within < deadline ? within : deadline;
}

/** When to ask again after calls that have failed for so many seconds. */
export function nextTry(silentSeconds: number, now: Date): string {
  return minutesAfter(now, silentSeconds < newSeconds ? minutesWhileNew : minutesLater);
}

function minutesAfter(now: Date, minutes: number): string {
  return new Date(now.getTime() + minutes * 60_000).toISOString();
}

import { homeGone, watchStopped } from './absences.ts';
import { clocksWrong } from './clocks.ts';
import { eventsDuplicated, eventsLate, eventsLost, eventsReordered } from './events.ts';
import type { Fault } from './fault.ts';
import { ledgerThrottled, topicsRefuse } from './refusals.ts';

export type { Fault, Struck, Target } from './fault.ts';

/** The faults that a generated account can be put under, by the names that the command line takes. */
export const faults = {
  'events-lost': eventsLost,
  'events-duplicated': eventsDuplicated,
  'events-reordered': eventsReordered,
  'events-late': eventsLate,
  'clocks-wrong': clocksWrong,
  'ledger-throttled': ledgerThrottled,
  'topics-refuse': topicsRefuse,
  'watch-stopped': watchStopped,
  'home-gone': homeGone,
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faults, name);
}

import { homeGone, watchStopped } from './absences.ts';
import { clocksWrong } from './clocks.ts';
import { eventsDuplicated, eventsLate, eventsLie, eventsLost, eventsReordered } from './events.ts';
import type { Fault } from './fault.ts';
import { jobsFail, jobsPartial, jobsSlow, probesDie } from './jobs.ts';
import { eventsMalformed } from './malformed.ts';
import {
  deployedAgain,
  drillsOff,
  otherBackups,
  pointsDeleted,
  recovered,
  resourceRetired,
  runsStopped,
} from './people.ts';
import {
  deletesDenied,
  evidenceRefused,
  ledgerThrottled,
  listsRefused,
  startersKilled,
  startsRefused,
  topicsRefuse,
} from './refusals.ts';
import { schedulesLate, schedulesLost, schedulesTwice } from './schedules.ts';

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

/** What the small account can be put under besides: AWS's jobs and schedules, and people. */
const happenings = {
  'events-lie': eventsLie,
  'events-malformed': eventsMalformed,
  'starts-refused': startsRefused,
  'deletes-denied': deletesDenied,
  'lists-refused': listsRefused,
  'evidence-refused': evidenceRefused,
  'starters-killed': startersKilled,
  'jobs-fail': jobsFail,
  'jobs-partial': jobsPartial,
  'jobs-slow': jobsSlow,
  'probes-die': probesDie,
  'schedules-twice': schedulesTwice,
  'schedules-late': schedulesLate,
  'schedules-lost': schedulesLost,
  'runs-stopped': runsStopped,
  'points-deleted': pointsDeleted,
  'other-backups': otherBackups,
  'deployed-again': deployedAgain,
  'drills-off': drillsOff,
  recovered,
  'resource-retired': resourceRetired,
} as const satisfies Readonly<Record<string, Fault>>;

/** Everything that goes on for a while in the small account, by the names that the command line takes. */
export const weathers = { ...faults, ...happenings };

export type WeatherName = keyof typeof weathers;

export const weatherNames = Object.keys(weathers) as readonly WeatherName[];

export function isWeatherName(name: string): name is WeatherName {
  return Object.hasOwn(weathers, name);
}

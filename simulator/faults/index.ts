import { chanceOf } from '../world/chance.ts';
import { homeGone, regionAway, watchStopped } from './absences.ts';
import { clocksWrong } from './clocks.ts';
import { deployedTwice } from './deployments.ts';
import { eventsDuplicated, eventsLate, eventsLie, eventsLost, eventsReordered } from './events.ts';
import type { Fault } from './fault.ts';
import { copiesStuck, jobsFail, jobsPartial, jobsSlow, jobsWithIssues, probesDie, restoresCorrupt } from './jobs.ts';
import { keysDisabled, vaultsChanged } from './keys-and-vaults.ts';
import { listsLag, listsLagLong } from './lists.ts';
import { eventsMalformed } from './malformed.ts';
import { deployedAgain, drillsOff, otherBackups, pointsDeleted, recovered, silenced } from './people.ts';
import {
  deletesDenied,
  evidenceRefused,
  functionsThrottled,
  ledgerAnswersLost,
  ledgerThrottled,
  listsRefused,
  quotasReached,
  startersKilled,
  startsRefused,
  topicsRefuse,
} from './refusals.ts';
import { resourceDeleted, resourceRenamed, resourceRetired } from './resources.ts';
import { callsDenied, rightsTaken } from './rights.ts';
import { runsStopped, runsTimeOut } from './runs.ts';
import { scheduleOff, schedulesLate, schedulesLost, schedulesTwice } from './schedules.ts';
import { topicsSlow } from './topics-slow.ts';
import { vaultsDeleted } from './vaults.ts';

export type { Fault, Struck, Target } from './fault.ts';

/** The faults that a generated account can be put under, by the names that the command line takes, and that a seed may draw. */
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
  'lists-lag': listsLag,
  'region-away': regionAway,
  'ledger-answers-lost': ledgerAnswersLost,
  'quotas-reached': quotasReached,
  'functions-throttled': functionsThrottled,
  'keys-disabled': keysDisabled,
  'vaults-changed': vaultsChanged,
} as const satisfies Readonly<Record<string, Fault>>;

/**
 * Those that `drawn` leaves out, so that the account of a seed stays the one that figures were measured with. They are asked
 * for by name.
 */
const byName = {
  'lists-lag-long': listsLagLong,
  'vaults-deleted': vaultsDeleted,
  'schedule-off': scheduleOff,
} as const satisfies Readonly<Record<string, Fault>>;

/** All that a generated account can be put under. */
export const allFaults = { ...faults, ...byName };

export type FaultName = keyof typeof allFaults;

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(allFaults, name);
}

/** The fault that a generated account of a seed draws for itself; one in ten or so draws none. */
export function drawnFault(seed: string): FaultName | undefined {
  const drawn = chanceOf(`${seed}/which fault`).pick(['none', ...Object.keys(faults)]);
  return isFaultName(drawn) ? drawn : undefined;
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
  'topics-slow': topicsSlow,
  'jobs-fail': jobsFail,
  'jobs-partial': jobsPartial,
  'jobs-slow': jobsSlow,
  'jobs-with-issues': jobsWithIssues,
  'copies-stuck': copiesStuck,
  'restores-corrupt': restoresCorrupt,
  'probes-die': probesDie,
  'schedules-twice': schedulesTwice,
  'schedules-late': schedulesLate,
  'schedules-lost': schedulesLost,
  'runs-stopped': runsStopped,
  'runs-time-out': runsTimeOut,
  'points-deleted': pointsDeleted,
  'other-backups': otherBackups,
  'deployed-again': deployedAgain,
  'drills-off': drillsOff,
  recovered,
  silenced,
  'resource-retired': resourceRetired,
  'resource-deleted': resourceDeleted,
  'resource-renamed': resourceRenamed,
} as const satisfies Readonly<Record<string, Fault>>;

/** More of what the small account can be put under. They come last, so that lists keep their order. */
const happenedLater = {
  'deployed-twice': deployedTwice,
  'rights-taken': rightsTaken,
  'calls-denied': callsDenied,
} as const satisfies Readonly<Record<string, Fault>>;

/** Everything that goes on for a while in the small account, by the names that the command line takes. */
export const weathers = { ...faults, ...happenings, ...byName, ...happenedLater };

export type WeatherName = keyof typeof weathers;

export const weatherNames = Object.keys(weathers) as readonly WeatherName[];

export function isWeatherName(name: string): name is WeatherName {
  return Object.hasOwn(weathers, name);
}

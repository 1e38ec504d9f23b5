import {
  backupSeconds,
  copySeconds,
  drillBesidesRestoreSeconds,
  maintenanceGapSeconds,
  restoreSeconds,
  startDelaySeconds,
} from './assumed.ts';
import { inWords } from './duration.ts';
import { type Kind, kindWords } from './kind.ts';
import { placeName } from './place.ts';
import type { Tier } from './policy.ts';

/** What a rule says about one field of a tier, and why. `mend` is what to write where the rule does not hold. */
export type Ruling = { field: string; holds: boolean; because: string; mend: string };

/** The age that something reaches in the worst ordinary case, and what it is made of. */
export type Age = { seconds: number; because: string };

const day = 86_400;

/** The oldest that the newest recovery point at home gets while every backup works, for the slowest of the kinds. */
export function homeAge(tier: Tier): Age | null {
  if (tier.backup === null) return null;
  const slowness = (kind: Kind) => backupSeconds[kind] + maintenanceGapSeconds[kind];
  const slowest = tier.kinds.reduce<Kind | undefined>(
    (worst, kind) => (worst === undefined || slowness(kind) > slowness(worst) ? kind : worst),
    undefined,
  );
  if (slowest === undefined) return null;
  const gap = maintenanceGapSeconds[slowest];
  const parts = [
    `backups every ${inWords(tier.backup.everySeconds)}`,
    `up to ${inWords(startDelaySeconds)} until one starts`,
    `${inWords(backupSeconds[slowest])} until it is done`,
    ...(gap > 0 ? [`${inWords(gap)} when ${kindWords[slowest].one} is near its maintenance`] : []),
  ];
  return { seconds: tier.backup.everySeconds + startDelaySeconds + slowness(slowest), because: parts.join(', ') };
}

/** The oldest that the newest copy gets while home meets what it promises. */
export function copyAge(tier: Tier): Age | null {
  const home = promised(tier.objectives.rpo, 'rpo', homeAge(tier));
  if (home === null) return null;
  return { seconds: home.seconds + copySeconds, because: `${home.because}, and ${inWords(copySeconds)} for the copy` };
}

/** The oldest that the newest proof gets while the points that are drilled are as fresh as they promise. */
export function proofAge(tier: Tier): Age | null {
  if (tier.drill === null) return null;
  const fromHome = tier.drill.from === 'home';
  const point = fromHome
    ? promised(tier.objectives.rpo, 'rpo', homeAge(tier))
    : promised(tier.objectives.copy_rpo, 'copy_rpo', copyAge(tier));
  const restore = tier.objectives.rto ?? restoreSeconds;
  const drillSeconds = restore + drillBesidesRestoreSeconds;
  const because = [
    ...(point === null ? [] : [point.because]),
    `drills every ${inWords(tier.drill.everySeconds)}`,
    `${inWords(restore)} for the restore${tier.objectives.rto === undefined ? '' : ' (rto)'}`,
    `${inWords(drillBesidesRestoreSeconds)} for the rest of the drill`,
  ].join(', ');
  return { seconds: (point?.seconds ?? 0) + tier.drill.everySeconds + drillSeconds, because };
}

/** An age that the tier bounds counts as its bound; one that it does not bound, as what is reached. */
function promised(bound: number | undefined, name: string, reached: Age | null): Age | null {
  return bound === undefined ? reached : { seconds: bound, because: `${name} lets it be ${inWords(bound)} old` };
}

/** Whether what a tier promises can be met at all by what it does. Each answer has its reason, also the good ones. */
export function feasibility(tier: Tier): Ruling[] {
  return [
    ...bound('objectives.rpo', tier.objectives.rpo, homeAge(tier), 'the newest recovery point', 'back up more often'),
    ...bound('objectives.copy_rpo', tier.objectives.copy_rpo, copyAge(tier), 'the newest copy', 'promise a lower rpo'),
    ...bound('objectives.proof', tier.objectives.proof, proofAge(tier), 'the newest proof', 'drill more often'),
    ...retention(tier),
  ];
}

function bound(field: string, seconds: number | undefined, age: Age | null, what: string, or: string): Ruling[] {
  if (seconds === undefined || age === null) return [];
  const because = `${what} can get ${inWords(age.seconds)} old while all is well: ${age.because}`;
  const mend = `write at least ${inWords(age.seconds)}, or ${or}`;
  return [{ field, holds: seconds >= age.seconds, because, mend }];
}

/** A point has to outlive the wait for the next one, or there are times without any. */
function retention(tier: Tier): Ruling[] {
  const rulings: Ruling[] = [];
  const needs = (field: string, keepDays: number, age: Age, what: string) => {
    const because = `${what} has to be kept until the next one is there, which can take ${inWords(age.seconds)}: ${age.because}`;
    const days = Math.ceil(age.seconds / day);
    const mend = `keep it at least ${inWords(days * day)}`;
    rulings.push({ field, holds: keepDays * day >= age.seconds, because, mend });
  };
  const home = promisedAtLeast(tier.objectives.rpo, 'rpo', homeAge(tier));
  if (tier.backup !== null && home !== null) needs('backup.keep', tier.backup.keepDays, home, 'a recovery point');
  const copy = promisedAtLeast(tier.objectives.copy_rpo, 'copy_rpo', copyAge(tier));
  tier.copies.forEach((one, index) => {
    if (one.keepDays === null || copy === null) return;
    const what = `a copy in ${placeName(one.to)} counts its age from the recovery point's creation, and`;
    needs(`copies[${index}].keep`, one.keepDays, copy, what);
  });
  return rulings;
}

function promisedAtLeast(bound: number | undefined, name: string, reached: Age | null): Age | null {
  const allowed = promised(bound, name, reached);
  return allowed !== null && reached !== null && reached.seconds > allowed.seconds ? reached : allowed;
}

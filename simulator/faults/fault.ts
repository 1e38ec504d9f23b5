import { type FailedRun, type Leave, takenAway } from '../checkers/compare.ts';
import type { PipelineTrouble, Trouble } from '../checkers/pipeline-pages.ts';
import type { SimulatedAccount } from '../world/account.ts';
import type { Chance } from '../world/chance.ts';
import type { Region } from '../world/region.ts';

/** Where and when a fault may strike. Instants in milliseconds since 1970. */
export interface Target {
  readonly account: SimulatedAccount;
  readonly home: Region;
  readonly copy: Region;
  readonly start: number;
  readonly end: number;
  readonly chance: Chance;
  /** For how long after the start nothing goes wrong, milliseconds: so long an account takes to have something to lose. */
  readonly calm: number;
  /** Deploys what is deployed once more, where that can be. */
  readonly deployAgain?: () => Promise<void>;
  /** Deploys the same stacks beside those that stand there, by another name of the stack, where that can be tried. */
  readonly deployBeside?: () => Promise<void>;
  /** Puts one more resource there, where that can be. */
  readonly addForAWhile?: (tier: 'files' | 'databases') => Promise<Added>;
}

/** A resource that was put there for a while, and is expected to be protected from then on. */
export interface Added {
  readonly arn: string;
  /** Retires it by its tag. */
  retire(): void;
  /** It is not expected any more, since somebody retires it by hand. */
  isGone(): void;
  /** The same resource is expected under another ARN from now on. */
  isNow(arn: string): void;
}

/** A fault at work. */
export interface Struck {
  /** What was done, in one sentence. */
  readonly words: string;
  /** How often it struck: one that was planned and never did makes its run worth nothing. */
  readonly fired: () => number;
  /** By when the last of it is over, where that is after its target's end. Milliseconds since 1970. */
  readonly overBy?: number;
  /** What it excuses. */
  readonly leave: Leave;
  /** What on-call has to be paged about. */
  readonly trouble?: readonly PipelineTrouble[];
  /** When it is at work on the pipeline itself, so that on-call may be paged about that; left out, never. Asked when all is over. */
  readonly troubles?: () => readonly Trouble[];
}

export type Fault = (target: Target) => Struck;

const hour = 3_600_000;
/** After a fault ends, whatever it kept from being told is told within this time. */
export const afterwards = 6 * 60_000;
/** Whoever hands something on tries again, so only a last try that met the fault is given up: a run of a function takes 15 minutes at most. */
export const givenUpWithin = 20 * 60_000;

/** A fault at work in one Region. */
export interface Span {
  readonly region: Region;
  readonly from: number;
  readonly until: number;
}

/** An hour of trouble in one Region or the other, again and again once the calm is over, so that it meets something. */
export function hoursOfTrouble({ home, copy, chance, start, end, calm }: Target): Span[] {
  const spans: Span[] = [];
  for (
    let from = start + calm + chance.between(1, 6) * hour;
    from < end - 2 * hour;
    from += chance.between(5, 9) * hour
  ) {
    const begun = Math.round(from);
    spans.push({ region: chance.pick([home, copy]), from: begun, until: begun + hour });
  }
  return spans;
}

/** The span that is at work at an instant, if one is. */
export function atWork(spans: readonly Span[], now: number): Span | undefined {
  return spans.find(({ from, until }) => now >= from && now < until);
}

/** Excuses what falls due in a Region while the fault is at work there: it has to be told soon after. No run may fail for that. */
export function tellingLateWhile(spans: readonly Span[]): Leave {
  return {
    openBy: (name, deadline) => {
      const span = spans.find(
        ({ region, from, until }) => region.name === name && deadline > from - afterwards && deadline <= until,
      );
      return span === undefined ? 0 : span.until + afterwards;
    },
    mayGiveUp: givingUpWhile(...spans),
  };
}

/** The same, and the runs that meet it may fail. */
export function leaveWhile(spans: readonly Span[]): Leave {
  return { ...tellingLateWhile(spans), mayFail: failingWhile(...spans) };
}

/** The same, but for what the fault itself takes away: that has to be told in time. */
export function butForLosses(leave: Leave): Leave {
  const { openBy } = leave;
  if (openBy === undefined) return leave;
  return {
    ...leave,
    openBy: (name, deadline, about) => (about?.kind === takenAway ? 0 : openBy(name, deadline, about)),
  };
}

/** Excuses that a message is sent again while its sender cannot reach the ledger of its Region, or just after. */
export function repeatingWhile(spans: readonly Span[]): NonNullable<Leave['mayRepeat']> {
  return (name, at) =>
    spans.some(({ region, from, until }) => region.name === name && at >= from && at <= until + afterwards);
}

/** What runs may meet: in one Region or, without one, in any; with one resource or, without it, with any. */
export interface Met extends Pick<Span, 'from' | 'until'> {
  readonly region?: Region | undefined;
  readonly resource?: string;
}

/** Excuses the runs that met one of these spans where they worked, however late they ended, and no others. */
export function failingWhile(...spans: readonly Met[]): NonNullable<Leave['mayFail']> {
  return (run, at, since) =>
    spans.some(
      ({ region, resource = run.resource, from, until }) =>
        at >= from && since <= until && worksIn(run, region) && run.resource === resource,
    );
}

/** What backs up copies too, so it meets what goes wrong in any Region. A drill works in its own alone. */
function worksIn(run: FailedRun, region: Region | undefined): boolean {
  return region === undefined || run.region === region.name || run.workflow === 'protect';
}

/** Whether a run is held up by a function or a machine of a Region: by those of its own workflow there, and by nobody else. */
export function isHeldUp(
  { region, workflow }: FailedRun,
  by: { readonly region: string; readonly name: string },
): boolean {
  return region === by.region && (by.name === `lifeboat-${workflow}` || by.name.startsWith(`lifeboat-${workflow}-`));
}

/** Functions that ask the other Region too: their events may be given up for what goes wrong there. */
const ofBothRegions = /^lifeboat-(watch|reconcile|report)/;

/** Excuses that what was handed on in one of these spans, in its Region, is given up. */
export function givingUpWhile(...spans: readonly Span[]): NonNullable<Leave['mayGiveUp']> {
  return ({ region: where, name = '' }, at) =>
    spans.some(
      ({ region, from, until }) =>
        at >= from && at <= until + givenUpWithin && (region.name === where || ofBothRegions.test(name)),
    );
}

/** The first of them; a month has a hundred, and their seed tells all. */
export function inWords(spans: readonly Span[]): string {
  const first = spans.slice(0, 3).map(({ region, from }) => `${iso(from).slice(0, 16)} in ${region.name}`);
  return [...first, ...(spans.length > first.length ? [`${spans.length - first.length} times more`] : [])].join(', ');
}

export function iso(instant: number): string {
  return new Date(instant).toISOString();
}

/** Moments in which a fault may strike, in order. Milliseconds since 1970. */
export function moments({ chance, start, end, calm }: Target, least: number, most: number): number[] {
  return Array.from({ length: chance.whole(least, most) }, () => Math.round(chance.between(start + calm, end))).sort(
    (one, other) => one - other,
  );
}

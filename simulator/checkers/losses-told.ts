import { hadEffect, type TraceEntry } from '../world/trace.ts';
import { alarmMessageOf } from './alarm-message.ts';
import type { Checker } from './checker.ts';
import { type Leave, seenWithin } from './compare.ts';

const minute = 60_000;
/** Hourly or in each run somebody meets it; what gets no answer is told within the hour. */
const toldWithin = 75 * minute;
/**
 * One that a run asks fails the run at the first miss. Any other is tried three times by Lambda before it is given up, and one
 * that passed at the third leaves nothing behind.
 */
const missesThatCount = (name: string) => (/^lifeboat-(protect|fleet|drill)-/.test(name) ? 1 : 3);
/** Who comes so often may miss a right once in a while: one round that fails calls nobody. Drills come every four hours. */
const missedAgainWithin = (name: string) => (/^lifeboat-(watch|check)$/.test(name) ? 20 * minute : 300 * minute);

/** Something of Lifeboat that somebody took away, and what tells of it. Instants in milliseconds since 1970. */
interface Loss {
  readonly words: string;
  readonly region: string;
  /** When it was first to be seen, and when it was last missed. */
  from: number;
  until: number | undefined;
  readonly tellers: RegExp;
}

/** By whom and since when somebody was told. */
interface Told {
  readonly what: string;
  readonly from: number;
  until: number | undefined;
}

/**
 * What tells that a function misses a right: an alarm of CloudWatch, on failed runs or on a silent watch, or an episode of
 * what the function is there for. Episodes of anything else do not count.
 */
const tellersOf: readonly (readonly [function_: RegExp, what: RegExp])[] = [
  [/^lifeboat-watch$/, /^(alarm:lifeboat-(no-heartbeat|watch-errors)|cannot-tell:|storm:)/],
  [/^lifeboat-check$/, /^(alarm:lifeboat-failed-runs|cannot-tell:)/],
  [/^lifeboat-reconcile$/, /^(alarm:lifeboat-(reconcile-errors|failed-runs)|roster)/],
  [/^lifeboat-(protect|fleet)-/, /^(protect|fleet:|storm:|rpo|copy_rpo)/],
  [/^lifeboat-drill-/, /^(drill|tear-down|fleet:|storm:|proof)/],
  [/^lifeboat-keep$/, /^(alarm:lifeboat-failed-runs|keep)/],
  [/^lifeboat-report/, /^(alarm:lifeboat-failed-runs|seal)/],
];
/**
 * What tells that a schedule is off, within how many hours: of what is not named here `overdue` and the objectives of a tier.
 * Home's roster grows old in the other Regions, and they tell.
 */
const tellersOfSchedules: readonly (readonly [schedule: string, hours: number, what: (region: string) => RegExp])[] = [
  ['lifeboat-watch', 0, (region) => new RegExp(`^alarm:lifeboat-no-heartbeat-from-${region} `)],
  ['lifeboat-check', 1, (region) => new RegExp(`^cannot-tell:.* of pipeline ${region}$`)],
];
const ofHome = ['lifeboat-reconcile', 3, () => /^roster of pipeline /] as const;

/** What tells that AWS itself may not call a function or start a fleet any more. */
const tellersOfUndelivered: Readonly<Record<string, RegExp>> = {
  'scheduler.amazonaws.com': /^alarm:lifeboat-undelivered-schedules/,
  'events.amazonaws.com': /^alarm:lifeboat-undelivered-events/,
};

/** What tells of any other function. */
const otherwise = /^alarm:lifeboat-failed-runs/;

/**
 * Invariant 6, never silently green, for what is taken away for good: a right that a function misses again and again, and
 * a vault that is deleted. Within the hour somebody is told, by a page or a notice, and it stays open for as long as it is so.
 */
export function lossesTold(regions: readonly string[], leave: Leave = {}): Checker {
  const invariant = '6 never silently green: what is taken away';
  const losses: Loss[] = [];
  const told: Told[] = [];
  let right: Loss | undefined;
  let misses = 0;

  const dueBy = (known: number): number => seenWithin(leave, regions, known, toldWithin);

  const open = (what: string, at: number) => {
    if (!told.some((one) => one.what === what && one.until === undefined))
      told.push({ what, from: at, until: undefined });
  };
  const close = (what: string, at: number) => {
    for (const one of told) if (one.what === what && one.until === undefined) one.until = at;
  };

  const seeWorld = (what: string, detail: unknown, at: number) => {
    const { region, vault, name, operation, alarm, state, schedule, by } = detail as Readonly<Record<string, string>>;
    if (what === 'somebody deleted a vault') {
      const code = vault === 'lifeboat' ? 'vault-gone' : 'vault-gone:proven';
      const tellers = new RegExp(`^finding:${code} of pipeline ${region}$`);
      losses.push({ words: `the vault ${vault}`, region: region ?? '', from: at, until: undefined, tellers });
    }
    if (what === 'a vault was made again') {
      for (const loss of losses) if (loss.words === `the vault ${vault}` && loss.region === region) loss.until ??= at;
    }
    if (what === 'somebody switched a schedule off') {
      const [, hours = 0, whatTells] =
        [...tellersOfSchedules, ...(region === regions[0] ? [ofHome] : [])].find(([of]) => of === schedule) ?? [];
      if (region !== undefined && whatTells !== undefined) {
        const words = `the schedule ${schedule}`;
        losses.push({ words, region, from: at + hours * 60 * minute, until: undefined, tellers: whatTells(region) });
      }
    }
    if (what === 'somebody switched a schedule on') {
      for (const loss of losses)
        if (loss.words === `the schedule ${schedule}` && loss.region === region) loss.until ??= at;
    }
    if (what === 'a right is missed' && name !== undefined) {
      const tellers = tellersOfUndelivered[by ?? ''] ?? tellersOf.find(([of]) => of.test(name))?.[1] ?? otherwise;
      if (right === undefined || at > (right.until ?? at) + missedAgainWithin(name)) {
        right = { words: `${operation} of ${name}`, region: region ?? '', from: at, until: at, tellers };
        misses = 0;
      }
      misses += 1;
      right.until = at;
      if (misses === (by === undefined ? missesThatCount(name) : 1)) losses.push(Object.assign(right, { from: at }));
    }
    // Most alarms do not say that they are over: what their message said stands until then.
    if (what === 'An alarm changed its state' && state !== 'ALARM') close(`alarm:${alarm} ${region}`, at);
  };

  return {
    invariant,
    operations: ['Publish'],
    see: (entry: TraceEntry) => {
      if (entry.kind === 'world') seeWorld(entry.what, entry.detail ?? {}, Date.parse(entry.at));
      const alarm = alarmMessageOf(entry);
      if (alarm?.phase === 'opened') open(`${alarm.kind} ${alarm.region}`, alarm.at);
      if (entry.kind !== 'call' || !hadEffect(entry)) return;
      const { Message, MessageStructure } = entry.input as { Message: string; MessageStructure?: string };
      if (MessageStructure !== 'json') return;
      const { kind, phase, subject, location } = JSON.parse((JSON.parse(Message) as { https: string }).https) as {
        readonly kind: string;
        readonly phase: string;
        readonly subject: string;
        readonly location: { readonly region: string };
      };
      const at = Date.parse(entry.at) + entry.took;
      if (phase === 'resolved') close(`${kind} of ${subject} ${location.region}`, at);
      else open(`${kind} of ${subject} ${location.region}`, at);
    },
    look: () => {},
    conclude: (now) => {
      const violations: string[] = [];
      for (const { words, region, from, until = now, tellers } of losses) {
        let known = from;
        const mine = told.filter(({ what }) => tellers.test(what)).sort((one, other) => one.from - other.from);
        for (const { from: since, until: over = now } of mine) {
          if (over < from || since > dueBy(known)) continue;
          known = Math.max(known, over);
        }
        const due = dueBy(known);
        if (due >= until) continue;
        violations.push(`${words} in ${region} is gone since ${iso(from)}, and nobody is told of it at ${iso(due)}`);
      }
      return { invariant, examined: { losses: losses.length }, violations };
    },
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

import { hadEffect, type TraceEntry } from '../world/trace.ts';
import { alarmMessageOf } from './alarm-message.ts';
import type { Checker } from './checker.ts';
import { type Leave, seenWithin, takenAway } from './compare.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Hourly or in each run somebody meets it; what gets no answer is told within the hour. */
const toldWithin = 75 * minute;
/** What `lifeboat-check` looks at, it looks at each five minutes. */
const checkedWithin = 15 * minute;
/**
 * One that a run asks fails the run at the first miss. Any other is tried three times by Lambda before it is given up, and one
 * that passed at the third leaves nothing behind.
 */
const missesThatCount = (name: string) => (/^lifeboat-(protect|fleet|drill)-/.test(name) ? 1 : 3);
/** The tries of one invocation are a minute apart: what it misses within seconds it misses in one of them. */
const oneTry = 30_000;
/** Who comes so often may miss a right once in a while: one round that fails calls nobody. Three in a row do. */
const comesOften = /^lifeboat-(watch|check)$/;
/** Drills come every four hours. */
const missedAgainWithin = (name: string) => (comesOften.test(name) ? 20 * minute : 300 * minute);

/** Whoever starts these from the console sees that they fail. */
const startedByHand = /^lifeboat-(silence$|recover-)/;

/** Something of Lifeboat that somebody took away, and what tells of it. Instants in milliseconds since 1970. */
interface Loss {
  readonly words: string;
  readonly region: string;
  /** When it was first to be seen, and when it was last missed. */
  from: number;
  until: number | undefined;
  readonly tellers: RegExp;
  /** How long after it was first to be seen somebody has to be told, milliseconds. */
  readonly within: number;
}

/** By whom and since when somebody was told. */
interface Told {
  readonly what: string;
  readonly from: number;
  until: number | undefined;
}

/**
 * What tells that a function misses a right: an alarm of CloudWatch, on failed runs or on a silent watch, or an episode of
 * what the function is there for, of its own Region but for what other Regions see of it. Episodes of anything else do not count.
 */
const tellersOf: readonly (readonly [function_: RegExp, what: (region: string) => RegExp])[] = [
  [
    /^lifeboat-watch$/,
    (r) => new RegExp(`^alarm:lifeboat-(no-heartbeat-from-${r} |watch-errors ${r}$)|^(cannot-tell|storm):.* ${r}$`),
  ],
  [/^lifeboat-check$/, (r) => new RegExp(`^(alarm:lifeboat-failed-runs|cannot-tell:.*) ${r}$`)],
  [
    /^lifeboat-reconcile$/,
    (r) => new RegExp(`^alarm:lifeboat-(reconcile-errors|failed-runs) ${r}$|^roster of pipeline `),
  ],
  [/^lifeboat-(protect|fleet)-/, (r) => new RegExp(`^(protect|fleet:|storm:|rpo).* ${r}$|^copy_rpo of `)],
  [/^lifeboat-drill-/, (r) => new RegExp(`^(drill|tear-down|fleet:|storm:|proof).* ${r}$`)],
  [/^lifeboat-keep$/, (r) => new RegExp(`^(alarm:lifeboat-failed-runs|keep.*) ${r}$`)],
  [/^lifeboat-report/, (r) => new RegExp(`^(alarm:lifeboat-failed-runs|seal.*) ${r}$`)],
];
/**
 * What tells that a schedule is off, within how many hours: of what is not named here `overdue` and the objectives of a tier.
 * Home's roster grows old in the other Regions, and they tell.
 */
const tellersOfSchedules: readonly (readonly [schedule: string, hours: number, what: (region: string) => RegExp])[] = [
  ['lifeboat-watch', 0, (region) => new RegExp(`^alarm:lifeboat-no-heartbeat-from-${region} `)],
  ['lifeboat-check', 1, (region) => new RegExp(`^cannot-tell:.* of pipeline ${region}$`)],
];
/** The words of what keeps `lifeboat-check` from looking. Its schedule counts as lost from an hour on, but is off from the beginning. */
const ofChecks = /^the schedule lifeboat-check$| of lifeboat-check$/;
const ofHome = ['lifeboat-reconcile', 3, () => /^roster of pipeline /] as const;

/** What tells that AWS itself may not call a function or start a fleet any more. */
const tellersOfUndelivered: Readonly<Record<string, (region: string) => RegExp>> = {
  'scheduler.amazonaws.com': (r) => new RegExp(`^alarm:lifeboat-undelivered-schedules ${r}$`),
  'events.amazonaws.com': (r) => new RegExp(`^alarm:lifeboat-undelivered-events ${r}$`),
};

/** What tells of any other function. */
const otherwise = (r: string) => new RegExp(`^alarm:lifeboat-failed-runs ${r}$`);

/** What tells of a key that cannot be used, by its alias. */
const codesOfKeys: Readonly<Record<string, string>> = {
  'alias/lifeboat-vault': 'key-unusable:vault',
  'alias/lifeboat-scratch-password': 'key-unusable:scratch',
  'alias/lifeboat-topics': 'key-unusable:topics',
};

/**
 * Invariant 6, never silently green, for what is taken away: a right that a function misses again and again, a vault that is
 * deleted or changed, a key that cannot be used, a schedule that is off. Within the hour somebody is told, by a page or a notice, and it stays open for as long as it is so.
 */
export function lossesTold(regions: readonly string[], leave: Leave = {}): Checker {
  const invariant = '6 never silently green: what is taken away';
  const { skew = 0 } = leave;
  const losses: Loss[] = [];
  const told: Told[] = [];
  let right: Loss | undefined;
  /** How often an invocation was tried that missed the right, and when it missed it last; those of who comes often as one. */
  const tries = new Map<string, { readonly count: number; readonly at: number }>();
  let isCounted = false;

  /** While nobody can check a Region, which is a loss of its own, what is taken away there is to be seen once somebody can again. */
  const dueBy = ({ region, within }: Loss, known: number, now: number): number => {
    // One clock says when it is to be told again, and another one looks whether that is now.
    const due = seenWithin(leave, regions, known, within, { resource: 'pipeline', kind: takenAway }) + 2 * skew;
    if (within !== checkedWithin) return due;
    const off = losses.find(
      (one) => ofChecks.test(one.words) && one.region === region && one.from - hour < due && (one.until ?? now) > known,
    );
    return off === undefined ? due : Math.max(due, (off.until ?? now) + within);
  };

  const open = (what: string, at: number) => {
    if (!told.some((one) => one.what === what && one.until === undefined))
      told.push({ what, from: at, until: undefined });
  };
  const close = (what: string, at: number) => {
    for (const one of told) if (one.what === what && one.until === undefined) one.until = at;
  };

  const seeWorld = (what: string, detail: unknown, at: number) => {
    const {
      region,
      vault,
      key,
      name,
      operation,
      alarm,
      state,
      schedule,
      by,
      run = '',
    } = detail as Readonly<Record<string, string>>;
    const lose = (words: string, code: string) => {
      const tellers = new RegExp(`^finding:${code} of pipeline ${region}$`);
      losses.push({ words, region: region ?? '', from: at, until: undefined, tellers, within: checkedWithin });
    };
    const isBack = (words: string) => {
      for (const loss of losses) if (loss.words === words && loss.region === region) loss.until ??= at;
    };
    if (what === 'somebody deleted a vault')
      lose(`the vault ${vault}`, vault === 'lifeboat' ? 'vault-gone' : 'vault-gone:proven');
    if (what === 'a vault was made again') isBack(`the vault ${vault}`);
    if (what === 'somebody changed a vault') lose(`what protects the vault ${vault}`, 'vault-changed');
    if (what === 'a vault is as it was') isBack(`what protects the vault ${vault}`);
    if (what === 'somebody made a key unusable') lose(`the key ${key}`, codesOfKeys[key ?? ''] ?? 'key-unusable');
    if (what === 'a key can be used again') isBack(`the key ${key}`);
    if (what === 'somebody switched a schedule off') {
      const [, hours = 0, whatTells] =
        [...tellersOfSchedules, ...(region === regions[0] ? [ofHome] : [])].find(([of]) => of === schedule) ?? [];
      if (region !== undefined && whatTells !== undefined) {
        const words = `the schedule ${schedule}`;
        losses.push({
          words,
          region,
          from: at + hours * 60 * minute,
          until: undefined,
          tellers: whatTells(region),
          within: toldWithin,
        });
      }
    }
    if (what === 'somebody switched a schedule on') isBack(`the schedule ${schedule}`);
    if (what === 'a right is missed' && name !== undefined && !startedByHand.test(name)) {
      const whatTells = tellersOfUndelivered[by ?? ''] ?? tellersOf.find(([of]) => of.test(name))?.[1] ?? otherwise;
      const tellers = whatTells(region ?? '');
      if (right === undefined || at > (right.until ?? at) + missedAgainWithin(name)) {
        right = {
          words: `${operation} of ${name}`,
          region: region ?? '',
          from: at,
          until: at,
          tellers,
          within: toldWithin,
        };
        tries.clear();
        isCounted = false;
      }
      right.until = at;
      const of = comesOften.test(name) ? name : run;
      const before = tries.get(of);
      const count = (before?.count ?? 0) + (before === undefined || at - before.at > oneTry ? 1 : 0);
      tries.set(of, { count, at });
      if (isCounted || count < (by === undefined ? missesThatCount(name) : 1)) return;
      isCounted = true;
      losses.push(Object.assign(right, { from: at }));
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
      for (const loss of losses) {
        const { words, region, from, until = now, tellers } = loss;
        let known = from;
        const mine = told.filter(({ what }) => tellers.test(what)).sort((one, other) => one.from - other.from);
        for (const { from: since, until: over = now } of mine) {
          if (over < from || since > dueBy(loss, known, now)) continue;
          known = Math.max(known, over);
        }
        const due = dueBy(loss, known, now);
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

import { hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import { type Leave, seenWithin } from './compare.ts';

const minute = 60_000;
const hour = 60 * minute;

/**
 * What schedules start besides the watch and the fleets, and for how long it may stay away before somebody is told. A report
 * is missed by the seal of the next day, at the earliest a day after it was due.
 */
const patience: Readonly<Record<string, { readonly atLeast: number; readonly atMost: number }>> = {
  reconcile: { atLeast: 4 * hour, atMost: 4 * hour },
  sweep: { atLeast: 4 * hour, atMost: 4 * hour },
  keep: { atLeast: 27 * hour, atMost: 27 * hour },
  'report-seal': { atLeast: 27 * hour, atMost: 27 * hour },
  report: { atLeast: 24 * hour, atMost: 48 * hour },
};
/** A run takes fifteen minutes at the most, after it was asked for. */
const runsFor = 16 * minute;
/** Somebody looks each five minutes. */
const toldWithin = runsFor + 10 * minute;

const kindOf = /^finding:overdue:(.+)$/;

/** Invariant 6, never silently green, for what nobody starts any more: somebody is told in time, and of nothing else. */
export function overdue(regions: readonly string[], leave: Leave = {}): Checker {
  const invariant = '6 never silently green: what nobody starts any more';
  const home = regions[0];
  /** One clock says when it was done, and another one asks how long ago that is. */
  const wrong = 2 * (leave.skew ?? 0);
  /**
   * When each was asked for, in order, by its Region and name. Milliseconds since 1970. What was given up is told by other means,
   * and was not done.
   */
  const asked = new Map<string, { readonly at: number; givenUp: boolean }[]>();
  const told: { readonly of: string; readonly at: number; until: number | undefined }[] = [];
  let begun: number | undefined;

  const seeMessage = (entry: TraceEntry & { kind: 'call' }) => {
    const { Message, MessageStructure } = entry.input as { Message: string; MessageStructure?: string };
    if (MessageStructure !== 'json') return;
    const { kind, phase, location } = JSON.parse((JSON.parse(Message) as { https: string }).https) as {
      readonly kind: string;
      readonly phase: string;
      readonly location: { readonly region: string };
    };
    const name = kindOf.exec(kind)?.[1];
    if (name === undefined) return;
    const of = `${location.region} ${name}`;
    const at = Date.parse(entry.at) + entry.took;
    const open = told.find((one) => one.of === of && one.until === undefined);
    if (phase === 'resolved' && open !== undefined) open.until = at;
    if (phase === 'opened' && open === undefined) told.push({ of, at, until: undefined });
  };

  return {
    invariant,
    operations: ['Invoke', 'Publish'],
    see: (entry) => {
      if (entry.kind === 'world' && entry.what === 'An event for a function was given up') {
        const { region, function: name } = entry.detail as Readonly<Record<string, string>>;
        // A schedule that fires twice asks twice, and each is given up by itself.
        const last = asked.get(`${region} ${name?.replace('lifeboat-', '')}`)?.findLast(({ givenUp }) => !givenUp);
        if (last !== undefined) last.givenUp = true;
      }
      if (entry.kind !== 'call' || !hadEffect(entry)) return;
      if (entry.operation === 'Publish') return seeMessage(entry);
      if (entry.caller.name !== 'scheduler.amazonaws.com') return;
      const at = Date.parse(entry.at);
      begun ??= at;
      const name = (entry.input as { FunctionName: string }).FunctionName.split(':lifeboat-')[1] ?? '';
      if (patience[name] === undefined) return;
      const of = `${entry.region} ${name}`;
      const times = asked.get(of) ?? [];
      asked.set(of, times);
      times.push({ at, givenUp: false });
    },
    look: () => {},
    conclude: (now) => {
      const violations: string[] = [];
      const runs = [...asked.values()].reduce((sum, times) => sum + times.length, 0);
      const examined = { 'runs of routines': runs, 'routines missed': 0, 'routines told of': told.length };
      for (const { of, at } of told) {
        const last = asked.get(of)?.findLast((one) => one.at < at && !one.givenUp)?.at ?? begun ?? at;
        const { atLeast } = patience[of.split(' ')[1] ?? ''] ?? { atLeast: Number.POSITIVE_INFINITY };
        if (at - last < atLeast - minute - wrong)
          violations.push(`${of}: told as overdue at ${iso(at)}, and it was asked for at ${iso(last)}`);
      }
      for (const region of regions) {
        for (const [name, { atMost }] of Object.entries(patience)) {
          // Of the reconcile of home the age of the roster tells.
          if (begun === undefined || (name === 'reconcile' && region === home)) continue;
          const of = `${region} ${name}`;
          const times = [begun, ...(asked.get(of) ?? []).map((one) => one.at)];
          times.forEach((done, index) => {
            const next = times[index + 1] ?? now;
            const due = seenWithin(leave, [region], done + atMost + wrong, toldWithin);
            if (due >= Math.min(next, leave.goneFrom?.(region) ?? now)) return;
            examined['routines missed'] += 1;
            if (told.some((one) => one.of === of && one.at <= due && (one.until ?? now) >= Math.min(due, next))) return;
            violations.push(`${of}: not asked for since ${iso(done)}, and nobody was told at ${iso(due)}`);
          });
        }
      }
      return { invariant, examined, violations };
    },
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}

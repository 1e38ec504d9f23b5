import { Attic } from './attic.ts';
import { type Chance, chanceOf } from './chance.ts';
import { beginOf, DaysAhead, type Member, type Series } from './days-ahead.ts';
import { enter } from './globals.ts';
import { Queue } from './queue.ts';
import { real, settled, turn } from './real.ts';
import { type Trace, traceOf } from './trace.ts';

/** Something that runs code of the product: one invocation of a function. */
export interface Actor {
  readonly name: string;
  /** False once it has answered, timed out or been killed: what its code still does reaches nobody. */
  open: boolean;
  /** How many calls and timers it waits for that the world will deliver. */
  waiting: number;
  /** Ends it as if its sandbox were killed. */
  kill?: () => void;
}

/** An AWS account's universe: one clock, one queue, one seed, one trace. */
export interface World {
  readonly seed: string;
  readonly chance: Chance;
  /** For UUIDs of libraries, which mark requests that nobody sees: how many they draw changes nothing else. */
  readonly chanceOfLibraries: Chance;
  readonly trace: Trace;
  readonly attic: Attic;
  /** Milliseconds since 1970, virtual. */
  now(): number;
  /** Schedules something; a promise that it returns is waited for in real time while virtual time stands still. */
  at(instant: number, what: string, run: () => void | Promise<void>): () => void;
  after(milliseconds: number, what: string, run: () => void | Promise<void>): () => void;
  /**
   * As `at`, for what very many wait for, perhaps for weeks: one of a series, known by its key. It cannot be cancelled; what
   * is run looks for itself whether it is still wanted.
   */
  oneOf(series: Series, key: string, instant: number): void;
  /** Runs something at this instant still, once everything that the present happening set off has settled. */
  whenSettled(run: () => void): void;
  /** The world waits until every actor that is open waits for something it knows. */
  watch(actor: Actor): void;
  /** Delivers happenings one by one until the queue is empty or the next one is later than `until`. */
  run(until: number): Promise<void>;
}

/** How long real work (a dump, a probe) may take before the run fails and names it. */
const watchdogMilliseconds = 120_000;
/** Turns of the real loop that code may take between two things the world knows. */
const patience = 200;
/** So often the real loop turns in any case, so that signals and messages of this process are heard. */
const happeningsPerTurn = 4_096;

export function createWorld(options: {
  seed: string;
  start: number;
  /** Whether the trace keeps its entries, for those who read them afterwards; listeners hear them all the same. */
  keepTrace?: boolean;
}): World {
  const queue = new Queue();
  const attic = new Attic();
  const daysAhead = new DaysAhead(attic);
  const chance = chanceOf(options.seed);
  const ties = chance.fork('order of one instant');
  const actors = new Set<Actor>();
  let atLast: (() => void)[] = [];
  let now = options.start;
  let sequence = 0;
  let happened = 0;

  const at: World['at'] = (instant, what, run) => {
    sequence += 1;
    const happening = { at: Math.max(now, instant), draw: ties.number(), sequence, what, run };
    queue.add(happening);
    return () => queue.cancel(happening);
  };

  const begin = ({ at, draw, sequence, series, key }: Member) =>
    queue.add({ at, draw, sequence, what: series.what, run: () => series.run(key) });

  const oneOf: World['oneOf'] = (series, key, instant) => {
    sequence += 1;
    const member = { at: Math.max(now, instant), draw: ties.number(), sequence, series, key };
    if (beginOf(member.at) > now) daysAhead.add(member);
    else begin(member);
  };

  const isBusy = (): boolean => {
    let busy = false;
    for (const actor of actors) {
      if (!actor.open) actors.delete(actor);
      else if (actor.waiting === 0) busy = true;
    }
    return busy;
  };

  /** Code that waits for more than promises, such as a stream, needs turns of the real loop. */
  const patiently = async (what: string): Promise<void> => {
    for (let turns = 0; turns < patience; turns += 1) {
      await turn();
      if (!isBusy()) return;
    }
    const names = [...actors].filter((actor) => actor.waiting === 0).map((actor) => actor.name);
    throw new Error(`After "${what}", ${names.join(', ')} waits for nothing that the world knows.`);
  };

  const world: World = {
    seed: options.seed,
    chance,
    chanceOfLibraries: chance.fork('UUIDs of libraries'),
    trace: traceOf(() => now, options.keepTrace ?? true),
    attic,
    now: () => now,
    at,
    after: (milliseconds, what, run) => at(now + milliseconds, what, run),
    oneOf,
    whenSettled: (run) => {
      atLast.push(run);
    },
    watch: (actor) => {
      actors.add(actor);
    },
    run: async (until) => {
      enter(world);
      try {
        for (;;) {
          while (atLast.length > 0) {
            const runs = atLast;
            atLast = [];
            for (const run of runs) run();
          }
          const next = queue.peek();
          if (daysAhead.begins <= Math.min(next?.at ?? until, until)) {
            for (const member of daysAhead.takeFirst()) begin(member);
            continue;
          }
          if (next === undefined || next.at > until) break;
          queue.take();
          now = next.at;
          const { run } = next;
          next.run = undefined;
          const work = run?.();
          if (work !== undefined) await watched(work, next.what);
          await settled();
          happened += 1;
          if (actors.size > 0 && isBusy()) await patiently(next.what);
          else if (happened % happeningsPerTurn === 0) await turn();
        }
        now = Math.max(now, until);
      } finally {
        enter(undefined);
      }
    },
  };
  return world;
}

/** Waits for real work, with a real-time limit, so that one that hangs is named. */
async function watched(work: Promise<void>, what: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = real.setTimeout(
      () => reject(new Error(`"${what}" did not end within ${watchdogMilliseconds / 1000} seconds of real time.`)),
      watchdogMilliseconds,
    );
  });
  try {
    await Promise.race([work, hung]);
  } finally {
    real.clearTimeout(timer);
  }
}

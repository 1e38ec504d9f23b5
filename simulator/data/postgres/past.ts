import type { VersionStore } from '../versions.ts';

/** A write of the application: what point-in-time recovery runs again. */
export interface Write {
  /** Milliseconds since 1970, virtual. */
  readonly at: number;
  readonly sql: string;
  /** Decides what its chance was: random(), gen_random_uuid(). */
  readonly seed: string;
}

type Step = { readonly at: number; readonly version: string } | Write;

/**
 * What a database was before: stored versions of it and the writes between them, in the order of time. It begins with
 * the first write, so a database that nobody writes to costs nothing. What it was at an instant is the last version
 * before it and the writes since, run again with the clock and the chance of their day.
 */
export interface Past {
  readonly isEmpty: boolean;
  /** Call it before anything changes: stores what a change of unknown content has made of the database, or the start. */
  begin(store: (version: string) => Promise<void>): Promise<void>;
  wrote(write: Omit<Write, 'seed'>): Write;
  /** Something of unknown content, a session, has changed the database at this instant. */
  changed(at: number): void;
  /** A version of the database as it is now was stored for somebody else: it shortens what must be run again. */
  stored(version: string): void;
  /** The version to begin with and what to run again on it; undefined: nothing was written after the instant. */
  upTo(instant: number): { readonly version: string; readonly writes: readonly Write[] } | undefined;
  /** The same when the database itself is gone. */
  atEnd(instant: number): { readonly version: string; readonly writes: readonly Write[] };
  forget(): void;
}

/** So many writes are run again in a second or so. */
const mostWrites = 200;

export function pastOf(name: string, versions: VersionStore): Past {
  const steps: Step[] = [];
  let unstored: number | undefined;
  let made = 0;
  let sinceVersion = 0;

  const newVersion = (): string => {
    made += 1;
    return `the past of ${name}, ${made}`;
  };
  const add = (at: number, version: string): void => {
    steps.push({ at, version });
    sinceVersion = 0;
  };
  const at = (instant: number) => {
    const before = steps.filter((step) => step.at <= instant);
    const from = before.findLastIndex((step) => 'version' in step);
    const base = before[from];
    if (base === undefined || !('version' in base)) throw new Error(`${name} has no past at ${instant}.`);
    return { version: base.version, writes: before.slice(from + 1) as Write[] };
  };

  return {
    get isEmpty() {
      return steps.length === 0;
    },
    async begin(store) {
      const since = steps.length === 0 ? Number.NEGATIVE_INFINITY : unstored;
      if (since === undefined) return;
      const version = newVersion();
      await store(version);
      add(since, version);
      unstored = undefined;
    },
    wrote(write) {
      const made = { ...write, seed: `write ${steps.length} at ${write.at}: ${write.sql}` };
      steps.push(made);
      sinceVersion += 1;
      return made;
    },
    changed: (instant) => {
      unstored = instant;
    },
    stored(version) {
      const last = steps.at(-1);
      if (last === undefined || (sinceVersion < mostWrites && unstored === undefined)) return;
      const copy = newVersion();
      versions.copy(version, copy);
      add(unstored ?? last.at, copy);
      unstored = undefined;
    },
    upTo: (instant) => ((steps.at(-1)?.at ?? Number.NEGATIVE_INFINITY) <= instant ? undefined : at(instant)),
    atEnd: at,
    forget() {
      for (const step of steps) if ('version' in step) versions.discard(step.version);
      steps.length = 0;
    },
  };
}

import { createHash } from 'node:crypto';
import { readArn } from '../account/resource.ts';
import { LifeboatError } from '../platform/errors.ts';

/** How far a fleet has come: handed from one batch to the next by the state machine. */
export interface Progress {
  readonly state: 'more' | 'dispatched' | 'incomplete';
  /** The last resource that was dealt with, in the order of ARNs. */
  readonly after: string | null;
  readonly counts: Counts;
  readonly waitSeconds: number;
  readonly because: string;
}

/** `candidates` is what the first batch found; the others add up to it when the fleet is through. */
export interface Counts {
  readonly candidates: number;
  readonly started: number;
  /** Started before, by a firing of the same schedule that came twice. */
  readonly already: number;
  readonly notDue: number;
  readonly failed: number;
}

export const noCounts: Counts = { candidates: 0, started: 0, already: 0, notDue: 0, failed: 0 };

/** Thrown when a fleet found no resource at all, and its tiers do not say that this may be. */
export class NobodyToServe extends LifeboatError {
  override readonly name = 'NobodyToServe';
}

/**
 * A hundred starts fit well within StartExecution's refill of 150 a second, the smallest that AWS gives. AWS Backup, which
 * each of them asks for a job at once, publishes no rate, so they come a hundred at a time.
 */
export const batchSize = 100;

/** Starts of one batch that are under way at one time: some hundred a second. */
export const startsAtOnce = 8;

/**
 * Executions of one workflow that may run at once; the next batch waits while there are more. AWS Backup does not say how
 * many jobs it runs at one time, and one that waits beyond its start window has expired.
 */
export const mostInFlight = 800;

export const secondsBetweenBatches = 5;
/** A question while it is full is one list of executions. */
export const secondsWhileFull = 60;

/** How many of the candidates were not dealt with yet. */
export function leftOf({ candidates, started, already, notDue, failed }: Counts): number {
  return candidates - started - already - notDue - failed;
}

/**
 * The name of an execution, from the resource and the scheduled time: a second firing of one schedule asks for the same
 * name and starts nothing twice. At most 80 characters, without the colons that names may not have.
 */
export function executionName(resource: string, scheduledAt: string): string {
  const id = (readArn(resource)?.id ?? 'resource').slice(0, 40);
  const hash = createHash('sha256').update(resource).digest('hex').slice(0, 8);
  const instant = new Date(scheduledAt).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${id}-${hash}-${instant}`;
}

/** What comes after a batch. Counts that do not add up, and failed starts, are told and never read as success. */
export function progressAfter(batch: {
  readonly counts: Counts;
  readonly after: string | null;
  readonly left: number;
  readonly isFull: boolean;
}): Progress {
  const { counts, after, left, isFull } = batch;
  const base = { after, counts };
  if (left > 0) {
    return {
      ...base,
      state: 'more',
      waitSeconds: isFull ? secondsWhileFull : secondsBetweenBatches,
      because: isFull ? `${mostInFlight} executions are in flight` : `${left} resources are left`,
    };
  }
  const dealtWith = counts.candidates - leftOf(counts);
  if (counts.failed > 0) {
    return {
      ...base,
      state: 'incomplete',
      waitSeconds: 0,
      because: `${counts.failed} of ${counts.candidates} executions could not be started`,
    };
  }
  if (dealtWith !== counts.candidates) {
    return {
      ...base,
      state: 'incomplete',
      waitSeconds: 0,
      because: `${counts.candidates} candidates were found and ${dealtWith} were dealt with`,
    };
  }
  return {
    ...base,
    state: 'dispatched',
    waitSeconds: 0,
    because: `all ${counts.candidates} candidates were dealt with`,
  };
}

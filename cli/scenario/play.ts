import type { Scene } from '../../simulator/scenarios/run.ts';
import type { Context, Resource } from '../runbook/context.ts';
import type { Runbook, Step } from '../runbook/runbook.ts';
import type { Application } from './application.ts';
import type { Journal } from './journal.ts';
import type { Ended, Operator } from './operator.ts';
import type { Plot } from './plots.ts';
import type { Try } from './tries.ts';

/** A recovery that was started as the runbook says, and how it ended. */
export interface Recovery {
  readonly resource: string;
  readonly region: string;
  readonly execution: string;
  ended: Ended | undefined;
  /** A digest of what an application reads there, as soon as it has ended well. */
  seen: string | undefined;
  endedAt: number | undefined;
  /** The same of what the point held, which Lifeboat says it recovered; undefined where it was an instant. */
  held: string | undefined;
}

/** A replica that was promoted in its place. Instants in milliseconds since 1970. */
export interface Promotion {
  readonly resource: string;
  readonly region: string;
  readonly id: string;
  /** The last instant that it was told to have, by the lag that CloudWatch showed. */
  readonly upTo: number;
  readonly began: number;
  address: string | undefined;
  ended: number | undefined;
  seen: string | undefined;
}

/** One time in which an application got no answer of a resource. Milliseconds since 1970. */
export interface Silence {
  readonly from: number;
  until: number | undefined;
}

/** All that there is while somebody follows a runbook. */
export interface Play {
  readonly scene: Scene;
  readonly home: string;
  readonly plot: Plot;
  readonly context: Context;
  readonly runbook: Runbook;
  readonly operator: Operator;
  readonly application: Application;
  readonly journal: Journal;
  /** When it failed, milliseconds since 1970. */
  readonly failedAt: number;
  readonly recoveries: Recovery[];
  readonly promotions: Promotion[];
  readonly silences: ReadonlyMap<string, Silence[]>;
  /** For whom the steps that follow in this part are not meant, and why. */
  readonly leaveOut: Map<string, { readonly why: string; readonly until: 'end of part' | 'end' }>;
  /** By when the page promised to have a resource back if it was waited for as long as it says. Milliseconds since 1970. */
  readonly backBy: Map<string, number>;
  /** Lags that were looked up, seconds by resource. */
  readonly lags: Map<string, number>;
  /** The states of keys that were looked up, by Region. */
  readonly keys: Map<string, string>;
  /** The resources of which Lifeboat told that points were deleted. */
  readonly pointsDeleted: ReadonlySet<string>;
  /** The verdicts of the drills that were started as the runbook says. */
  readonly drills: { readonly resource: string; readonly verdict: string }[];
  /** What an application reads of each resource that answers when all is done, and what its journal says then. */
  readonly seenAtEnd: Map<string, { readonly seen: string; readonly journal: string | undefined }>;
  /** How what the runbook gives up was tried for all the same. */
  readonly tries: Map<string, readonly Try[]>;
  /** Drills and backups that nobody has waited for yet. */
  readonly underWay: { machine: string; resource: string; region: string; execution: string }[];
  /** The step at hand. */
  step: Step | undefined;
  /** Sends the application to what was recovered of a resource, as `endpoint` says. */
  switchOver(name: string): Promise<void>;
  /** Everything that went another way than the runbook says. */
  readonly troubles: string[];
  readonly say: (line: string) => void;
}

export function resourceOf({ context }: Play, step: Step): Resource | undefined {
  return context.resources.find(({ name }) => name === step.resource);
}

/** The newest recovery of a resource that ended well. */
export function recoveredOf({ recoveries }: Play, resource: string): Recovery | undefined {
  return recoveries.findLast((one) => one.resource === resource && one.ended?.status === 'SUCCEEDED');
}

export function promotedOf({ promotions }: Play, resource: string): Promotion | undefined {
  return promotions.findLast((one) => one.resource === resource);
}

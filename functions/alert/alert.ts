import type { CauseKind } from '../account/cause.ts';
import type { Escalation, Severity } from '../ledger/episode.ts';

/** What a person is to be told about one episode, before it has the shape of any receiver. Instants are ISO 8601. */
export interface Alert {
  readonly phase: 'opened' | 'escalated' | 'resolved';
  readonly severity: Severity;
  /** Stays the same from the first message to the last, so that receivers can join them. */
  readonly id: string;
  /** The resource's ARN, or `pipeline`. */
  readonly subject: string;
  /** The subject as a person calls it. */
  readonly name: string;
  readonly kind: string;
  readonly location: { readonly account: string; readonly region: string };
  /** What is wrong, in a few words, e.g. `recovery points too old (rpo)`. */
  readonly headline: string;
  readonly because: string;
  /** Since when it is broken; the episode may have opened a little later. */
  readonly since: string;
  readonly openedAt: string;
  /** How bad it is, in words; absent where there is no measure. */
  readonly howBad?: string;
  /** The same in figures: seconds. */
  readonly measure?: { readonly ageSeconds: number; readonly boundSeconds: number };
  /** The likely cause, in AWS's own words where AWS said something. */
  readonly cause?: string;
  /** What kind of cause it is, where AWS's words are known. */
  readonly causeKind?: Exclude<CauseKind, 'unknown'>;
  readonly next: readonly NextStep[];
  /** Why it is told again. */
  readonly escalated?: { readonly at: string; readonly why: readonly Escalation['why'][]; readonly because: string };
  readonly resolved?: { readonly at: string; readonly because: string; readonly lastedSeconds: number };
}

/** One thing to do: in words, and where it is a workflow, the console's page for it and the input to paste there. */
export interface NextStep {
  readonly words: string;
  readonly link?: string;
  readonly input?: Readonly<Record<string, string>>;
}

import type { Severity } from '../ledger/episode.ts';

/** What a person is to be told about one episode, before it has the shape of any receiver. Instants are ISO 8601. */
export interface Alert {
  readonly phase: 'opened' | 'resolved';
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
  readonly cause?: string;
  readonly next: readonly NextStep[];
  readonly resolved?: { readonly at: string; readonly because: string; readonly lastedSeconds: number };
}

/** One thing to do: in words, and where it is a workflow, the console's page for it and the input to paste there. */
export interface NextStep {
  readonly words: string;
  readonly link?: string;
  readonly input?: Readonly<Record<string, string>>;
}

import type { Ledger } from '../ledger/ledger.ts';
import type { Recovery } from './plan.ts';

export interface Handing {
  readonly chosen: Recovery;
  readonly attempt: string;
  readonly ledger: Ledger;
  /** What AWS Backup called the directory that it restored files into, where the probe could tell. */
  readonly directory: string | null;
}

/** Where applications reach what was recovered. */
export interface Handed {
  readonly arn: string;
  readonly endpoint: Endpoint;
  /** The same in a few words. */
  readonly at: string;
}

export type Endpoint =
  | { readonly address: string; readonly port: number; readonly readerAddress?: string }
  | {
      readonly fileSystemId: string;
      readonly mountTargets: readonly { readonly subnet: string; readonly address: string }[];
      readonly path: string;
    };

/** How one kind is handed over. Asked again and again; throws `NotYet` while AWS is at work. */
export type Hander = (handing: Handing) => Promise<Handed>;

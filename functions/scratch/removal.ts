import type { BackupClient } from '@aws-sdk/client-backup';
import type { EFSClient } from '@aws-sdk/client-efs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { RDSClient } from '@aws-sdk/client-rds';
import type { Ledger } from '../ledger/ledger.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import type { Clock } from '../platform/seam.ts';

/** What taking scratch down needs; one for each execution environment. */
export interface Wrecking {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly backup: BackupClient;
  readonly rds: RDSClient;
  readonly efs: EFSClient;
  readonly functions: LambdaClient;
  /** The name of the file probe: the only function whose versions are ever deleted. */
  readonly probe: string;
}

/**
 * How far one thing is: `gone`; `going`, look again; or `may still come`, because a restore cannot be cancelled and
 * creates its database whenever it gets there.
 */
export type Removal =
  | { readonly is: 'gone' }
  | { readonly is: 'going'; readonly because: string }
  | { readonly is: 'may still come'; readonly because: string };

/** One step towards the end of a registered thing. Called again until it answers `gone`. */
export type Remover = (wrecking: Wrecking, row: ScratchRow) => Promise<Removal>;

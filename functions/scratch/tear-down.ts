import { BackupClient } from '@aws-sdk/client-backup';
import { EFSClient } from '@aws-sdk/client-efs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { ledgerOf } from '../ledger/ledger.ts';
import type { ScratchRow } from '../ledger/scratch.ts';
import { required, type Seam } from '../platform/seam.ts';
import { registeredFor, strike } from './register.ts';
import type { Removal, Remover, Wrecking } from './removal.ts';
import { removeCluster, removeClusterInstance } from './remove-cluster.ts';
import { removeDatabase } from './remove-database.ts';
import { removeFileSystem } from './remove-file-system.ts';
import { removeProbeVersion } from './remove-probe-version.ts';
import { removeSealedMount } from './remove-sealed-mount.ts';

/** Reads LEDGER_TABLE and PROBE_FILES_FUNCTION. */
export function wreckingOf(seam: Seam): Wrecking {
  return {
    ledger: ledgerOf(seam),
    clock: seam.clock,
    backup: seam.client(BackupClient),
    rds: seam.client(RDSClient),
    efs: seam.client(EFSClient),
    functions: seam.client(LambdaClient),
    probe: required(seam.environment, 'PROBE_FILES_FUNCTION'),
  };
}

const removers: Readonly<Record<ScratchRow['what'], Remover>> = {
  cluster: removeCluster,
  'cluster-instance': removeClusterInstance,
  database: removeDatabase,
  'file-system': removeFileSystem,
  'probe-version': removeProbeVersion,
  'sealed-mount': removeSealedMount,
};

/**
 * Takes one registered thing a step further towards its end, and strikes it from the register once AWS says that it is
 * gone. Only what the register and the birth mark agree on is touched.
 *
 * @throws NotScratch when they do not agree; nothing was deleted then
 */
export async function tearDown(wrecking: Wrecking, row: ScratchRow): Promise<Removal> {
  const removal = await removers[row.what](wrecking, row);
  if (removal.is === 'gone') await strike(wrecking.ledger, row);
  return removal;
}

/** What is left of a drill's scratch after one look at each thing. */
export interface Left {
  readonly gone: readonly string[];
  readonly going: readonly string[];
  /** What a restore that cannot be cancelled may still create. Its row stays for the sweep. */
  readonly mayStillCome: readonly string[];
}

/** Takes everything of one drill a step further. One thing that refuses does not keep the others. */
export async function tearDownDrill(wrecking: Wrecking, drill: string): Promise<Left> {
  const left = { gone: [] as string[], going: [] as string[], mayStillCome: [] as string[] };
  const refusals: unknown[] = [];
  for (const row of await registeredFor(wrecking.ledger, drill)) {
    try {
      const removal = await tearDown(wrecking, row);
      if (removal.is === 'gone') left.gone.push(`${row.what} ${row.id ?? row.name}`);
      else if (removal.is === 'going') left.going.push(removal.because);
      else left.mayStillCome.push(removal.because);
    } catch (error) {
      refusals.push(error);
    }
  }
  if (refusals.length > 0) throw refusals[0];
  return left;
}

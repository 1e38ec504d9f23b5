import { hereOf } from '../account/here.ts';
import { clusterWindow } from '../account/means/cluster-window.ts';
import { fileReplication } from '../account/means/file-replication.ts';
import { instanceWindow } from '../account/means/instance-window.ts';
import { readReplica } from '../account/means/read-replica.ts';
import { replicatedBackups } from '../account/means/replicated-backups.ts';
import { pointReader } from '../account/points.ts';
import { evidenceOf } from '../evidence/evidence.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import type { Seam } from '../platform/seam.ts';
import type { QuestionParts } from './truth.ts';

/** Reads BACKUP_VAULT, LEDGER_TABLE and what `evidenceOf` and `hereOf` read. */
export function questionPartsOf(seam: Seam): QuestionParts {
  return {
    points: pointReader(seam),
    ledger: ledgerOf(seam),
    evidence: evidenceOf(seam),
    part: hereOf(seam).part,
    others: {
      'instance-window': instanceWindow(seam),
      'cluster-window': clusterWindow(seam),
      'replicated-backups': replicatedBackups(seam),
      'read-replica': readReplica(seam),
      'file-replication': fileReplication(seam),
    },
  };
}

import type { Kind } from './kind.ts';
import type { DeadlineObjective } from './policy.ts';

/** The means of recovery that Lifeboat can ask AWS about: each has a file of this name in functions/account/means. */
export type MeansName =
  | 'recovery-points'
  | 'instance-window'
  | 'cluster-window'
  | 'replicated-backups'
  | 'read-replica'
  | 'file-replication'
  | 'proofs';

type Part = 'home' | 'copy';

const same = <T>(means: T): Readonly<Record<Kind, T>> => ({ efs: means, rds: means, aurora: means });
const none = same(null);
const points = same('recovery-points' as const);
const proofs = same('proofs' as const);

/**
 * What each objective counts, by kind of resource and place; null where the kind has no such means, or Lifeboat cannot
 * ask about it. RDS replicates automated backups of instances only (RDS user guide); a global database of Aurora tells
 * its lag in a way that Lifeboat does not read yet.
 */
const means: Readonly<Record<DeadlineObjective, Readonly<Record<Part, Readonly<Record<Kind, MeansName | null>>>>>> = {
  rpo: { home: points, copy: none },
  copy_rpo: { home: none, copy: points },
  pitr_rpo: {
    home: { efs: null, rds: 'instance-window', aurora: 'cluster-window' },
    copy: { efs: null, rds: 'replicated-backups', aurora: null },
  },
  replica_rpo: { home: none, copy: { efs: 'file-replication', rds: 'read-replica', aurora: null } },
  proof: { home: proofs, copy: proofs },
};

/** The means that an objective counts for a resource of a kind at home or in a copy Region, or null: there is none. */
export function meansOf(objective: DeadlineObjective, kind: Kind, part: Part): MeansName | null {
  return means[objective][part][kind];
}

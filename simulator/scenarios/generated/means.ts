import type { Region } from '../../world/region.ts';
import type { Drawn, Kind } from './account.ts';

/** What goes wrong with a means of recovery that is no recovery point. */
export type MeansTrouble =
  | 'automated backups are switched off'
  | 'the window is stuck'
  | 'replicated backups stop to arrive'
  | 'somebody ends the replication of backups'
  | 'the replica stops'
  | 'the replica falls behind'
  | 'somebody deletes the replica'
  | 'somebody pauses the replication'
  | 'the replication is in error'
  | 'somebody deletes the replication';

/** The troubles that a resource can have, by its kind and by what the policy asks of it. */
export const meansTroubles: Readonly<
  Record<'window' | 'windowOfCopies' | 'replica', Readonly<Record<Kind, readonly MeansTrouble[]>>>
> = {
  window: {
    efs: [],
    rds: ['automated backups are switched off', 'the window is stuck'],
    aurora: ['the window is stuck'],
  },
  windowOfCopies: {
    efs: [],
    rds: ['replicated backups stop to arrive', 'somebody ends the replication of backups'],
    aurora: [],
  },
  replica: {
    efs: [
      'somebody pauses the replication',
      'the replication is in error',
      'somebody deletes the replication',
      'the replication is in error',
    ],
    rds: ['the replica stops', 'the replica falls behind', 'somebody deletes the replica'],
    aurora: [],
  },
};

/** A resource and the Regions that its means stand in. */
export interface Standing {
  readonly arn: string;
  readonly name: string;
  readonly kind: Kind;
  readonly saysMinusOne: boolean;
}

/** Makes a copy Region hold more of a resource than copies: its automated backups, or a replica. */
export function putMeans(
  copy: Region,
  of: Standing,
  wanted: { readonly pointInTime: boolean; readonly replica: boolean },
) {
  if (wanted.pointInTime && of.kind === 'rds') replicateBackups(copy, of.arn);
  if (wanted.replica && of.kind === 'rds') {
    copy.services.RDS.replication.addReplica(of.arn, { saysMinusOne: of.saysMinusOne });
  }
  if (wanted.replica && of.kind === 'efs') copy.services.EFS.replication.replicate(of.arn);
}

/** Begins a trouble, and answers what ends it. `pace`: how fast a replica that falls behind still replays. */
export function beginTrouble(
  { home, copy }: { readonly home: Region; readonly copy: Region },
  of: Standing,
  trouble: MeansTrouble,
  pace: number,
): () => void {
  const { arn } = of;
  const { RDS, EFS } = copy.services;
  const { replication } = RDS;
  switch (trouble) {
    case 'automated backups are switched off':
      setRetention(home, of.name, 0);
      return () => setRetention(home, of.name, 7);
    case 'the window is stuck':
      home.services.RDS.setWindowStuck(arn, true);
      return () => home.services.RDS.setWindowStuck(arn, false);
    case 'replicated backups stop to arrive':
      replication.setBackupsStopped(arn, true);
      return () => replication.setBackupsStopped(arn, false);
    case 'somebody ends the replication of backups':
      call(copy, 'StopDBInstanceAutomatedBackupsReplication', { SourceDBInstanceArn: arn });
      return () => replicateBackups(copy, arn);
    case 'the replica stops':
      replication.setReplicaPace(arn, 0);
      return () => replication.setReplicaPace(arn, undefined);
    case 'the replica falls behind':
      replication.setReplicaPace(arn, pace);
      return () => replication.setReplicaPace(arn, undefined);
    case 'somebody deletes the replica':
      for (const { identifier: name } of RDS.instances)
        if (replication.replicaOf(name)?.source.arn === arn)
          copy.world.trace.note('somebody deleted a database', { region: copy.name, name });
      replication.removeReplicas(arn);
      return () => void replication.addReplica(arn, { saysMinusOne: of.saysMinusOne });
    case 'somebody pauses the replication':
      EFS.replication.setPaused(arn, true);
      return () => EFS.replication.setPaused(arn, false);
    case 'the replication is in error':
      EFS.replication.setError(arn, 'The destination file system is in a state that replication cannot go on with.');
      return () => EFS.replication.setError(arn, undefined);
    case 'somebody deletes the replication':
      EFS.replication.remove(arn);
      return () => void EFS.replication.replicate(arn);
  }
}

/** From now on nothing of a resource arrives in a copy Region any more: where it comes from is gone. */
export function cutOff(copy: Region, { arn, kind }: Pick<Drawn, 'kind'> & { readonly arn: string }): void {
  const { RDS, EFS } = copy.services;
  if (kind === 'rds') RDS.replication.setStopped(arn, true);
  if (kind === 'efs' && EFS.replication.isReplicated(arn)) EFS.replication.setPaused(arn, true);
}

function replicateBackups(copy: Region, arn: string): void {
  call(copy, 'StartDBInstanceAutomatedBackupsReplication', { SourceDBInstanceArn: arn });
}

/** Tried again while the instance is busy, as a person would. */
function setRetention(home: Region, name: string, days: number): void {
  const input = { DBInstanceIdentifier: name, BackupRetentionPeriod: days, ApplyImmediately: true };
  if (home.services.RDS.find(name)?.status === 'available') call(home, 'ModifyDBInstance', input);
  else home.world.after(2 * 60_000, `${name} is asked again for ${days} days`, () => setRetention(home, name, days));
}

function call(region: Region, operation: string, input: object): void {
  const caller = { kind: 'operator', name: 'somebody', region: region.name } as const;
  region.services.RDS.operations[operation]?.(input as never, { caller, region });
}

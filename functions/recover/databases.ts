import {
  AddTagsToResourceCommand,
  type DBCluster,
  type DBInstance,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type RDSClient,
  RemoveTagsFromResourceCommand,
  type Tag,
} from '@aws-sdk/client-rds';
import { recoveredTag } from '../account/tagged.ts';
import type { Draft, Ledger } from '../ledger/ledger.ts';
import { type RecoveringRow, recoveringKey } from '../ledger/recovering.ts';
import { LifeboatError, NotYet, nameOf } from '../platform/errors.ts';
import type { Recovery } from './plan.ts';

/** Thrown when the name was free when the recovery was planned and somebody has taken it since. Nothing was changed. */
export class NameTakenMeanwhile extends LifeboatError {
  override readonly name = 'NameTakenMeanwhile';
}

/** The ARN that a recovered database or cluster will have: beside its original, in this Region. */
export function arnOf({ resource, kind, name, region }: Recovery): string {
  const [arn = 'arn', partition = 'aws', , , account = ''] = resource.split(':');
  return [arn, partition, 'rds', region, account, kind === 'aurora' ? 'cluster' : 'db', name].join(':');
}

/**
 * Says that it is coming, before the call that creates it: no other recovery makes it then, and inventory does not take it
 * for one more resource.
 */
export async function announce(ledger: Ledger, chosen: Recovery): Promise<void> {
  const row: Draft<RecoveringRow> = {
    ...recoveringKey(arnOf(chosen)),
    resource: arnOf(chosen),
    execution: chosen.id,
    until: chosen.goneBy,
  };
  if (await ledger.create<RecoveringRow>(row)) return;
  const found = await ledger.get<RecoveringRow>(row);
  if (found?.execution === chosen.id) return;
  if (found !== undefined && found.until < chosen.startedAt) {
    if (await ledger.replace<RecoveringRow>({ ...row, version: found.version })) return;
  }
  throw new NameTakenMeanwhile(`Another recovery is making ${chosen.name} now. Start again under another name.`);
}

/**
 * Takes the tags off that the restore copied from the original, so that nothing watches it as one more resource of the
 * tier, and says which execution recovered it.
 *
 * What RDS restores is given our tag by the call that creates it, and only that says whose it is: somebody may have taken
 * the name between the announcement and the call. A job of AWS Backup gives no tags, and fails where the name is taken:
 * what it has made is known by the announcement.
 *
 * @throws NameTakenMeanwhile when it is not this recovery's
 */
export async function claim(
  rds: RDSClient,
  ledger: Ledger,
  chosen: Recovery,
  tags: readonly Tag[] | undefined,
): Promise<void> {
  const has = (tags ?? []).find(({ Key }) => Key === recoveredTag)?.Value;
  const row = await ledger.get<RecoveringRow>(recoveringKey(arnOf(chosen)));
  const isAnnounced = row?.execution === chosen.id;
  if (has !== chosen.execution && !(isAnnounced && chosen.way.by === 'point')) {
    await withdraw(ledger, chosen);
    throw new NameTakenMeanwhile(
      `${chosen.name} was not made by this recovery, so nothing of it is changed. Start again under another name.`,
    );
  }
  const inherited = (tags ?? []).flatMap(({ Key = '' }) =>
    Key.startsWith('lifeboat:') && Key !== recoveredTag ? [Key] : [],
  );
  // Whoever tags it on purpose does so after it was handed over.
  if (isAnnounced && inherited.length > 0) {
    await rds.send(new RemoveTagsFromResourceCommand({ ResourceName: arnOf(chosen), TagKeys: inherited }));
  }
  if (has !== chosen.execution) {
    const Tags = [{ Key: recoveredTag, Value: chosen.execution }];
    await rds.send(new AddTagsToResourceCommand({ ResourceName: arnOf(chosen), Tags }));
  }
}

/** Takes the announcement back, when it is handed over or is not ours: from now on it is as any other database. */
export async function withdraw(ledger: Ledger, chosen: Recovery): Promise<void> {
  const row = await ledger.get<RecoveringRow>(recoveringKey(arnOf(chosen)));
  if (row?.execution === chosen.id) await ledger.remove(row);
}

export async function describeInstance(rds: RDSClient, name: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    return DBInstances?.[0];
  } catch (error) {
    if (nameOf(error) !== 'DBInstanceNotFoundFault') throw error;
    return undefined;
  }
}

export async function describeCluster(rds: RDSClient, name: string): Promise<DBCluster | undefined> {
  try {
    const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name }));
    return DBClusters?.[0];
  } catch (error) {
    if (nameOf(error) !== 'DBClusterNotFoundFault') throw error;
    return undefined;
  }
}

/** What is there by now. @throws NotYet while it is not */
export function mustBeListed<Thing>(found: Thing | undefined, name: string): Thing {
  if (found === undefined) throw new NotYet(`RDS does not list ${name} yet.`);
  return found;
}

/** Sends a change, unless RDS is busy with the thing. @throws NotYet then */
export async function change(what: string, sent: () => Promise<unknown>): Promise<void> {
  try {
    await sent();
  } catch (error) {
    if (nameOf(error) !== 'InvalidDBInstanceStateFault' && nameOf(error) !== 'InvalidDBClusterStateFault') throw error;
    throw new NotYet(`RDS does not change ${what} in the state that it is in.`, { cause: error });
  }
}

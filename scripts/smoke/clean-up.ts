import { BackupClient, ListRestoreJobsCommand } from '@aws-sdk/client-backup';
import { DeleteFileSystemCommand, DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { scratchPrefix, scratchTag } from '../../functions/account/tagged.ts';
import { messageOf, nameOf } from '../../functions/platform/errors.ts';
import type { Kind } from '../../functions/policy/kind.ts';
import { type Outside, resourceName, type Wanted } from './outside.ts';
import type { Begun } from './play.ts';

const looks = 90;
const between = 60_000;

/** Takes back what was begun, the last first. One thing that cannot be removed keeps nothing else from being removed. */
export async function cleanUp(wanted: Wanted, begun: Begun, outside: Outside): Promise<string[]> {
  const left: string[] = [];
  const tried = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      left.push(`${what}: ${nameOf(error)}: ${messageOf(error)}`);
    }
  };
  for (const { region, arn } of begun.executions) {
    const stop = new StopExecutionCommand({ executionArn: arn, cause: 'the smoke test ends' });
    await tried(`the execution ${arn} was not stopped`, () => outside.client(SFNClient, { region }).send(stop));
  }
  const copyStands = begun.stacks.some(({ part }) => part === 'copy');
  if (copyStands && begun.kinds.length > 0) {
    // A restore cannot be cancelled: what it still makes has to be there before it can be swept.
    await tried(`scratch in ${wanted.copy}`, () => swept(wanted.copy, outside));
  }
  for (const kind of begun.kinds.toReversed()) {
    await tried(`the ${kind} ${resourceName} in ${wanted.home}`, () => removed[kind](wanted.home, outside));
  }
  for (const stack of begun.stacks.toReversed()) {
    await tried(`the stack of ${stack.region}`, () => outside.remove(stack));
  }
  return left;
}

/** What outlives the stack on purpose: it holds data, or AWS Backup needs it to expire recovery points. */
export function keptIn(region: string, account: string): string[] {
  return [
    `${region}: the vaults lifeboat and lifeboat-proven, whose recovery points expire within 3 days; then: aws backup delete-backup-vault --region ${region} --backup-vault-name lifeboat`,
    `${region}: the key alias/lifeboat-vault and the role lifeboat-AWSBackup-${region}: remove them after the vaults, not before`,
    `${region}: the bucket lifeboat-evidence-${account}-${region}: its objects are locked for 400 days`,
    `${region}: the table lifeboat-ledger: take off its deletion protection, then delete it`,
  ];
}

async function swept(region: string, outside: Outside): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    const there = await scratchIn(region, outside);
    if (there.length === 0) return;
    await outside
      .client(LambdaClient, { region })
      .send(new InvokeCommand({ FunctionName: 'lifeboat-sweep', Payload: Buffer.from('{}') }));
    await outside.sleep(between);
  }
  throw new Error(
    `it is still there: ${(await scratchIn(region, outside)).join(', ')}. Delete it by hand, before the stack`,
  );
}

/** Scratch that stands there, and restores that may still make some. */
async function scratchIn(region: string, { client }: Outside): Promise<string[]> {
  const backup = client(BackupClient, { region });
  const restores: string[] = [];
  for (const ByStatus of ['PENDING', 'RUNNING'] as const) {
    const { RestoreJobs = [] } = await backup.send(new ListRestoreJobsCommand({ ByStatus }));
    restores.push(...RestoreJobs.map(({ RestoreJobId }) => `restore job ${RestoreJobId}`));
  }
  const rds = client(RDSClient, { region });
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
  const { FileSystems = [] } = await client(EFSClient, { region }).send(new DescribeFileSystemsCommand({}));
  return [
    ...DBInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? ''),
    ...DBClusters.map(({ DBClusterIdentifier }) => DBClusterIdentifier ?? ''),
  ]
    .filter((name) => name.startsWith(scratchPrefix))
    .concat(restores)
    .concat(
      FileSystems.flatMap(({ FileSystemId = '', Tags = [] }) =>
        Tags.some(({ Key }) => Key === scratchTag) ? [FileSystemId] : [],
      ),
    );
}

const isGone = (error: unknown) => /NotFound/.test(nameOf(error));

async function untilGone(outside: Outside, what: string, ask: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    const isThere = await ask().catch((error: unknown) => {
      if (isGone(error)) return false;
      throw error;
    });
    if (!isThere) return;
    await outside.sleep(between);
  }
  throw new Error(`${what} is still being deleted`);
}

/** Only what has this run's own name is ever named in a call that deletes. */
const removed: Readonly<Record<Kind, (region: string, outside: Outside) => Promise<void>>> = {
  efs: async (region, outside) => {
    const efs = outside.client(EFSClient, { region });
    const { FileSystems = [] } = await efs.send(new DescribeFileSystemsCommand({}));
    for (const { FileSystemId, Name } of FileSystems) {
      if (Name === resourceName) await efs.send(new DeleteFileSystemCommand({ FileSystemId }));
    }
  },
  rds: async (region, outside) => removeInstance(region, outside, resourceName),
  aurora: async (region, outside) => {
    const cluster = `${resourceName}-cluster`;
    const rds = outside.client(RDSClient, { region });
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    for (const { DBClusterIdentifier, DBInstanceIdentifier = '' } of DBInstances) {
      if (DBClusterIdentifier === cluster) await removeInstance(region, outside, DBInstanceIdentifier);
    }
    await rds
      .send(new DeleteDBClusterCommand({ DBClusterIdentifier: cluster, SkipFinalSnapshot: true }))
      .catch((error) => (isGone(error) ? undefined : Promise.reject(error)));
    await untilGone(outside, cluster, async () => {
      const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: cluster }));
      return DBClusters.length > 0;
    });
  },
};

async function removeInstance(region: string, outside: Outside, name: string): Promise<void> {
  const rds = outside.client(RDSClient, { region });
  await rds
    .send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: name,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    )
    .catch((error) => (isGone(error) ? undefined : Promise.reject(error)));
  await untilGone(outside, name, async () => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    return DBInstances.length > 0;
  });
}

import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { EFSClient, type FileSystemDescription, paginateDescribeFileSystems } from '@aws-sdk/client-efs';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeAccountAttributesCommand, RDSClient } from '@aws-sdk/client-rds';
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { listClusters, listInstances, otherDatabase } from '../../functions/account/databases.ts';
import { readArn } from '../../functions/account/resource.ts';
import { isScratch } from '../../functions/account/tagged.ts';
import { messageOf, nameOf } from '../../functions/platform/errors.ts';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import { tierTag } from '../../functions/policy/resolve.ts';
import type { PlannedAccount, PlannedResource, ToldQuotas } from './account.ts';
import { mendOfUnanswered } from './unanswered.ts';

/** Thrown when nothing at all could be read; the message says why and what to give. */
export class AccountUnreadable extends Error {
  override readonly name = 'AccountUnreadable';
}

const sentence = (words = '') => words.replace(/^./, (letter) => letter.toUpperCase());

/**
 * Reads an account with credentials: the resources of home with their tags and sizes, and the quotas of RDS and
 * Lambda in each Region. Only reads. What it cannot read it names: a plan of half an account must not look like one of all of it.
 */
export async function readAccount(policy: Policy, client: ClientFactory, now: Date): Promise<PlannedAccount> {
  const { home } = policy;
  const unread: { what: string; because: string; mend: string }[] = [];
  const asked = async <Answer>(
    what: string,
    right: string,
    ask: () => Promise<Answer>,
  ): Promise<Answer | undefined> => {
    try {
      return await ask();
    } catch (error) {
      unread.push({
        what,
        because: `${nameOf(error)}: ${messageOf(error)}`,
        mend: mendOfUnanswered(error, [right]),
      });
      return undefined;
    }
  };

  const tagging = client(ResourceGroupsTaggingAPIClient, { region: home });
  const rds = client(RDSClient, { region: home });
  const efs = client(EFSClient, { region: home });
  const metrics = client(CloudWatchClient, { region: home });

  const instances = await asked(`DB instances in ${home}`, 'rds:DescribeDBInstances', () => listInstances(rds));
  const clusters = await asked(`DB clusters in ${home}`, 'rds:DescribeDBClusters', () => listClusters(rds));
  const fileSystems = await asked(`file systems in ${home}`, 'elasticfilesystem:DescribeFileSystems', async () => {
    const found = new Map<string, FileSystemDescription>();
    for await (const { FileSystems } of paginateDescribeFileSystems({ client: efs }, {}))
      for (const one of FileSystems ?? []) found.set(one.FileSystemArn ?? '', one);
    return found;
  });
  const tagged = await asked(`tags in ${home}`, 'tag:GetResources', async () => {
    const found = new Map<string, Record<string, string>>();
    // Without a filter of tags: a misspelt key is to be seen as well.
    for await (const page of paginateGetResources({ client: tagging }, {})) {
      for (const { ResourceARN: arn = '', Tags } of page.ResourceTagMappingList ?? []) {
        found.set(arn, Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])));
      }
    }
    return found;
  });

  if ([instances, clusters, fileSystems, tagged].every((one) => one === undefined)) {
    throw new AccountUnreadable(
      `The account could not be read: ${unread[0]?.because}. ${sentence(unread[0]?.mend)}, or name an account file with --account FILE.`,
    );
  }
  const resources: PlannedResource[] = [];
  const arns = new Set([...(instances?.keys() ?? []), ...(clusters?.keys() ?? []), ...(fileSystems?.keys() ?? [])]);
  // Another kind of thing that carries our tag is a finding; what carries none of them is nobody's business here.
  for (const [arn, tags] of tagged ?? [])
    if (tierTag in tags && !/snapshot|auto-backup|recovery-point/.test(arn)) arns.add(arn);
  for (const arn of [...arns].sort()) {
    const tags = tagged?.get(arn) ?? {};
    if (isScratch(arn, tags)) continue;
    const instance = instances?.get(arn);
    // The members of a cluster are backed up with it, and need no tag of their own.
    if (instance?.DBClusterIdentifier !== undefined && !(tierTag in tags)) continue;
    const cluster = clusters?.get(arn);
    const fileSystem = fileSystems?.get(arn);
    const named = readArn(arn);
    const other = otherDatabase(instance, cluster);
    resources.push({
      name: named?.id ?? arn,
      kind: other === undefined ? (named?.kind ?? null) : null,
      is: other ?? wordsFor(arn),
      tags,
      gigabytes:
        fileSystem !== undefined
          ? (fileSystem.SizeInBytes?.Value ?? 0) / 1e9
          : cluster !== undefined && other === undefined
            ? await volumeOf(metrics, cluster.DBClusterIdentifier ?? '', now)
            : (instance?.AllocatedStorage ?? null),
      changePerDay: null,
      files: null,
      instanceClass: instance?.DBInstanceClass ?? null,
      encryption: null,
      automatedBackupDays: instance?.BackupRetentionPeriod ?? cluster?.BackupRetentionPeriod ?? null,
    });
  }

  const told: Record<string, ToldQuotas> = {};
  const places = Object.values(policy.tiers).flatMap(({ copies }) => copies.map(({ to }) => to));
  const regions = [home, ...places.filter(({ account }) => account === null).map(({ region }) => region)];
  for (const region of new Set(regions)) {
    const found = await asked(`quotas of RDS in ${region}`, 'rds:DescribeAccountAttributes', () =>
      client(RDSClient, { region }).send(new DescribeAccountAttributesCommand({})),
    );
    const quota = (name: string) => {
      const one = found?.AccountQuotas?.find(({ AccountQuotaName }) => AccountQuotaName === name);
      return one?.Max === undefined ? {} : { most: one.Max, used: one.Used ?? 0 };
    };
    const settings = await asked(`quotas of Lambda in ${region}`, 'lambda:GetAccountSettings', () =>
      client(LambdaClient, { region }).send(new GetAccountSettingsCommand({})),
    );
    const concurrent = settings?.AccountLimit?.ConcurrentExecutions;
    told[region] = {
      db_instances: quota('DBInstances'),
      db_clusters: quota('DBClusters'),
      lambda_concurrency: concurrent === undefined ? {} : { most: concurrent },
    };
  }
  const [first] = [...arns];
  return { id: first?.split(':')[4] ?? null, from: `the account as AWS tells it`, resources, quotas: told, unread };
}

function wordsFor(arn: string): string {
  const [, , service = '', , , rest = ''] = arn.split(':');
  return `${service} ${rest.split('/')[0] ?? ''}`.trim();
}

/** What the volume of an Aurora cluster holds, in GB; null where no metric says. */
async function volumeOf(client: CloudWatchClient, cluster: string, now: Date): Promise<number | null> {
  try {
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/RDS',
        MetricName: 'VolumeBytesUsed',
        Dimensions: [{ Name: 'DBClusterIdentifier', Value: cluster }],
        StartTime: new Date(now.getTime() - 2 * 86_400_000),
        EndTime: now,
        Period: 3600,
        Statistics: ['Maximum'],
      }),
    );
    const bytes = Math.max(...(Datapoints ?? []).map(({ Maximum }) => Maximum ?? 0), 0);
    return bytes === 0 ? null : bytes / 1e9;
  } catch {
    // Sizes are for the costs; an assumed one is named as such.
    return null;
  }
}

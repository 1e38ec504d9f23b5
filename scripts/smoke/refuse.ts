import { BackupClient, DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { leastConcurrency } from '../../cli/plan/quotas.ts';
import { messageOf, nameOf } from '../../functions/platform/errors.ts';
import type { Outside, Wanted } from './outside.ts';

const production = /^(prod|prd|production|live)$/i;
const absent = /NotFound|NoSuch|ResourceNotFound|404/;

/**
 * Why this account is no place for a smoke test; empty when it is one. Whatever cannot be told is a reason: an account that
 * we may not look into is not known to be empty.
 */
export async function reasonsAgainst(wanted: Wanted, outside: Outside): Promise<string[]> {
  const { account, home, copy } = wanted;
  const id = await outside.accountId();
  if (id !== account) return [`these credentials are of the account ${id}, and --account says ${account}`];
  const reasons: string[] = [];
  for (const region of [home, copy]) {
    reasons.push(
      ...(await standing(region, wanted, outside)),
      ...(await tagged(region, outside)),
      ...(await crowded(region, outside)),
    );
  }
  return reasons;
}

/** Lifeboat itself, whole or what a removed one left behind: its data would be touched. */
async function standing(region: string, { account }: Wanted, { client }: Outside): Promise<string[]> {
  const bucket = `lifeboat-evidence-${account}-${region}`;
  const asked: [string, () => Promise<unknown>][] = [
    [
      'the function lifeboat-watch',
      () =>
        client(LambdaClient, { region }).send(new GetFunctionConfigurationCommand({ FunctionName: 'lifeboat-watch' })),
    ],
    [
      'the table lifeboat-ledger',
      () => client(DynamoDBClient, { region }).send(new DescribeTableCommand({ TableName: 'lifeboat-ledger' })),
    ],
    [
      'the vault lifeboat',
      () => client(BackupClient, { region }).send(new DescribeBackupVaultCommand({ BackupVaultName: 'lifeboat' })),
    ],
    [
      `the bucket ${bucket}`,
      () => client(S3Client, { region }).send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 })),
    ],
  ];
  const found: string[] = [];
  for (const [what, ask] of asked) {
    try {
      await ask();
      found.push(`${region}: ${what} stands there already; take an account in which Lifeboat never was`);
    } catch (error) {
      // AWS Backup answers AccessDenied for a vault that is not there, so that nobody can guess names.
      const isVault = what.startsWith('the vault') && nameOf(error) === 'AccessDeniedException';
      if (!absent.test(nameOf(error)) && !isVault)
        found.push(`${region}: whether there is ${what} cannot be told: ${nameOf(error)}: ${messageOf(error)}`);
    }
  }
  return found;
}

/** Without room for it the deployment would fail half way. */
async function crowded(region: string, { client }: Outside): Promise<string[]> {
  try {
    const { AccountLimit } = await client(LambdaClient, { region }).send(new GetAccountSettingsCommand({}));
    const has = AccountLimit?.ConcurrentExecutions ?? 0;
    if (has >= leastConcurrency) return [];
    return [`${region}: there are ${has} concurrent executions of Lambda, and ${leastConcurrency} are needed`];
  } catch (error) {
    return [`${region}: how many functions may run at once cannot be told: ${nameOf(error)}: ${messageOf(error)}`];
  }
}

async function tagged(region: string, { client }: Outside): Promise<string[]> {
  try {
    const found: string[] = [];
    for await (const page of paginateGetResources({ client: client(ResourceGroupsTaggingAPIClient, { region }) }, {})) {
      for (const { ResourceARN: arn = '', Tags = [] } of page.ResourceTagMappingList ?? []) {
        for (const { Key: key = '', Value: value = '' } of Tags) {
          if (production.test(value) || production.test(key)) found.push(`${region}: ${arn} is tagged ${key}=${value}`);
          if (key.startsWith('lifeboat:')) found.push(`${region}: ${arn} carries ${key}`);
        }
      }
    }
    return found.slice(0, 10);
  } catch (error) {
    return [`${region}: what is tagged as production cannot be told: ${nameOf(error)}: ${messageOf(error)}`];
  }
}

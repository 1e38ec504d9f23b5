import {
  BackupClient,
  paginateListBackupJobs,
  ResourceNotFoundException,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateFileSystemCommand, EFSClient } from '@aws-sdk/client-efs';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CopyDBSnapshotCommand,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, test } from '@jest/globals';
import { running } from '../../../simulator/world/globals.ts';
import { AwsError, type Operation } from '../../../simulator/world/region.ts';
import { type Calling, clientFactory } from '../../../simulator/world/sdk.ts';
import type { Actor } from '../../../simulator/world/world.ts';
import { operator, type SmallAccount, service, smallAccount } from './small-account.ts';

/** Runs code as an invocation would, to its end on virtual time. */
async function within<Answer>(
  small: SmallAccount,
  code: (factory: ReturnType<typeof clientFactory>) => Promise<Answer>,
) {
  const actor: Actor = { name: 'the code of the test', open: true, waiting: 0 };
  const calling = (): Calling => ({ caller: operator, actor });
  const factory = clientFactory({ account: small.account, region: small.region.name, caller: calling });
  let outcome: { answer: Answer } | { error: unknown } | undefined;
  small.world.after(0, 'the code begins', () => {
    small.world.watch(actor);
    void running
      .run(actor, () => code(factory))
      .then(
        (answer) => {
          outcome = { answer };
        },
        (error: unknown) => {
          outcome = { error };
        },
      )
      .finally(() => {
        actor.open = false;
      });
  });
  for (let second = 0; second < 200 && outcome === undefined; second += 1) await small.run(1);
  if (outcome === undefined) throw new Error('The code did not end.');
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}

const refusing =
  (times: number, error: AwsError, answer: object): Operation =>
  () => {
    times -= 1;
    if (times >= 0) throw error;
    return answer;
  };

describe('an SDK client in the simulated account', () => {
  test("makes its service's calls in the function's Region, or in another one that is named", async () => {
    const regions: string[] = [];
    const small = smallAccount({
      services: {
        Backup: service({
          StartBackupJob: (_, { region }) => {
            regions.push(region.name);
            return { BackupJobId: `job of ${region.name}` };
          },
        }),
      },
    });
    const input = { BackupVaultName: 'lifeboat', ResourceArn: 'arn', IamRoleArn: 'role' };
    const answers = await within(small, async (client) => [
      await client(BackupClient).send(new StartBackupJobCommand(input)),
      await client(BackupClient, { region: 'eu-west-1' }).send(new StartBackupJobCommand(input)),
    ]);
    expect(answers.map(({ BackupJobId }) => BackupJobId)).toEqual(['job of eu-central-1', 'job of eu-west-1']);
    expect(regions).toEqual(['eu-central-1', 'eu-west-1']);
  });

  test('repeats throttled calls on virtual time, with one idempotency token for all attempts', async () => {
    const throttled = new AwsError('ThrottlingException', 'Rate exceeded', 400);
    const small = smallAccount({
      services: { Backup: service({ StartBackupJob: refusing(2, throttled, { BackupJobId: 'the job' }) }) },
    });
    const begun = performance.now();
    const answer = await within(small, (client) =>
      client(BackupClient).send(
        new StartBackupJobCommand({ BackupVaultName: 'lifeboat', ResourceArn: 'arn', IamRoleArn: 'role' }),
      ),
    );
    const calls = small.calls('Backup', 'StartBackupJob');
    const tokens = new Set(calls.map(({ input }) => (input as { IdempotencyToken: string }).IdempotencyToken));
    expect(answer.BackupJobId).toBe('the job');
    expect(answer.$metadata.attempts).toBe(3);
    expect(calls).toHaveLength(3);
    expect(tokens.size).toBe(1);
    expect([...tokens][0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  test('gives up after its attempts with the error that the service answered', async () => {
    const broken = new AwsError('ServiceUnavailableException', 'Come back later.', 500);
    const small = smallAccount({
      services: { Backup: service({ ListBackupJobs: refusing(99, broken, {}) }) },
    });
    const failing = within(small, async (client) => {
      for await (const _ of paginateListBackupJobs({ client: client(BackupClient) }, {})) break;
    });
    await expect(failing).rejects.toMatchObject({
      name: 'ServiceUnavailableException',
      message: 'Come back later.',
      $fault: 'server',
      $metadata: { httpStatusCode: 500, attempts: 5 },
    });
    expect(small.calls('Backup', 'ListBackupJobs')).toHaveLength(5);
  });

  test('walks pages with the paginators of the SDK', async () => {
    const small = smallAccount({
      services: {
        Backup: service({
          ListBackupJobs: (input: { NextToken?: string }) => ({
            BackupJobs: [{ BackupJobId: input.NextToken ?? 'first' }],
            ...(input.NextToken === undefined && { NextToken: 'second' }),
          }),
        }),
      },
    });
    const found = await within(small, async (client) => {
      const ids: (string | undefined)[] = [];
      for await (const page of paginateListBackupJobs({ client: client(BackupClient) }, {})) {
        for (const { BackupJobId } of page.BackupJobs ?? []) ids.push(BackupJobId);
      }
      return ids;
    });
    expect(found).toEqual(['first', 'second']);
  });

  test('throws errors of the classes that the SDK has for them, with their members', async () => {
    const small = smallAccount({
      services: {
        Backup: service({
          StartBackupJob: refusing(
            1,
            new AwsError('ResourceNotFoundException', 'No vault.', 400, { Type: 'Vault' }),
            {},
          ),
        }),
        RDS: service({
          DescribeDBInstances: refusing(1, new AwsError('DBInstanceNotFoundFault', 'DBInstance x not found.', 404), {}),
        }),
        DynamoDB: service({
          PutItem: refusing(
            1,
            new AwsError('ConditionalCheckFailedException', 'No.', 400, { Item: { pk: { S: 'a' } } }),
            {},
          ),
        }),
      },
    });
    const errorOf = (code: (client: ReturnType<typeof clientFactory>) => Promise<unknown>) =>
      within(small, code).then(
        () => undefined,
        (error: unknown) => error,
      );
    const vault = await errorOf((client) =>
      client(BackupClient).send(
        new StartBackupJobCommand({ BackupVaultName: 'none', ResourceArn: 'arn', IamRoleArn: 'role' }),
      ),
    );
    const database = await errorOf((client) => client(RDSClient).send(new DescribeDBInstancesCommand({})));
    const condition = await errorOf((client) =>
      client(DynamoDBClient).send(new PutItemCommand({ TableName: 't', Item: { pk: { S: 'a' } } })),
    );
    expect(vault).toBeInstanceOf(ResourceNotFoundException);
    expect(vault).toMatchObject({ name: 'ResourceNotFoundException', Type: 'Vault', $fault: 'client' });
    expect(database).toBeInstanceOf(DBInstanceNotFoundFault);
    expect(database).toMatchObject({ $metadata: { httpStatusCode: 404 } });
    expect(condition).toBeInstanceOf(ConditionalCheckFailedException);
    expect(condition).toMatchObject({ Item: { pk: { S: 'a' } } });
  });

  test('of every service comes through, S3 with bytes and checksums, DynamoDB and RDS with their endpoints', async () => {
    const bodies = new Map<string, Uint8Array>();
    const small = smallAccount({
      services: {
        CloudWatch: service({ PutMetricData: () => ({}) }),
        DynamoDB: service({ GetItem: () => ({ Item: { pk: { S: 'here' } } }) }),
        EC2: service({ DescribeSubnets: () => ({ Subnets: [{ SubnetId: 'subnet-1' }] }) }),
        EFS: service({
          CreateFileSystem: (input: { CreationToken: string }) => ({ FileSystemId: input.CreationToken }),
        }),
        KMS: service({ GenerateMac: () => ({ Mac: Uint8Array.of(1, 2) }) }),
        RDS: service({ CopyDBSnapshot: () => ({ DBSnapshot: { DBSnapshotIdentifier: 'copy' } }) }),
        ResourceGroupsTaggingAPI: service({ GetResources: () => ({ ResourceTagMappingList: [] }) }),
        S3: service({
          PutObject: (input: { Key: string; Body: string }) => {
            bodies.set(input.Key, Buffer.from(input.Body));
            return { ETag: '"1"' };
          },
          GetObject: (input: { Key: string }) => ({ Body: bodies.get(input.Key) }),
        }),
        SNS: service({ Publish: () => ({ MessageId: 'm' }) }),
      },
    });
    const seen = await within(small, async (client) => {
      const s3 = client(S3Client);
      await s3.send(new PutObjectCommand({ Bucket: 'evidence', Key: 'a/1', Body: 'words', IfNoneMatch: '*' }));
      const object = await s3.send(new GetObjectCommand({ Bucket: 'evidence', Key: 'a/1' }));
      const mac = await client(KMSClient).send(
        new GenerateMacCommand({ KeyId: 'k', MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from('x') }),
      );
      const copied = await client(RDSClient).send(
        new CopyDBSnapshotCommand({
          SourceDBSnapshotIdentifier: 'arn:aws:rds:eu-central-1:111122223333:snapshot:a',
          TargetDBSnapshotIdentifier: 'copy',
        }),
      );
      const subnets = await client(EC2Client).send(new DescribeSubnetsCommand({}));
      const item = await client(DynamoDBClient).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }));
      const fileSystem = await client(EFSClient).send(new CreateFileSystemCommand({}));
      await client(CloudWatchClient).send(new PutMetricDataCommand({ Namespace: 'n', MetricData: [] }));
      const tagged = await client(ResourceGroupsTaggingAPIClient).send(new GetResourcesCommand({}));
      const machines = await client(SFNClient).send(new ListStateMachinesCommand({}));
      const message = await client(SNSClient).send(new PublishCommand({ TopicArn: 'arn', Message: 'm' }));
      return {
        text: await object.Body?.transformToString(),
        mac: [...(mac.Mac ?? [])],
        snapshot: copied.DBSnapshot?.DBSnapshotIdentifier,
        subnet: subnets.Subnets?.[0]?.SubnetId,
        item: item.Item,
        token: fileSystem.FileSystemId,
        tagged: tagged.ResourceTagMappingList,
        machines: machines.stateMachines,
        message: message.MessageId,
      };
    });
    expect(seen).toEqual({
      text: 'words',
      mac: [1, 2],
      snapshot: 'copy',
      subnet: 'subnet-1',
      item: { pk: { S: 'here' } },
      token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      tagged: [],
      machines: [],
      message: 'm',
    });
  });

  test("hands out Lambda's payload as bytes that can be read as text", async () => {
    const small = smallAccount();
    Object.assign(small.region.services.Lambda.operations, {
      Invoke: () => ({ StatusCode: 200, Payload: Buffer.from('{"a":1}') }),
    });
    const answer = await within(small, (client) => client(LambdaClient).send(new InvokeCommand({ FunctionName: 'f' })));
    expect(answer.Payload?.transformToString()).toBe('{"a":1}');
  });
});

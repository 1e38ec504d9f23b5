import { BackupClient, DescribeRestoreJobCommand } from '@aws-sdk/client-backup';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  AddTagsToResourceCommand,
  DescribeAccountAttributesCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RemoveTagsFromResourceCommand,
  RestoreDBClusterToPointInTimeCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type Tag,
} from '@aws-sdk/client-rds';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { recoveringKey, recoveringPartition } from '../../../functions/ledger/recovering.ts';
import { handler as handOver } from '../../../functions/recover/hand-over.ts';
import type { Recovery } from '../../../functions/recover/plan.ts';
import { handler as reach } from '../../../functions/recover/reach.ts';
import { handler as restore } from '../../../functions/recover/restore.ts';
import { awsError, environment, ledgerTable, worldAt } from '../drill/function.ts';
import { account, copyRegion, orders } from '../watch-world.ts';

const aws = {
  backup: mockClient(BackupClient),
  kms: mockClient(KMSClient),
  rds: mockClient(RDSClient),
  sfn: mockClient(SFNClient),
};
let table = ledgerTable();
let world = worldAt('2026-03-01T12:00:00.000Z');

beforeEach(() => {
  for (const mock of Object.values(aws)) mock.reset();
  table = ledgerTable();
  world = worldAt('2026-03-01T12:00:00.000Z', { environment });
  aws.kms.on(GenerateMacCommand).resolves({ Mac: Buffer.alloc(32, 0xa5) });
  aws.rds.on(DescribeAccountAttributesCommand).resolves({
    AccountQuotas: ['DBInstances', 'DBClusters'].map((AccountQuotaName) => ({ AccountQuotaName, Used: 1, Max: 40 })),
  });
  aws.rds.on(ModifyDBInstanceCommand).resolves({});
  aws.sfn.on(SendTaskSuccessCommand).resolves({});
});

afterEach(() => expect(table.leftForGood()).toEqual([]));

const run = {
  execution: `arn:aws:states:${copyRegion}:${account}:execution:lifeboat-recover:night-shift`,
  redriveCount: 0,
};
const name = 'orders-recovered';
const instance = `arn:aws:rds:${copyRegion}:${account}:db:${name}`;
const ours = { Key: 'lifeboat:recovered', Value: 'night-shift' };
/** What a restore copies from the original, which was itself recovered once. */
const copied = [
  { Key: 'lifeboat:tier', Value: 'gold' },
  { Key: 'lifeboat:recovered', Value: 'last-spring' },
];

function recovery(kind: 'rds' | 'aurora', by: 'window' | 'point'): Recovery {
  const instant = '2026-03-01T11:00:00.000Z';
  const found = { instant, proven: null, because: 'it was asked for' };
  return {
    is: 'a recovery',
    id: '0123456789abcdef0123',
    execution: 'night-shift',
    redriveCount: 0,
    startedAt: '2026-03-01T12:00:00.000Z',
    goneBy: '2026-03-02T12:00:00.000Z',
    resource: orders,
    kind,
    tier: 'gold',
    checks: 'orders',
    region: copyRegion,
    name,
    way:
      by === 'point'
        ? { by, ...found, recoveryPoint: 'arn:the-point', vault: 'lifeboat' }
        : {
            by,
            ...found,
            from:
              kind === 'rds'
                ? { is: 'instance', id: 'orders' }
                : { is: 'cluster', id: 'orders', engine: 'aurora-mysql' },
          },
    network: { subnetGroup: 'production', securityGroups: ['sg-0a'], subnets: [], because: 'it is the original' },
    paths: null,
    settings: { instanceClass: null, parameterGroup: null, optionGroup: null },
    alternatives: [],
  };
}

const restored = { job: 'none', startedAt: '2026-03-01T12:01:00.000Z' };
const steps = (chosen: Recovery) => ({
  restore: () => world.invoke(restore, { ...run, token: 'the-token', recovery: chosen }),
  reach: () => world.invoke(reach, { ...run, recovery: chosen, restored }),
  handOver: () =>
    world.invoke(handOver, {
      ...run,
      recovery: chosen,
      judged: null,
      trouble: null,
      leftover: null,
      directory: null,
    }),
});
const stands = (TagList: Tag[]) => {
  aws.rds.on(DescribeDBInstancesCommand).resolves({
    DBInstances: [{ DBInstanceIdentifier: name, DBInstanceArn: instance, DBInstanceStatus: 'available', TagList }],
  });
  aws.rds.on(DescribeDBClustersCommand).resolves({
    DBClusters: [{ DBClusterIdentifier: name, Status: 'available', TagList }],
  });
};
/** What was asked of RDS that changes something, besides the restore. */
const changes = () =>
  aws.rds
    .calls()
    .map(({ args }) => args[0].constructor.name)
    .filter((command) => !/^(Describe|Restore)/.test(command));

describe.each(['rds', 'aurora'] as const)('a database that somebody restored by hand under the name, of %s', (kind) => {
  const chosen = recovery(kind, 'window');
  const taken = () => {
    aws.rds.on(RestoreDBInstanceToPointInTimeCommand).rejects(awsError('DBInstanceAlreadyExistsFault'));
    aws.rds.on(RestoreDBClusterToPointInTimeCommand).rejects(awsError('DBClusterAlreadyExistsFault'));
  };

  test.each([
    ['without tags', []],
    ["with its original's, which was recovered once", copied],
  ])('%s is not changed: the recovery ends and says so', async (_, tags) => {
    taken();
    stands(tags);
    const { restore, reach, handOver } = steps(chosen);
    await restore();
    for (const step of [reach, handOver]) {
      await expect(step()).rejects.toMatchObject({
        name: 'NameTakenMeanwhile',
        message: expect.stringContaining(`${name} was not made by this recovery`),
      });
    }
    expect(changes()).toEqual([]);
    // Nor is it kept from the sight of inventory.
    expect(table.rows(recoveringPartition)).toEqual([]);
  });
});

test('a restore whose answer was lost is known by the tag that it was asked for with', async () => {
  aws.rds.on(RestoreDBInstanceToPointInTimeCommand).rejects(awsError('DBInstanceAlreadyExistsFault'));
  stands([ours]);
  const { restore, reach } = steps(recovery('rds', 'window'));
  await restore();
  await expect(reach()).rejects.toMatchObject({ name: 'NotYet', message: 'RDS was told the settings of the check.' });
  expect(changes()).toEqual(['ModifyDBInstanceCommand']);
  expect(table.get(recoveringKey(instance))).toMatchObject({ execution: '0123456789abcdef0123' });
});

test.each([
  ['rds', { DBParameterGroupName: 'orders-settings', OptionGroupName: 'orders-options' }],
  ['aurora', { DBClusterParameterGroupName: 'orders-settings' }],
] as const)('an instant of a window is restored with the groups of its tier: %s', async (kind, groups) => {
  aws.rds.on(RestoreDBInstanceToPointInTimeCommand).resolves({});
  aws.rds.on(RestoreDBClusterToPointInTimeCommand).resolves({});
  const settings = { instanceClass: null, parameterGroup: 'orders-settings', optionGroup: 'orders-options' };
  await steps({ ...recovery(kind, 'window'), settings }).restore();
  const asked = aws.rds.calls().filter(({ args }) => args[0].constructor.name.startsWith('Restore'));
  expect(asked.map(({ args }) => args[0].input)).toEqual([expect.objectContaining(groups)]);
});

test('what a job of AWS Backup restored carries no tag of ours, and is known by its announcement', async () => {
  const chosen = recovery('rds', 'point');
  table.put({ ...recoveringKey(instance), resource: instance, execution: chosen.id, until: chosen.goneBy });
  aws.backup.on(DescribeRestoreJobCommand).resolves({ Status: 'COMPLETED' });
  aws.rds.on(AddTagsToResourceCommand).resolves({});
  aws.rds.on(RemoveTagsFromResourceCommand).resolves({});
  stands(copied);
  await expect(steps(chosen).reach()).rejects.toMatchObject({ name: 'NotYet' });
  expect(aws.rds.commandCalls(RemoveTagsFromResourceCommand)[0]?.args[0].input.TagKeys).toEqual(['lifeboat:tier']);
  expect(aws.rds.commandCalls(AddTagsToResourceCommand)[0]?.args[0].input.Tags).toEqual([ours]);
});

test('an instance is moved to where applications are in one call, however often it is looked at', async () => {
  const chosen = recovery('rds', 'window');
  stands([ours]);
  const { handOver } = steps(chosen);
  await expect(handOver()).rejects.toMatchObject({
    name: 'NotYet',
    message: `RDS was told to move ${name} to production.`,
  });
  await expect(handOver()).rejects.toMatchObject({ message: `RDS is moving ${name} to production.` });
  expect(changes()).toEqual(['ModifyDBInstanceCommand']);
});

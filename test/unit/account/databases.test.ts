import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { databaseReader } from '../../../functions/account/databases.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { backupAccount, home } from '../services/backup-account.ts';
import { seamOver } from './simulated.ts';

const rdsArn = (rest: string) => `arn:aws:rds:eu-central-1:111122223333:${rest}`;
const orders = rdsArn('db:orders');
const mail = 'arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-0123456789abcdef0';

const rds = mockClient(RDSClient);
const reader = databaseReader({
  client: (Client: new (configuration: object) => unknown) => new Client({ region: 'eu-central-1' }),
} as unknown as Seam);
const asked = () => rds.calls().map(({ args }) => args[0].constructor.name);

beforeEach(() => {
  rds.reset();
  rds.on(DescribeDBInstancesCommand, { Marker: undefined }).resolves({
    Marker: 'more',
    DBInstances: [
      { DBInstanceArn: orders, Engine: 'postgres' },
      { DBInstanceArn: rdsArn('db:shop-1'), Engine: 'aurora-mysql', DBClusterIdentifier: 'shop' },
    ],
  });
  rds.on(DescribeDBInstancesCommand, { Marker: 'more' }).resolves({
    DBInstances: [{ DBInstanceArn: rdsArn('db:graph-1'), Engine: 'neptune', DBClusterIdentifier: 'graph' }],
  });
  rds.on(DescribeDBClustersCommand).resolves({
    DBClusters: [
      { DBClusterArn: rdsArn('cluster:shop'), Engine: 'aurora-mysql' },
      { DBClusterArn: rdsArn('cluster:graph'), Engine: 'neptune' },
      { DBClusterArn: rdsArn('cluster:documents'), Engine: 'docdb' },
      { DBClusterArn: rdsArn('cluster:stock'), Engine: 'postgres' },
    ],
  });
});

describe('databases whose ARNs look the same', () => {
  test('are told by what RDS says: members of clusters, other engines, and clusters that cannot be copied', async () => {
    const arns = ['db:shop-1', 'db:graph-1', 'cluster:shop', 'cluster:graph', 'cluster:documents', 'cluster:stock'];
    expect(Object.fromEntries(await reader.others([orders, ...arns.map(rdsArn)]))).toEqual({
      [rdsArn('db:shop-1')]: 'a member of the cluster shop, which is backed up as a whole',
      [rdsArn('db:graph-1')]: 'a member of the cluster graph, which is backed up as a whole',
      [rdsArn('cluster:graph')]: 'a database of neptune',
      [rdsArn('cluster:documents')]: 'a database of docdb',
      [rdsArn('cluster:stock')]: 'an RDS Multi-AZ DB cluster, which AWS Backup cannot copy',
    });
  });

  test('are not others because RDS does not list them', async () => {
    expect(await reader.others([rdsArn('db:gone'), rdsArn('cluster:gone')])).toEqual(new Map());
  });

  test('are asked about only where there are any, page by page, however many they are', async () => {
    await reader.others([mail, 'arn:aws:dynamodb:eu-central-1:111122223333:table/carts']);
    expect(asked()).toEqual([]);
    await reader.others([orders, rdsArn('db:shop-1')]);
    expect(asked()).toEqual(['DescribeDBInstancesCommand', 'DescribeDBInstancesCommand']);
  });

  test('are not told at all when a page fails', async () => {
    rds.on(DescribeDBInstancesCommand, { Marker: 'more' }).rejects(new Error('Throttling'));
    await expect(reader.others([orders])).rejects.toThrow('Throttling');
  });

  test('are told in the simulated account as well', async () => {
    const account = backupAccount();
    const { RDS } = account.account.region(home).services;
    const { arn } = await RDS.addDatabase({ identifier: 'orders', sql: ['orders'] });
    const cluster = await RDS.addCluster({ identifier: 'shop', sql: ['shop'] });
    const [member] = RDS.instances.filter(({ clusterIdentifier }) => clusterIdentifier === 'shop');
    const others = await databaseReader(seamOver(account, home).seam).others([arn, cluster.arn, member?.arn ?? '']);
    expect([...others]).toEqual([[member?.arn, 'a member of the cluster shop, which is backed up as a whole']]);
  });
});

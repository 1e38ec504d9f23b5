import { randomBytes } from 'node:crypto';
import { CreateFileSystemCommand, DescribeFileSystemsCommand, EFSClient } from '@aws-sdk/client-efs';
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import { classOf } from './bill.ts';
import type { Outside } from './outside.ts';

const looks = 90;
const between = 30_000;

/** Makes the resources over the SDK, in the Region's default VPC. Nobody needs their passwords again: they are forgotten. */
export function makers(
  region: string,
  { client, sleep }: { client: ClientFactory; sleep: Outside['sleep'] },
): Outside['make'] {
  const rds = client(RDSClient, { region });
  const efs = client(EFSClient, { region });
  const listOf = (tags: Readonly<Record<string, string>>) =>
    Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const until = async (what: string, ask: () => Promise<boolean>) => {
    for (let look = 0; look < looks; look += 1) {
      if (await ask()) return;
      await sleep(between);
    }
    throw new Error(`${what} is not available after ${(looks * between) / 60_000} minutes`);
  };
  const instance = async (name: string): Promise<string> => {
    let arn = '';
    await until(name, async () => {
      const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
      arn = DBInstances[0]?.DBInstanceArn ?? '';
      return DBInstances[0]?.DBInstanceStatus === 'available';
    });
    return arn;
  };
  return {
    efs: async ({ name, tags }) => {
      const made = await efs.send(
        new CreateFileSystemCommand({
          CreationToken: name,
          Encrypted: true,
          Tags: [{ Key: 'Name', Value: name }, ...listOf(tags)],
        }),
      );
      await until(name, async () => {
        const { FileSystems = [] } = await efs.send(
          new DescribeFileSystemsCommand({ FileSystemId: made.FileSystemId }),
        );
        return FileSystems[0]?.LifeCycleState === 'available';
      });
      return made.FileSystemArn ?? '';
    },
    rds: async ({ name, tags }) => {
      await rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: name,
          DBInstanceClass: classOf.rds,
          Engine: 'postgres',
          DBName: 'smoke',
          AllocatedStorage: 20,
          MasterUsername: 'smoke',
          MasterUserPassword: randomBytes(20).toString('hex'),
          PubliclyAccessible: false,
          StorageEncrypted: false,
          Tags: listOf(tags),
        }),
      );
      return instance(name);
    },
    aurora: async ({ name, tags }) => {
      const cluster = `${name}-cluster`;
      await rds.send(
        new CreateDBClusterCommand({
          DBClusterIdentifier: cluster,
          Engine: 'aurora-postgresql',
          DatabaseName: 'smoke',
          MasterUsername: 'smoke',
          MasterUserPassword: randomBytes(20).toString('hex'),
          Tags: listOf(tags),
        }),
      );
      await rds.send(
        new CreateDBInstanceCommand({
          DBInstanceIdentifier: `${cluster}-1`,
          DBClusterIdentifier: cluster,
          DBInstanceClass: classOf.aurora,
          Engine: 'aurora-postgresql',
          PubliclyAccessible: false,
        }),
      );
      await instance(`${cluster}-1`);
      const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: cluster }));
      return DBClusters[0]?.DBClusterArn ?? '';
    },
  };
}

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  askDatabase,
  filesSeen,
  loginOf,
  tablesAsOf,
  tablesSeen,
  Unreachable,
} from '../../../simulator/scenarios/application.ts';
import { networkIn } from '../../../simulator/scenarios/network.ts';
import { home, hour, minute, type Production, production, start } from './production.ts';

let account: Production;
const network = networkIn(home);
const region = () => account.account.region(home);
const endpointOf = (name: string) => {
  const found = region().services.RDS.find(name);
  return { address: found?.address ?? '', port: found?.port ?? 0 };
};
interface Described {
  DBInstances: { DBInstanceStatus: string; DBSubnetGroup: { DBSubnetGroupName: string; VpcId: string } }[];
}
const statusOf = async (name: string) =>
  (await account.call<Described>('RDS', 'DescribeDBInstances', { DBInstanceIdentifier: name })).DBInstances[0];

beforeAll(async () => {
  account = production();
  const { EC2, RDS } = region().services;
  EC2.addVpc({ id: 'vpc-sealed', cidr: '10.90.0.0/16' });
  for (const zone of ['a', 'b']) {
    EC2.addSubnet({
      id: `subnet-sealed-${zone}`,
      vpcId: 'vpc-sealed',
      cidr: '10.90.0.0/24',
      availabilityZone: `${home}${zone}`,
    });
  }
  EC2.addSecurityGroup({ id: 'sg-sealed', name: 'sealed', vpcId: 'vpc-sealed' });
  RDS.addSubnetGroup({ name: 'sealed', subnetIds: ['subnet-sealed-a', 'subnet-sealed-b'], vpcId: 'vpc-sealed' });
  await account.now(() =>
    RDS.addDatabase({
      identifier: 'shop',
      databaseName: 'orders',
      masterPassword: 'first-password',
      subnetGroup: network.subnetGroup,
      securityGroupIds: [network.databaseGroup],
      sql: ['create table orders (id int primary key, at timestamptz, token uuid, luck float8)'],
    }),
  );
  const { dataName = '' } = RDS.find('shop') ?? {};
  for (let n = 1; n <= 6; n += 1) {
    await account.at(start + n * 10 * minute, () =>
      account.data.databases.execute(
        dataName,
        `insert into orders values (${n}, now(), gen_random_uuid(), random())`,
        account.world.now(),
      ),
    );
  }
}, 60_000);
afterAll(() => account.close());

jest.setTimeout(60_000);

describe('an application in the production network', () => {
  test('reaches a database of its network with the right password, and no other way', async () => {
    const login = loginOf(region(), 'shop');
    expect(login).toEqual({ user: 'postgres', password: 'first-password', database: 'orders' });
    const rows = await account.now(() =>
      askDatabase(region(), endpointOf('shop'), login, (query) => query('select count(*)::int as n from orders')),
    );
    expect(rows).toEqual([{ n: 6 }]);
    const wrong = account.now(() => tablesSeen(region(), endpointOf('shop'), { ...login, password: 'guessed' }));
    await expect(wrong).rejects.toMatchObject({ code: '28P01' });
    const nowhere = account.now(() => tablesSeen(region(), { address: 'shop.example.com', port: 5432 }, login));
    await expect(nowhere).rejects.toThrow(new Unreachable('shop.example.com:5432', 'ENOTFOUND'));
  });

  test('sees after a recovery to an instant what there was at that instant, chance and times included', async () => {
    const before = await account.now(() => tablesSeen(region(), endpointOf('shop'), loginOf(region(), 'shop')));
    await account.at(start + 61 * minute, () =>
      askDatabase(region(), endpointOf('shop'), loginOf(region(), 'shop'), (query) =>
        query('delete from orders where id > 2'),
      ),
    );
    await account.run(hour);
    const restore = (name: string, instant: number) =>
      account.call('RDS', 'RestoreDBInstanceToPointInTime', {
        SourceDBInstanceIdentifier: 'shop',
        TargetDBInstanceIdentifier: name,
        RestoreTime: new Date(instant),
        DBSubnetGroupName: network.subnetGroup,
        VpcSecurityGroupIds: [network.databaseGroup],
      });
    await restore('before-it', start + 60.5 * minute);
    await restore('long-before', start + 35 * minute);
    await restore('after-it', start + 90 * minute);
    await account.run(hour);
    const seen = (name: string) => account.now(() => tablesSeen(region(), endpointOf(name), loginOf(region(), name)));
    expect(await seen('before-it')).toEqual(before);
    expect((await seen('long-before'))['public.orders']?.rows).toBe(3);
    expect((await seen('after-it'))['public.orders']?.rows).toBe(2);
    expect(await account.now(() => tablesAsOf(region(), 'shop', start + 35 * minute))).toEqual(
      await seen('long-before'),
    );
  });

  test('cannot reach a database that is born sealed until it is moved, under the name that it keeps', async () => {
    await account.call('RDS', 'RestoreDBInstanceToPointInTime', {
      SourceDBInstanceIdentifier: 'shop',
      TargetDBInstanceIdentifier: 'sealed-first',
      UseLatestRestorableTime: true,
      DBSubnetGroupName: 'sealed',
      VpcSecurityGroupIds: ['sg-sealed'],
    });
    await account.run(hour);
    const endpoint = endpointOf('sealed-first');
    const login = loginOf(region(), 'sealed-first');
    await expect(account.now(() => tablesSeen(region(), endpoint, login))).rejects.toThrow('ETIMEDOUT');
    const move = {
      DBInstanceIdentifier: 'sealed-first',
      DBSubnetGroupName: network.subnetGroup,
      VpcSecurityGroupIds: [network.databaseGroup],
      ApplyImmediately: true,
    };
    const elsewhere = account.call('RDS', 'ModifyDBInstance', { ...move, VpcSecurityGroupIds: ['sg-sealed'] });
    await expect(elsewhere).rejects.toThrow('are in different VPCs');
    await account.call('RDS', 'ModifyDBInstance', move);
    await account.run(2 * minute);
    expect((await statusOf('sealed-first'))?.DBInstanceStatus).toBe('moving-to-vpc');
    await expect(account.now(() => tablesSeen(region(), endpoint, login))).rejects.toThrow(Unreachable);
    await account.run(30 * minute);
    expect(await statusOf('sealed-first')).toMatchObject({
      DBInstanceStatus: 'available',
      DBSubnetGroup: { DBSubnetGroupName: 'production', VpcId: network.vpcId },
    });
    expect(endpointOf('sealed-first')).toEqual(endpoint);
    expect((await account.now(() => tablesSeen(region(), endpoint, login)))['public.orders']?.rows).toBe(2);
    const again = account.call('RDS', 'ModifyDBInstance', move);
    await expect(again).rejects.toThrow('are in the same VPC. Choose a DB subnet group in different VPC');
  });

  test('reads files by a mount target of its network alone', async () => {
    const { EFS } = region().services;
    const made = await account.now(() =>
      EFS.addFileSystem({
        name: 'mail',
        network: { subnetIds: network.subnetIds, securityGroups: [network.fileGroup] },
      }),
    );
    await account.now(() =>
      account.data.files.change(made.id, { kind: 'write', path: 'a/b.txt', text: 'hello' }, start),
    );
    const seen = await account.now(() => filesSeen(region(), made.id, { items: ['a'] }));
    expect(Object.keys(seen.byPath)).toEqual(['a/b.txt']);
    const targets = EFS.mountTargets(made.id);
    expect(targets.map(({ availabilityZoneName: zone }) => zone)).toEqual([`${home}a`, `${home}b`, `${home}c`]);
    for (const { id } of targets) await account.call('EFS', 'DeleteMountTarget', { MountTargetId: id });
    await account.run(5 * minute);
    await expect(account.now(() => filesSeen(region(), made.id))).rejects.toThrow(Unreachable);
    await account.call('EFS', 'CreateMountTarget', { FileSystemId: made.id, SubnetId: 'subnet-sealed-a' });
    await account.run(5 * minute);
    await expect(account.now(() => filesSeen(region(), made.id))).rejects.toThrow(Unreachable);
  });
});

import type { Region } from '../../../simulator/world/region.ts';
import type { Request } from './iam.ts';
import type { Stage } from './stage.ts';

/** A row of the register as somebody forged it. */
export interface Forged {
  readonly drill: string;
  readonly what: string;
  readonly name: string;
  readonly id?: string;
}

/** One way to make the tear-down delete production. */
export interface Attack {
  readonly name: string;
  /** What the plan of the drill says. */
  readonly drill: string;
  readonly resource: string;
  readonly rows: readonly Forged[];
  /** What would be deleted, as a call that the roles are asked about. */
  readonly aim: Request;
  /** Where a name or a tag was made to be that of scratch, only the code can tell: its register, roster and marks. */
  readonly roles: 'refuse' | 'cannot tell';
}

/** Ids of drills that never were. */
const drills = Array.from({ length: 9 }, (_, n) => String(n).repeat(20).replace(/^./, 'a'));
const drill = (n: number) => drills[n] ?? '';
const scratch = (n: number) => `lifeboat-scratch-${drill(n)}`;

/** Puts production into a Region, with all the names and tags that could be mistaken, and says how it is attacked. */
export async function production(home: Region): Promise<void> {
  const { RDS, EFS } = home.services;
  // Nobody reads them, so there is no data behind them.
  const tier = { 'lifeboat:tier': 'table' };
  await RDS.addDatabase({ identifier: 'shop', engine: 'mysql', tags: tier });
  // Look-alikes: the prefix, and something that is no drill behind it.
  for (const identifier of ['lifeboat-scratch-orders', `${scratch(2)}0`, `lifeboat-scratchy-${drill(2)}`]) {
    await RDS.addDatabase({ identifier, engine: 'mysql', tags: tier });
  }
  // Tags of scratch, as copied by somebody.
  const copied = { ...tier, 'lifeboat:scratch': drill(4), Name: scratch(4) };
  await RDS.addDatabase({ identifier: 'copied-tags', engine: 'mysql', tags: copied });
  await EFS.addFileSystem({ name: 'mail', tags: tier });
  await EFS.addFileSystem({ name: 'copied-tags', tags: copied });
  await RDS.addCluster({ identifier: 'books', engine: 'aurora-mysql', tags: tier });
  // A cluster of a scratch name, with an instance that no drill made.
  await RDS.addCluster({ identifier: scratch(6), engine: 'aurora-mysql', tags: tier });
}

/** What a role is asked of a file system: its tags are what AWS knows. */
function deletionOf(home: Region, name: string): Request {
  const found = home.services.EFS.fileSystems.find(({ tags }) => tags.get('Name') === name);
  if (found === undefined) throw new Error(`There is no file system ${name}.`);
  const context = Object.fromEntries([...found.tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  return { action: 'elasticfilesystem:DeleteFileSystem', resource: found.arn, context };
}

export function attacksOn({ home, account }: Stage): Attack[] {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${home.name}:${account.id}:${rest}`;
  const shop = arn('rds', 'db:shop');
  const database = (name: string): Request => ({ action: 'rds:DeleteDBInstance', resource: arn('rds', `db:${name}`) });
  const cluster = (name: string): Request => ({
    action: 'rds:DeleteDBCluster',
    resource: arn('rds', `cluster:${name}`),
  });
  const probe = (name: string): Request => ({
    action: 'lambda:DeleteFunction',
    resource: arn('lambda', `function:${name}`),
  });
  const fileSystem = (name: string) => home.services.EFS.fileSystems.find(({ tags }) => tags.get('Name') === name);
  const idOf = (name: string) => fileSystem(name)?.id ?? '';
  const own = home.services.EFS.fileSystems.find(({ creationToken }) => creationToken === drill(5));
  const attack = (
    name: string,
    n: number,
    rows: readonly Omit<Forged, 'drill'>[],
    aim: Request,
    more: Partial<Attack> = {},
  ): Attack => ({
    name,
    drill: drill(n),
    resource: shop,
    rows: rows.map((row) => ({ drill: drill(n), ...row })),
    aim,
    roles: 'refuse',
    ...more,
  });
  const cannotTell = { roles: 'cannot tell' } as const;

  return [
    attack('an ARN instead of a drill', 1, [], database('shop'), { drill: shop }),
    attack('the name of a production database instead of a drill', 1, [], database('shop'), { drill: 'shop' }),
    attack('a forged row that names a database by its ARN', 1, [{ what: 'database', name: shop }], database('shop')),
    attack('a forged row that names a database', 1, [{ what: 'database', name: 'shop' }], database('shop')),
    attack(
      'a forged row that gives the id of a database',
      1,
      [{ what: 'database', name: scratch(1), id: 'shop' }],
      database('shop'),
    ),
    attack('a forged row of a drill that is none', 1, [], database('lifeboat-scratch-orders'), {
      drill: 'orders',
      rows: [{ drill: 'orders', what: 'database', name: 'lifeboat-scratch-orders' }],
      ...cannotTell,
    }),
    attack(
      'a look-alike: the prefix and a word',
      1,
      [{ what: 'database', name: 'lifeboat-scratch-orders' }],
      database('lifeboat-scratch-orders'),
      cannotTell,
    ),
    attack(
      'a look-alike: one digit more than a drill has',
      2,
      [{ what: 'database', name: `${scratch(2)}0` }],
      database(`${scratch(2)}0`),
      cannotTell,
    ),
    attack(
      'a look-alike: nearly the prefix',
      2,
      [{ what: 'database', name: `lifeboat-scratchy-${drill(2)}` }],
      database(`lifeboat-scratchy-${drill(2)}`),
    ),
    attack('a source that is its own scratch', 3, [{ what: 'database', name: scratch(3) }], database(scratch(3)), {
      resource: arn('rds', `db:${scratch(3)}`),
      ...cannotTell,
    }),
    attack('copied tags on a database', 4, [{ what: 'database', name: 'copied-tags' }], database('copied-tags')),
    attack(
      'copied tags on a file system',
      4,
      [{ what: 'file-system', name: drill(4), id: idOf(scratch(4)) }],
      deletionOf(home, scratch(4)),
    ),
    attack(
      'a forged row with the id of a file system',
      4,
      [{ what: 'file-system', name: drill(4), id: idOf('mail') }],
      deletionOf(home, 'mail'),
    ),
    attack(
      'a forged row with the creation token of a file system',
      4,
      [{ what: 'file-system', name: fileSystem('mail')?.creationToken ?? '' }],
      deletionOf(home, 'mail'),
    ),
    attack(
      'a file system that is its own scratch',
      5,
      [{ what: 'file-system', name: drill(5), id: own?.id ?? '' }],
      {
        ...deletionOf(home, 'mail'),
        resource: own?.arn ?? '',
      },
      { resource: own?.arn ?? '' },
    ),
    attack('a forged row that names a cluster', 6, [{ what: 'cluster', name: 'books' }], cluster('books')),
    attack(
      'a forged row that names a cluster as a database',
      6,
      [{ what: 'database', name: 'books' }],
      cluster('books'),
    ),
    attack(
      'a cluster of a scratch name with an instance that no drill made',
      6,
      [{ what: 'cluster', name: scratch(6) }],
      cluster(scratch(6)),
      cannotTell,
    ),
    attack(
      'a forged row that names the instance of a cluster',
      6,
      [{ what: 'cluster-instance', name: 'books-instance-1' }],
      database('books-instance-1'),
    ),
    attack(
      'an instance of a scratch name in a production cluster',
      7,
      [{ what: 'cluster-instance', name: `${scratch(7)}-1` }],
      database(`${scratch(7)}-1`),
      cannotTell,
    ),
    attack(
      'the same instance as a database',
      7,
      [{ what: 'database', name: `${scratch(7)}-1` }],
      database(`${scratch(7)}-1`),
      cannotTell,
    ),
    attack(
      'a forged row that names another function',
      8,
      [{ what: 'probe-version', name: 'lifeboat-watch', id: '1' }],
      probe('lifeboat-watch'),
    ),
    attack(
      'the file probe itself',
      8,
      [{ what: 'probe-version', name: 'lifeboat-probe-files', id: '$LATEST' }],
      probe('lifeboat-probe-files'),
      cannotTell,
    ),
    attack(
      'a version of the file probe that no drill published',
      8,
      [{ what: 'probe-version', name: 'lifeboat-probe-files', id: '1' }],
      probe('lifeboat-probe-files:1'),
      cannotTell,
    ),
  ];
}

/** The last of production, which takes calls to make: what AWS alone can put there. */
export async function finishProduction(stage: Stage): Promise<void> {
  const { home } = stage;
  home.services.Lambda.publish('lifeboat-probe-files');
  await stage.ask(home, 'EFS', 'CreateFileSystem', {
    CreationToken: drill(5),
    Tags: [
      { Key: 'lifeboat:scratch', Value: drill(5) },
      { Key: 'lifeboat:tier', Value: 'table' },
      { Key: 'Name', Value: 'own' },
    ],
  });
  await stage.ask(home, 'RDS', 'CreateDBInstance', {
    DBInstanceIdentifier: `${scratch(7)}-1`,
    DBClusterIdentifier: 'books',
    DBInstanceClass: 'db.r6g.large',
    Engine: 'aurora-mysql',
  });
  // The very name of a drill's scratch, and on the roster: a source that would be its own scratch. It comes when no sweep
  // is near, since nothing but the roster tells it from scratch that somebody left.
  await stage.run(25 * 60_000);
  const own = home.services.EFS.fileSystems.find(({ creationToken }) => creationToken === drill(5))?.arn ?? '';
  for (const resource of [`arn:aws:rds:${home.name}:${stage.account.id}:db:${scratch(3)}`, own]) {
    await stage.ask(home, 'DynamoDB', 'PutItem', {
      TableName: 'lifeboat-ledger',
      Item: { pk: { S: 'ROSTER' }, sk: { S: resource }, resource: { S: resource }, version: { N: '1' } },
    });
  }
  await addDatabase(stage, scratch(3));
}

/** Puts a database into home while everything runs. Nobody reads it, so there is no data behind it. */
export async function addDatabase({ home, world }: Stage, identifier: string): Promise<void> {
  let made = false;
  world.at(world.now(), `${identifier} comes to be`, async () => {
    await home.services.RDS.addDatabase({ identifier, engine: 'mysql' });
    made = true;
  });
  await world.run(world.now() + 1000);
  if (!made) throw new Error(`${identifier} did not come to be.`);
}

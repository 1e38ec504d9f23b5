// Plants strings in rows, paths, contents and passwords, drills all of it well and badly, and searches everything.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordOf } from '../../../simulator/scenarios/evidence.ts';
import { arrange } from './faults.ts';
import { type Found, mark, type Place, places, search, textsOf } from './search.ts';
import { onStage, type Stage } from './stage.ts';
import type { Damage } from './table.ts';

export interface LeakResult {
  /** How many strings were planted, by what they were planted in. */
  readonly planted: Readonly<Record<string, number>>;
  readonly passwords: number;
  readonly verdicts: Readonly<Record<string, string | undefined>>;
  readonly found: readonly Found[];
  readonly texts: Readonly<Record<Place, number>>;
  /** Where the same search found a string, and a password, that were put there on purpose. */
  readonly plantedFound: Readonly<Record<Place, { readonly strings: number; readonly passwords: number }>>;
  /** How many of the planted strings the restored data truly held: what is not there cannot leak. */
  readonly restored: number;
}

const planted: Record<string, number> = {};
const all: string[] = [];
/** A string that nobody else makes: the same in every run, and unlike the next one. */
function plant(where: string): string {
  planted[where] = (planted[where] ?? 0) + 1;
  const digits = BigInt(`0x${createHash('sha256').update(`${where} ${planted[where]}`).digest('hex')}`).toString(36);
  const made = `${mark}${digits.slice(0, 22)}`;
  all.push(made);
  return made;
}

const sqlFor = (name: string) => `
create table orders (id serial primary key, note text not null, at timestamptz not null default now());
create unique index orders_by_note on orders (note);
insert into orders (note) values ${Array.from({ length: 130 }, () => `('${plant(`rows of ${name}`)}')`).join(', ')};
`;

function treeIn(directory: string, name: string): string {
  for (let n = 0; n < 130; n += 1) {
    const folder = join(directory, n % 10 === 0 ? plant(`paths of ${name}`) : 'plain');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${plant(`paths of ${name}`)}.txt`), `${plant(`contents of ${name}`)}\n`.repeat(3));
  }
  writeFileSync(join(directory, 'ledger.txt'), plant(`contents of ${name}`));
  return directory;
}

interface Drilled {
  readonly name: string;
  readonly kind: 'rds' | 'aurora' | 'efs';
  readonly checks: string;
  readonly damage?: Damage;
}
const drilled: readonly Drilled[] = [
  { name: 'sound', kind: 'rds', checks: 'plain' },
  { name: 'nosy', kind: 'rds', checks: 'nosy' },
  { name: 'broken', kind: 'rds', checks: 'plain', damage: { relation: 'orders', block: 0, as: 'flip' } },
  { name: 'cluster', kind: 'aurora', checks: 'nosy', damage: { relation: 'orders_by_note', block: 1, as: 'flip' } },
  { name: 'share', kind: 'efs', checks: 'share' },
  { name: 'torn', kind: 'efs', checks: 'nosy-share', damage: { file: 'ledger.txt', as: 'truncate' } },
];

const passwords = new Set<string>();
const resources = new Map<string, string>();
const records = new Map<string, string | undefined>();
let result: LeakResult | undefined;

await onStage(
  {
    seed: 'leaks',
    policy: join(import.meta.dirname, 'leak-policy.yml'),
    listen: (entry) => {
      const content = recordOf(entry)?.content as { execution?: string; verdict?: { is: string } } | undefined;
      if (content?.execution !== undefined) records.set(content.execution, content.verdict?.is);
      // The password as RDS gets it: the drill's own, derived for it.
      if (entry.kind !== 'call' || !entry.operation.startsWith('ModifyDB')) return;
      const { MasterUserPassword: password } = entry.input as { MasterUserPassword?: string };
      if (password !== undefined) passwords.add(password);
    },
    resources: async (home, directory) => {
      const { RDS, EFS } = home.services;
      for (const { name, kind, checks } of drilled) {
        const tags = { 'lifeboat:tier': 'table', 'lifeboat:checks': checks };
        if (kind === 'efs') {
          const made = await EFS.addFileSystem({ name, directory: treeIn(join(directory, name), name), tags });
          resources.set(name, made.arn);
          continue;
        }
        const masterPassword = plant('passwords of production');
        const options = { identifier: name, databaseName: 'shop', masterPassword, tags };
        const sql = [{ name: `${name}.sql`, text: sqlFor(name) }];
        resources.set(name, (await (kind === 'rds' ? RDS.addDatabase : RDS.addCluster)({ ...options, sql })).arn);
      }
    },
  },
  async (stage) => {
    // What the world notes of itself while it loads production's data is not Lifeboat's.
    await stage.protect([...resources.values()], 'first', 1);
    const executions = new Map<string, string>();
    for (const { name, damage } of drilled) {
      const resource = resources.get(name) ?? '';
      const { arn: point, versionId } = stage.newest(resource);
      const row = { name, of: '', in: [], compares: false, expected: {} as never, ...(damage && { damage }) };
      await arrange(stage, { row, column: 'efs', resource, execution: '', versionId });
      executions.set(name, await stage.start(stage.copy, 'drill', `leak-${name}`, { resource, point }));
    }
    // And one that an operator starts wrongly: its input is refused, in words.
    await stage.start(stage.copy, 'drill', 'leak-wrong', { resource: 'no such resource' });
    let restored = 0;
    const look = () => {
      restored = Math.max(restored, restoredIn(stage));
      stage.world.after(120_000, 'somebody counts what was restored', look);
    };
    stage.world.after(0, 'somebody counts what was restored', look);
    await stage.until('every drill is judged', 8, () => [...executions.values()].every((one) => records.has(one)));
    await stage.run(3_600_000);

    const first = search(textsOf(stage, await historiesOf(stage)), passwords);
    const plantedFound = await plantEverywhere(stage);
    result = {
      planted,
      passwords: passwords.size,
      verdicts: Object.fromEntries([...executions].map(([name, execution]) => [name, records.get(execution)])),
      found: first.found.slice(0, 20),
      texts: first.texts,
      plantedFound,
      restored,
    };
  },
);
process.stdout.write(JSON.stringify(result));

/** Scratch that stands there now with planted data behind it: databases by their data, file systems by their content. */
function restoredIn({ copy }: Stage): number {
  const { RDS, EFS } = copy.services;
  return (
    RDS.instances.filter(
      ({ identifier, clusterIdentifier }) =>
        identifier.startsWith('lifeboat-scratch-') && clusterIdentifier === undefined,
    ).length +
    RDS.clusters.filter(({ identifier }) => identifier.startsWith('lifeboat-scratch-')).length +
    EFS.fileSystems.filter(({ tags, measured }) => tags.has('lifeboat:scratch') && measured.bytes > 0).length
  );
}

async function historiesOf(stage: Stage): Promise<unknown[]> {
  const histories: unknown[] = [];
  for (const region of stage.account.regions) {
    const { stateMachines } = (await stage.ask(region, 'SFN', 'ListStateMachines', {})) as {
      stateMachines: { stateMachineArn: string }[];
    };
    for (const { stateMachineArn } of stateMachines) {
      const { executions } = (await stage.ask(region, 'SFN', 'ListExecutions', {
        stateMachineArn,
        maxResults: 1000,
      })) as {
        executions: { executionArn: string }[];
      };
      for (const { executionArn } of executions) {
        histories.push(await stage.ask(region, 'SFN', 'DescribeExecution', { executionArn }));
        let nextToken: string | undefined;
        do {
          const page = await stage.ask(region, 'SFN', 'GetExecutionHistory', {
            executionArn,
            maxResults: 1000,
            ...(nextToken !== undefined && { nextToken }),
          });
          histories.push(page.events);
          nextToken = page.nextToken as string | undefined;
        } while (nextToken !== undefined);
      }
    }
  }
  return histories;
}

/** Puts a planted string and a password into each place, one place at a time, and searches again. */
async function plantEverywhere(stage: Stage): Promise<LeakResult['plantedFound']> {
  const { copy, world, account } = stage;
  const [string = '', password = ''] = [all[7], [...passwords][0]];
  const text = `an answer with ${string} and ${password} in it`;
  const before = world.trace.entries.length;
  const bucket = `lifeboat-evidence-${account.id}-${copy.name}`;
  const topic = `arn:aws:sns:${copy.name}:${account.id}:lifeboat-notices`;
  await stage.ask(copy, 'DynamoDB', 'PutItem', {
    TableName: 'lifeboat-ledger',
    Item: { pk: { S: 'PLANTED' }, sk: { S: 'x' }, words: { S: text } },
  });
  await stage.ask(copy, 'S3', 'PutObject', { Bucket: bucket, Key: 'planted.json', Body: Buffer.from(text) });
  await stage.ask(copy, 'S3', 'GetObject', { Bucket: bucket, Key: 'planted.json' });
  await stage.ask(copy, 'SNS', 'Publish', { TopicArn: topic, Message: text });
  await stage.start(copy, 'drill', 'planted', { resource: text });
  await stage
    .ask(copy, 'SFN', 'StopExecution', {
      executionArn: `arn:aws:states:${copy.name}:${account.id}:execution:lifeboat-drill:none ${text}`,
    })
    .catch(() => {});
  world.trace.add({ kind: 'log', at: '', caller: 'planted', line: text });
  world.trace.note('planted', text);
  await stage.run(60_000);
  const found = search(textsOf(stage, await historiesOf(stage)), passwords).found;
  if (world.trace.entries.length === before) throw new Error('Nothing was planted.');
  return Object.fromEntries(
    places.map((place) => {
      const here = found.filter((one) => one.place === place);
      return [
        place,
        {
          strings: here.filter(({ what }) => what === string).length,
          passwords: here.filter(({ what }) => what === 'a password').length,
        },
      ];
    }),
  ) as LeakResult['plantedFound'];
}

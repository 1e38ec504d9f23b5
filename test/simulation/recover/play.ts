// Recovers one kind of resource in a small account, in every way, and prints what came of it as JSON.
// node test/simulation/recover/play.ts rds|aurora|efs

import { evidenceComplete } from '../../../simulator/checkers/evidence-complete.ts';
import { noOrphan } from '../../../simulator/checkers/no-orphan.ts';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import type { FileChange } from '../../../simulator/data/files/change.ts';
import { recordOf } from '../../../simulator/scenarios/evidence.ts';
import { regionGone } from '../../../simulator/scenarios/stillness.ts';
import type { Region } from '../../../simulator/world/region.ts';
import { hour, onStage, type Stage } from '../drill/stage.ts';
import { build, type Wanted, withPolicy } from './account.ts';
import { heldBy, heldByPoint, scratchIn, standing } from './truth.ts';

/** How one execution ended, and what the account held then. */
export interface Run {
  readonly name: string;
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly output: Recovered;
  /** Digests of what stands there now, as the account itself knows it: no function of ours was asked. */
  readonly holds: unknown;
  /** Names of what stood in the Region before and does not any more, and the other way round. */
  readonly gone: readonly string[];
  readonly made: readonly string[];
  readonly facts: Record<string, unknown>;
  /** What a check left: mounts in the sealed network, access points, versions of the probe, clones, rows. */
  readonly scratch: readonly string[];
}

/** The answer of a recovery, as far as the tests look at it. */
export interface Recovered {
  readonly name?: string;
  readonly region?: string;
  readonly endpoint?: { readonly address?: string; readonly fileSystemId?: string; readonly path?: string };
  readonly from?: {
    readonly point?: string;
    readonly dataInstant: string;
    readonly proven: unknown;
    readonly because: string;
  };
  readonly loses?: { readonly after: string };
  readonly alternatives?: readonly {
    readonly what: string;
    readonly dataInstant: string | null;
    readonly input: object;
  }[];
  readonly checked?: {
    readonly verdict: string;
    readonly contents: { readonly digests?: object; readonly sha256?: string };
  };
  readonly tookSeconds?: number;
  readonly next?: readonly string[];
  readonly resources?: readonly { readonly name: string; readonly would: object }[];
}

export interface Played {
  readonly runs: readonly Run[];
  readonly records: readonly Record<string, unknown>[];
  /** What the points hold, by what the play calls them. */
  readonly truth: Record<string, unknown>;
  readonly instants: Record<string, string>;
  readonly findings: readonly { readonly invariant: string; readonly violations: readonly string[] }[];
}

const kind = process.argv[2] as Wanted;
const name = { rds: 'orders', aurora: 'billing', efs: 'share' }[kind];
const checkers = [noOrphan(), onePage(), evidenceComplete()];
const played = {
  runs: [] as Run[],
  records: [] as Record<string, unknown>[],
  truth: {},
  instants: {},
  findings: [],
} as {
  runs: Run[];
  records: Record<string, unknown>[];
  truth: Record<string, unknown>;
  instants: Record<string, string>;
  findings: object[];
};
let resource = '';

async function run(stage: Stage, region: Region, title: string, input: object, hours = 8): Promise<Run> {
  const before = standing(region);
  const execution = await stage.start(region, 'recover', title.replaceAll(/[^a-z0-9]+/gi, '-'), input);
  const one = await ended(stage, region, title, execution, before, hours);
  played.runs.push(one);
  return one;
}

async function ended(
  stage: Stage,
  region: Region,
  title: string,
  execution: string,
  before: readonly string[],
  hours = 8,
): Promise<Run> {
  for (let passed = 0; passed < hours * 12; passed += 1) {
    if ((await stage.statusOf(region, execution)) !== 'RUNNING') break;
    await stage.run(hour / 12);
  }
  const told = await stage.ask(region, 'SFN', 'DescribeExecution', { executionArn: execution });
  const output = JSON.parse(String(told.output ?? '{}')) as Recovered;
  const after = standing(region);
  return {
    name: title,
    status: String(told.status),
    error: told.error as string | undefined,
    cause: told.cause as string | undefined,
    output,
    holds: output.name === undefined ? null : await heldBy(region, output),
    gone: before.filter((thing) => !after.includes(thing)),
    made: after.filter((thing) => !before.includes(thing)),
    facts: output.name === undefined ? {} : factsOf(region, output),
    scratch: scratchIn(region),
  };
}

/** What of its network, tags and protection a person would look at. */
function factsOf(region: Region, { name: called, endpoint }: Recovered): Record<string, unknown> {
  const { RDS, EFS } = region.services;
  const database = [...RDS.clusters, ...RDS.instances].find(({ identifier }) => identifier === called);
  if (database !== undefined) {
    const { subnetGroup, deletionProtection, tags, securityGroupIds } = database;
    return { subnetGroup, deletionProtection, securityGroupIds, tags: Object.fromEntries(tags) };
  }
  const files = EFS.fileSystems.find(({ id }) => id === endpoint?.fileSystemId);
  return { tags: Object.fromEntries(files?.tags ?? []) };
}

/** An application writes. */
async function write(stage: Stage, words: string): Promise<void> {
  const { databases, files } = stage.account.data;
  const { RDS } = stage.home.services;
  let done = false;
  stage.world.at(stage.world.now(), 'an application writes', async () => {
    if (kind === 'efs') {
      const id = resource.split('/').at(-1) ?? '';
      await files.change(id, { kind: 'write', path: `data/${words}.txt`, text: words }, stage.world.now());
    } else {
      const database = [...RDS.clusters, ...RDS.instances].find(({ arn }) => arn === resource);
      const at = new Date(stage.world.now()).toISOString();
      const sql = `insert into orders (placed_at, note) values ('${at}', '${words}')`;
      await databases.execute(database?.dataName ?? '', sql, stage.world.now());
    }
    done = true;
  });
  while (!done) await stage.run(1000);
  played.instants[words] = new Date(stage.world.now()).toISOString();
}

/** A restore that fails and is redriven; a check that is stopped half-way; data that does not pass. */
async function failing(stage: Stage): Promise<void> {
  const { home } = stage;
  if (kind === 'rds') {
    let failures = 0;
    home.services.Backup.addFault((job) => {
      if (job.kind !== 'restore' || failures > 0) return undefined;
      failures += 1;
      return { fails: 'The restore failed for a reason that nobody foresaw.' };
    });
    await run(stage, home, 'a restore that fails', { resource: name, name: `${name}-recovered-again` });
    const before = standing(home);
    const executionArn = `arn:aws:states:${home.name}:${stage.account.id}:execution:lifeboat-recover:a-restore-that-fails`;
    await stage.ask(home, 'SFN', 'RedriveExecution', { executionArn });
    played.runs.push(await ended(stage, home, 'the same, redriven', executionArn, before));
  }
  if (kind === 'efs') {
    const before = standing(home);
    const executionArn = await stage.start(home, 'recover', 'stopped', {
      resource: name,
      name: 'share-recovered-stopped',
    });
    const sealed = () =>
      home.services.DynamoDB.items('lifeboat-ledger').some(({ sk }) =>
        (sk as { S: string }).S.endsWith('#probe-version'),
      );
    for (let passed = 0; passed < 600 && !sealed(); passed += 1) await stage.run(10_000);
    played.runs.push(await ended(stage, home, 'while it is checked', executionArn, before, 0));
    await stage.ask(home, 'SFN', 'StopExecution', { executionArn });
    await stage.run(3 * hour);
    played.runs.push(await ended(stage, home, 'stopped during its check', executionArn, before));

    await change(stage, { kind: 'delete', path: 'ledger.txt' });
    await stage.protect([resource], 'third', 3);
    const [newest] = pointsIn(home);
    await run(stage, home, 'data that does not pass', {
      resource: name,
      point: newest?.arn,
      name: 'share-recovered-bad',
    });
  }
}

/** The proven copy loses a file, and the next drill of it says so. */
async function rotting(stage: Stage): Promise<void> {
  const { account, copy, world } = stage;
  const proven = pointsIn(copy).at(-1);
  if (proven === undefined) throw new Error('There has to be a proven copy.');
  let done = false;
  world.at(world.now(), 'a copy is damaged', async () => {
    await account.data.versions.damage(proven.versionId, { kind: 'file', path: 'ledger.txt', as: 'delete' });
    done = true;
  });
  while (!done) await stage.run(1000);
  await stage.start(copy, 'drill', 'of-what-rots', { resource, point: proven.arn });
  await stage.run(3 * hour);
  await run(stage, copy, 'after a drill of the proven copy did not pass', {}, 1);
  // Its record comes after it.
  await stage.run(hour / 12);
}

function pointsIn(region: Region) {
  return region.services.Backup.truth()
    .points.filter((point) => point.resourceArn === resource && point.status === 'COMPLETED')
    .sort((one, other) => other.dataInstant - one.dataInstant);
}

async function change(stage: Stage, one: FileChange): Promise<void> {
  let done = false;
  stage.world.at(stage.world.now(), 'somebody changes a file', async () => {
    await stage.account.data.files.change(resource.split('/').at(-1) ?? '', one, stage.world.now());
    done = true;
  });
  while (!done) await stage.run(1000);
}

const policy = withPolicy();
try {
  await onStage(
    {
      seed: `recoveries of ${kind}`,
      policy: policy.file,
      checkers,
      listen: (entry) => {
        const content = recordOf(entry)?.content as Record<string, unknown> | undefined;
        if (content?.workflow === 'recover') played.records.push(content);
      },
      resources: async (home, directory) => {
        const made = await build(home, home.account.region('eu-west-1'), directory, [kind]);
        resource = made.get(kind) ?? '';
      },
    },
    async (stage) => {
      const { home, copy } = stage;
      // One point that a drill of its copy has proven, then a newer one that nobody has.
      await stage.protect([resource], 'first', 1);
      await stage.start(copy, 'drill', 'proof', { resource, point: stage.newest(resource).arn });
      await stage.run(4 * hour);
      await write(stage, 'between');
      await stage.protect([resource], 'second', 2);
      await write(stage, 'after');
      const [unproven, proven] = pointsIn(home);
      if (unproven === undefined || proven === undefined) throw new Error('There have to be two points at home.');
      played.truth.proven = await heldByPoint(stage, kind, proven.versionId);
      played.truth.unproven = await heldByPoint(stage, kind, unproven.versionId);
      played.instants.proven = new Date(proven.dataInstant).toISOString();
      played.instants.unproven = new Date(unproven.dataInstant).toISOString();

      // What is refused, and what only looks.
      await run(stage, home, 'nothing asked', {}, 1);
      await run(stage, home, 'nobody knows it', { resource: `${name}x` }, 1);
      await run(stage, home, 'the future', { resource: name, instant: '2030-01-01T00:00:00Z' }, 1);
      await run(stage, home, 'before everything', { resource: name, instant: '2020-01-01T00:00:00Z' }, 1);
      await run(stage, home, 'a name of scratch', { resource: name, name: 'lifeboat-scratch-recovered' }, 1);
      await run(stage, home, 'a name that says nothing', { resource: name, name: 'orders-new' }, 1);
      await run(stage, home, 'elsewhere', { resource: name, location: copy.name }, 1);
      await run(
        stage,
        home,
        'a point of nobody',
        { resource: name, point: 'arn:aws:rds:eu-central-1:1:snapshot:x' },
        1,
      );
      await run(stage, home, 'a slip', { resource: name, instnat: '2026-03-03T00:00:00Z' }, 1);
      if (kind !== 'efs') await run(stage, home, 'paths of a database', { resource: name, paths: ['a'] }, 1);
      await run(
        stage,
        home,
        'no such network',
        kind === 'efs' ? { resource: name, subnets: ['subnet-00'] } : { resource: name, subnetGroup: 'nowhere' },
        1,
      );

      // At home: the newest proven, a named point under a name of one's own, an instant.
      await run(stage, home, 'the newest proven', { resource: name });
      await run(stage, home, 'a named point', { resource, point: unproven.arn, name: `${name}-recovered` });
      await run(stage, home, 'a name that is taken', { resource, name: `${name}-recovered` }, 1);
      if (kind === 'efs') {
        await run(stage, home, 'named paths', { resource: name, paths: ['data/mail/mail-3.nsf', 'ledger.txt'] });
        await run(stage, home, 'a path that is not there', { resource: name, paths: ['data/nothing'] });
      } else {
        const instant = new Date(Date.parse(played.instants.between ?? '') + 60_000).toISOString();
        played.instants.asked = instant;
        await run(stage, home, 'an instant', { resource: name, instant });
      }

      await failing(stage);

      // The copy Region, with home gone.
      await stage.run(hour);
      regionGone(stage.account, home, { from: stage.world.now(), until: stage.world.now() + 60 * 24 * hour });
      await stage.run(60_000);
      await run(stage, copy, 'what the copy Region could do', {}, 1);
      await run(stage, copy, 'the copy Region alone', { resource: name });
      await run(stage, copy, 'as of an instant, there', { resource: name, instant: played.instants.after ?? '' });
      if (kind === 'efs') await rotting(stage);
      played.findings = checkers.map((checker) => checker.conclude(stage.world.now()));
    },
  );
} finally {
  policy.remove();
}
process.stdout.write(JSON.stringify(played, null, 1));

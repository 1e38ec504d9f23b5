import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { dataPlane } from '../data/index.ts';
import { createAccount, type SimulatedAccount } from '../world/account.ts';
import { deploy, type Template } from '../world/deploy/index.ts';
import type { TraceEntry } from '../world/trace.ts';
import { createWorld, type World } from '../world/world.ts';
import type { AccountFile, DatabaseSpec, ResourceSpec } from './account-file.ts';
import { isFailure } from './failures.ts';
import { scheduleIncident } from './incidents.ts';
import { networkIn, putNetwork } from './network.ts';
import { scheduleFailure } from './play-failure.ts';
import { scheduleWorkload } from './workload.ts';

/** The stack of one Region as it is to be deployed. */
export interface RegionalStack {
  readonly region: string;
  readonly template: Template;
}

export interface ScenarioOptions {
  readonly file: AccountFile;
  readonly seed: string;
  readonly days: number;
  readonly home: string;
  readonly stacks: readonly RegionalStack[];
  /** What functions see as their own directory: it holds the packaged policy. */
  readonly taskRoot: string;
  /** Where the sources of the handlers lie. */
  readonly sourceRoot: string;
  /** How many databases may be open at once, some 50 MB each; 3 when left out. One that is not has to be loaded. */
  readonly openDatabases?: number;
  /** Is told of everything as it happens. */
  readonly listen?: (entry: TraceEntry) => void;
  /** Runs once, when the resources stand there and before anything is deployed. */
  readonly begun?: (scene: Scene) => void;
  /** Is told after each write of an application's workload, while virtual time stands still. */
  readonly wrote?: (scene: Scene, spec: ResourceSpec) => void | Promise<void>;
  /** Runs after every virtual hour. */
  readonly hourly?: (scene: Scene) => void;
  /** Runs when everything is over and before the account is taken apart. */
  readonly after: (scene: Scene) => Promise<void> | void;
}

/** The account at work: for the story and the checkers. */
export interface Scene {
  readonly world: World;
  readonly account: SimulatedAccount;
  /** The resources of the account file by the ARN that they got. */
  readonly resources: ReadonlyMap<string, ResourceSpec>;
  readonly startedAt: number;
  readonly endedAt: number;
}

const stepMilliseconds = 3_600_000;

/**
 * Plays a scenario: deploys the stacks into a new account, puts the resources there, and lets virtual time pass with the
 * workload and the incidents of the account file. Nothing that it wrote to the disk stays.
 */
export async function runScenario(options: ScenarioOptions): Promise<void> {
  const { file } = options;
  const scratchDirectory = mkdtempSync(join(tmpdir(), 'lifeboat-'));
  const { openDatabases = 3 } = options;
  const data = dataPlane({ scratchDirectory: join(scratchDirectory, 'data'), openDatabases });
  try {
    const world = createWorld({ seed: options.seed, start: file.start, keepTrace: false });
    if (options.listen !== undefined) world.trace.listen(options.listen);
    const account = createAccount({ id: file.account, world, data });
    writeFileSync(join(options.taskRoot, 'ca-cert.pem'), data.databases.certificateAuthority);
    const endedAt = file.start + options.days * 86_400_000;

    const resources = new Map<string, ResourceSpec>();
    const scene: Scene = { world, account, resources, startedAt: file.start, endedAt };
    world.at(file.start, 'the account is set up', async () => {
      const home = account.region(options.home);
      for (const { region } of options.stacks) putNetwork(account.region(region));
      for (const spec of file.resources) {
        const arn = await put(home, spec);
        if (spec.kind !== 'efs') await replicate(account, arn, spec);
        resources.set(arn, spec);
        scheduleWorkload(home, spec, file.start, () => options.wrote?.(scene, spec));
      }
      options.begun?.(scene);
      for (const { region, template } of options.stacks) {
        const { taskRoot, sourceRoot } = options;
        await deploy({ region: account.region(region), template, taskRoot, sourceRoot });
      }
      const arnOf = new Map([...resources].map(([arn, { name }]) => [name, arn]));
      const stage = { account, home, start: file.start, resources };
      for (const incident of file.incidents) {
        if (isFailure(incident)) scheduleFailure(stage, incident);
        else scheduleIncident(account, incident, file.start, arnOf);
      }
    });

    for (let now = file.start; now < endedAt; now += stepMilliseconds) {
      await world.run(Math.min(endedAt, now + stepMilliseconds));
      options.hourly?.(scene);
    }
    await options.after(scene);
  } finally {
    await data.close();
    rmSync(scratchDirectory, { recursive: true, force: true });
  }
}

/** Puts there what replicates a database to other Regions. */
async function replicate(account: SimulatedAccount, arn: string, spec: DatabaseSpec): Promise<void> {
  const { replicaIn, backupsIn, replica } = spec;
  if (replicaIn !== undefined) {
    const { subnetGroup, databaseGroup } = networkIn(replicaIn);
    const { replication } = account.region(replicaIn).services.RDS;
    const identifier = replica === undefined ? {} : { identifier: replica };
    replication.addReplica(arn, { ...identifier, subnetGroup, securityGroupIds: [databaseGroup] });
  }
  if (backupsIn !== undefined) {
    const region = account.region(backupsIn);
    const caller = { kind: 'operator', name: 'the account file', region: backupsIn } as const;
    const start = region.services.RDS.operations.StartDBInstanceAutomatedBackupsReplication;
    start?.({ SourceDBInstanceArn: arn } as never, { caller, region });
  }
}

async function put(home: ReturnType<SimulatedAccount['region']>, spec: ResourceSpec): Promise<string> {
  const { tags, name } = spec;
  const { subnetIds, subnetGroup, databaseGroup, fileGroup } = networkIn(home.name);
  if (spec.kind === 'efs') {
    const made = await home.services.EFS.addFileSystem({
      name,
      directory: spec.directory,
      tags,
      network: { subnetIds, securityGroups: [fileGroup] },
    });
    return made.arn;
  }
  const { RDS } = home.services;
  const made = await (spec.kind === 'aurora' ? RDS.addCluster : RDS.addDatabase)({
    identifier: name,
    databaseName: spec.database,
    subnetGroup,
    securityGroupIds: [databaseGroup],
    multiAz: spec.multiAz ?? false,
    ...(spec.maintenance !== undefined && { maintenanceWindow: spec.maintenance }),
    sql: spec.sql.map((file) => ({ name: relative(process.cwd(), file), text: readFileSync(file, 'utf8') })),
    tags,
  });
  return made.arn;
}

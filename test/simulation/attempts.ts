// Plays an account in which somebody stops executions: in every state of `drill` and `protect` that takes time, just
// after it was entered and a while later, and by time limits. Prints what became of each as JSON. Run by attempts.test.ts.
import '../../simulator/world/globals.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, stacksOf } from '../../cli/package.ts';
import { evidenceComplete } from '../../simulator/checkers/evidence-complete.ts';
import { noOrphan } from '../../simulator/checkers/no-orphan.ts';
import { type AttemptRecord, recordOf } from '../../simulator/checkers/record.ts';
import { runScenario, type Scene } from '../../simulator/scenarios/run.ts';
import type { Template } from '../../simulator/world/deploy/index.ts';
import type { Region } from '../../simulator/world/region.ts';

const [home, copy] = ['eu-central-1', 'eu-west-1'] as const;
const hour = 3_600_000;
const start = Date.parse('2026-03-02T00:00:00Z');
const days = 3;

/** One execution that does not end by itself. */
interface Case {
  readonly machine: 'drill' | 'protect';
  readonly resource: string;
  /** Stopped so long after this state was entered (milliseconds), or ended by a time limit of the machine (seconds). */
  readonly by: { readonly state: string; readonly after: number } | { readonly limitSeconds: number };
}

interface Ended extends Case {
  readonly execution: string;
  /** The state in which it was when it ended. */
  readonly in: string;
  readonly status: string;
}

const states = {
  drill: ['Choose The Point', 'Restore Into Scratch', 'Make It Reachable', 'Ask The Data', 'Judge', 'Tear Down'],
  protect: ['Take The Lane', 'Wait For Our Turn', 'Back Up', 'Copy'],
} as const;
/** A moment later its function runs; a minute and a half later a job or a deletion is waited for. */
const moments = [20, 90_000];
const limits = [3, 600];

function casesOf(machine: Case['machine'], resource: string): Case[] {
  return [
    ...states[machine].flatMap((state) => moments.map((after) => ({ machine, resource, by: { state, after } }))),
    ...limits.map((limitSeconds) => ({ machine, resource, by: { limitSeconds } })),
  ];
}

const policy = `
home: ${home}
alerts: { page: [ oncall@example.com ], notices: [ team@example.com ], escalate_after: 30 minutes }
tiers:
  gold:
    backup: { every: 12 hours, keep: 14 days }
    copies: [ { to: ${copy}, keep: 35 days } ]
    drill: { every: 1 day, from: ${copy} }
    objectives: { rpo: 15 hours, copy_rpo: 18 hours, proof: 84 hours, rto: 8 hours }
`;

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-attempts-'));
try {
  const policyFile = join(folder, 'policy.yml');
  writeFileSync(policyFile, policy);
  writeFileSync(
    join(folder, 'films.sql'),
    "create table film (id int primary key, title text);\ninsert into film select n, 'film ' || n from generate_series(1, 50) n;\n",
  );
  mkdirSync(join(folder, 'tree'));
  for (let n = 0; n < 20; n += 1) writeFileSync(join(folder, 'tree', `page-${n}.txt`), `page ${n}\n`);
  const taskRoot = join(folder, 'task');
  const stacks = await Promise.all(
    (await stacksOf(policyFile)).map(async (stack) => ({
      region: stack.region,
      template: (await compileTemplate({ ...stack, policyFile, outDir: taskRoot })) as Template,
    })),
  );

  const checkers = [evidenceComplete(), noOrphan()];
  const records: AttemptRecord[] = [];
  const ended: Ended[] = [];
  const seed = process.argv[2] ?? '1';
  await runScenario({
    file: {
      account: '123456789012',
      start,
      resources: [
        {
          kind: 'rds',
          name: 'films',
          database: 'films',
          sql: [join(folder, 'films.sql')],
          tags: { 'lifeboat:tier': 'gold' },
          workload: [],
        },
        { kind: 'efs', name: 'tree', directory: join(folder, 'tree'), tags: { 'lifeboat:tier': 'gold' }, workload: [] },
      ],
      incidents: [],
      expect: null,
    },
    seed,
    days,
    home,
    stacks,
    taskRoot,
    sourceRoot: join(import.meta.dirname, '../..'),
    begun: (scene) => {
      for (const [arn, { kind }] of scene.resources) {
        const later = kind === 'efs' ? hour : 0;
        // After the first copies are there; one every other hour, so that each finds its resource as it should be.
        schedule(scene, casesOf('drill', arn), { from: 15 * hour + later, every: 2 * hour, ended });
        if (kind === 'efs') schedule(scene, casesOf('protect', arn), { from: 16.5 * hour, every: 3 * hour, ended });
      }
    },
    listen: (entry) => {
      for (const checker of checkers) checker.see(entry);
      const record = recordOf(entry);
      if (record !== undefined) records.push(record);
    },
    hourly: (scene) => {
      for (const checker of checkers) checker.look(scene.account, scene.world.now());
    },
    after: async (scene) => {
      process.stdout.write(
        `${JSON.stringify({
          cases: ended.map((one) => ({
            ...one,
            records: records
              .filter(({ execution }) => execution === one.execution)
              .map(({ outcome, verdict, because }) => ({ outcome, verdict, because })),
          })),
          planned: [...scene.resources].flatMap(([arn, { kind }]) => [
            ...casesOf('drill', arn),
            ...(kind === 'efs' ? casesOf('protect', arn) : []),
          ]).length,
          leftovers: leftoversIn(scene),
          findings: checkers.map((checker) => checker.conclude(scene.world.now())),
        })}\n`,
      );
    },
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Starts one case after another. A case that never comes into its state ends by itself and is told as it is. */
function schedule(scene: Scene, cases: readonly Case[], plan: { from: number; every: number; ended: Ended[] }): void {
  const { world } = scene;
  cases.forEach((one, index) => {
    world.at(
      start + plan.from + index * plan.every,
      'somebody starts an execution',
      () => void play(scene, one, plan.ended),
    );
  });
}

async function play(scene: Scene, one: Case, ended: Ended[]): Promise<void> {
  const { world, account } = scene;
  const region = account.region(one.machine === 'drill' ? copy : home);
  const stateMachineArn = `arn:aws:states:${region.name}:${account.id}:stateMachine:lifeboat-${one.machine}`;
  const operator = { kind: 'operator', name: 'somebody', region: region.name } as const;
  if ('state' in one.by && one.by.state === 'Wait For Our Turn') await keepBusy(scene, region, one.resource);
  const restore = 'limitSeconds' in one.by ? limit(region, stateMachineArn, one.by.limitSeconds) : () => {};
  const { executionArn } = (await region.request(operator, 'SFN', 'StartExecution', {
    stateMachineArn,
    input: JSON.stringify({ resource: one.resource }),
  })) as { executionArn: string };
  restore();

  let stopping = false;
  const look = () => {
    const { status, at } = whereIs(region, executionArn);
    if (status !== 'RUNNING') {
      ended.push({ ...one, execution: executionArn, in: at, status });
      return;
    }
    if ('state' in one.by && at === one.by.state && !stopping) {
      stopping = true;
      world.after(one.by.after, 'somebody stops an execution', () => {
        void region.request(operator, 'SFN', 'StopExecution', { executionArn, cause: 'somebody stopped it' });
      });
    }
    // The verdict is found in less than a second.
    const soon = at === 'Ask The Data' && 'state' in one.by && one.by.state === 'Judge';
    world.after(soon ? 20 : 500, 'somebody watches an execution', look);
  };
  look();
}

/** Somebody else backs the resource up, and nobody of Lifeboat's knows for how long. */
async function keepBusy({ account }: Scene, region: Region, resource: string): Promise<void> {
  const operator = { kind: 'operator', name: 'somebody', region: region.name } as const;
  await region.request(operator, 'Backup', 'StartBackupJob', {
    BackupVaultName: 'lifeboat',
    ResourceArn: resource,
    IamRoleArn: `arn:aws:iam::${account.id}:role/lifeboat-AWSBackup-${region.name}`,
  });
}

/** Gives the machine another time limit for the executions that start now. */
function limit(region: Region, stateMachineArn: string, seconds: number): () => void {
  const { SFN } = region.services;
  const describe = SFN.operations.DescribeStateMachine as unknown as (input: object) => {
    name: string;
    definition: string;
    roleArn: string;
  };
  const { name, definition, roleArn } = describe({ stateMachineArn });
  const shorter = JSON.stringify({ ...(JSON.parse(definition) as object), TimeoutSeconds: seconds });
  SFN.define({ name, definition: shorter, roleArn });
  return () => void SFN.define({ name, definition, roleArn });
}

/** The state that an execution entered last. Asked of the service itself: nobody else sees these looks. */
function whereIs(region: Region, executionArn: string): { status: string; at: string } {
  const operations = region.services.SFN.operations as unknown as {
    DescribeExecution: (input: object) => { status: string };
    GetExecutionHistory: (input: object) => {
      events: { type: string; stateEnteredEventDetails?: { name: string } }[];
    };
  };
  const { status } = operations.DescribeExecution({ executionArn });
  const { events } = operations.GetExecutionHistory({ executionArn, maxResults: 1000, reverseOrder: true });
  return { status, at: events.find(({ type }) => type.endsWith('StateEntered'))?.stateEnteredEventDetails?.name ?? '' };
}

/** What restored data is still there, and what the ledger still says of it. */
function leftoversIn({ account }: Scene): string[] {
  return account.regions.flatMap((region) => {
    const { RDS, EFS } = region.services;
    const databases = RDS.instances.flatMap(({ identifier }) =>
      identifier.startsWith('lifeboat-scratch-') ? [identifier] : [],
    );
    const fileSystems = EFS.fileSystems.flatMap(({ id, tags }) => (tags.has('lifeboat:scratch') ? [id] : []));
    return [...databases, ...fileSystems].map((name) => `${region.name} ${name}`);
  });
}

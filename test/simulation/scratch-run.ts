// Plays an account whose scratch does not go by itself: deletions are denied for hours, and one restore comes a day too
// late. Prints what became of drills, scratch and pages as JSON. Run by scratch.test.ts.
import '../../simulator/world/globals.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, stacksOf } from '../../cli/package.ts';
import { noOrphan } from '../../simulator/checkers/no-orphan.ts';
import { onePage } from '../../simulator/checkers/one-page.ts';
import { recordOf } from '../../simulator/scenarios/evidence.ts';
import { messageOf } from '../../simulator/scenarios/messages.ts';
import { runScenario, type Scene } from '../../simulator/scenarios/run.ts';
import type { Template } from '../../simulator/world/deploy/index.ts';
import { AwsError } from '../../simulator/world/region.ts';

/** What the run printed. Hours since the start. */
export interface ScratchRun {
  readonly messages: readonly { hours: number; phase: string; kind: string; resource: string; because: string }[];
  readonly drills: readonly { hours: number; resource: string; content: Record<string, unknown> }[];
  /** What stood in the copy Region at the end of each hour. */
  readonly scratch: readonly { hours: number; names: string[] }[];
  /** Calls that delete, by what they name, in the order in which they succeeded. */
  readonly deleted: readonly { hours: number; operation: string; name: string }[];
  readonly production: readonly string[];
  readonly violations: readonly string[];
}

const home = 'eu-central-1';
const copy = 'eu-west-1';
const start = Date.parse('2026-01-05T00:00:00Z');
const policy = `home: ${home}
alerts: { page: [ oncall@example.com ], notices: [ team@example.com ] }
tiers:
  gold:
    backup: { every: 12 hours, keep: 14 days }
    copies: [ { to: ${copy}, keep: 35 days } ]
    drill: { every: 3 days, from: ${copy}, instance_class: db.r6g.large }
    objectives: { rpo: 15 hours, copy_rpo: 18 hours, proof: 12 days, rto: 8 hours }
`;

/** Deletions in the copy Region are denied until then. */
export const deniedUntilHours = 8;
/** When the drills are started by hand: copies have arrived by then. */
const drilledAtHours = 4;
const late = 'late';
const deletions = ['DeleteDBInstance', 'DeleteDBCluster', 'DeleteFileSystem', 'DeleteMountTarget'];

async function run(): Promise<ScratchRun> {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-scratch-'));
  try {
    const policyFile = join(folder, 'policy.yml');
    writeFileSync(policyFile, policy);
    mkdirSync(join(folder, 'tree'));
    for (let n = 0; n < 20; n += 1) writeFileSync(join(folder, 'tree', `note-${n}.txt`), `note ${n}\n`);
    writeFileSync(
      join(folder, 'ledger.sql'),
      'create table entries (id int primary key);\ninsert into entries values (1), (2), (3);\n',
    );
    const stacks = await Promise.all(
      (await stacksOf(policyFile)).map(async (stack) => ({
        region: stack.region,
        template: (await compileTemplate({ ...stack, policyFile, outDir: folder })) as Template,
      })),
    );
    const tags = { 'lifeboat:tier': 'gold' };
    const sql = [join(folder, 'ledger.sql')];
    const messages: ScratchRun['messages'][number][] = [];
    const drills: ScratchRun['drills'][number][] = [];
    const scratch: ScratchRun['scratch'][number][] = [];
    const deleted: ScratchRun['deleted'][number][] = [];
    const checkers = [noOrphan(), onePage()];
    let result: Pick<ScratchRun, 'production' | 'violations'> = { production: [], violations: [] };
    const hoursOf = (instant: string) => (Date.parse(instant) - start) / 3_600_000;
    const names = new Map<string, string>();
    const nameOf = (arn: string) => names.get(arn) ?? arn;

    await runScenario({
      file: {
        account: '123456789012',
        start,
        resources: [
          { kind: 'efs', name: 'notes', directory: join(folder, 'tree'), tags, workload: [] },
          { kind: 'aurora', name: 'ledger', database: 'ledger', sql, tags, workload: [] },
          { kind: 'rds', name: late, database: 'late', sql, tags, workload: [] },
        ],
        incidents: [],
        expect: null,
      },
      seed: 'scratch',
      days: 34 / 24,
      home,
      stacks,
      taskRoot: folder,
      sourceRoot: join(import.meta.dirname, '../..'),
      begun: ({ account, world, resources }: Scene) => {
        for (const [arn, { name }] of resources) names.set(arn, name);
        world.at(start + 60_000, 'a MySQL instance is made', async () => {
          const made = await account
            .region(home)
            .services.RDS.addDatabase({ identifier: 'wiki', engine: 'mysql', tags });
          names.set(made.arn, 'wiki');
        });
        account.door.add(({ operation, region }) =>
          region === copy && deletions.includes(operation) && world.now() < start + deniedUntilHours * 3_600_000
            ? {
                kind: 'refuse',
                error: new AwsError('AccessDenied', `User is not authorized to perform ${operation}`, 403),
              }
            : undefined,
        );
        let held = false;
        account.region(copy).services.Backup.addFault((job) => {
          if (job.kind !== 'restore' || nameOf(job.sourceResourceArn) !== late || held) return undefined;
          held = true;
          return { waits: 26 * 3_600_000 };
        });
        world.at(start + drilledAtHours * 3_600_000, 'somebody starts drills', () => {
          for (const [arn, name] of names) {
            const machine = `arn:aws:states:${copy}:123456789012:stateMachine:lifeboat-drill`;
            // Its answer takes virtual time, so it is not waited for within this instant.
            void account
              .region(copy)
              .request({ kind: 'operator', name: 'console', region: copy }, 'SFN', 'StartExecution', {
                stateMachineArn: machine,
                name: `by-hand-${name}`,
                input: JSON.stringify({ resource: arn }),
              });
          }
        });
      },
      listen: (entry) => {
        for (const checker of checkers) checker.see(entry);
        const message = messageOf(entry);
        if (message !== undefined) {
          const { phase, kind, because, subject } = message;
          messages.push({ hours: hoursOf(message.at), phase, kind, because, resource: nameOf(subject) });
        }
        const record = recordOf(entry);
        if (record?.content.workflow === 'drill') {
          const { resource, content } = record;
          drills.push({ hours: hoursOf(entry.at), resource: nameOf(resource), content: { ...content } });
        }
        if (entry.kind === 'call' && entry.error === undefined && deletions.includes(entry.operation)) {
          const input = entry.input as Record<string, string>;
          const name = input.DBInstanceIdentifier ?? input.DBClusterIdentifier ?? input.FileSystemId ?? '';
          deleted.push({ hours: hoursOf(entry.at), operation: entry.operation, name });
        }
      },
      hourly: ({ account, world }) => {
        for (const checker of checkers) checker.look(account, world.now());
        const { RDS, EFS } = account.region(copy).services;
        const found = [...RDS.clusters, ...RDS.instances].map(({ identifier }) => identifier);
        found.push(...EFS.fileSystems.map(({ id }) => id));
        scratch.push({ hours: (world.now() - start) / 3_600_000, names: found });
      },
      after: ({ account, world }) => {
        const { RDS, EFS } = account.region(home).services;
        result = {
          production: [...RDS.clusters, ...RDS.instances]
            .map(({ identifier }) => identifier)
            .concat(EFS.fileSystems.map(({ tags: own }) => own.get('Name') ?? '')),
          violations: checkers.flatMap((checker) => checker.conclude(world.now()).violations),
        };
      },
    });
    return { messages, drills, scratch, deleted, ...result };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run())}\n`);

import '../../simulator/world/globals.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, stacksOf } from '../../cli/package.ts';
import { onePage } from '../../simulator/checkers/one-page.ts';
import { recordOf } from '../../simulator/scenarios/evidence.ts';
import { messageOf } from '../../simulator/scenarios/messages.ts';
import { runScenario, type Scene } from '../../simulator/scenarios/run.ts';
import type { Template } from '../../simulator/world/deploy/index.ts';
import type { Fault } from '../../simulator/world/door.ts';
import { AwsError } from '../../simulator/world/region.ts';

/** What a run printed, as far as the tests look at it. Hours since the start. */
export interface HeartbeatRun {
  readonly messages: readonly {
    readonly hours: number;
    readonly severity: string;
    readonly phase: string;
    readonly region: string;
    readonly kind: string;
    readonly because: string;
  }[];
  /** Drills that ended, in the copy Region. */
  readonly drills: readonly { readonly hours: number; readonly verdict: string }[];
  readonly heartbeats: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

const home = 'eu-central-1';
const copy = 'eu-west-1';
const start = Date.parse('2026-01-05T00:00:00Z');
const policy = `home: ${home}
alerts: { page: [ oncall@example.com ], notices: [ team@example.com ], all_well: daily }
tiers:
  gold:
    backup: { every: 6 hours, keep: 14 days }
    copies: [ { to: ${copy}, keep: 35 days } ]
    drill: { every: 1 day, from: ${copy} }
    objectives: { rpo: 9 hours, copy_rpo: 12 hours, proof: 48 hours, rto: 4 hours }
`;

interface Plan {
  readonly hours: number;
  /** Given the hours since the start. */
  readonly fault: (hours: () => number) => Fault;
  readonly acts?: (scene: Scene, at: (hours: number, act: () => void) => void) => void;
}

const denied = (what: string) => ({
  kind: 'refuse' as const,
  error: new AwsError('AccessDeniedException', `User is not authorized to ${what}`, 403),
});

const plans: Readonly<Record<string, Plan>> = {
  /** The watch of home stops twice, and each way to give something up is taken once. */
  troubles: {
    hours: 4,
    acts: ({ account }, at) => {
      const { Scheduler } = account.region(home).services;
      at(1, () => Scheduler.setState('lifeboat-watch', 'DISABLED'));
      at(1.5, () => Scheduler.setState('lifeboat-watch', 'ENABLED'));
    },
    fault:
      (hours) =>
      ({ caller, service, operation, region, input }) => {
        const invoked = operation === 'Invoke' ? String((input as { FunctionName?: string }).FunctionName) : '';
        if (caller.name === 'lifeboat-watch' && region === home && service === 'DynamoDB' && between(hours(), 2, 2.3)) {
          return denied('perform: dynamodb');
        }
        if (caller.name === 'events.amazonaws.com' && invoked.endsWith('lifeboat-resume')) return denied('invoke it');
        if (!between(hours(), 2.5, 3.5)) return undefined;
        if (caller.name === 'scheduler.amazonaws.com' && region === home && invoked.endsWith('lifeboat-reconcile')) {
          return denied('invoke it');
        }
        if (caller.name === 'lifeboat-sweep' && region === copy) return denied('read the ledger');
        return undefined;
      },
  },
  /** Nothing of home answers, or does anything, from some hour on. */
  'home gone': {
    hours: 30,
    fault:
      (hours) =>
      ({ caller, region }) =>
        hours() >= 8 && (region === home || caller.region === home)
          ? { kind: 'refuse', error: new AwsError('ServiceUnavailable', 'The service is unavailable.', 503) }
          : undefined,
  },
};

function between(hours: number, from: number, to: number): boolean {
  return hours >= from && hours < to;
}

async function run(name: string): Promise<HeartbeatRun> {
  const plan = plans[name];
  if (plan === undefined) throw new Error(`There is no plan ${name}.`);
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-heartbeat-'));
  try {
    const policyFile = join(folder, 'policy.yml');
    writeFileSync(policyFile, policy);
    mkdirSync(join(folder, 'tree'));
    for (let n = 0; n < 20; n += 1) writeFileSync(join(folder, 'tree', `note-${n}.txt`), `note ${n}\n`);
    const stacks = await Promise.all(
      (await stacksOf(policyFile)).map(async (stack) => ({
        region: stack.region,
        template: (await compileTemplate({ ...stack, policyFile, outDir: folder })) as Template,
      })),
    );
    const messages: HeartbeatRun['messages'][number][] = [];
    const drills: HeartbeatRun['drills'][number][] = [];
    const heartbeats: Record<string, number> = {};
    const checker = onePage();
    let violations: readonly string[] = [];
    const hoursOf = (instant: string) => (Date.parse(instant) - start) / 3_600_000;
    await runScenario({
      file: {
        account: '123456789012',
        start,
        resources: [
          {
            kind: 'efs',
            name: 'notes',
            directory: join(folder, 'tree'),
            tags: { 'lifeboat:tier': 'gold' },
            workload: [],
          },
        ],
        incidents: [],
        expect: null,
      },
      seed: 'heartbeat',
      days: plan.hours / 24,
      home,
      stacks,
      taskRoot: folder,
      sourceRoot: join(import.meta.dirname, '../..'),
      begun: (scene) => {
        const { world, account } = scene;
        account.door.add(plan.fault(() => (world.now() - start) / 3_600_000));
        plan.acts?.(scene, (hours, act) => void world.at(start + hours * 3_600_000, 'somebody acts', act));
      },
      listen: (entry) => {
        checker.see(entry);
        const message = messageOf(entry);
        if (message !== undefined) {
          const { severity, phase, region, kind, because } = message;
          messages.push({ hours: hoursOf(message.at), severity, phase, region, kind, because });
        }
        const record = recordOf(entry);
        if (record?.content.workflow === 'drill' && record.content.endedAt !== undefined) {
          drills.push({ hours: hoursOf(record.content.endedAt), verdict: record.content.verdict?.is ?? 'none' });
        }
        if (entry.kind === 'call' && entry.operation === 'PutMetricData' && entry.error === undefined) {
          const from = entry.caller.region;
          heartbeats[`${from} to ${entry.region}`] = (heartbeats[`${from} to ${entry.region}`] ?? 0) + 1;
        }
      },
      after: ({ world }) => {
        violations = checker.conclude(world.now()).violations;
      },
    });
    return { messages, drills, heartbeats, violations };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(process.argv[2] ?? ''))}\n`);

// Starts every machine as people do in the console: with nothing, with what the console proposes, with a slip; lets
// `protect` fail or be stopped in each of its states, and redrives it. Prints what became of each as JSON. Run by
// console.test.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceComplete } from '../../../simulator/checkers/evidence-complete.ts';
import { noOrphan } from '../../../simulator/checkers/no-orphan.ts';
import { recordOf } from '../../../simulator/checkers/record.ts';
import { messageOf } from '../../../simulator/scenarios/messages.ts';
import type { Region } from '../../../simulator/world/region.ts';
import { denied, hour, onStage, type Stage } from '../drill/stage.ts';

export interface Run {
  readonly machine: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: string;
  readonly error: string;
  readonly cause: string;
  readonly output: string;
  /** What may not be there any more or have become more: production, and recovery points. */
  readonly before: Standing;
  readonly after: Standing;
}

interface Standing {
  readonly things: readonly string[];
  readonly points: number;
}

/** An execution of `protect` that failed or was stopped in a state, and was redriven. */
export interface Redriven {
  readonly how: string;
  readonly first: { readonly status: string; readonly in: string };
  readonly last: string;
  readonly redriveCount: number;
  /** Jobs that began for it, both times together. */
  readonly backups: number;
  readonly copies: number;
  readonly records: readonly string[];
}

export interface Played {
  readonly runs: readonly Run[];
  readonly redriven: readonly Redriven[];
  readonly findings: readonly { readonly invariant: string; readonly violations: readonly string[] }[];
  /** What people were told, by its first words. */
  readonly told: readonly string[];
}

const runs: Run[] = [];
const redriven: Redriven[] = [];
const records: { execution: string; outcome: string }[] = [];
const told: string[] = [];
const checkers = [noOrphan(), evidenceComplete()];
let resource = '';
let jobs = { backups: 0, copies: 0 };

const inputs = [{}, { Comment: 'Insert your JSON here' }, { resorce: 'orders' }] as const;

function standing({ services }: Region): Standing {
  const { RDS, EFS, Backup } = services;
  return {
    things: [...RDS.instances.map(({ identifier }) => identifier), ...EFS.fileSystems.map(({ id }) => id)],
    points: Backup.truth().points.length,
  };
}

const arnOf = (stage: Stage, region: Region, machine: string, name: string) =>
  `arn:aws:states:${region.name}:${stage.account.id}:execution:lifeboat-${machine}:${name}`;

async function begin(stage: Stage, region: Region, machine: string, name: string, input: object): Promise<string> {
  await stage.ask(region, 'SFN', 'StartExecution', {
    stateMachineArn: `arn:aws:states:${region.name}:${stage.account.id}:stateMachine:lifeboat-${machine}`,
    name,
    input: JSON.stringify(input),
  });
  return arnOf(stage, region, machine, name);
}

async function ended(stage: Stage, region: Region, executionArn: string): Promise<Record<string, unknown>> {
  await stage.until(
    `${executionArn} has ended`,
    30,
    async () => (await stage.statusOf(region, executionArn)) !== 'RUNNING',
  );
  return stage.ask(region, 'SFN', 'DescribeExecution', { executionArn });
}

async function byHand(stage: Stage, region: Region, machine: string): Promise<void> {
  for (const [at, input] of inputs.entries()) {
    const before = standing(region);
    const told = await ended(stage, region, await begin(stage, region, machine, `by-hand-${at}`, input));
    // What a fleet starts ends by itself, and the next start should not meet it.
    await stage.run(6 * hour);
    runs.push({
      machine,
      region: region.name,
      input,
      status: String(told.status),
      error: String(told.error ?? ''),
      cause: String(told.cause ?? ''),
      output: String(told.output ?? ''),
      before,
      after: standing(region),
    });
  }
}

function stateOf({ services }: Region, executionArn: string): string {
  const answer = services.SFN.operations.GetExecutionHistory?.(
    { executionArn, reverseOrder: true, maxResults: 1000 } as never,
    { caller: { kind: 'operator', name: 'test', region: 'eu-central-1' } } as never,
  ) as { events: { stateEnteredEventDetails?: { name: string } }[] };
  return (
    answer.events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined)
      ?.stateEnteredEventDetails?.name ?? ''
  );
}

/** `spoil` makes it end in its state, and answers what takes the trouble away again. */
async function redrive(
  stage: Stage,
  how: string,
  spoil: (executionArn: string) => Promise<() => void> | (() => void),
): Promise<void> {
  const { home } = stage;
  jobs = { backups: 0, copies: 0 };
  const name = how.replaceAll(/[^a-z]+/gi, '-');
  const executionArn = arnOf(stage, home, 'protect', name);
  const before = await spoil(executionArn);
  await begin(stage, home, 'protect', name, { resource });
  const mend = stopping.get(executionArn);
  if (mend !== undefined) await mend();
  const { status } = await ended(stage, home, executionArn);
  const first = { status: String(status), in: stateOf(home, executionArn) };
  before();
  await stage.run(hour / 4);
  await stage.ask(home, 'SFN', 'RedriveExecution', { executionArn });
  const told = await ended(stage, home, executionArn);
  await stage.run(hour);
  redriven.push({
    how,
    first,
    last: String(told.status),
    redriveCount: Number(told.redriveCount),
    ...jobs,
    records: records.filter(({ execution }) => execution === executionArn).map(({ outcome }) => outcome),
  });
}

const stopping = new Map<string, () => Promise<void>>();

/** Somebody stops it once it is in that state. */
function stopIn(stage: Stage, state: string): (executionArn: string) => () => void {
  return (executionArn) => {
    stopping.set(executionArn, async () => {
      for (let passed = 0; passed < 2000 && stateOf(stage.home, executionArn) !== state; passed += 1)
        await stage.run(5000);
      await stage.run(30_000);
      await stage.ask(stage.home, 'SFN', 'StopExecution', { executionArn, cause: 'somebody stopped it' });
    });
    return () => {};
  };
}

function deny(stage: Stage, operation: string): () => () => void {
  return () => {
    let isDenied = true;
    stage.account.door.add((call) =>
      isDenied && call.operation === operation && call.region === stage.home.name
        ? { kind: 'refuse', error: denied(operation) }
        : undefined,
    );
    return () => {
      isDenied = false;
    };
  };
}

await onStage(
  {
    seed: 'the console',
    checkers,
    listen: (entry) => {
      const message = messageOf(entry);
      if (message !== undefined) told.push(`${message.severity} ${message.phase} ${message.kind}: ${message.because}`);
      const record = recordOf(entry);
      if (record !== undefined) records.push(record);
      if (entry.kind !== 'call' || entry.error !== undefined) return;
      if (entry.operation === 'StartBackupJob') jobs.backups += 1;
      if (entry.operation === 'StartCopyJob') jobs.copies += 1;
    },
    resources: async (home, directory) => {
      const tree = join(directory, 'share');
      mkdirSync(tree);
      writeFileSync(join(tree, 'ledger.txt'), 'the ledger of the share\n'.repeat(20));
      const tags = { 'lifeboat:tier': 'table', 'lifeboat:checks': 'share' };
      const made = await home.services.EFS.addFileSystem({ name: 'share', directory: tree, tags });
      resource = made.arn;
    },
  },
  async (stage) => {
    const { home, copy } = stage;
    await stage.protect([resource], 'first', 1);
    for (const machine of ['fleet', 'protect', 'drill', 'recover', 'silence']) await byHand(stage, home, machine);
    for (const machine of ['fleet', 'drill', 'recover', 'silence']) await byHand(stage, copy, machine);
    await redrive(stage, 'failed in Take The Lane', deny(stage, 'GetResources'));
    await redrive(stage, 'failed in Back Up', deny(stage, 'StartBackupJob'));
    await redrive(stage, 'failed in Copy', deny(stage, 'StartCopyJob'));
    await redrive(stage, 'stopped in Back Up', stopIn(stage, 'Back Up'));
    await redrive(stage, 'stopped in Copy', stopIn(stage, 'Copy'));
  },
);
const findings = checkers.map((checker) => {
  const { invariant, violations } = checker.conclude(Number.MAX_SAFE_INTEGER);
  return { invariant, violations };
});
const played: Played = { runs, redriven, findings, told };
process.stdout.write(`${JSON.stringify(played)}\n`);

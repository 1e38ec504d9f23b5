import {
  type Execution,
  type Host,
  type JsonValue,
  type Machine,
  NotRedrivable,
  start,
} from '../../states-language/index.ts';
import type { Chance } from '../../world/chance.ts';
import { AwsError, type Caller, type Region } from '../../world/region.ts';
import type { World } from '../../world/world.ts';
import { type Archive, executionArn } from './archive.ts';
import type { Executions } from './kept.ts';
import { performTask } from './task.ts';

/** A deployed state machine. Executions keep the definition and role they were started with. */
export interface StateMachine {
  readonly name: string;
  readonly arn: string;
  machine: Machine;
  /** The definition as it was deployed, JSON. */
  definition: string;
  roleArn: string;
  readonly createdAt: number;
  /** State transitions that were billed, by the state. */
  readonly billed: Map<string, number>;
  /** In the order of their starts: what was put away by its place in the archive. */
  readonly executions: (KeptExecution | number)[];
  /** Those that run, and those that ended otherwise than well: few of many, and asked for again and again. */
  readonly running: Set<KeptExecution>;
  readonly endedBadly: Set<KeptExecution>;
  readonly archive: Archive;
}

/** One execution as the service keeps it. */
export interface KeptExecution {
  readonly arn: string;
  readonly name: string;
  readonly stateMachine: StateMachine;
  readonly input: string;
  readonly startedAt: number;
  /** How many of its machine were started before. */
  readonly sequence: number;
  run: Execution;
  stoppedAt: number | undefined;
  redrives: number;
  redrivenAt: number | undefined;
  /** The task tokens that it gave out. */
  readonly tokens: string[];
}

/** Starts an execution: its tasks go through the door as calls of the machine, its ends onto the bus. */
export function begin(options: {
  region: Region;
  chance: Chance;
  stateMachine: StateMachine;
  name: string;
  input: string;
  parsed: JsonValue;
  executions: Executions;
}): KeptExecution {
  const { region, chance, stateMachine, name, input, parsed, executions } = options;
  const { world } = region;
  const arn = executionArn(stateMachine, name);
  const startedAt = world.now();
  const caller: Caller = {
    kind: 'machine',
    name: stateMachine.name,
    region: region.name,
    id: arn,
    role: stateMachine.roleArn,
  };
  const host: Host = {
    now: () => world.now(),
    after: (milliseconds, what, run) => after(world, milliseconds, `${stateMachine.name}/${name}: ${what}`, run),
    uuid: () => chance.uuid(),
    random: () => chance.number(),
    billed: (state) => stateMachine.billed.set(state, (stateMachine.billed.get(state) ?? 0) + 1),
    task: (request) => {
      if (request.taskToken !== undefined) executions.addToken(request.taskToken, kept);
      performTask(region, caller, request);
    },
  };
  const run = start(
    stateMachine.machine,
    parsed,
    {
      id: arn,
      name,
      roleArn: stateMachine.roleArn,
      startTime: new Date(startedAt).toISOString(),
      redriveCount: 0,
      stateMachine: { id: stateMachine.arn, name: stateMachine.name },
    },
    host,
    () => {
      kept.stoppedAt = world.now();
      stateMachine.running.delete(kept);
      if (run.status() !== 'SUCCEEDED') stateMachine.endedBadly.add(kept);
      stateMachine.archive.ended(kept);
      announce(region, kept, run.status());
    },
  );
  // The interpreter does nothing before the next happening, so that everything above may refer to this.
  const kept: KeptExecution = {
    arn,
    name,
    stateMachine,
    input,
    startedAt,
    sequence: stateMachine.executions.length,
    run,
    stoppedAt: undefined,
    redrives: 0,
    redrivenAt: undefined,
    tokens: [],
  };
  executions.add(kept);
  announce(region, kept, 'RUNNING');
  return kept;
}

/**
 * A time limit of two weeks that was cancelled stands in the world's queue until then. It holds nothing of its execution,
 * which is why this stands by itself.
 */
function after(world: World, milliseconds: number, what: string, run: () => void): () => void {
  let left: (() => void) | undefined = run;
  const cancel = world.after(milliseconds, what, () => left?.());
  return () => {
    left = undefined;
    cancel();
  };
}

/** Puts the execution's status change on the bus, in the shape of the Step Functions developer guide. */
export function announce(region: Region, kept: KeptExecution, status: string): void {
  const { error, cause, output } = ending(kept);
  region.emit({
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [kept.arn],
    detail: {
      executionArn: kept.arn,
      stateMachineArn: kept.stateMachine.arn,
      name: kept.name,
      status,
      startDate: Math.floor(kept.startedAt),
      stopDate: kept.stoppedAt === undefined ? null : Math.floor(kept.stoppedAt),
      input: kept.input,
      inputDetails: { included: true },
      output: output ?? null,
      outputDetails: output === undefined ? null : { included: true },
      error: error ?? null,
      cause: cause ?? null,
      redriveCount: kept.redrives,
      redriveDate: kept.redrivenAt === undefined ? null : Math.floor(kept.redrivenAt),
    },
  });
}

/** The output, error and cause of an execution that has ended. */
export function ending(kept: KeptExecution): { output?: string; error?: string; cause?: string } {
  const outcome = kept.run.outcome();
  if (outcome === undefined) return {};
  if (outcome.status === 'SUCCEEDED') return { output: JSON.stringify(outcome.output) };
  return {
    ...(outcome.error !== undefined && { error: outcome.error }),
    ...(outcome.cause !== undefined && { cause: outcome.cause }),
  };
}

/** The executions of a machine in one state, or all of them, in the order of their starts. */
export function executionsIn(machine: StateMachine, status: string | undefined): readonly (KeptExecution | number)[] {
  if (status === undefined) return machine.executions;
  if (status === 'SUCCEEDED') {
    return machine.executions.filter((kept) => typeof kept === 'number' || kept.run.status() === status);
  }
  const among = status === 'RUNNING' ? machine.running : machine.endedBadly;
  return [...among].filter(({ run }) => run.status() === status).sort((one, other) => one.sequence - other.sequence);
}

export function isClosed(kept: KeptExecution): boolean {
  return kept.run.status() !== 'RUNNING';
}

export function redrive(region: Region, kept: KeptExecution): void {
  try {
    kept.run.redrive();
  } catch (error) {
    if (!(error instanceof NotRedrivable)) throw error;
    throw new AwsError('ExecutionNotRedrivable', `Execution Not Redrivable: '${kept.arn}': ${error.message}`);
  }
  kept.stateMachine.endedBadly.delete(kept);
  kept.stateMachine.running.add(kept);
  kept.redrives += 1;
  kept.redrivenAt = region.world.now();
  kept.stoppedAt = undefined;
  announce(region, kept, 'RUNNING');
}

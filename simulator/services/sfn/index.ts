import { load, type Machine } from '../../states-language/index.ts';
import type { Operation, Region, Service } from '../../world/region.ts';
import { archive } from './archive.ts';
import { callbackOperations } from './callbacks.ts';
import type { StateMachine } from './execution.ts';
import { executionOperations } from './executions.ts';
import { executionsOf } from './kept.ts';
import { noMachine } from './refusals.ts';

/** What one machine has cost. A state transition is billed for each entry of a state, each retry and each redrive of one. */
export interface Used {
  readonly machine: string;
  readonly executions: number;
  readonly billed: ReadonlyMap<string, number>;
}

/** Step Functions in one Region: Standard state machines and their executions. */
export interface SFN extends Service {
  /** Deploys a machine, or gives the one there is this definition; running executions keep theirs. Returns the ARN. */
  define(options: { name: string; definition: string; roleArn: string }): string;
  /** For each machine the executions that were started, and the state transitions that are billed, by the state. */
  used(): Used[];
  /** An execution's time is over, whatever its TimeoutSeconds are. */
  timeOut(executionArn: string): void;
}

export function createSFN(region: Region): SFN {
  const { world, account } = region;
  const machines = new Map<string, StateMachine>();
  const executions = executionsOf(world, machines);
  const find = (arn: string) => {
    const machine = machines.get(arn);
    if (machine === undefined) throw noMachine(arn);
    return machine;
  };

  const operations: Record<string, Operation> = {
    ...executionOperations({ region, find, executions }),
    ...callbackOperations(executions),
    DescribeStateMachine: (input: { stateMachineArn: string }) => {
      const machine = find(input.stateMachineArn);
      return {
        stateMachineArn: machine.arn,
        name: machine.name,
        status: 'ACTIVE',
        definition: machine.definition,
        roleArn: machine.roleArn,
        type: 'STANDARD',
        creationDate: new Date(machine.createdAt),
      };
    },
    ListStateMachines: (input: { maxResults?: number; nextToken?: string }) => {
      const all = [...machines.values()];
      const from = Number(input.nextToken ?? 0);
      const size = input.maxResults === undefined || input.maxResults === 0 ? 100 : input.maxResults;
      return {
        stateMachines: all.slice(from, from + size).map(({ arn, name, createdAt }) => ({
          stateMachineArn: arn,
          name,
          type: 'STANDARD',
          creationDate: new Date(createdAt),
        })),
        ...(from + size < all.length && { nextToken: String(from + size) }),
      };
    },
  };

  return {
    operations,
    timeOut: (executionArn) => executions.get(executionArn)?.run.timeOut(),
    used: () =>
      [...machines.values()].map(({ name, executions, billed }) => ({
        machine: name,
        executions: executions.length,
        billed,
      })),
    define: ({ name, definition, roleArn }) => {
      const arn = `arn:aws:states:${region.name}:${account.id}:stateMachine:${name}`;
      const machine = loaded(definition);
      const before = machines.get(arn);
      if (before !== undefined) Object.assign(before, { machine, definition, roleArn });
      else
        machines.set(arn, {
          name,
          arn,
          machine,
          definition,
          roleArn,
          createdAt: world.now(),
          billed: new Map(),
          executions: [],
          running: new Set(),
          archive: archive(world.attic),
          endedBadly: new Set(),
        });
      return arn;
    },
  };
}

/** Machines never change, so that accounts of one process share those of one definition: a tenth of a short run is spared. */
const known = new Map<string, Machine>();
/** Two accounts' worth, with their Regions. */
const mostKnown = 50;

function loaded(definition: string): Machine {
  const before = known.get(definition);
  if (before !== undefined) return before;
  const machine = load(JSON.parse(definition));
  if (known.size >= mostKnown) known.clear();
  known.set(definition, machine);
  return machine;
}

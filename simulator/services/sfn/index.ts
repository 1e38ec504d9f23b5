import { load } from '../../states-language/index.ts';
import type { Operation, Region, Service } from '../../world/region.ts';
import { callbackOperations } from './callbacks.ts';
import type { KeptExecution, StateMachine } from './execution.ts';
import { executionOperations } from './executions.ts';
import { noMachine } from './refusals.ts';

/** Step Functions in one Region: Standard state machines and their executions. */
export interface SFN extends Service {
  /** Deploys a machine, or gives the one there is this definition; running executions keep theirs. Returns the ARN. */
  define(options: { name: string; definition: string; roleArn: string }): string;
}

export function createSFN(region: Region): SFN {
  const { world, account } = region;
  const machines = new Map<string, StateMachine>();
  const executions = new Map<string, KeptExecution>();
  const tokens = new Map<string, KeptExecution>();
  const find = (arn: string) => {
    const machine = machines.get(arn);
    if (machine === undefined) throw noMachine(arn);
    return machine;
  };

  const operations: Record<string, Operation> = {
    ...executionOperations({ region, find, executions, tokens }),
    ...callbackOperations(tokens),
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
    define: ({ name, definition, roleArn }) => {
      const arn = `arn:aws:states:${region.name}:${account.id}:stateMachine:${name}`;
      const machine = load(JSON.parse(definition));
      const before = machines.get(arn);
      if (before !== undefined) Object.assign(before, { machine, definition, roleArn });
      else machines.set(arn, { name, arn, machine, definition, roleArn, createdAt: world.now(), executions: [] });
      return arn;
    },
  };
}

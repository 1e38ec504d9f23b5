import { AwsError, type Operation, type Region } from '../../world/region.ts';
import { executionArn } from './archive.ts';
import { begin, ending, executionsIn, isClosed, type KeptExecution, redrive, type StateMachine } from './execution.ts';
import type { Executions } from './kept.ts';
import { checkName, noExecution, parseInput } from './refusals.ts';

/** StartExecution's bucket and its refill each second, by Region: the Step Functions service quotas page. */
const largeRegions = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);
const startQuota = (region: string) =>
  largeRegions.has(region) ? { bucket: 1_300, refill: 300 } : { bucket: 800, refill: 150 };

const longestPage = 1_000;
const usualPage = 100;

/** Names of closed executions may be used again after this. */
const nameKeptMilliseconds = 90 * 86_400_000;
/** A redrive with the same client token within this time is the same redrive. */
const redriveTokenMilliseconds = 15 * 60_000;

/** The operations that start, look at and end executions. */
export function executionOperations(state: {
  region: Region;
  find: (arn: string) => StateMachine;
  executions: Executions;
}): Record<string, Operation> {
  const { region, executions } = state;
  const { world } = region;
  const chance = world.chance.fork(`step functions ${region.name}`);
  const take = bucket(startQuota(region.name), () => world.now());
  const redrives = new Map<string, { at: number; token: string }>();
  const executionOf = (arn: string) => {
    const found = executions.get(arn);
    if (found === undefined) throw noExecution(arn);
    return found;
  };

  return {
    StartExecution: (input: { stateMachineArn: string; name?: string; input?: string }) => {
      take();
      const stateMachine = state.find(input.stateMachineArn);
      const name = input.name ?? chance.uuid();
      checkName(name);
      const given = input.input ?? '{}';
      const parsed = parseInput(given);
      const before = executions.get(executionArn(stateMachine, name));
      if (before !== undefined && world.now() - (before.stoppedAt ?? world.now()) < nameKeptMilliseconds) {
        if (!isClosed(before) && before.input === given) {
          return { executionArn: before.arn, startDate: new Date(before.startedAt) };
        }
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${before.arn}'`);
      }
      const kept = begin({ region, chance, stateMachine, name, input: given, parsed, executions });
      return { executionArn: kept.arn, startDate: new Date(kept.startedAt) };
    },
    DescribeExecution: (input: { executionArn: string }) => {
      const kept = executionOf(input.executionArn);
      const { output, error, cause } = ending(kept);
      return {
        ...summary(kept),
        input: kept.input,
        inputDetails: { included: true },
        ...(output !== undefined && { output, outputDetails: { included: true } }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
        redriveStatus: isClosed(kept) && kept.run.status() !== 'SUCCEEDED' ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      };
    },
    ListExecutions: (input: {
      stateMachineArn?: string;
      statusFilter?: string;
      maxResults?: number;
      nextToken?: string;
    }) => {
      if (input.stateMachineArn === undefined) {
        throw new AwsError('ValidationException', 'Only lists of one state machine are modelled: set stateMachineArn.');
      }
      const machine = state.find(input.stateMachineArn);
      const all = executionsIn(machine, input.statusFilter);
      const size = pageSize(input.maxResults);
      // Newest first; the token counts from the oldest, so that new executions do not shift the pages.
      const to = input.nextToken === undefined ? all.length : Number(input.nextToken);
      const from = Math.max(0, to - size);
      return {
        executions: all
          .slice(from, to)
          .reverse()
          .map((entry) => summary(executions.listed(machine, entry))),
        ...(from > 0 && { nextToken: String(from) }),
      };
    },
    StopExecution: (input: { executionArn: string; error?: string; cause?: string }) => {
      const kept = executionOf(input.executionArn);
      if (!isClosed(kept)) kept.run.stop(input.error, input.cause);
      return { stopDate: new Date(kept.stoppedAt ?? world.now()) };
    },
    RedriveExecution: (input: { executionArn: string; clientToken?: string }) => {
      const kept = executionOf(input.executionArn);
      const before = redrives.get(kept.arn);
      const same = before !== undefined && before.token === input.clientToken;
      if (same && world.now() - before.at < redriveTokenMilliseconds) return { redriveDate: new Date(before.at) };
      redrive(region, kept);
      if (input.clientToken !== undefined) redrives.set(kept.arn, { at: world.now(), token: input.clientToken });
      return { redriveDate: new Date(world.now()) };
    },
    GetExecutionHistory: (input: {
      executionArn: string;
      maxResults?: number;
      nextToken?: string;
      reverseOrder?: boolean;
    }) => {
      const events = executionOf(input.executionArn).run.history();
      if (input.reverseOrder === true) events.reverse();
      const size = pageSize(input.maxResults);
      const from = Number(input.nextToken ?? 0);
      return {
        events: events.slice(from, from + size),
        ...(from + size < events.length && { nextToken: String(from + size) }),
      };
    },
  } satisfies Record<string, (input: never) => unknown>;
}

function pageSize(asked: number | undefined): number {
  return asked === undefined || asked === 0 ? usualPage : Math.min(asked, longestPage);
}

function summary(kept: KeptExecution) {
  return {
    executionArn: kept.arn,
    stateMachineArn: kept.stateMachine.arn,
    name: kept.name,
    status: kept.run.status(),
    startDate: new Date(kept.startedAt),
    ...(kept.stoppedAt !== undefined && { stopDate: new Date(kept.stoppedAt) }),
    redriveCount: kept.redrives,
    ...(kept.redrivenAt !== undefined && { redriveDate: new Date(kept.redrivenAt) }),
  };
}

function bucket({ bucket, refill }: { bucket: number; refill: number }, now: () => number): () => void {
  let tokens = bucket;
  let filledAt = now();
  return () => {
    tokens = Math.min(bucket, tokens + ((now() - filledAt) / 1000) * refill);
    filledAt = now();
    if (tokens < 1) throw new AwsError('ThrottlingException', 'Rate exceeded');
    tokens -= 1;
  };
}

import type { SimulatedAccount } from '../../simulator/world/account.ts';
import { AwsError, type Caller, type Region } from '../../simulator/world/region.ts';
import type { World } from '../../simulator/world/world.ts';

/** An execution of one of Lifeboat's machines, as its page in the console shows it. */
export interface Ended {
  readonly arn: string;
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly output: Readonly<Record<string, unknown>>;
  readonly tookSeconds: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

/** A person with the rights of an operator, and a terminal. Every wait of theirs is virtual time that passes. */
export interface Operator {
  /** Makes a call and waits for its answer. */
  ask(region: string, service: string, operation: string, input: object): Promise<Record<string, unknown>>;
  /** Does something in an instant in which virtual time stands still, such as reading as an application does. */
  now<Answer>(work: () => Answer | Promise<Answer>): Promise<Answer>;
  wait(milliseconds: number): Promise<void>;
  /** Starts a machine with exactly this input; answers the execution's ARN. */
  start(region: string, machine: string, input: object): Promise<string>;
  /** Waits until an execution has ended, for a day at most. */
  ended(region: string, execution: string): Promise<Ended>;
}

const second = 1000;
const minute = 60 * second;
const longest = 24 * 60;

/** @param passed is told after every virtual minute that the operator waits */
export function operatorOf(account: SimulatedAccount, passed: () => void | Promise<void>): Operator {
  const { world } = account;
  let started = 0;
  const operator: Operator = {
    ask: (region, service, operation, input) =>
      happens(world, `an operator asks ${service}`, () =>
        account.region(region).request(caller(account.region(region)), service, operation, input),
      ) as Promise<Record<string, unknown>>,
    now: (work) =>
      happens(world, 'somebody looks', async () => {
        return await work();
      }),
    wait: async (milliseconds) => {
      const until = world.now() + milliseconds;
      while (world.now() < until) {
        await world.run(Math.min(until, world.now() + minute));
        await passed();
      }
    },
    start: async (region, machine, input) => {
      started += 1;
      const { executionArn } = await operator.ask(region, 'SFN', 'StartExecution', {
        stateMachineArn: `arn:aws:states:${region}:${account.id}:stateMachine:lifeboat-${machine}`,
        name: `by-the-runbook-${started}`,
        input: JSON.stringify(input),
      });
      return String(executionArn);
    },
    ended: async (region, executionArn) => {
      for (let minutes = 0; ; minutes += 1) {
        const told = await operator.ask(region, 'SFN', 'DescribeExecution', { executionArn });
        if (told.status !== 'RUNNING' || minutes >= longest) {
          const [began, ended] = [told.startDate as Date, (told.stopDate as Date | undefined) ?? new Date(world.now())];
          return {
            arn: executionArn,
            status: String(told.status),
            error: told.error as string | undefined,
            cause: told.cause as string | undefined,
            output: JSON.parse(String(told.output ?? '{}')) as Record<string, unknown>,
            endedAt: ended.getTime(),
            tookSeconds: Math.round((ended.getTime() - began.getTime()) / 1000),
          };
        }
        await operator.wait(minutes === 0 ? 10 * second : minute);
      }
    },
  };
  return operator;
}

/** The name and the words of what AWS refused. */
export function refusalOf(error: unknown): string {
  if (error instanceof AwsError) return `${error.name}: ${error.message}`;
  throw error;
}

function caller({ name }: Region): Caller {
  return { kind: 'operator', name: 'whoever follows the runbook', region: name };
}

/** Lets the world go on until something that happens in it now has come to its end. */
async function happens<Answer>(world: World, what: string, work: () => Promise<Answer>): Promise<Answer> {
  let ended: { answer: Answer } | { error: unknown } | undefined;
  const isCall = what.startsWith('an operator');
  world.at(world.now(), what, () => {
    const done = work().then(
      (answer) => {
        ended = { answer };
      },
      (error: unknown) => {
        ended = { error };
      },
    );
    // A call is answered by later happenings, for which the world must not wait here.
    return isCall ? undefined : done;
  });
  while (ended === undefined) await world.run(world.now() + 200);
  if ('error' in ended) throw ended.error;
  return ended.answer;
}

import { type Item, itemSize } from '../../simulator/services/dynamodb/value.ts';
import type { SimulatedAccount } from '../../simulator/world/account.ts';
import type { Operation } from '../../simulator/world/region.ts';

/** What was used in a run, in the units in which AWS bills it. */
export interface Used {
  /** Calls that passed the door, by `Service.Operation`: those of functions, machines and services. */
  readonly calls: Readonly<Record<string, number>>;
  /** State transitions by `machine/state`. */
  readonly transitions: Readonly<Record<string, number>>;
  readonly executions: number;
  readonly firings: number;
  readonly lambda: Readonly<Record<string, LambdaUse>>;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Custom metrics that got a value. */
  readonly metrics: number;
  readonly alarms: number;
}

export interface LambdaUse {
  runs: number;
  gigabyteSeconds: number;
  longestSeconds: number;
}

/**
 * Counts what an account uses from now on. Billed time is virtual: a cold or warm start, the latency of each call and
 * a few milliseconds of computing, all of them drawn from the simulator's assumptions.
 */
export function meterOf(account: SimulatedAccount, regions: readonly string[]): () => Used {
  const calls = new Map<string, number>();
  let firings = 0;
  account.door.add(({ caller, service, operation }) => {
    const name = `${service}.${operation}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (caller.name === 'scheduler.amazonaws.com') firings += 1;
    return undefined;
  });

  const lambda = new Map<string, LambdaUse>();
  const units = { read: 0, write: 0 };
  const metrics = new Set<string>();
  for (const name of regions) {
    const { Lambda, DynamoDB, CloudWatch } = account.region(name).services;
    Lambda.onRun(({ name: of, memoryMegabytes, milliseconds }) => {
      const used = lambda.get(of) ?? { runs: 0, gigabyteSeconds: 0, longestSeconds: 0 };
      used.runs += 1;
      // Lambda rounds up to the millisecond.
      used.gigabyteSeconds += (Math.ceil(milliseconds) / 1000) * (memoryMegabytes / 1024);
      used.longestSeconds = Math.max(used.longestSeconds, milliseconds / 1000);
      lambda.set(of, used);
    });
    after(DynamoDB.operations, 'GetItem', (_, { Item }: { Item?: Item }) => {
      units.read += blocks(Item === undefined ? 0 : itemSize(Item), 4);
    });
    after(
      DynamoDB.operations,
      'Query',
      ({ ConsistentRead }: { ConsistentRead?: boolean }, { Items = [] }: { Items?: Item[] }) => {
        units.read += blocks(sizeOfAll(Items), 4) * (ConsistentRead === true ? 1 : 0.5);
      },
    );
    after(DynamoDB.operations, 'PutItem', ({ Item = {} }: { Item?: Item }) => {
      // A row that waits for its instant stands in the index too.
      units.write += blocks(itemSize(Item), 1) * ('dueAt' in Item ? 2 : 1);
    });
    after(DynamoDB.operations, 'DeleteItem', () => {
      units.write += 1;
    });
    after(
      CloudWatch.operations,
      'PutMetricData',
      ({ MetricData = [] }: { MetricData?: { MetricName: string; Dimensions?: unknown }[] }) => {
        for (const { MetricName, Dimensions } of MetricData)
          metrics.add(`${name} ${MetricName} ${JSON.stringify(Dimensions)}`);
      },
    );
  }

  return () => {
    const machines = account.regions.flatMap((region) => region.services.SFN.used());
    const transitions = new Map<string, number>();
    for (const { machine, billed } of machines) {
      for (const [state, count] of billed) {
        const name = `${machine}/${state}`;
        transitions.set(name, (transitions.get(name) ?? 0) + count);
      }
    }
    return {
      calls: sorted(calls),
      transitions: sorted(transitions),
      executions: machines.reduce((sum, { executions }) => sum + executions, 0),
      firings,
      lambda: Object.fromEntries([...lambda].sort()),
      writeUnits: units.write,
      readUnits: units.read,
      metrics: metrics.size,
      alarms: account.regions.reduce((sum, { services }) => sum + services.CloudWatch.alarms().length, 0),
    };
  };
}

/** From now on what an operation was asked and what it answered is shown to this. */
function after<Input, Output>(
  operations: Readonly<Record<string, Operation>>,
  name: string,
  see: (input: Input, output: Output) => void,
): void {
  const run = operations[name];
  if (run === undefined) throw new Error(`There is no operation ${name} to be measured.`);
  (operations as Record<string, Operation>)[name] = (input, call) => {
    const output = run(input, call);
    see(input, output as Output);
    return output;
  };
}

/** The rows of one answer are alike: of many, some are measured. */
function sizeOfAll(items: readonly Item[]): number {
  const step = Math.max(1, Math.ceil(items.length / 8));
  let [bytes, measured] = [0, 0];
  for (let index = 0; index < items.length; index += step) {
    bytes += itemSize(items[index] as Item);
    measured += 1;
  }
  return measured === 0 ? 0 : (bytes / measured) * items.length;
}

function blocks(bytes: number, kilobytes: number): number {
  return Math.max(1, Math.ceil(bytes / (kilobytes * 1024)));
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

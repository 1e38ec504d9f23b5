import {
  type Execution,
  type ExecutionInfo,
  type HistoryEvent,
  type Host,
  type JsonValue,
  load,
  type Outcome,
  start,
  type TaskRequest,
} from '../../../simulator/states-language/index.ts';

/** A small world for one execution: a clock that only moves when it is told to, and tasks that the test answers. */
export interface World {
  readonly execution: Execution;
  readonly tasks: TaskRequest[];
  readonly outcomes: Outcome[];
  /** What the host still has to do some day. */
  pending(): string[];
  /** Milliseconds since the start. */
  elapsed(): number;
  /** Lets everything happen that is due within so many seconds. */
  pass(seconds: number): Promise<void>;
  /** Lets time pass until nothing is left to happen, or the execution waits for an answer alone. */
  untilQuiet(): Promise<void>;
  task(index: number): TaskRequest;
}

export const began = Date.UTC(2026, 2, 1, 12);

export const info: ExecutionInfo = {
  id: 'arn:aws:states:eu-central-1:111122223333:execution:Protect:orders',
  name: 'orders',
  roleArn: 'arn:aws:iam::111122223333:role/states',
  startTime: '2026-03-01T12:00:00.000Z',
  redriveCount: 0,
  stateMachine: { id: 'arn:aws:states:eu-central-1:111122223333:stateMachine:Protect', name: 'Protect' },
};

interface Options {
  readonly answer?: (request: TaskRequest) => void;
  readonly random?: () => number;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly what: string;
  readonly run: () => void;
}

const yearMilliseconds = 31_536_000_000;

export async function run(definition: unknown, input: JsonValue = {}, options: Options = {}): Promise<World> {
  let now = began;
  let order = 0;
  let uuids = 0;
  let due: Due[] = [];
  const tasks: TaskRequest[] = [];
  const outcomes: Outcome[] = [];
  const host: Host = {
    now: () => now,
    random: options.random ?? (() => 0.5),
    uuid: () => `uuid-${++uuids}`,
    after: (milliseconds, what, act) => {
      const entry: Due = { at: now + milliseconds, order: order++, what, run: act };
      due.push(entry);
      return () => {
        due = due.filter((other) => other !== entry);
      };
    },
    task: (request) => {
      tasks.push(request);
      options.answer?.(request);
    },
  };
  const execution = start(load(machine(definition)), input, info, host, (outcome) => outcomes.push(outcome));

  const step = async (until: number): Promise<boolean> => {
    await new Promise((resolve) => setImmediate(resolve));
    const [next] = due.sort((a, b) => a.at - b.at || a.order - b.order);
    if (next === undefined || next.at > until) return false;
    due = due.slice(1);
    now = next.at;
    next.run();
    return true;
  };
  const pass = async (seconds: number): Promise<void> => {
    const until = now + 1000 * seconds;
    while (await step(until));
    now = until;
  };
  const world: World = {
    execution,
    tasks,
    outcomes,
    pending: () => due.map(({ what }) => what),
    elapsed: () => now - began,
    pass,
    untilQuiet: async () => {
      // The execution's own time limit of a year is always pending; a test that wants it lets it pass.
      while (await step(began + yearMilliseconds - 1));
    },
    task: (index) => {
      const task = tasks[index];
      if (task === undefined) throw new Error(`there were only ${tasks.length} tasks`);
      return task;
    },
  };
  await pass(0);
  return world;
}

/** Fills in what every machine says, so that a test shows only what it is about. */
function machine(definition: unknown): unknown {
  return { QueryLanguage: 'JSONata', ...(definition as object) };
}

/** A Task that invokes a function, and ends unless it is told where to go. */
export function invoke(more: { readonly [field: string]: unknown } = {}): object {
  const ending = more.Next === undefined ? { End: true } : {};
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: 'work' },
    ...ending,
    ...more,
  };
}

/** A Task that waits for a callback, and gives the token away. */
export function callback(more: { readonly [field: string]: unknown } = {}): object {
  return invoke({
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'work', Payload: { token: '{% $states.context.Task.Token %}' } },
    ...more,
  });
}

/** A machine of one state. */
export function only(state: object): object {
  return { StartAt: 'Only', States: { Only: state } };
}

/** A history in short: id, type, and the event it follows. */
export function outline(execution: Execution): string[] {
  return execution.history().map(({ id, type, previousEventId }) => `${id} ${type} <${previousEventId}`);
}

export function types(execution: Execution): string[] {
  return execution.history().map(({ type }) => type);
}

export function eventOf(execution: Execution, type: string): HistoryEvent {
  const event = execution.history().find((candidate) => candidate.type === type);
  if (event === undefined) throw new Error(`the history has no ${type}`);
  return event;
}

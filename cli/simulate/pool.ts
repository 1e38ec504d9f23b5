import { type ChildProcess, fork } from 'node:child_process';

/** Processes that play orders, each one after another. */
export interface Pool<Order, Result> {
  /**
   * Plays an order as soon as a process is free for it. Answers undefined where somebody interrupted it.
   *
   * @throws {Error} when the process dies of it, or died of another order: then no more is played
   */
  play(order: Order): Promise<Result | undefined>;
}

interface Waiting<Order, Result> {
  readonly order: Order;
  readonly resolve: (result: Result | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Lets `use` play orders in as many processes as there are jobs. They are gone when it has ended, or when somebody has
 * interrupted it.
 */
export async function withPool<Order, Result, Answer>(
  how: {
    /** The file that each process runs. It is sent `{ setting }` once, then each `{ order }`, and sends its result. */
    readonly program: string;
    readonly setting: unknown;
    readonly jobs: number;
    readonly nameOf: (order: Order) => string;
    readonly interrupted: AbortSignal;
  },
  use: (pool: Pool<Order, Result>) => Promise<Answer>,
): Promise<Answer> {
  const { program, setting, jobs, nameOf, interrupted } = how;
  const waiting: Waiting<Order, Result>[] = [];
  const playing = new Map<ChildProcess, Waiting<Order, Result>>();
  const idle = new Set<ChildProcess>();
  let died: Error | undefined;

  const end = (error?: Error) => {
    died ??= error;
    for (const { resolve, reject } of [...playing.values(), ...waiting.splice(0)]) {
      if (died === undefined) resolve(undefined);
      else reject(died);
    }
    for (const worker of idle) worker.disconnect();
    for (const worker of playing.keys()) worker.kill();
    idle.clear();
    playing.clear();
  };
  const start = (): ChildProcess => {
    const worker = fork(program, {
      // Most of what a simulation makes dies young: a larger nursery spares it a fifth of its time.
      execArgv: [...process.execArgv, '--max-semi-space-size=64'],
    });
    worker.on('message', (result: Result) => {
      const played = playing.get(worker);
      // It was killed, and its last result was on the way.
      if (played === undefined) return;
      playing.delete(worker);
      idle.add(worker);
      played.resolve(result);
      next();
    });
    worker.on('exit', (code, signal) => {
      idle.delete(worker);
      const suspect = playing.get(worker);
      if (suspect === undefined) return;
      end(new Error(`A simulation ended with ${code ?? signal}: ${nameOf(suspect.order)}.`));
    });
    worker.send({ setting });
    return worker;
  };
  const next = () => {
    while (waiting.length > 0 && playing.size < jobs) {
      const [worker = start()] = idle;
      const one = waiting.shift() as Waiting<Order, Result>;
      idle.delete(worker);
      playing.set(worker, one);
      worker.send({ order: one.order });
    }
  };

  const interrupt = () => end();
  interrupted.addEventListener('abort', interrupt, { once: true });
  try {
    return await use({
      play: (order) => {
        if (interrupted.aborted) return Promise.resolve(undefined);
        if (died !== undefined) return Promise.reject(died);
        return new Promise((resolve, reject) => {
          waiting.push({ order, resolve, reject });
          next();
        });
      },
    });
  } finally {
    interrupted.removeEventListener('abort', interrupt);
    end();
  }
}

/** So many orders are handed to the pool before the first of them has been told of. */
const ahead = 100;

/** Plays orders and tells of each in the order in which it was given, until somebody interrupts it. */
export async function playAll<Order, Result>(
  pool: Pool<Order, Result>,
  orders: readonly Order[],
  told: (result: Result, order: Order) => void,
): Promise<void> {
  const under: { readonly order: Order; readonly played: Promise<Result | undefined> }[] = [];
  let next = 0;
  const handOut = () => {
    for (const order of orders.slice(next, next + ahead - under.length)) {
      const played = pool.play(order);
      // Whoever waits for an earlier one hears of its error, which is the same.
      played.catch(() => {});
      under.push({ order, played });
      next += 1;
    }
    return under.shift();
  };
  for (let first = handOut(); first !== undefined; first = handOut()) {
    const result = await first.played;
    if (result === undefined) return;
    told(result, first.order);
  }
}

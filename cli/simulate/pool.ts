import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * Plays the orders in as many processes as there are jobs, each one after another, and tells of each in the order in
 * which it was given. A process that dies ends all, and names the orders that it may have died of. Interrupted, it answers
 * what was told until then.
 */
export function playAll<Order, Result>(
  orders: readonly Order[],
  how: {
    readonly setting: unknown;
    readonly jobs: number;
    readonly nameOf: (order: Order) => string;
    readonly told: (result: Result, order: Order) => void;
    readonly interrupted?: AbortSignal;
  },
): Promise<Result[]> {
  const { setting, jobs, nameOf, told, interrupted } = how;
  return new Promise((resolve, reject) => {
    const results: (Result | undefined)[] = orders.map(() => undefined);
    const workers: ChildProcess[] = [];
    let next = 0;
    let toTell = 0;
    const stop = () => {
      for (const worker of workers) worker.kill();
    };
    const end = () => {
      resolve(results.slice(0, toTell) as Result[]);
      stop();
    };
    if (interrupted?.aborted === true || orders.length === 0) return end();
    interrupted?.addEventListener('abort', end, { once: true });
    const hand = (worker: ChildProcess) => {
      const index = next;
      const order = orders[index];
      if (order === undefined) {
        worker.disconnect();
        return;
      }
      next += 1;
      worker.once('message', (result: Result) => {
        results[index] = result;
        for (let ready = results[toTell]; ready !== undefined; ready = results[toTell]) {
          told(ready, orders[toTell] as Order);
          toTell += 1;
        }
        if (toTell === orders.length) resolve(results as Result[]);
        hand(worker);
      });
      worker.send({ order });
    };
    for (let job = 0; job < Math.min(jobs, orders.length); job += 1) {
      const worker = fork(join(root, 'cli/simulate/worker.ts'), {
        cwd: root,
        // Most of what a simulation makes dies young: a larger nursery spares it a fifth of its time.
        execArgv: [...process.execArgv, '--max-semi-space-size=64'],
      });
      workers.push(worker);
      worker.on('exit', (code) => {
        if (code === 0 || toTell === orders.length || interrupted?.aborted === true) return;
        stop();
        const suspects = orders.slice(toTell, next).map(nameOf).join(', ');
        reject(new Error(`A simulation ended with code ${code}. It was one of ${suspects}.`));
      });
      worker.send({ setting });
      hand(worker);
    }
  });
}

/** Works on each item, on so many at once, in their order. */
export async function inLanes<Item>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const lane = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

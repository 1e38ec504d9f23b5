/** A queue of one: work that asks for the lock runs alone, in the order of asking. */
export interface Lock {
  /** Resolves to the function that lets the next one in. */
  acquire(): Promise<() => void>;
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly busy: boolean;
}

export function lock(): Lock {
  const waiting: Array<() => void> = [];
  let busy = false;
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) busy = false;
    else next();
  };
  const acquire = async () => {
    if (busy) await new Promise<void>((resolve) => waiting.push(resolve));
    busy = true;
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };
  return {
    acquire,
    async run(work) {
      const done = await acquire();
      try {
        return await work();
      } finally {
        done();
      }
    },
    get busy() {
      return busy;
    },
  };
}

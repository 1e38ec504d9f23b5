import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../cli/package/service.ts';
import type { Setting, SmallOrder, SmallPlayed } from '../../cli/simulate/order.ts';

/** A run, or why there is none: its process ended twice, or it took longer than it may. */
export type Answer = { readonly played: SmallPlayed } | { readonly gaveUp: string };

export interface Player {
  play(order: SmallOrder): Promise<Answer>;
  close(): void;
}

/**
 * A process of its own that plays one order after another: sources are loaded once in each. One that dies is begun again,
 * and its order is played once more, since somebody else may have ended it. One that takes too long is ended.
 *
 * @param limit how long one run may take, seconds of real time
 * @param worker the script of the process
 */
export function player(setting: Setting, limit: number, worker = join(root, 'cli/simulate/worker.ts')): Player {
  let process_: ChildProcess | undefined;
  let said = '';

  const begin = (): ChildProcess => {
    const begun = fork(worker, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [...process.execArgv, '--max-semi-space-size=64'],
      // Nearly all that a new process reads is what the one before it read.
      env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/lifeboat-bench') },
    });
    said = '';
    begun.stderr?.on('data', (bytes: Buffer) => {
      said = `${said}${bytes}`.slice(-500);
    });
    // One that is gone says so by its end.
    begun.on('error', () => {});
    begun.on('exit', () => {
      if (process_ === begun) process_ = undefined;
    });
    begun.send({ setting }, () => {});
    return begun;
  };

  const once = (order: SmallOrder): Promise<Answer | { readonly died: string }> =>
    new Promise((resolve) => {
      const at = process_ ?? begin();
      process_ = at;
      const settle = (answer: Answer | { readonly died: string }) => {
        clearTimeout(timer);
        at.off('message', hear);
        at.off('exit', die);
        resolve(answer);
      };
      const hear = (played: SmallPlayed) => settle({ played });
      const die = (code: number | null, signal: string | null) =>
        settle({ died: `its process ended with ${signal ?? `code ${code}`}: ${said}` });
      const timer = setTimeout(() => {
        settle({ gaveUp: `the run took longer than ${limit} s` });
        at.kill('SIGKILL');
        process_ = undefined;
      }, limit * 1000);
      at.on('message', hear);
      at.on('exit', die);
      at.send({ order }, () => {});
    });

  return {
    play: async (order) => {
      const first = await once(order);
      if (!('died' in first)) return first;
      const second = await once(order);
      return 'died' in second ? { gaveUp: second.died } : second;
    },
    close: () => {
      // It ends by itself, and leaves what it has compiled to the next one.
      if (process_?.connected === true) process_.disconnect();
      process_ = undefined;
    },
  };
}

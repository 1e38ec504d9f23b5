import { join } from 'node:path';
import { interruptible } from './interruption.ts';
import type { Setting } from './order.ts';
import { type Pool, withPool } from './pool.ts';
import { settingOf, withTaskRoot } from './setting.ts';

/** Who plays orders, in what setting, and until when. */
export interface Players<Order, Result> {
  readonly setting: Setting;
  readonly pool: Pool<Order, Result>;
  readonly interrupted: AbortSignal;
}

/** Lets `use` play orders under a policy, in as many processes as there are jobs, until somebody interrupts it. */
export function withPlayers<Order, Result, Answer>(
  how: { readonly policyFile: string; readonly jobs: number; readonly nameOf: (order: Order) => string },
  use: (players: Players<Order, Result>) => Promise<Answer>,
): Promise<Answer> {
  const { policyFile, ...rest } = how;
  return withTaskRoot((taskRoot) =>
    interruptible(async (interrupted) => {
      const setting = await settingOf(policyFile, taskRoot);
      const program = join(import.meta.dirname, 'worker.ts');
      return withPool<Order, Result, Answer>({ ...rest, program, setting, interrupted }, (pool) =>
        use({ setting, pool, interrupted }),
      );
    }),
  );
}

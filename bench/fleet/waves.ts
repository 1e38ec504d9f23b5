import { secondsBetweenBatches, secondsWhileFull } from '../../functions/fleet/batch.ts';
import type { SimulatedAccount } from '../../simulator/world/account.ts';

/** What one firing of a fleet's schedule started, and how long that took: from its first start to its last. */
export interface Wave {
  readonly name: string;
  readonly started: number;
  readonly seconds: number;
  /** Of these: it waited, since as many executions ran as may. */
  readonly fullSeconds: number;
  /** Of these: it waited between two batches, so that AWS Backup is not asked for all jobs at once. */
  readonly pauseSeconds: number;
  /** How often it waited for either. */
  readonly waits: number;
}

/** Of the time between two starts, what was waited by intent: told by its length, as the machine's waits are known. */
export function waitsIn(seconds: number): { full: number; pause: number; waits: number } {
  const times = Math.floor(seconds / secondsWhileFull);
  const full = times * secondsWhileFull;
  const isPaused = seconds - full >= secondsBetweenBatches;
  return { full, pause: isPaused ? secondsBetweenBatches : 0, waits: times + (isPaused ? 1 : 0) };
}

/** Listens to the starts of executions that a fleet asks for, from now on. */
export function wavesOf(account: SimulatedAccount): () => Wave[] {
  const waves = new Map<
    string,
    { started: number; first: number; last: number; full: number; pause: number; waits: number }
  >();
  account.door.add(({ caller, operation, region, input }) => {
    if (operation !== 'StartExecution' || caller.name !== 'lifeboat-fleet-dispatch') return undefined;
    const { stateMachineArn, input: given } = input as { stateMachineArn: string; input: string };
    const { scheduledAt } = JSON.parse(given) as { scheduledAt: string };
    const name = `${stateMachineArn.slice(stateMachineArn.lastIndexOf(':') + 1)} in ${region}, ${scheduledAt}`;
    const now = account.world.now();
    const wave = waves.get(name);
    if (wave === undefined) waves.set(name, { started: 1, first: now, last: now, full: 0, pause: 0, waits: 0 });
    else {
      const { full, pause, waits: times } = waitsIn((now - wave.last) / 1000);
      wave.full += full;
      wave.pause += pause;
      wave.waits += times;
      wave.started += 1;
      wave.last = now;
    }
    return undefined;
  });
  return () =>
    [...waves].map(([name, { started, first, last, full, pause, waits: times }]) => ({
      name,
      started,
      seconds: (last - first) / 1000,
      fullSeconds: full,
      pauseSeconds: pause,
      waits: times,
    }));
}

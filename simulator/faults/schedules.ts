import type { FiringFault } from '../services/scheduler/index.ts';
import { type Fault, iso, type Target } from './fault.ts';

const minute = 60_000;

/** Every schedule fires twice. */
export const schedulesTwice: Fault = (target) =>
  interfere(target, 'every schedule fires twice', () => ({ extraCopies: 1 }));

/** Schedules fire up to twenty minutes late: all but those whose hour or minute the product promises. */
export const schedulesLate: Fault = (target) =>
  interfere(target, 'schedules fire up to twenty minutes late', (schedule) =>
    /^lifeboat-(watch|reconcile)$/.test(schedule)
      ? undefined
      : { delayMilliseconds: target.chance.between(0, 20 * minute) },
  );

/** One in three firings never comes: of what starts work, sweeps, keeps and seals. The watch has a fault of its own. */
export const schedulesLost: Fault = (target) =>
  interfere(target, 'one in three firings of what starts work never comes', (schedule) =>
    !/^lifeboat-(watch|reconcile|check)$/.test(schedule) && target.chance.number() < 0.33 ? { drop: true } : undefined,
  );

function interfere(
  { account, home, start, end, calm }: Target,
  words: string,
  strike: (schedule: string) => FiringFault | undefined,
) {
  let fired = 0;
  for (const { services } of account.regions) {
    services.Scheduler.interfere((schedule) => {
      const now = home.world.now();
      if (now < start + calm || now >= end) return undefined;
      const fault = strike(schedule);
      if (fault !== undefined) fired += 1;
      return fault;
    });
  }
  return { words: `from ${iso(start + calm)} on ${words}`, fired: () => fired, leave: {} };
}

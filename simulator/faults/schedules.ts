import type { FiringFault } from '../services/scheduler/index.ts';
import { afterwards, butForLosses, type Fault, iso, type Target } from './fault.ts';

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

/** Those whose absence a whole Region, or all of them, have to bear: pages are late, and on-call is told why. */
const ofTelling = /^lifeboat-(watch|reconcile)$/;

/** Somebody switches one schedule off, whichever has fired before, and switches it on again when all is over. */
export const scheduleOff: Fault = ({ account, home, chance, start, end, calm }) => {
  const { world } = home;
  const from = Math.round(start + calm + chance.between(0.05, 0.5) * (end - start - calm));
  const firings = new Map<string, number>();
  let off: { readonly region: string; readonly schedule: string } | undefined;
  for (const { name, services } of account.regions) {
    services.Scheduler.interfere((schedule) => {
      const key = `${name} ${schedule}`;
      firings.set(key, (firings.get(key) ?? 0) + 1);
      return undefined;
    });
  }
  const set = (state: 'ENABLED' | 'DISABLED') => {
    if (off === undefined) return;
    account.region(off.region).services.Scheduler.setState(off.schedule, state);
    world.trace.note(`somebody switched a schedule ${state === 'ENABLED' ? 'on' : 'off'}`, off);
  };
  world.at(from, 'somebody switches a schedule off', () => {
    // What has fired but once comes so seldom that nobody would miss it before all is over.
    const often = [...firings].flatMap(([key, count]) => (count > 1 ? [key] : [])).sort();
    if (often.length === 0) return;
    const [region = '', schedule = ''] = chance.pick(often).split(' ');
    off = { region, schedule };
    set('DISABLED');
  });
  world.at(end, 'somebody switches it on again', () => set('ENABLED'));
  const isTelling = () => off !== undefined && ofTelling.test(off.schedule);
  return {
    get words() {
      const which = off === undefined ? 'a schedule' : `the schedule ${off.schedule} in ${off.region}`;
      return `somebody switches ${which} off at ${iso(from)}, and on again when all is over`;
    },
    fired: () => (off === undefined ? 0 : 1),
    leave: butForLosses({
      openBy: (region, deadline) => {
        const isHere = off?.region === region || (off?.schedule === 'lifeboat-reconcile' && off.region === home.name);
        return isTelling() && isHere && deadline > from - afterwards && deadline <= end ? end + afterwards : 0;
      },
    }),
    troubles: () => (isTelling() ? [{ from, until: end }] : []),
  };
};

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

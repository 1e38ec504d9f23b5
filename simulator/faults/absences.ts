import { AwsError } from '../world/region.ts';
import { atWork, type Fault, hoursOfTrouble, inWords, iso, leaveWhile } from './fault.ts';

/** The watch of one Region is not started for an hour, several times. */
export const watchStopped: Fault = (target) => {
  const { home, copy } = target;
  const spans = hoursOfTrouble(target);
  let fired = 0;
  for (const { name, services, world } of [home, copy]) {
    services.Scheduler.interfere((schedule) => {
      if (schedule !== 'lifeboat-watch' || atWork(spans, world.now())?.region.name !== name) return undefined;
      fired += 1;
      return { drop: true };
    });
  }
  return {
    words: `the watch is not started for an hour from ${inWords(spans)}`,
    fired: () => fired,
    leave: leaveWhile(spans),
    trouble: spans.map(({ region, from }) => ({ pagedFrom: (region === home ? copy : home).name, since: from })),
  };
};

/** The home Region is gone, from some hour on: it answers nobody, starts nothing, and nothing in it goes on. */
export const homeGone: Fault = (target) => {
  const { account, home, copy, chance, start, end } = target;
  const from = Math.round(chance.between(start + (end - start) * 0.3, start + (end - start) * 0.7));
  const isGone = () => home.world.now() >= from;
  let fired = 0;
  const strike = <Effect>(effect: Effect): Effect | undefined => {
    if (!isGone()) return undefined;
    fired += 1;
    return effect;
  };
  const silence = new AwsError('TimeoutError', `Nobody answers in ${home.name}.`, 0);
  account.door.add(({ region, caller }) =>
    region === home.name || caller.region === home.name ? strike({ kind: 'refuse', error: silence }) : undefined,
  );
  home.services.Scheduler.interfere(() => strike({ drop: true }));
  home.services.EventBridge.interfere(() => strike({ drop: true }));
  // Its jobs do not end, and nothing leaves it any more.
  home.services.Backup.addFault(() => strike({ waits: end - home.world.now() + 1 }));
  return {
    words: `${home.name} is gone from ${iso(from)} on`,
    fired: () => fired,
    leave: {
      goneFrom: (region) => (region === home.name ? from : undefined),
      deafFrom: from,
      mayFail: (at) => at >= from,
    },
    trouble: [{ pagedFrom: copy.name, since: from }],
  };
};

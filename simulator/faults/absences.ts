import { AwsError } from '../world/region.ts';
import {
  atWork,
  type Fault,
  failingWhile,
  givingUpWhile,
  hoursOfTrouble,
  inWords,
  iso,
  leaveWhile,
  repeatingWhile,
  tellingLateWhile,
} from './fault.ts';

const hour = 3_600_000;

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
    leave: tellingLateWhile(spans),
    troubles: () => spans,
    trouble: spans.map(({ region, from }) => ({
      region: region.name,
      pagedFrom: (region === home ? copy : home).name,
      since: from,
    })),
  };
};

/** One Region answers nobody for one to three hours, starts nothing, and then is there again with all that it had. */
export const regionAway: Fault = (target) => {
  const { account, home, copy, chance, start, end, calm } = target;
  const region = chance.pick([home, copy]);
  const lasts = chance.between(1, 3) * hour;
  const from = Math.round(chance.between(start + calm + hour, end - lasts));
  const span = { region, from, until: Math.round(from + lasts) };
  const { name, services, world } = region;
  let fired = 0;
  const strike = <Effect>(effect: (left: number) => Effect): Effect | undefined => {
    const left = span.until - world.now();
    if (world.now() < from || left <= 0) return undefined;
    fired += 1;
    return effect(left);
  };
  const silence = new AwsError('TimeoutError', `Nobody answers in ${name}.`, 0);
  account.door.add(({ region: to, caller }) => {
    if (to !== name && caller.region !== name) return undefined;
    // What AWS itself does there stands still, and goes on later.
    return strike((left) =>
      caller.kind === 'machine' || caller.kind === 'service'
        ? { kind: 'slow', milliseconds: left }
        : { kind: 'refuse', error: silence },
    );
  });
  services.Scheduler.interfere(() => strike(() => ({ drop: true })));
  services.EventBridge.interfere(() => strike(() => ({ drop: true })));
  services.Backup.addFault(() => strike((waits) => ({ waits })));
  return {
    words: `${name} answers nobody from ${iso(from)} to ${iso(span.until)}`,
    fired: () => fired,
    leave: { ...leaveWhile([span]), mayRepeat: repeatingWhile([span]) },
    trouble: [{ region: name, pagedFrom: (region === home ? copy : home).name, since: from }],
    troubles: () => [span],
  };
};

/** The home Region is gone, from some hour on: it answers nobody, starts nothing, and nothing in it goes on. */
export const homeGone: Fault = (target) => {
  const { account, home, copy, chance, start, end } = target;
  const from = Math.round(chance.between(start + (end - start) * 0.3, start + (end - start) * 0.7));
  const span = { region: home, from, until: Number.POSITIVE_INFINITY };
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
      // Drills of the copies depend on nobody at home.
      mayFail: failingWhile(span),
      mayGiveUp: givingUpWhile(span),
    },
    troubles: () => [span],
    trouble: [{ region: home.name, pagedFrom: copy.name, since: from }],
  };
};

import type { Fault } from './fault.ts';

const most = 5 * 60_000;

/** The clock of each function is wrong, by up to five minutes either way. */
export const clocksWrong: Fault = ({ account, chance }) => {
  const skews = new Map<string, number>();
  let fired = 0;
  account.setClocks((environment) => {
    const skew = skews.get(environment) ?? Math.round(chance.fork(`the clock of ${environment}`).between(-most, most));
    skews.set(environment, skew);
    fired += 1;
    return skew;
  });
  return {
    words: 'the clock of each function is wrong by up to five minutes',
    fired: () => fired,
    leave: { skew: most },
  };
};

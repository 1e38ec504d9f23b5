import { type Fault, iso } from './fault.ts';

const second = 1_000;
const minute = 60 * second;

/**
 * SNS takes two to twenty seconds for each message: long enough for somebody else to come by while a page is on its way. A
 * function may run out of its time with one, and then the page is told again once whoever had it alone must be gone.
 */
export const topicsSlow: Fault = ({ account, home, chance, start, end, calm }) => {
  const { world } = home;
  const from = start + calm;
  let fired = 0;
  account.door.add(({ caller, service, operation }) => {
    if (service !== 'SNS' || operation !== 'Publish' || caller.kind !== 'function') return undefined;
    if (world.now() < from || world.now() >= end) return undefined;
    fired += 1;
    return { kind: 'slow', milliseconds: Math.round(chance.between(2, 20) * second) };
  });
  return {
    words: `from ${iso(from)} on SNS takes up to twenty seconds for a message`,
    fired: () => fired,
    leave: { slow: 6 * minute },
    troubles: () => [{ from, until: end }],
  };
};

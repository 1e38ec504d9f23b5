import type { DeliveryFault } from '../services/eventbridge/index.ts';
import { type Fault, iso, type Target } from './fault.ts';

const minute = 60_000;

/** Half of all events never arrive. */
export const eventsLost: Fault = (target) =>
  interfere(target, 'half of all events are lost', () => (target.chance.number() < 0.5 ? { drop: true } : undefined));

/** Every event arrives two to four times. */
export const eventsDuplicated: Fault = (target) =>
  interfere(target, 'every event comes two to four times', () => ({ extraCopies: target.chance.whole(1, 3) }));

/** Events overtake one another by up to ten minutes. */
export const eventsReordered: Fault = (target) =>
  interfere(target, 'events come in any order within ten minutes', () => ({
    delayMilliseconds: target.chance.between(0, 10 * minute),
  }));

/** Every event is an hour late. */
export const eventsLate: Fault = (target) =>
  interfere(target, 'every event is an hour late', () => ({ delayMilliseconds: 60 * minute }));

/** Events only make things fast: none of this excuses anything. */
function interfere(
  { account, home, start, end, calm }: Target,
  words: string,
  strike: () => DeliveryFault | undefined,
) {
  let fired = 0;
  for (const { services } of account.regions) {
    services.EventBridge.interfere(() => {
      const now = home.world.now();
      if (now < start + calm || now >= end) return undefined;
      const fault = strike();
      if (fault !== undefined) fired += 1;
      return fault;
    });
  }
  return { words: `from ${iso(start + calm)} on ${words}`, fired: () => fired, leave: {} };
}

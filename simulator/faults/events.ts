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

/**
 * Now and then somebody's test, or a fault of AWS, puts events on the bus that say of running jobs that they are over, well or
 * badly, and some without half of what they should hold.
 */
export const eventsLie: Fault = ({ home, copy, chance, start, end, calm }) => {
  const { world } = home;
  let fired = 0;
  const lie = (): void => {
    for (const region of [home, copy]) {
      const { backupJobs, copyJobs, restoreJobs } = region.services.Backup.truth();
      const put = (detailType: string, detail: Readonly<Record<string, unknown>>) => {
        region.emit({ source: 'aws.backup', detailType, resources: [], detail });
        fired += 1;
      };
      const state = chance.pick(['COMPLETED', 'FAILED', 'ABORTED'] as const);
      for (const { id, state: is, resourceArn } of backupJobs)
        if (is === 'CREATED' || is === 'RUNNING')
          put('Backup Job State Change', { backupJobId: id, state, resourceArn });
      for (const { id, state: is } of copyJobs)
        if (is === 'CREATED' || is === 'RUNNING') put('Copy Job State Change', { copyJobId: id, state });
      for (const { id, status } of restoreJobs)
        if (status === 'PENDING' || status === 'RUNNING')
          put('Restore Job State Change', { restoreJobId: id, status: state });
      put('Backup Job State Change', { state });
    }
    if (world.now() + 7 * minute < end) world.after(7 * minute, 'events lie', lie);
  };
  world.at(start + calm, 'events lie', lie);
  return { words: `from ${iso(start + calm)} on events say that running jobs are over`, fired: () => fired, leave: {} };
};

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

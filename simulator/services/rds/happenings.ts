import type { DescribeEventsMessage, Event as RdsEvent } from '@aws-sdk/client-rds';
import { NotModelled, type Operation } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { page } from './pages.ts';
import { invalidCombination } from './refusals.ts';
import type { DbInstance, RdsState } from './state.ts';

export type Category = 'availability' | 'creation' | 'deletion' | 'failover' | 'recovery' | 'restoration';

/** Something that RDS tells of an instance; DescribeEvents shows it for two weeks (documented). */
export interface Happening {
  readonly at: number;
  readonly identifier: string;
  readonly arn: string;
  readonly message: string;
  readonly category: Category;
}

const minute = 60_000;
const shown = 14 * 24 * 60 * minute;
const modelled = new Set([
  'SourceIdentifier',
  'SourceType',
  'StartTime',
  'EndTime',
  'Duration',
  'EventCategories',
  'MaxRecords',
  'Marker',
]);

/** Keeps a word about an instance. The messages are those of the documentation's list of events. */
export function tell(state: RdsState, { identifier, arn }: DbInstance, message: string, category: Category): void {
  state.happenings.push({ at: state.region.world.now(), identifier, arn, message, category });
}

/** RDS's own events. They are not put on EventBridge's bus: nothing here listens to them there. */
export function eventOperations(state: RdsState): Record<string, Operation> {
  return {
    DescribeEvents: (input: DescribeEventsMessage) => {
      refuseOthers('RDS.DescribeEvents', input, modelled);
      const { SourceIdentifier: id, SourceType: type, StartTime, EndTime, EventCategories: categories } = input;
      if (id !== undefined && type === undefined) {
        throw invalidCombination('SourceType must be given where SourceIdentifier is.');
      }
      if (type !== undefined && type !== 'db-instance') throw new NotModelled(`RDS events of the source type ${type}`);
      const now = state.region.world.now();
      // Without a start it is the last hour (documented).
      const end = EndTime === undefined ? now : new Date(EndTime).getTime();
      const start = StartTime === undefined ? end - (input.Duration ?? 60) * minute : new Date(StartTime).getTime();
      const found = state.happenings
        .map((one, index) => ({ ...one, key: String(index).padStart(9, '0') }))
        .filter(
          ({ at, identifier, category }) =>
            at >= Math.max(start, now - shown) &&
            at <= end &&
            (id === undefined || identifier === id.toLowerCase()) &&
            (categories === undefined || categories.length === 0 || categories.includes(category)),
        );
      const { items, marker } = page(found, ({ key }) => key, input.MaxRecords, input.Marker);
      return {
        ...marker,
        Events: items.map(
          ({ at, identifier, arn, message, category }): RdsEvent => ({
            SourceIdentifier: identifier,
            SourceType: 'db-instance',
            Message: message,
            EventCategories: [category],
            Date: new Date(at),
            SourceArn: arn,
          }),
        ),
      };
    },
  };
}

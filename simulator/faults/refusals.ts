import { AwsError } from '../world/region.ts';
import { atWork, type Fault, hoursOfTrouble, inWords, leaveWhile, type Struck, type Target } from './fault.ts';

/** DynamoDB throttles four of five calls to the ledger of one Region for an hour, several times. */
export const ledgerThrottled: Fault = (target) =>
  refuse(target, 'DynamoDB', 'throttles four of five calls', () =>
    target.chance.number() < 0.8
      ? new AwsError('ProvisionedThroughputExceededException', 'The level of configured throughput was exceeded.', 400)
      : undefined,
  );

/** SNS refuses every message in one Region for an hour, several times. */
export const topicsRefuse: Fault = (target) =>
  refuse(target, 'SNS', 'refuses every message', () => new AwsError('InternalErrorException', 'Internal failure', 500));

function refuse(target: Target, service: string, words: string, refusal: () => AwsError | undefined): Struck {
  const spans = hoursOfTrouble(target);
  let fired = 0;
  target.account.door.add((request) => {
    if (request.service !== service) return undefined;
    if (atWork(spans, target.home.world.now())?.region.name !== request.region) return undefined;
    const error = refusal();
    if (error === undefined) return undefined;
    fired += 1;
    return { kind: 'refuse', error };
  });
  return {
    words: `${service} ${words} for an hour from ${inWords(spans)}`,
    fired: () => fired,
    leave: leaveWhile(spans),
    trouble: 'any',
  };
}

import { AwsError } from '../world/region.ts';
import {
  atWork,
  type Fault,
  hoursOfTrouble,
  inWords,
  iso,
  leaveWhile,
  repeatingWhile,
  type Span,
  type Struck,
  type Target,
  tellingLateWhile,
} from './fault.ts';

const hour = 3_600_000;

/** DynamoDB throttles four of five calls to the ledger of one Region for an hour, several times. */
export const ledgerThrottled: Fault = (target) => {
  const spans = hoursOfTrouble(target);
  const refusal = () =>
    target.chance.number() < 0.8
      ? new AwsError('ProvisionedThroughputExceededException', 'The level of configured throughput was exceeded.', 400)
      : undefined;
  const struck = refuse(target, 'DynamoDB', 'throttles four of five calls', refusal, /./, spans);
  return { ...struck, leave: { ...struck.leave, mayRepeat: repeatingWhile(spans) } };
};

/** SNS refuses every message in one Region for an hour, several times. */
export const topicsRefuse: Fault = (target) => {
  const spans = hoursOfTrouble(target);
  const refusal = () => new AwsError('InternalErrorException', 'Internal failure', 500);
  const struck = refuse(target, 'SNS', 'refuses every message', refusal, /./, spans);
  return { ...struck, leave: tellingLateWhile(spans) };
};

/** Step Functions takes no more starts in one Region for an hour, several times: a quota is reached. */
export const startsRefused: Fault = (target) =>
  refuse(
    target,
    'SFN',
    'takes no more starts',
    () => new AwsError('ExecutionLimitExceeded', 'The maximum number of running executions has been reached.', 400),
    /^StartExecution$/,
  );

/** Nothing may be deleted where drills restore, for an hour and a half while the first ones end, and again later: scratch has to wait. */
export const deletesDenied: Fault = (target) => {
  const { chance, copy, start, end } = target;
  const spans = [4.2, 8.2].map((hours) => {
    const from = Math.round(start + (hours + chance.between(0, 0.9)) * hour);
    return { region: copy, from, until: Math.min(end, from + 1.5 * hour) };
  });
  return refuse(target, ['RDS', 'EFS', 'Lambda'], 'deny every deletion', () => denied, /^Delete/, spans);
};

/** AWS Backup takes no more jobs in one Region for an hour, several times: a quota is reached. */
export const quotasReached: Fault = (target) =>
  refuse(
    target,
    'Backup',
    'takes no more jobs',
    () => new AwsError('LimitExceededException', 'You have reached the limit of jobs.', 400),
    /^Start(Backup|Copy|Restore)Job$/,
  );

/** Lambda takes one of two calls of the machines in one Region for an hour, several times: its concurrency is reached. */
export const functionsThrottled: Fault = (target) =>
  refuse(
    target,
    'Lambda',
    'takes one of two calls of the machines',
    () => (target.chance.number() < 0.5 ? new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429) : undefined),
    /^Invoke$/,
    hoursOfTrouble(target),
    'machine',
  );

/** AWS Backup lists no recovery points in one Region for an hour, several times. */
export const listsRefused: Fault = (target) =>
  refuse(target, 'Backup', 'lists no recovery points', () => denied, /^ListRecoveryPoints/);

/** The bucket of the evidence takes nothing in one Region for an hour, several times. */
export const evidenceRefused: Fault = (target) =>
  refuse(
    target,
    'S3',
    'takes no object',
    () => new AwsError('SlowDown', 'Please reduce your request rate.', 503),
    /^Put/,
  );

/** The sandbox of whoever starts a job dies when AWS Backup has taken two of five: nobody heard which job it is. */
export const startersKilled: Fault = ({ account, home, chance, start, end, calm }) => {
  let fired = 0;
  account.door.add(({ caller, operation }) => {
    const now = home.world.now();
    if (caller.kind !== 'function' || now < start + calm || now >= end) return undefined;
    if (!/^Start(Backup|Copy|Restore)Job$/.test(operation) || chance.number() >= 0.4) return undefined;
    fired += 1;
    return { kind: 'kill', when: 'after' };
  });
  return {
    words: `from ${iso(start + calm)} on two of five functions that start a job are killed after it`,
    fired: () => fired,
    leave: {},
  };
};

/** One of four writes of the ledger in one Region is done and its answer is lost, for an hour, several times. */
export const ledgerAnswersLost: Fault = (target) => {
  const { account, home, chance } = target;
  const spans = hoursOfTrouble(target);
  let fired = 0;
  account.door.add(({ caller, service, operation, region }) => {
    if (service !== 'DynamoDB' || caller.kind !== 'function' || !/^(Put|Update|Delete|Transact)/.test(operation))
      return undefined;
    if (atWork(spans, home.world.now())?.region.name !== region || chance.number() >= 0.25) return undefined;
    fired += 1;
    return { kind: 'lose the answer', error: new AwsError('TimeoutError', 'The connection timed out.', 0) };
  });
  return {
    words: `one of four writes of the ledger is done and not answered for an hour from ${inWords(spans)}`,
    fired: () => fired,
    leave: leaveWhile(spans),
    troubles: () => spans,
  };
};

const denied = new AwsError('AccessDeniedException', 'User is not authorized to perform this action.', 403);

function refuse(
  target: Target,
  service: string | readonly string[],
  words: string,
  refusal: () => AwsError | undefined,
  operations = /./,
  spans: readonly Span[] = hoursOfTrouble(target),
  callers: 'function' | 'machine' = 'function',
): Struck {
  let fired = 0;
  target.account.door.add((request) => {
    if (![service].flat().includes(request.service) || !operations.test(request.operation)) return undefined;
    if (request.caller.kind !== callers) return undefined;
    if (atWork(spans, target.home.world.now())?.region.name !== request.region) return undefined;
    const error = refusal();
    if (error === undefined) return undefined;
    fired += 1;
    return { kind: 'refuse', error };
  });
  return {
    words: `${[service].flat().join(', ')} ${words} for an hour from ${inWords(spans)}`,
    fired: () => fired,
    leave: leaveWhile(spans),
    troubles: () => spans,
  };
}

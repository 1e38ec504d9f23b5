import { AwsError, type Region } from '../../world/region.ts';
import type { LambdaFunction, Version } from './function.ts';
import type { Outcome } from './invocation.ts';

/** Waits before the first and the second repetition after the function failed, milliseconds. */
const afterFailure = [60_000, 120_000];
/** Waits after a throttle double from one second to five minutes. */
const afterThrottle = { first: 1_000, longest: 300_000 };
/** How long an event lies in Lambda's own queue, milliseconds. An assumption. */
const queueing = { low: 15, high: 150 };

interface Queued {
  readonly found: LambdaFunction;
  readonly version: Version;
  readonly requestId: string;
  readonly event: unknown;
}

export type Attempt = (queued: Queued, ended: (outcome: Outcome) => void) => void;

/** Lambda's queue of events that nobody waits for: two repetitions after failures, six hours of throttles at most. */
export function eventQueue(region: Region, attempt: Attempt): (queued: Queued) => void {
  const { world } = region;
  const chance = world.chance.fork(`asynchronous invocations ${region.name}`);

  return (queued) => {
    const { found, requestId } = queued;
    const accepted = world.now();
    let failures = 0;
    let throttles = 0;
    const what = `${region.name}/${found.name} ${requestId} leaves the queue`;

    const giveUp = (condition: string, outcome: Outcome | undefined) => {
      const { onFailure, deadLetter } = found.asynchronous;
      if (onFailure !== undefined) {
        send(region, onFailure, JSON.stringify(recordOf(queued, condition, outcome, failures, world.now())));
      }
      if (deadLetter !== undefined) send(region, deadLetter, JSON.stringify(queued.event));
      world.trace.note('An event for a function was given up', {
        region: region.name,
        function: found.name,
        requestId,
        condition,
        error: outcome?.error ?? null,
      });
    };
    const again = (milliseconds: number, outcome: Outcome | undefined) => {
      const age = world.now() + milliseconds - accepted;
      if (age > found.asynchronous.maximumAgeSeconds * 1000) giveUp('EventAgeExceeded', outcome);
      else world.after(milliseconds, what, tryOnce);
    };
    const tryOnce = () => {
      try {
        attempt(queued, (outcome) => {
          if (outcome.error === undefined) return;
          failures += 1;
          if (failures > found.asynchronous.retries) giveUp('RetriesExhausted', outcome);
          else again(afterFailure[failures - 1] ?? 120_000, outcome);
        });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const wait = Math.min(afterThrottle.longest, afterThrottle.first * 2 ** throttles);
        throttles += 1;
        again(wait, { payload: '', error: { type: error.name, message: error.message } });
      }
    };
    world.after(chance.between(queueing.low, queueing.high), what, tryOnce);
  };
}

function recordOf(queued: Queued, condition: string, outcome: Outcome | undefined, count: number, now: number) {
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: queued.requestId,
      functionArn: `${queued.found.arn}:${queued.version.number}`,
      condition,
      approximateInvokeCount: count,
    },
    requestPayload: queued.event,
    responseContext: { statusCode: 200, executedVersion: queued.version.number, functionError: 'Unhandled' },
    responsePayload: outcome === undefined || outcome.payload === '' ? null : JSON.parse(outcome.payload),
  };
}

/** Sends to a queue or a topic, by the kind of its ARN. A refusal is lost, as in Lambda. */
function send(region: Region, arn: string, body: string): void {
  const caller = { kind: 'service', name: 'lambda.amazonaws.com', region: region.name } as const;
  const [, , service, , account, name] = arn.split(':');
  const sent =
    service === 'sqs'
      ? region.request(caller, 'SQS', 'SendMessage', {
          QueueUrl: `https://sqs.${region.name}.amazonaws.com/${account}/${name}`,
          MessageBody: body,
        })
      : region.request(caller, 'SNS', 'Publish', { TopicArn: arn, Message: body });
  sent.catch(() => {});
}

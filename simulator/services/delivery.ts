import { AwsError, type Caller, NotModelled, type Region } from '../world/region.ts';

/** Where EventBridge and Scheduler send: what to call, with which input. */
export interface Target {
  readonly arn: string;
  /** The ARN of the role that signs the call. */
  readonly role?: string;
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  /** The ARN of a standard queue. */
  readonly deadLetter?: string;
}

/** Their defaults for a target without a RetryPolicy: 185 repetitions within a day. */
export const defaultRetries = { retries: 185, maximumAgeSeconds: 86_400 };

/** The call that a target's ARN stands for. Kinds of targets that nothing here uses are refused by name. */
export function callOf(target: string, body: string): { service: string; operation: string; input: object } {
  const [, , service, region, account, kind, ...rest] = target.split(':');
  switch (service) {
    case 'lambda':
      return {
        service: 'Lambda',
        operation: 'Invoke',
        input: { FunctionName: target, InvocationType: 'Event', Payload: Buffer.from(body) },
      };
    case 'states':
      if (kind === 'stateMachine' && rest.length === 1) {
        return { service: 'SFN', operation: 'StartExecution', input: { stateMachineArn: target, input: body } };
      }
      break;
    case 'sns':
      return { service: 'SNS', operation: 'Publish', input: { TopicArn: target, Message: body } };
    case 'sqs':
      return {
        service: 'SQS',
        operation: 'SendMessage',
        input: { QueueUrl: queueUrl(region, account, kind), MessageBody: body },
      };
  }
  throw new NotModelled(`the target ${target}`);
}

export function queueUrl(region = '', account = '', name = ''): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** Attributes of a message in a dead-letter queue, as Scheduler names them. */
export type Told = Readonly<Record<string, string>>;

/**
 * Calls the target until it accepts, as EventBridge and Scheduler do: throttles and faults of the service are repeated
 * with growing waits, other refusals are permanent. What is given up goes to the dead-letter queue, if there is one.
 */
export function deliver(options: {
  region: Region;
  caller: Caller;
  target: Target;
  body: (attempt: number) => string;
  told: Told;
}): void {
  const { region, target, body, told } = options;
  const caller = target.role === undefined ? options.caller : { ...options.caller, role: target.role };
  const { world } = region;
  const begun = world.now();
  let attempt = 0;

  const giveUp = (error: AwsError, exhausted?: string) => {
    world.trace.note('A delivery was given up', {
      region: region.name,
      from: caller.name,
      target: target.arn,
      error: error.name,
    });
    if (target.deadLetter === undefined) return;
    const attributes = {
      ...told,
      ERROR_CODE: error.name,
      ERROR_MESSAGE: error.message,
      RETRY_ATTEMPTS: String(attempt - 1),
      TARGET_ARN: target.arn,
      ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    };
    const [, , , queueRegion, account, name] = target.deadLetter.split(':');
    region
      .request(caller, 'SQS', 'SendMessage', {
        QueueUrl: queueUrl(queueRegion, account, name),
        MessageBody: body(attempt),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]),
        ),
      })
      .catch(() => {});
  };

  const tryOnce = () => {
    attempt += 1;
    const { service, operation, input } = callOf(target.arn, body(attempt));
    region.request(caller, service, operation, input).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      if (!passes(error)) return giveUp(error);
      const wait = Math.min(2 ** (attempt - 1), 600) * 1_000;
      if (attempt > target.retries) return giveUp(error, 'MaximumRetryAttempts');
      if (world.now() + wait - begun > target.maximumAgeSeconds * 1_000)
        return giveUp(error, 'MaximumEventAgeInSeconds');
      world.after(wait, `${caller.name} tries ${target.arn} again`, tryOnce);
    });
  };
  tryOnce();
}

function passes(error: AwsError): boolean {
  return error.status >= 500 || error.status === 429 || /Throttl|TooManyRequests|Timeout|ECONNRESET/.test(error.name);
}

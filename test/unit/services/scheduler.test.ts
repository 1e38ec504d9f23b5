import { describe, expect, test } from '@jest/globals';
import { occurrencesOf } from '../../../simulator/services/scheduler/expression.ts';
import type { ScheduleInput } from '../../../simulator/services/scheduler/index.ts';
import { AwsError } from '../../../simulator/world/region.ts';
import { ask, service, smallAccount, start } from '../world/small-account.ts';

const iso = (instant: number | undefined) => (instant === undefined ? undefined : new Date(instant).toISOString());

/** The next three occurrences after an instant. */
function next(expression: string, after: string, count = 3): (string | undefined)[] {
  const occurrences = occurrencesOf(expression, 'UTC', start);
  const found: (string | undefined)[] = [];
  let from: number | undefined = Date.parse(after);
  for (let index = 0; index < count && from !== undefined; index += 1) {
    from = occurrences(from);
    found.push(iso(from));
  }
  return found;
}

describe('a schedule expression', () => {
  test.each([
    ['rate(1 minute)', '2026-03-01T12:00:00Z', ['2026-03-01T12:01', '2026-03-01T12:02', '2026-03-01T12:03']],
    ['rate(6 hours)', '2026-03-01T12:00:00Z', ['2026-03-01T18:00', '2026-03-02T00:00', '2026-03-02T06:00']],
    ['cron(17 0/6 * * ? *)', '2026-03-01T12:00:00Z', ['2026-03-01T12:17', '2026-03-01T18:17', '2026-03-02T00:17']],
    ['cron(5 4 * * ? *)', '2026-02-28T05:00:00Z', ['2026-03-01T04:05', '2026-03-02T04:05', '2026-03-03T04:05']],
    ['cron(0 4 1/7 * ? *)', '2026-03-01T12:00:00Z', ['2026-03-08T04:00', '2026-03-15T04:00', '2026-03-22T04:00']],
    ['cron(0 9 ? * MON-FRI *)', '2026-03-06T12:00:00Z', ['2026-03-09T09:00', '2026-03-10T09:00', '2026-03-11T09:00']],
    ['cron(0 0 29 FEB ? *)', '2026-03-01T00:00:00Z', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['at(2026-03-05T08:30:00)', '2026-03-01T12:00:00Z', ['2026-03-05T08:30', undefined]],
  ])('%s after %s names the instants of a calendar', (expression, after, expected) => {
    const wanted = expected.map((instant) => instant && `${instant}:00.000Z`);
    expect(next(expression, after)).toEqual(wanted);
  });

  test.each([
    ['rate(0 minutes)', 'no rate'],
    ['cron(0 4 * * *)', '5 fields'],
    ['cron(0 4 * * * *)', 'must have ?'],
    ['cron(61 4 * * ? *)', 'out of range'],
    ['cron(0 4 L * ? *)', 'does not model'],
    ['every hour', 'no schedule expression'],
  ])('%s is refused: %s', (expression, words) => {
    expect(() => next(expression, '2026-03-01T12:00:00Z')).toThrow(words);
  });
});

const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:lifeboat-fleet';
const schedule = (more: Partial<ScheduleInput> = {}, target: object = {}): ScheduleInput => ({
  Name: 'lifeboat-protect-gold',
  ScheduleExpression: 'rate(1 hour)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: machine,
    RoleArn: 'arn:aws:iam::111122223333:role/schedules',
    Input: '{"workflow":"protect","scheduledAt":"<aws.scheduler.scheduled-time>"}',
    ...target,
  },
  ...more,
});

function account(refusals: AwsError[] = []) {
  const messages: { MessageBody: string; MessageAttributes: Record<string, { StringValue: string }> }[] = [];
  const SendMessage = (input: never) => {
    messages.push(input);
    return {};
  };
  const small = smallAccount({ services: { SQS: service({ SendMessage }) } });
  Object.assign(small.region.services.SFN.operations, {
    StartExecution: () => {
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      return {};
    },
  });
  const firings = () =>
    small.calls('SFN', 'StartExecution').map(({ at, input, error }) => ({
      at: Date.parse(at),
      input: JSON.parse((input as { input: string }).input) as { scheduledAt: string },
      error: error?.name,
    }));
  return { small, firings, messages };
}

describe('a schedule', () => {
  test('starts its machine anywhere in the minute, and tells it the scheduled time', async () => {
    const { small, firings } = account();
    small.region.services.Scheduler.define(schedule());
    await small.run(10 * 3600 + 120);
    const late = firings().map(({ at, input }) => (at - Date.parse(input.scheduledAt)) / 1000);
    expect(firings().map(({ input }) => input.scheduledAt)).toEqual(
      Array.from(
        { length: 10 },
        (_, hour) => `${new Date(start + (hour + 1) * 3_600_000).toISOString().slice(0, 19)}Z`,
      ),
    );
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(60);
    expect(new Set(late).size).toBe(10);
  });

  test('that is disabled does not fire, and makes up for nothing when it is enabled again', async () => {
    const { small, firings } = account();
    const { Scheduler } = small.region.services;
    Scheduler.define(schedule());
    await small.run(2.5 * 3600);
    Scheduler.setState('lifeboat-protect-gold', 'DISABLED');
    await small.run(5 * 3600);
    Scheduler.setState('lifeboat-protect-gold', 'ENABLED');
    await small.run(1 * 3600);
    expect(firings().map(({ input }) => input.scheduledAt.slice(11, 16))).toEqual(['13:00', '14:00', '20:00']);
  });

  test('tries a throttled target again, with the same scheduled time', async () => {
    const { small, firings, messages } = account([new AwsError('ThrottlingException', 'Rate exceeded', 400)]);
    small.region.services.Scheduler.define(schedule());
    await small.run(3600 + 120);
    expect(firings().map(({ error }) => error)).toEqual(['ThrottlingException', undefined]);
    expect(new Set(firings().map(({ input }) => input.scheduledAt)).size).toBe(1);
    expect(messages).toEqual([]);
  });

  test('sends what its target refuses for good to the dead-letter queue at once', async () => {
    const { small, firings, messages } = account([new AwsError('StateMachineDoesNotExist', 'Gone.', 400)]);
    const deadLetters = 'arn:aws:sqs:eu-central-1:111122223333:undelivered';
    small.region.services.Scheduler.define(schedule({}, { DeadLetterConfig: { Arn: deadLetters } }));
    await small.run(3600 + 120);
    expect(firings()).toHaveLength(1);
    expect(messages).toHaveLength(1);
    expect(JSON.parse(messages[0]?.MessageBody ?? '')).toMatchObject({ workflow: 'protect' });
    expect(messages[0]?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'StateMachineDoesNotExist' },
      SCHEDULED_TIME: { StringValue: '2026-03-01T13:00:00Z' },
      TARGET_ARN: { StringValue: machine },
    });
    expect(messages[0]?.MessageAttributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  test('can be lost or doubled by a fault', async () => {
    const { small, firings } = account();
    const { Scheduler } = small.region.services;
    Scheduler.define(schedule());
    Scheduler.interfere((_name, at) => {
      if (at.includes('T13')) return { drop: true };
      return at.includes('T14') ? { extraCopies: 1 } : undefined;
    });
    await small.run(3 * 3600 + 120);
    expect(firings().map(({ input }) => input.scheduledAt.slice(11, 13))).toEqual(['14', '14', '15']);
  });

  test('is updated as a whole: what is left out goes back to its default', async () => {
    const { small } = account();
    small.region.services.Scheduler.define(schedule({ State: 'DISABLED', Description: 'gold' }));
    await ask(small, 'Scheduler', 'UpdateSchedule', schedule());
    const found = await ask<object>(small, 'Scheduler', 'GetSchedule', { Name: 'lifeboat-protect-gold' });
    expect(found).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 hour)' });
    expect(found).not.toHaveProperty('Description');
    await ask(small, 'Scheduler', 'DeleteSchedule', { Name: 'lifeboat-protect-gold' });
    await expect(ask(small, 'Scheduler', 'GetSchedule', { Name: 'lifeboat-protect-gold' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('with a target or a property that is not modelled is refused by name', () => {
    const { small } = account();
    const { Scheduler } = small.region.services;
    expect(() => Scheduler.define(schedule({}, { Arn: 'arn:aws:scheduler:::aws-sdk:backup:startBackupJob' }))).toThrow(
      'aws-sdk:backup:startBackupJob',
    );
    expect(() => Scheduler.define(schedule({}, { EcsParameters: {} }))).toThrow('EcsParameters');
    expect(() => Scheduler.define(schedule({}, { Input: 'gold' }))).toThrow('not JSON');
  });
});

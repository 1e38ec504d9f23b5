import { describe, expect, test } from '@jest/globals';
import type { RuleTarget } from '../../../simulator/services/eventbridge/index.ts';
import { matcherOf } from '../../../simulator/services/eventbridge/pattern.ts';
import { AwsError } from '../../../simulator/world/region.ts';
import { service, smallAccount } from '../world/small-account.ts';

const completed = { source: 'aws.backup', detail: { state: 'COMPLETED', percentDone: 100, resources: ['one', 'two'] } };

describe('an event pattern', () => {
  test.each([
    ['an exact value', { source: ['aws.rds', 'aws.backup'] }, true],
    ['another value', { source: ['aws.rds'] }, false],
    ['members inside members', { detail: { state: ['FAILED', 'COMPLETED'] } }, true],
    ['all members at once', { source: ['aws.backup'], detail: { state: ['FAILED'] } }, false],
    ['any value of a list', { detail: { resources: ['two'] } }, true],
    ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
    ['anything but a value', { detail: { state: [{ 'anything-but': ['FAILED', 'EXPIRED'] }] } }, true],
    ['anything but this value', { detail: { state: [{ 'anything-but': 'COMPLETED' }] } }, false],
    ['anything but a prefix', { detail: { state: [{ 'anything-but': { prefix: 'COMP' } }] } }, false],
    ['a member that is there', { detail: { state: [{ exists: true }] } }, true],
    ['a member that is not', { detail: { reason: [{ exists: false }] } }, true],
    ['a member of a member that is not', { other: { reason: [{ exists: true }] } }, false],
    ['a range of numbers', { detail: { percentDone: [{ numeric: ['>', 50, '<=', 100] }] } }, true],
    ['a number out of range', { detail: { percentDone: [{ numeric: ['<', 50] }] } }, false],
  ])('with %s matches or not', (_words, pattern, expected) => {
    expect(matcherOf(pattern)(completed)).toBe(expected);
  });

  test.each([
    ['wildcard', { source: [{ wildcard: 'aws.*' }] }],
    ['$or', { $or: [{ source: ['a'] }] }],
  ])('with the operator %s is refused by name when it is deployed', (operator, pattern) => {
    expect(() => matcherOf(pattern)).toThrow(operator);
  });
});

const lambdaTarget: RuleTarget = {
  id: 'resume',
  arn: 'arn:aws:lambda:eu-central-1:111122223333:function:lifeboat-resume',
  retries: 185,
  maximumAgeSeconds: 86_400,
};

function account(refusals: AwsError[] = []) {
  const small = smallAccount({ services: { SNS: service({ Publish: () => ({}) }) } });
  Object.assign(small.region.services.Lambda.operations, {
    Invoke: () => {
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      return { StatusCode: 202 };
    },
  });
  const rule = (targets: RuleTarget[]) =>
    small.region.services.EventBridge.define({
      name: 'lifeboat-resume',
      pattern: { source: ['aws.backup'] },
      state: 'ENABLED',
      targets,
    });
  const put = (source = 'aws.backup') =>
    small.region.emit({
      source,
      detailType: 'Backup Job State Change',
      resources: ['arn'],
      detail: { state: 'COMPLETED' },
    });
  const delivered = () =>
    small.calls('Lambda', 'Invoke').map(({ input, error }) => ({
      event: JSON.parse(Buffer.from((input as { Payload: Uint8Array }).Payload).toString()) as { id: string },
      error: error?.name,
    }));
  return { small, rule, put, delivered };
}

describe('a rule', () => {
  test('hands events that match to its function, in the envelope of EventBridge', async () => {
    const { small, rule, put, delivered } = account();
    rule([lambdaTarget]);
    put();
    put('aws.ec2');
    await small.run(5);
    expect(delivered()).toHaveLength(1);
    expect(delivered()[0]?.event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Backup Job State Change',
      source: 'aws.backup',
      account: '111122223333',
      time: '2026-03-01T12:00:00Z',
      region: 'eu-central-1',
      resources: ['arn'],
      detail: { state: 'COMPLETED' },
    });
    expect(small.calls('Lambda', 'Invoke')[0]).toMatchObject({
      caller: { kind: 'service', name: 'events.amazonaws.com' },
      input: { InvocationType: 'Event' },
    });
  });

  test('hands them to topics, and to nobody while it is disabled', async () => {
    const { small, rule, put } = account();
    rule([{ ...lambdaTarget, id: 'topic', arn: 'arn:aws:sns:eu-central-1:111122223333:lifeboat-notices' }]);
    put();
    await small.run(5);
    const { DisableRule } = small.region.services.EventBridge.operations;
    DisableRule?.({ Name: 'lifeboat-resume' } as never, {} as never);
    put();
    await small.run(5);
    expect(small.calls('SNS', 'Publish')).toHaveLength(1);
  });

  test('tells which rules send to a target, what they let through, and whether they are on', () => {
    const { small, rule } = account();
    rule([lambdaTarget]);
    const { DisableRule, DescribeRule, ListRuleNamesByTarget } = small.region.services.EventBridge.operations;
    const named = (TargetArn: string) => ListRuleNamesByTarget?.({ TargetArn } as never, {} as never);
    expect(named(lambdaTarget.arn)).toEqual({ RuleNames: ['lifeboat-resume'] });
    expect(named(`${lambdaTarget.arn}-other`)).toEqual({ RuleNames: [] });
    const described = () => DescribeRule?.({ Name: 'lifeboat-resume' } as never, {} as never);
    expect(described()).toMatchObject({ State: 'ENABLED', EventPattern: expect.stringContaining('aws.backup') });
    DisableRule?.({ Name: 'lifeboat-resume' } as never, {} as never);
    expect(described()).toMatchObject({ State: 'DISABLED' });
    expect(() => DescribeRule?.({ Name: 'other' } as never, {} as never)).toThrow('Rule other does not exist');
    const elsewhere = { Name: 'lifeboat-resume', EventBusName: 'other' };
    expect(() => DescribeRule?.(elsewhere as never, {} as never)).toThrow('the parameter EventBusName of DescribeRule');
  });

  test('repeats a delivery that a fault of the target stopped', async () => {
    const { small, rule, put, delivered } = account([new AwsError('ServiceException', 'Later.', 500)]);
    rule([lambdaTarget]);
    put();
    await small.run(10);
    expect(delivered().map(({ error }) => error)).toEqual(['ServiceException', undefined]);
    expect(new Set(delivered().map(({ event }) => event.id)).size).toBe(1);
  });

  test('loses, doubles or delays an event as a fault says', async () => {
    const { small, rule, put, delivered } = account();
    rule([lambdaTarget]);
    const faults = [{ drop: true }, { extraCopies: 1 }, { delayMilliseconds: 600_000 }];
    small.region.services.EventBridge.interfere(() => faults.shift());
    for (let count = 0; count < 3; count += 1) put();
    await small.run(10);
    expect(delivered()).toHaveLength(2);
    await small.run(700);
    expect(delivered()).toHaveLength(3);
  });
});

import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { lambda, work } from '../../../functions/platform/lambda.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { AwsError } from '../../../simulator/world/region.ts';
import { ask, type SmallAccount, smallAccount } from '../world/small-account.ts';

const machineArn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:lifeboat-protect';
const executionArn = (name: string) => `arn:aws:states:eu-central-1:111122223333:execution:lifeboat-protect:${name}`;

type Answer = (event: Record<string, unknown>) => Promise<unknown>;

function deployWork({ region }: SmallAccount, build: (seam: Seam) => Answer): void {
  region.services.Lambda.define(
    {
      name: 'lifeboat-work',
      handler: 'functions/work.handler',
      code: lambda((seam) => work(z.record(z.string(), z.unknown()), build(seam))),
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      role: 'arn:aws:iam::111122223333:role/work',
      variables: {},
      taskRoot: '/task',
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      fileSystems: [],
    },
    {},
  );
}

function deployMachine({ region }: SmallAccount, states: object, startAt = 'Work'): void {
  region.services.SFN.define({
    name: 'lifeboat-protect',
    definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: startAt, States: states }),
    roleArn: 'arn:aws:iam::111122223333:role/protect',
  });
}

const task = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  TimeoutSeconds: 600,
  Arguments: { FunctionName: 'lifeboat-work', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  End: true,
  ...more,
});
const waits = task({
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'lifeboat-work', Payload: { token: '{% $states.context.Task.Token %}' } },
  Output: '{% $states.result %}',
});

interface Described {
  status: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount: number;
}

const start = (small: SmallAccount, input: object) =>
  ask<{ executionArn: string; startDate: Date }>(small, 'SFN', 'StartExecution', {
    stateMachineArn: machineArn,
    ...input,
  });
const describeExecution = (small: SmallAccount, name: string) =>
  ask<Described>(small, 'SFN', 'DescribeExecution', { executionArn: executionArn(name) });

describe('an execution', () => {
  test('calls its functions in the name of the machine and ends with their answer', async () => {
    const small = smallAccount();
    deployWork(small, () => async ({ resource }) => ({ saved: resource }));
    deployMachine(small, { Work: task() });
    await start(small, { name: 'one', input: '{"resource":"mail"}' });
    await small.run(5);
    expect(await describeExecution(small, 'one')).toMatchObject({ status: 'SUCCEEDED', output: '{"saved":"mail"}' });
    expect(small.calls('Lambda', 'Invoke')[0]?.caller).toEqual({
      kind: 'machine',
      name: 'lifeboat-protect',
      region: 'eu-central-1',
      id: executionArn('one'),
      role: 'arn:aws:iam::111122223333:role/protect',
    });
  });

  test('fails with the name of the error that the function threw, and its shape as the cause', async () => {
    const small = smallAccount();
    deployWork(small, () => async () => {
      throw Object.assign(new Error('No vault.'), { name: 'VaultMissing' });
    });
    deployMachine(small, { Work: task() });
    await start(small, { name: 'one' });
    await small.run(5);
    const { status, error, cause } = await describeExecution(small, 'one');
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'VaultMissing' });
    expect(JSON.parse(cause ?? '')).toMatchObject({ errorType: 'VaultMissing', errorMessage: 'No vault.' });
  });

  test('sees a missing function as an error of Lambda', async () => {
    const small = smallAccount();
    deployMachine(small, { Work: task() });
    await start(small, { name: 'one' });
    await small.run(5);
    expect(await describeExecution(small, 'one')).toMatchObject({
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringContaining('Status Code: 404; Error Code: ResourceNotFoundException'),
    });
  });

  test('sees a function that its role may not call as an error of the call, with the reason in its words', async () => {
    const small = smallAccount();
    deployWork(small, () => async () => ({}));
    deployMachine(small, { Work: task() });
    small.door.add(({ caller }) =>
      caller.kind === 'machine'
        ? { kind: 'refuse', error: new AwsError('AccessDeniedException', 'It is not authorized.', 403) }
        : undefined,
    );
    await start(small, { name: 'one' });
    await small.run(5);
    expect(await describeExecution(small, 'one')).toMatchObject({
      error: 'Lambda.AWSLambdaException',
      cause: expect.stringContaining('Status Code: 403; Error Code: AccessDeniedException'),
    });
  });

  test('is started once for one name: again with the same input while it runs, refused otherwise', async () => {
    const small = smallAccount();
    deployMachine(small, { Work: { Type: 'Wait', Seconds: 60, End: true } });
    const first = await start(small, { name: 'one', input: '{"a":1}' });
    await small.run(5);
    expect(await start(small, { name: 'one', input: '{"a":1}' })).toEqual(first);
    await expect(start(small, { name: 'one', input: '{"a":2}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    await small.run(100);
    await expect(start(small, { name: 'one', input: '{"a":1}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    await expect(start(small, { name: 'at:noon' })).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(start(small, { input: '{' })).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });

  test('starts another machine, and tells the bus when it begins and ends', async () => {
    const small = smallAccount();
    deployMachine(small, {
      Work: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution',
        TimeoutSeconds: 60,
        Arguments: { StateMachineArn: machineArn.replace('protect', 'drill'), Name: 'child', Input: { b: 2 } },
        End: true,
      },
    });
    small.region.services.SFN.define({
      name: 'lifeboat-drill',
      definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Succeed' } } }),
      roleArn: 'arn:aws:iam::111122223333:role/drill',
    });
    await start(small, { name: 'parent' });
    await small.run(5);
    const told = small.world.trace.entries
      .filter((entry) => entry.kind === 'event')
      .map((entry) => (entry.event as { detail: { name: string; status: string } }).detail)
      .map(({ name, status }) => `${name} ${status}`);
    // The parent does not wait for its child: their ends have no order.
    expect(told.slice(0, 2)).toEqual(['parent RUNNING', 'child RUNNING']);
    expect(told.slice(2).sort()).toEqual(['child SUCCEEDED', 'parent SUCCEEDED']);
  });

  test('is stopped, listed by status a page at a time, and redriven from where it failed', async () => {
    const small = smallAccount();
    let broken = true;
    deployWork(small, () => async () => {
      if (broken) throw new Error('Broken.');
      return 'mended';
    });
    deployMachine(small, { Work: task() });
    for (const name of ['one', 'two', 'three']) await start(small, { name });
    await small.run(5);
    const list = (more: object = {}) =>
      ask<{ executions: { name: string }[]; nextToken?: string }>(small, 'SFN', 'ListExecutions', {
        stateMachineArn: machineArn,
        statusFilter: 'FAILED',
        maxResults: 2,
        ...more,
      });
    const page = await list();
    expect(page.executions.map(({ name }) => name)).toEqual(['three', 'two']);
    const last = await list({ nextToken: page.nextToken });
    expect(last.executions.map(({ name }) => name)).toEqual(['one']);
    expect(last.nextToken).toBeUndefined();

    broken = false;
    await ask(small, 'SFN', 'RedriveExecution', { executionArn: executionArn('two') });
    await small.run(5);
    expect(await describeExecution(small, 'two')).toMatchObject({
      status: 'SUCCEEDED',
      output: '"mended"',
      redriveCount: 1,
    });
    await expect(ask(small, 'SFN', 'RedriveExecution', { executionArn: executionArn('two') })).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
    const { events } = await ask<{ events: { type: string }[] }>(small, 'SFN', 'GetExecutionHistory', {
      executionArn: executionArn('two'),
      reverseOrder: true,
      maxResults: 1,
    });
    expect(events.map(({ type }) => type)).toEqual(['ExecutionSucceeded']);
  });

  test('refuses more starts in a second than the quota of its Region', async () => {
    const small = smallAccount();
    deployMachine(small, { Work: { Type: 'Succeed' } });
    const caller = { kind: 'operator', name: 'somebody', region: 'eu-central-1' } as const;
    const starts = Array.from({ length: 1_000 }, () =>
      small.region.request(caller, 'SFN', 'StartExecution', { stateMachineArn: machineArn }),
    );
    const settled = Promise.allSettled(starts);
    await small.run(5);
    const refused = (await settled).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(150);
    expect(refused.length).toBeLessThan(200);
    expect(refused[0]).toMatchObject({ reason: { name: 'ThrottlingException' } });
  });
});

describe('a task that waits for a callback', () => {
  const given: string[] = [];
  const waiting = () => {
    given.length = 0;
    const small = smallAccount();
    deployWork(small, () => async ({ token }) => {
      given.push(String(token));
      return null;
    });
    deployMachine(small, { Work: waits });
    return small;
  };

  test('is answered by its token once; afterwards the token is stale', async () => {
    const small = waiting();
    await start(small, { name: 'one' });
    await small.run(30);
    expect(await describeExecution(small, 'one')).toMatchObject({ status: 'RUNNING' });
    const answer = { taskToken: given[0] ?? '', output: '{"state":"COMPLETED"}' };
    await ask(small, 'SFN', 'SendTaskHeartbeat', { taskToken: given[0] });
    await ask(small, 'SFN', 'SendTaskSuccess', answer);
    await small.run(1);
    expect(await describeExecution(small, 'one')).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"state":"COMPLETED"}',
    });
    await expect(ask(small, 'SFN', 'SendTaskSuccess', answer)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  test('fails with the error and cause that the callback names', async () => {
    const small = waiting();
    await start(small, { name: 'one' });
    await small.run(30);
    await ask(small, 'SFN', 'SendTaskFailure', { taskToken: given[0], error: 'JobFailed', cause: 'No space.' });
    await small.run(1);
    expect(await describeExecution(small, 'one')).toMatchObject({
      status: 'FAILED',
      error: 'JobFailed',
      cause: 'No space.',
    });
  });

  test('answers a day later as it did at once', async () => {
    const small = waiting();
    await start(small, { name: 'one', input: '{"resource":"mail"}' });
    await small.run(30);
    const answer = { taskToken: given[0] ?? '', output: '{"state":"COMPLETED"}' };
    await ask(small, 'SFN', 'SendTaskSuccess', answer);
    await small.run(1);
    const arn = { executionArn: executionArn('one') };
    const asked = async () => [
      await describeExecution(small, 'one'),
      await ask(small, 'SFN', 'GetExecutionHistory', { ...arn, reverseOrder: true }),
      await ask(small, 'SFN', 'ListExecutions', { stateMachineArn: machineArn, statusFilter: 'SUCCEEDED' }),
      await ask(small, 'SFN', 'RedriveExecution', arn).catch((error: Error) => [error.name, error.message]),
      await ask(small, 'SFN', 'SendTaskSuccess', answer).catch((error: Error) => [error.name, error.message]),
      await ask(small, 'SFN', 'StartExecution', { stateMachineArn: machineArn, name: 'one' }).catch((error: Error) => [
        error.name,
        error.message,
      ]),
    ];
    const soon = await asked();
    await small.run(2 * 86_400);
    await start(small, { name: 'two' });
    expect(await asked()).toEqual(soon);
  });

  test('takes no unknown token and no output that is not JSON', async () => {
    const small = waiting();
    await start(small, { name: 'one' });
    await small.run(30);
    await expect(ask(small, 'SFN', 'SendTaskSuccess', { taskToken: 'nobody', output: '{}' })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
    await expect(ask(small, 'SFN', 'SendTaskSuccess', { taskToken: given[0], output: 'yes!' })).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
  });

  test('can be answered by a function through the SDK', async () => {
    const small = smallAccount();
    deployWork(small, (seam) => async ({ token }) => {
      const answer = { taskToken: String(token), output: '"early"' };
      await seam.client(SFNClient).send(new SendTaskSuccessCommand(answer));
    });
    deployMachine(small, { Work: waits });
    await start(small, { name: 'one' });
    await small.run(30);
    expect(await describeExecution(small, 'one')).toMatchObject({ status: 'SUCCEEDED', output: '"early"' });
  });
});

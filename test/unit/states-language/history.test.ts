import { describe, expect, test } from '@jest/globals';
import { began, callback, eventOf, invoke, only, outline, run } from './world.ts';

/** The sequences in this file were recorded on AWS by others; only names and the number of iterations are ours. */
describe('The history has the shape that was recorded on AWS', () => {
  test('of a function that is invoked', async () => {
    const world = await run(
      only(invoke({ TimeoutSeconds: 1 })),
      { job: 7 },
      { answer: (task) => task.answered({ Payload: {} }) },
    );

    expect(outline(world.execution)).toEqual([
      '1 ExecutionStarted <0',
      '2 TaskStateEntered <0',
      '3 TaskScheduled <2',
      '4 TaskStarted <3',
      '5 TaskSucceeded <4',
      '6 TaskStateExited <5',
      '7 ExecutionSucceeded <6',
    ]);
    expect(world.execution.history()[0]).toEqual({
      id: 1,
      previousEventId: 0,
      timestamp: new Date(began),
      type: 'ExecutionStarted',
      executionStartedEventDetails: {
        input: '{"job":7}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::111122223333:role/states',
      },
    });
    expect(eventOf(world.execution, 'TaskScheduled').taskScheduledEventDetails).toEqual({
      parameters: '{"FunctionName":"work"}',
      region: 'eu-central-1',
      resource: 'invoke',
      resourceType: 'lambda',
      timeoutInSeconds: 1,
    });
    expect(eventOf(world.execution, 'TaskSucceeded').taskSucceededEventDetails).toEqual({
      output: '{"Payload":{}}',
      outputDetails: { truncated: false },
      resource: 'invoke',
      resourceType: 'lambda',
    });
    expect(eventOf(world.execution, 'TaskStateExited').stateExitedEventDetails).toEqual({
      name: 'Only',
      output: '{"Payload":{}}',
      outputDetails: { truncated: false },
    });
  });

  test('of a callback that succeeds: the call is submitted, the callback is the result', async () => {
    const world = await run(only(callback({ TimeoutSeconds: 600, HeartbeatSeconds: 60 })));
    world.task(0).answered({ StatusCode: 200 });
    world.execution.succeedTask('uuid-1', 'done');

    expect(outline(world.execution)).toEqual([
      '1 ExecutionStarted <0',
      '2 TaskStateEntered <0',
      '3 TaskScheduled <2',
      '4 TaskStarted <3',
      '5 TaskSubmitted <4',
      '6 TaskSucceeded <5',
      '7 TaskStateExited <6',
      '8 ExecutionSucceeded <7',
    ]);
    expect(eventOf(world.execution, 'TaskScheduled').taskScheduledEventDetails).toMatchObject({
      heartbeatInSeconds: 60,
      parameters: '{"FunctionName":"work","Payload":{"token":"uuid-1"}}',
      resource: 'invoke.waitForTaskToken',
      timeoutInSeconds: 600,
    });
    expect(eventOf(world.execution, 'TaskSubmitted').taskSubmittedEventDetails).toMatchObject({
      output: '{"StatusCode":200}',
    });
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: 'done' }]);
  });

  test('of a heartbeat that stops: TaskTimedOut with States.Timeout and no cause', async () => {
    const world = await run(only(callback({ TimeoutSeconds: 600, HeartbeatSeconds: 5 })));
    world.task(0).answered({});
    await world.pass(5);

    expect(outline(world.execution).slice(4)).toEqual([
      '5 TaskSubmitted <4',
      '6 TaskTimedOut <5',
      '7 ExecutionFailed <6',
    ]);
    expect(eventOf(world.execution, 'TaskTimedOut').taskTimedOutEventDetails).toEqual({
      error: 'States.Timeout',
      resource: 'invoke.waitForTaskToken',
      resourceType: 'lambda',
    });
    expect(eventOf(world.execution, 'ExecutionFailed').executionFailedEventDetails).toEqual({
      error: 'States.Timeout',
    });
  });

  test('of a Catch: the error is the output of the state that failed', async () => {
    const states = {
      Try: invoke({ Next: 'Unused', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
      Unused: { Type: 'Succeed' },
      Caught: { Type: 'Pass', End: true },
    };
    const world = await run(
      { StartAt: 'Try', States: states },
      {},
      { answer: (task) => task.failed('NoSuchVault', 'gone') },
    );

    expect(outline(world.execution).slice(4)).toEqual([
      '5 TaskFailed <4',
      '6 TaskStateExited <5',
      '7 PassStateEntered <6',
      '8 PassStateExited <7',
      '9 ExecutionSucceeded <8',
    ]);
    expect(eventOf(world.execution, 'TaskStateExited').stateExitedEventDetails).toMatchObject({
      output: '{"Error":"NoSuchVault","Cause":"gone"}',
    });
  });

  test('of a Map, one iteration after the other', async () => {
    const processor = { StartAt: 'Process', States: { Process: { Type: 'Pass', End: true } } };
    const world = await run(
      only({ Type: 'Map', Items: [1, 2], MaxConcurrency: 1, ItemProcessor: processor, End: true }),
    );

    expect(outline(world.execution)).toEqual([
      '1 ExecutionStarted <0',
      '2 MapStateEntered <0',
      '3 MapStateStarted <2',
      '4 MapIterationStarted <3',
      '5 PassStateEntered <4',
      '6 PassStateExited <5',
      '7 MapIterationSucceeded <6',
      '8 MapIterationStarted <6',
      '9 PassStateEntered <8',
      '10 PassStateExited <9',
      '11 MapIterationSucceeded <10',
      '12 MapStateSucceeded <11',
      '13 MapStateExited <11',
      '14 ExecutionSucceeded <13',
    ]);
    expect(eventOf(world.execution, 'MapStateStarted').mapStateStartedEventDetails).toEqual({ length: 2 });
    expect(eventOf(world.execution, 'MapIterationStarted').mapIterationStartedEventDetails).toEqual({
      index: 0,
      name: 'Only',
    });
  });

  test('of a Map whose iteration fails and which is caught', async () => {
    const processor = { StartAt: 'Bad', States: { Bad: { Type: 'Fail', Error: 'BadItem', Cause: 'because' } } };
    const map = {
      Type: 'Map',
      Items: [1],
      ItemProcessor: processor,
      Catch: [{ ErrorEquals: ['BadItem'], Next: 'Caught' }],
      End: true,
    };
    const world = await run({ StartAt: 'Each', States: { Each: map, Caught: { Type: 'Succeed' } } });

    expect(outline(world.execution).slice(2)).toEqual([
      '3 MapStateStarted <2',
      '4 MapIterationStarted <3',
      '5 FailStateEntered <4',
      '6 MapIterationFailed <5',
      '7 MapStateFailed <5',
      '8 MapStateExited <7',
      '9 SucceedStateEntered <8',
      '10 SucceedStateExited <9',
      '11 ExecutionSucceeded <10',
    ]);
  });

  test('of a Map that is retried: all iterations run again, and nothing is entered again', async () => {
    const processor = { StartAt: 'Bad', States: { Bad: { Type: 'Fail', Error: 'BadItem', Cause: 'because' } } };
    const retry = [{ ErrorEquals: ['BadItem'], MaxAttempts: 1 }];
    const world = await run(only({ Type: 'Map', Items: [1], ItemProcessor: processor, Retry: retry, End: true }));
    await world.pass(1);

    expect(outline(world.execution).slice(2)).toEqual([
      '3 MapStateStarted <2',
      '4 MapIterationStarted <3',
      '5 FailStateEntered <4',
      '6 MapIterationFailed <5',
      '7 MapStateStarted <5',
      '8 MapIterationStarted <7',
      '9 FailStateEntered <8',
      '10 MapIterationFailed <9',
      '11 MapStateFailed <9',
      '12 ExecutionFailed <11',
    ]);
    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'BadItem', cause: 'because' }]);
  });

  test('of a Map with a task that times out: the other iterations are aborted', async () => {
    const processor = { StartAt: 'Call', States: { Call: invoke({ TimeoutSeconds: 5 }) } };
    const world = await run(only({ Type: 'Map', Items: [1, 2], ItemProcessor: processor, End: true }));
    await world.pass(5);

    expect(outline(world.execution).slice(3)).toEqual([
      '4 MapIterationStarted <3',
      '5 MapIterationStarted <3',
      '6 TaskStateEntered <4',
      '7 TaskScheduled <6',
      '8 TaskStarted <7',
      '9 TaskStateEntered <5',
      '10 TaskScheduled <9',
      '11 TaskStarted <10',
      '12 TaskTimedOut <8',
      '13 MapIterationFailed <12',
      '14 TaskStateAborted <12',
      '15 MapIterationAborted <12',
      '16 TaskStateAborted <12',
      '17 MapStateFailed <12',
      '18 ExecutionFailed <17',
    ]);
  });

  test('of a Parallel that fails', async () => {
    const states = {
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Call', States: { Call: invoke() } }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    };
    const world = await run(
      { StartAt: 'Both', States: states },
      {},
      { answer: (task) => task.failed('Broken', 'why') },
    );

    expect(outline(world.execution).slice(1, 10)).toEqual([
      '2 ParallelStateEntered <0',
      '3 ParallelStateStarted <2',
      '4 TaskStateEntered <3',
      '5 TaskScheduled <4',
      '6 TaskStarted <5',
      '7 TaskFailed <6',
      '8 TaskStateAborted <7',
      '9 ParallelStateFailed <7',
      '10 ParallelStateExited <9',
    ]);
  });

  test('of an expression of the wrong type for Items', async () => {
    const processor = { StartAt: 'Process', States: { Process: { Type: 'Pass', End: true } } };
    const states = {
      Start: { Type: 'Pass', Assign: { items: 1 }, Next: 'Each' },
      Each: { Type: 'Map', Items: '{% $items %}', ItemProcessor: processor, End: true },
    };
    const world = await run({ StartAt: 'Start', States: states });
    const cause =
      "An error occurred while executing the state 'Each' (entered at the event id #4). The JSONata expression '$items' " +
      "specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'number' for value: 1";

    expect(outline(world.execution).slice(2)).toEqual([
      '3 PassStateExited <2',
      '4 MapStateEntered <3',
      '5 EvaluationFailed <3',
      '6 MapStateFailed <5',
      '7 ExecutionFailed <6',
    ]);
    expect(eventOf(world.execution, 'EvaluationFailed').evaluationFailedEventDetails).toEqual({
      cause,
      error: 'States.QueryEvaluationError',
      location: 'Items',
      state: 'Each',
    });
    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'States.QueryEvaluationError', cause }]);
  });

  test('of a Choice that nothing matches: States.Runtime, which nothing catches', async () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }] };
    const world = await run({ StartAt: 'Choose', States: { Choose: choice, End: { Type: 'Succeed' } } });

    expect(outline(world.execution).slice(1)).toEqual(['2 ChoiceStateEntered <0', '3 ExecutionFailed <2']);
    expect(world.outcomes).toEqual([
      {
        status: 'FAILED',
        error: 'States.Runtime',
        cause:
          "An error occurred while executing the state 'Choose' (entered at the event id #2). " +
          'Failed to transition out of the state. The state does not point to a next state.',
      },
    ]);
  });

  test('of an execution that is stopped: ExecutionAborted follows nothing', async () => {
    const world = await run(only({ Type: 'Wait', Seconds: 60, End: true }));
    world.execution.stop('Operator', 'not now');
    await world.untilQuiet();

    expect(outline(world.execution)).toEqual([
      '1 ExecutionStarted <0',
      '2 WaitStateEntered <0',
      '3 ExecutionAborted <0',
    ]);
    expect(world.outcomes).toEqual([{ status: 'ABORTED', error: 'Operator', cause: 'not now' }]);
  });

  test('of variables: JSON in strings, beside the output', async () => {
    const world = await run(only({ Type: 'Pass', Assign: { one: 1, text: '{% $states.input.word %}' }, End: true }), {
      word: 'hello',
    });

    expect(eventOf(world.execution, 'PassStateExited').stateExitedEventDetails).toEqual({
      assignedVariables: { one: '1', text: '"hello"' },
      assignedVariablesDetails: { truncated: false },
      name: 'Only',
      output: '{"word":"hello"}',
      outputDetails: { truncated: false },
    });
  });
});

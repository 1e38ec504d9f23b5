import { describe, expect, test } from '@jest/globals';
import { callback, invoke, only, run, types } from './world.ts';

/** When each attempt of a task that always fails was made, in seconds. */
async function attempts(retry: object, random = () => 0.5): Promise<number[]> {
  const times: number[] = [];
  const world = await run(
    only(invoke({ Retry: [{ ErrorEquals: ['Throttled'], ...retry }] })),
    {},
    { random, answer: (task) => setImmediate(() => task.failed('Throttled', 'later')) },
  );
  let seen = 0;
  for (let second = 0; second < 400; second++) {
    await world.pass(0.5);
    for (; seen < world.tasks.length; seen++) times.push(Math.floor(world.elapsed() / 1000));
    if (world.outcomes.length > 0) break;
  }
  return times;
}

describe('Retry', () => {
  test('waits 1, 2 and 4 seconds and gives up after three retries unless told otherwise', async () => {
    expect(await attempts({})).toEqual([0, 1, 3, 7]);
  });

  test('grows by BackoffRate from IntervalSeconds, up to MaxDelaySeconds', async () => {
    expect(await attempts({ IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 40 })).toEqual([
      0, 10, 40, 80, 120,
    ]);
  });

  test('with FULL jitter waits for any part of the delay, as chance has it', async () => {
    const quarter = () => 0.25;
    expect(
      await attempts({ IntervalSeconds: 40, BackoffRate: 2, MaxAttempts: 2, JitterStrategy: 'FULL' }, quarter),
    ).toEqual([0, 10, 30]);
  });

  test('with MaxAttempts 0 does not retry', async () => {
    expect(await attempts({ MaxAttempts: 0 })).toEqual([0]);
  });

  test('counts each entry for itself, and the state counts them together', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    const retry = [
      { ErrorEquals: ['A'], MaxAttempts: 2 },
      { ErrorEquals: ['B'], MaxAttempts: 1 },
    ];
    const world = await run(
      only(invoke({ Retry: retry })),
      {},
      { answer: (task) => task.failed(errors.shift() ?? 'none', '') },
    );
    await world.untilQuiet();

    expect(world.tasks.map(({ state }) => state.retryCount)).toEqual([0, 1, 2, 3]);
    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'B', cause: '' }]);
  });

  test('schedules the task again at once after its failure, without entering the state again', async () => {
    const world = await run(
      only(invoke({ Retry: [{ ErrorEquals: ['Once'] }] })),
      {},
      { answer: (task) => (task.state.retryCount === 0 ? task.failed('Once', '') : task.answered({})) },
    );
    await world.untilQuiet();

    expect(types(world.execution).slice(4, 8)).toEqual(['TaskFailed', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded']);
  });

  test('evaluates Arguments anew for each attempt, with a new token', async () => {
    const world = await run(only(callback({ Retry: [{ ErrorEquals: ['States.ALL'] }] })));
    world.task(0).failed('Lambda.ServiceException', 'x');
    await world.pass(1);

    expect(world.tasks.map(({ arguments: given }) => given)).toMatchObject([
      { Payload: { token: 'uuid-1' } },
      { Payload: { token: 'uuid-2' } },
    ]);
    expect(world.execution.succeedTask('uuid-1', 1)).toBe('timed-out');
    expect(world.execution.succeedTask('uuid-2', 2)).toBe('ok');
  });
});

/** Which Catch entry takes the error; `fails` if none does. */
async function caughtBy(names: string[][], fail: 'timeout' | 'heartbeat' | { error: string }): Promise<string> {
  const States: { [name: string]: object } = {
    Try: callback({
      TimeoutSeconds: 60,
      HeartbeatSeconds: fail === 'timeout' ? 59 : 10,
      Catch: names.map((ErrorEquals, index) => ({ ErrorEquals, Next: `Catcher ${index}` })),
    }),
  };
  for (const [index, errors] of names.entries())
    States[`Catcher ${index}`] = { Type: 'Pass', Output: errors.join(), End: true };
  const world = await run({ StartAt: 'Try', States });
  if (typeof fail === 'object') world.task(0).failed(fail.error, 'cause');
  if (fail === 'timeout') {
    await world.pass(30);
    world.execution.heartbeat('uuid-1');
  }
  await world.untilQuiet();
  const [outcome] = world.outcomes;
  return outcome?.status === 'SUCCEEDED' ? String(outcome.output) : 'fails';
}

describe('Catch', () => {
  test('takes the first entry that names the error', async () => {
    expect(await caughtBy([['Other'], ['Mine', 'Yours'], ['States.ALL']], { error: 'Yours' })).toBe('Mine,Yours');
  });

  test('lets an error through that nothing names', async () => {
    expect(await caughtBy([['Other']], { error: 'Mine' })).toBe('fails');
  });

  test('States.TaskFailed is any error but a timeout', async () => {
    expect(await caughtBy([['States.TaskFailed'], ['States.ALL']], { error: 'Mine' })).toBe('States.TaskFailed');
    expect(await caughtBy([['States.TaskFailed'], ['States.ALL']], 'timeout')).toBe('States.ALL');
    expect(await caughtBy([['States.TaskFailed'], ['States.ALL']], 'heartbeat')).toBe('States.ALL');
  });

  test('a heartbeat that stops is caught by either of its two names, a timeout by one', async () => {
    expect(await caughtBy([['States.HeartbeatTimeout'], ['States.Timeout']], 'heartbeat')).toBe(
      'States.HeartbeatTimeout',
    );
    expect(await caughtBy([['States.Timeout'], ['States.HeartbeatTimeout']], 'heartbeat')).toBe('States.Timeout');
    expect(await caughtBy([['States.HeartbeatTimeout'], ['States.Timeout']], 'timeout')).toBe('States.Timeout');
  });

  test('has an Output and an Assign of its own, from the error', async () => {
    const catcher = {
      ErrorEquals: ['States.ALL'],
      Next: 'After',
      Assign: { why: '{% $states.errorOutput.Error %}' },
      Output: { of: '{% $states.input.job %}', said: '{% $states.errorOutput.Cause %}' },
    };
    const states = {
      Try: invoke({ Catch: [catcher], Assign: { unused: 1 } }),
      After: { Type: 'Pass', Output: { why: '{% $why %}', given: '{% $states.input %}' }, End: true },
    };
    const world = await run(
      { StartAt: 'Try', States: states },
      { job: 7 },
      { answer: (task) => task.failed('Gone', 'no vault') },
    );

    expect(world.outcomes).toEqual([
      { status: 'SUCCEEDED', output: { why: 'Gone', given: { of: 7, said: 'no vault' } } },
    ]);
  });

  test('comes after the retries', async () => {
    const states = {
      Try: invoke({
        Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ['Busy'], Next: 'After' }],
      }),
      After: { Type: 'Succeed' },
    };
    const world = await run({ StartAt: 'Try', States: states }, {}, { answer: (task) => task.failed('Busy', '') });
    await world.untilQuiet();

    expect(world.tasks).toHaveLength(3);
    expect(world.execution.status()).toBe('SUCCEEDED');
  });

  test('sees a callback that failed without words as nulls', async () => {
    const states = {
      Try: callback({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }] }),
      After: { Type: 'Succeed' },
    };
    const world = await run({ StartAt: 'Try', States: states });
    world.execution.failTask('uuid-1');

    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: { Error: null, Cause: null } }]);
  });

  test('takes a failed expression too, its cause naming state, field and expression', async () => {
    const states = {
      Try: invoke({
        Arguments: { FunctionName: 'work', Payload: { job: '{% $states.input.missing %}' } },
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'After' }],
      }),
      After: { Type: 'Succeed' },
    };
    const world = await run({ StartAt: 'Try', States: states });

    expect(world.outcomes).toEqual([
      {
        status: 'SUCCEEDED',
        output: {
          Error: 'States.QueryEvaluationError',
          Cause:
            "An error occurred while executing the state 'Try' (entered at the event id #2). The JSONata expression " +
            "'$states.input.missing' specified for the field 'Arguments/Payload/job' returned nothing (undefined).",
        },
      },
    ]);
    expect(world.tasks).toHaveLength(0);
  });
});

import { describe, expect, test } from '@jest/globals';
import { callback, eventOf, invoke, only, run, types } from './world.ts';

const pass = { Type: 'Pass', End: true };

describe('Wait', () => {
  test.each([
    ['Seconds', { Seconds: 90 }, 90],
    ['Seconds by expression', { Seconds: '{% $states.input.seconds %}' }, 30],
    ['an instant', { Timestamp: '2026-03-01T12:10:00Z' }, 600],
    ['an instant with another offset', { Timestamp: '{% $states.input.at %}' }, 1800],
    ['an instant that has passed', { Timestamp: '2020-01-01T00:00:00.000Z' }, 0],
  ])('waits for %s', async (_what, field, seconds) => {
    const world = await run(only({ Type: 'Wait', ...field, End: true }), {
      seconds: 30,
      at: '2026-03-01T13:30:00.500+01:00',
    });
    await world.untilQuiet();

    expect(world.execution.status()).toBe('SUCCEEDED');
    expect(Math.floor(world.elapsed() / 1000)).toBe(seconds);
  });

  test('waits longer than 24 days, but not beyond 24,855 days', async () => {
    const long = await run(only({ Type: 'Wait', Seconds: 30_000_000, End: true }));
    await long.untilQuiet();
    expect(long.elapsed()).toBe(30_000_000_000);

    const tooLong = await run(only({ Type: 'Wait', Timestamp: '2100-01-01T00:00:00Z', End: true }));
    expect(tooLong.outcomes).toEqual([
      {
        status: 'FAILED',
        error: 'States.Runtime',
        cause:
          "An error occurred while executing the state 'Only' (entered at the event id #2). Wait state delay is too long.",
      },
    ]);
  });

  test.each(['2026-03-01 12:10:00Z', '2026-03-01T12:10:00', '2026-13-01T12:10:00Z', '2026-03-01T25:10:00Z'])(
    'fails for %s, which is no full instant',
    async (at) => {
      const world = await run(only({ Type: 'Wait', Timestamp: '{% $states.input.at %}', End: true }), { at });
      expect(world.outcomes).toMatchObject([{ status: 'FAILED', error: 'States.QueryEvaluationError' }]);
    },
  );
});

describe('Choice', () => {
  const states = {
    Choose: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Next: 'Show', Output: 'many', Assign: { rule: 'first' } },
        { Condition: '{% $states.input.n > 5 %}', Next: 'Show', Output: 'some' },
      ],
      Default: 'Show',
      Output: 'few',
      Assign: { rule: 'default' },
    },
    Show: { Type: 'Pass', Output: ['{% $states.input %}', "{% $exists($rule) ? $rule : 'none' %}"], End: true },
  };

  test.each([
    [20, ['many', 'first']],
    [7, ['some', 'none']],
    [1, ['few', 'default']],
  ])('with %d takes the first rule that is true, with its own Output and Assign', async (n, output) => {
    const world = await run({ StartAt: 'Choose', States: states }, { n });
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output }]);
  });

  test('fails on a condition that is not true or false', async () => {
    const world = await run({
      StartAt: 'Choose',
      States: { Choose: { Type: 'Choice', Choices: [{ Condition: '{% "yes" %}', Next: 'End' }] }, End: pass },
    });
    expect(world.outcomes).toMatchObject([
      {
        error: 'States.QueryEvaluationError',
        cause: expect.stringContaining(
          `the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string'`,
        ),
      },
    ]);
  });
});

describe('Fail', () => {
  test('ends the execution with its error and cause, which may be expressions', async () => {
    const world = await run(only({ Type: 'Fail', Error: 'NotProven', Cause: "{% 'point ' & $states.input.point %}" }), {
      point: 'p1',
    });

    expect(types(world.execution)).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'NotProven', cause: 'point p1' }]);
  });
});

describe('Task', () => {
  test('starts the call with its Arguments and puts out what Output makes of the result', async () => {
    const task = {
      Resource: 'arn:aws:states:::states:startExecution',
      Arguments: { StateMachineArn: 'arn:child', Name: '{% $states.input.name %}', Input: { a: 1 } },
      Output: { started: '{% $states.result.ExecutionArn %}' },
    };
    const world = await run(
      only(invoke(task)),
      { name: 'n1' },
      { answer: (request) => request.answered({ ExecutionArn: 'arn:x' }) },
    );

    expect(world.task(0)).toMatchObject({
      resource: { service: 'states', action: 'startExecution', waitForTaskToken: false },
      arguments: { StateMachineArn: 'arn:child', Name: 'n1', Input: { a: 1 } },
      state: { name: 'Only', enteredTime: '2026-03-01T12:00:00.000Z', retryCount: 0 },
    });
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: { started: 'arn:x' } }]);
  });

  test('times out after TimeoutSeconds, and ignores the answer that comes too late', async () => {
    const world = await run(only(invoke({ TimeoutSeconds: '{% $states.input.limit %}' })), { limit: 30 });
    await world.pass(29);
    expect(world.execution.status()).toBe('RUNNING');
    await world.pass(1);
    world.task(0).answered({});

    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'States.Timeout' }]);
  });

  test('does not change what the host does with its values afterwards, nor the other way round', async () => {
    const result = { list: [1] };
    const world = await run(only(invoke()), {}, { answer: (request) => request.answered(result) });
    result.list.push(2);

    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: { list: [1] } }]);
    expect(eventOf(world.execution, 'TaskSucceeded').taskSucceededEventDetails?.output).toBe('{"list":[1]}');
  });

  test('whose result is too large fails as States.DataLimitExceeded, which States.ALL catches', async () => {
    const states = {
      Try: invoke({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }] }),
      After: { Type: 'Succeed' },
    };
    const world = await run(
      { StartAt: 'Try', States: states },
      {},
      { answer: (request) => request.answered('ü'.repeat(131_072)) },
    );

    expect(types(world.execution)).toContain('TaskFailed');
    expect(world.outcomes).toEqual([
      {
        status: 'SUCCEEDED',
        output: {
          Error: 'States.DataLimitExceeded',
          Cause:
            "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
        },
      },
    ]);
  });
});

describe('The limit of 262,144 bytes', () => {
  test.each([
    ['x', 262_142, 'SUCCEEDED'],
    ['x', 262_143, 'FAILED'],
    ['ü', 131_071, 'SUCCEEDED'],
    ['ü', 131_072, 'FAILED'],
  ])('counts the bytes of UTF-8 of a Pass state with %s %d times', async (character, times, status) => {
    const world = await run(only({ Type: 'Pass', Output: `{% $pad("", ${times}, "${character}") %}`, End: true }));
    expect(world.execution.status()).toBe(status);
  });

  test('holds for the input of an iteration too', async () => {
    const processor = { StartAt: 'P', States: { P: pass } };
    const selector = '{% $pad("", 262143, "x") %}';
    const world = await run(
      only({ Type: 'Map', Items: [1], ItemSelector: selector, ItemProcessor: processor, Output: 1, End: true }),
    );
    expect(world.outcomes).toMatchObject([{ status: 'FAILED', error: 'States.DataLimitExceeded' }]);
  });
});

describe('Callbacks', () => {
  test('may come before the call that gave the token away has answered', async () => {
    const world = await run(only(callback()));
    expect(world.execution.succeedTask(world.task(0).taskToken ?? '', { early: true })).toBe('ok');
    world.task(0).answered({});

    expect(types(world.execution)).not.toContain('TaskSubmitted');
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: { early: true } }]);
  });

  test('count once: a second one is late, a token that was never given out is unknown', async () => {
    const world = await run({ StartAt: 'A', States: { A: callback({ Next: 'B' }), B: callback() } });

    expect(world.execution.failTask('nobody', 'x')).toBe('unknown');
    expect(world.execution.succeedTask('uuid-1', 1)).toBe('ok');
    expect(world.execution.succeedTask('uuid-1', 1)).toBe('timed-out');
    expect(world.execution.heartbeat('uuid-1')).toBe('timed-out');
    expect(world.execution.status()).toBe('RUNNING');
  });

  test('count once even if both come while the call is being made', async () => {
    const answers: string[] = [];
    const early = (request: { taskToken?: string; state: { name: string } }): void => {
      if (request.state.name !== 'B') return;
      for (const n of [1, 2]) answers.push(world.execution.succeedTask(request.taskToken ?? '', n));
    };
    const world = await run(
      { StartAt: 'A', States: { A: callback({ Next: 'B' }), B: callback() } },
      {},
      { answer: early },
    );
    world.execution.succeedTask('uuid-1', 0);

    expect(answers).toEqual(['ok', 'timed-out']);
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: 1 }]);
  });

  test('that fail give the task their error and cause', async () => {
    const world = await run(only(callback()));
    world.task(0).answered({});
    world.execution.failTask('uuid-1', 'JobFailed', 'backup job 7 failed');

    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'JobFailed', cause: 'backup job 7 failed' }]);
  });

  test('stay open while heartbeats come, each for another HeartbeatSeconds', async () => {
    const world = await run(only(callback({ HeartbeatSeconds: 60, TimeoutSeconds: 600 })));
    world.task(0).answered({});
    for (let beat = 0; beat < 5; beat++) {
      await world.pass(59);
      expect(world.execution.heartbeat('uuid-1')).toBe('ok');
    }
    await world.pass(59);
    expect(world.execution.status()).toBe('RUNNING');
    await world.pass(1);

    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'States.Timeout' }]);
    expect(world.elapsed()).toBe(1000 * (6 * 59 + 1));
    expect(world.execution.heartbeat('uuid-1')).toBe('timed-out');
  });

  test('do not outlive TimeoutSeconds, however many heartbeats come', async () => {
    const world = await run(only(callback({ HeartbeatSeconds: 60, TimeoutSeconds: 100 })));
    await world.pass(50);
    world.execution.heartbeat('uuid-1');
    await world.pass(50);

    expect(world.outcomes).toEqual([{ status: 'FAILED', error: 'States.Timeout' }]);
  });

  test('of a task whose call itself failed are late', async () => {
    const world = await run(only(callback()));
    world.task(0).failed('Lambda.TooManyRequestsException', 'Rate exceeded');

    expect(world.execution.succeedTask('uuid-1', 1)).toBe('timed-out');
    expect(world.outcomes).toEqual([
      { status: 'FAILED', error: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' },
    ]);
  });
});

describe('Map', () => {
  test('gives each iteration its item, or what ItemSelector makes of it, and keeps the order of the results', async () => {
    const processor = {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'Call',
      States: { Call: invoke({ Output: '{% $states.input %}' }) },
    };
    const map = {
      Type: 'Map',
      Items: '{% $states.input.list %}',
      ItemSelector: {
        i: '{% $states.context.Map.Item.Index %}',
        v: '{% $states.context.Map.Item.Value %}',
        all: '{% $states.input.x %}',
      },
      ItemProcessor: processor,
      Output: '{% $states.result.v %}',
      End: true,
    };
    const world = await run(only(map), { list: ['a', 'b', 'c'], x: 9 });
    for (const index of [2, 0, 1]) world.task(index).answered({});
    await world.untilQuiet();

    expect(world.tasks).toHaveLength(3);
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: ['a', 'b', 'c'] }]);
    const entered = world.execution.history().find(({ type }) => type === 'TaskStateEntered');
    expect(entered?.stateEnteredEventDetails?.input).toBe('{"i":0,"v":"a","all":9}');
  });

  test.each([
    [0, 40],
    [3, 3],
    [100, 40],
  ])('with MaxConcurrency %d runs at most %d iterations at a time', async (MaxConcurrency, most) => {
    const processor = { StartAt: 'Call', States: { Call: invoke() } };
    const items = Array.from({ length: 50 }, (_, index) => index);
    const world = await run(only({ Type: 'Map', MaxConcurrency, ItemProcessor: processor, End: true }), items);
    expect(world.tasks).toHaveLength(most);
    world.task(0).answered({});
    expect(world.tasks).toHaveLength(most + 1);
  });

  test('of nothing succeeds with nothing', async () => {
    const world = await run(
      only({ Type: 'Map', Items: [], ItemProcessor: { StartAt: 'P', States: { P: pass } }, End: true }),
    );
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: [] }]);
  });

  test('of what is no list fails', async () => {
    const world = await run(only({ Type: 'Map', ItemProcessor: { StartAt: 'P', States: { P: pass } }, End: true }), {
      a: 1,
    });
    expect(world.outcomes).toMatchObject([
      {
        error: 'States.QueryEvaluationError',
        cause: expect.stringContaining('Map state input must be an array but was: object'),
      },
    ]);
  });

  test('of thousands of items one at a time does not exhaust the stack', async () => {
    const items = Array.from({ length: 4000 }, (_, index) => index);
    const world = await run(
      only({ Type: 'Map', MaxConcurrency: 1, ItemProcessor: { StartAt: 'P', States: { P: pass } }, End: true }),
      items,
    );
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: items }]);
  });

  test('whose iteration fails aborts the others: their tokens are late, their answers ignored', async () => {
    const processor = { StartAt: 'Await', States: { Await: callback({ TimeoutSeconds: 600 }) } };
    const states = {
      Each: {
        Type: 'Map',
        Items: [1, 2, 3],
        ItemProcessor: processor,
        Catch: [{ ErrorEquals: ['JobFailed'], Next: 'After' }],
        End: true,
      },
      After: { Type: 'Wait', Seconds: 1000, Output: 'after', End: true },
    };
    const world = await run({ StartAt: 'Each', States: states });
    world.execution.failTask('uuid-2', 'JobFailed', '');
    const events = world.execution.history().length;
    world.task(0).answered({});
    expect(world.execution.succeedTask('uuid-1', 1)).toBe('timed-out');
    expect(world.execution.heartbeat('uuid-3')).toBe('timed-out');
    expect(world.execution.history()).toHaveLength(events);
    await world.untilQuiet();

    expect(types(world.execution).filter((type) => /Iteration(Failed|Aborted)/.test(type))).toEqual([
      'MapIterationFailed',
      'MapIterationAborted',
      'MapIterationAborted',
    ]);
    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: 'after' }]);
  });
});

describe('Parallel', () => {
  test('gives all branches its input, or its Arguments, and collects their outputs in order', async () => {
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: invoke({ Output: [name, '{% $states.input %}'] }) },
    });
    const parallel = {
      Type: 'Parallel',
      Arguments: { a: '{% $states.input.n %}' },
      Branches: [branch('Left'), branch('Right')],
      End: true,
    };
    const world = await run(only(parallel), { n: 5 });
    world.task(1).answered({});
    world.task(0).answered({});

    expect(world.outcomes).toEqual([
      {
        status: 'SUCCEEDED',
        output: [
          ['Left', { a: 5 }],
          ['Right', { a: 5 }],
        ],
      },
    ]);
  });

  test('aborts what runs in the other branches, however deep', async () => {
    const inner = {
      Type: 'Map',
      Items: [1, 2],
      ItemProcessor: { StartAt: 'Deep', States: { Deep: invoke() } },
      End: true,
    };
    const parallel = {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Inner', States: { Inner: inner } },
        { StartAt: 'Nap', States: { Nap: { Type: 'Wait', Seconds: 99, End: true } } },
        { StartAt: 'Bad', States: { Bad: invoke() } },
      ],
      End: true,
    };
    const world = await run(only(parallel));
    world.task(2).failed('Broken', '');

    expect(types(world.execution).slice(-10)).toEqual([
      'TaskFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapIterationAborted',
      'TaskStateAborted',
      'MapStateAborted',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('ends the whole execution on States.Runtime in a branch, whatever its Catch says', async () => {
    const branch = {
      StartAt: 'Choose',
      States: { Choose: { Type: 'Choice', Choices: [{ Condition: false, Next: 'P' }] }, P: pass },
    };
    const other = { StartAt: 'Await', States: { Await: callback() } };
    const parallel = {
      Type: 'Parallel',
      Branches: [other, branch],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }],
      End: true,
    };
    const world = await run({ StartAt: 'Both', States: { Both: parallel, After: { Type: 'Succeed' } } });

    expect(world.execution.succeedTask('uuid-1', 1)).toBe('timed-out');
    expect(types(world.execution).slice(-2)).toEqual(['ChoiceStateEntered', 'ExecutionFailed']);
    expect(world.outcomes).toMatchObject([{ status: 'FAILED', error: 'States.Runtime' }]);
  });
});

describe('An execution', () => {
  test.each([
    ['succeeds', 'succeed'],
    ['fails', 'fail'],
    ['is stopped', 'stop'],
  ])('that %s leaves nothing behind in the world: no timer, no token', async (_what, how) => {
    const processor = { StartAt: 'Await', States: { Await: callback({ TimeoutSeconds: 60, HeartbeatSeconds: 30 }) } };
    const world = await run({
      ...only({ Type: 'Map', Items: [1, 2], ItemProcessor: processor, End: true }),
      TimeoutSeconds: 600,
    });
    expect(world.pending()).toEqual([
      'heartbeat of Await',
      'heartbeat of Await',
      'timeout of Await',
      'timeout of Await',
      'timeout of execution orders',
    ]);
    if (how === 'fail') world.execution.failTask('uuid-1', 'Down');
    else if (how === 'stop') world.execution.stop();
    else for (const token of ['uuid-1', 'uuid-2']) world.execution.succeedTask(token, 1);

    expect(world.execution.status()).not.toBe('RUNNING');
    expect(world.pending()).toEqual([]);
    expect(world.execution.succeedTask('uuid-2', 1)).toBe('timed-out');
  });

  test('that is stopped while an expression is evaluated writes nothing more', async () => {
    const world = await run(only(invoke({ Output: '{% $states.result.n + 1 %}' })));
    world.task(0).answered({ n: 1 });
    world.execution.stop();
    await world.untilQuiet();

    expect(types(world.execution).slice(-2)).toEqual(['TaskSucceeded', 'ExecutionAborted']);
    expect(world.outcomes).toEqual([{ status: 'ABORTED' }]);
  });

  test('times out after the TimeoutSeconds of its machine, and gives up what it was waiting for', async () => {
    const world = await run({ ...only(callback()), TimeoutSeconds: 100 });
    await world.pass(100);

    expect(types(world.execution).at(-1)).toBe('ExecutionTimedOut');
    expect(world.outcomes).toEqual([{ status: 'TIMED_OUT' }]);
    expect(world.execution.succeedTask('uuid-1', 1)).toBe('timed-out');
  });

  test('runs for a year at most', async () => {
    const world = await run(only(callback()));
    await world.pass(31_536_000);
    expect(world.execution.status()).toBe('TIMED_OUT');
  });

  test('fails when its history is full, as event 25,000', async () => {
    const states = {
      Again: { Type: 'Pass', Next: 'Once More' },
      'Once More': { Type: 'Choice', Choices: [{ Condition: false, Next: 'End' }], Default: 'Again' },
      End: pass,
    };
    const world = await run({ StartAt: 'Again', States: states });

    expect(world.execution.history()).toHaveLength(25_000);
    expect(world.outcomes).toEqual([
      {
        status: 'FAILED',
        error: 'States.Runtime',
        cause: 'The execution reached the maximum number of history events (25000).',
      },
    ]);
  });

  test('that has ended cannot be stopped, and ends once', async () => {
    const world = await run(only(pass));
    world.execution.stop();
    await world.untilQuiet();

    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: {} }]);
    expect(world.execution.outcome()).toEqual({ status: 'SUCCEEDED', output: {} });
  });
});

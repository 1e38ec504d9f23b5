import { describe, expect, test } from '@jest/globals';
import { NotRedrivable, type TaskRequest } from '../../../simulator/states-language/index.ts';
import { callback, eventOf, invoke, only, outline, run, types } from './world.ts';

const succeed = { Type: 'Succeed' };

describe('Redrive', () => {
  test('takes up the task that failed, with the same input, and not what succeeded before it', async () => {
    let broken = true;
    const answer = (task: TaskRequest): void =>
      broken && task.state.name === 'Second' ? task.failed('Down', '') : task.answered({ by: task.state.name });
    const states = {
      First: invoke({ Assign: { kept: 'yes' }, Next: 'Second' }),
      Second: invoke({
        Output: ['{% $kept %}', '{% $states.input.by %}', '{% $states.context.Execution.RedriveCount %}'],
      }),
    };
    const world = await run({ StartAt: 'First', States: states }, {}, { answer });
    expect(world.execution.status()).toBe('FAILED');
    broken = false;
    await world.pass(60);
    world.execution.redrive();
    expect(world.execution.status()).toBe('RUNNING');
    await world.untilQuiet();

    expect(world.tasks.map(({ state }) => state.name)).toEqual(['First', 'Second', 'Second']);
    expect(world.outcomes).toEqual([
      { status: 'FAILED', error: 'Down', cause: '' },
      { status: 'SUCCEEDED', output: ['yes', 'First', 1] },
    ]);
    expect(outline(world.execution).slice(10, 14)).toEqual([
      '11 ExecutionFailed <10',
      '12 ExecutionRedriven <11',
      '13 TaskScheduled <12',
      '14 TaskStarted <13',
    ]);
    expect(eventOf(world.execution, 'ExecutionRedriven').executionRedrivenEventDetails).toEqual({ redriveCount: 1 });
  });

  test('counts retries and time limits from the beginning', async () => {
    const world = await run(
      { ...only(invoke({ Retry: [{ ErrorEquals: ['Down'], MaxAttempts: 1 }] })), TimeoutSeconds: 100 },
      {},
      { answer: (task) => task.failed('Down', '') },
    );
    await world.pass(90);
    world.execution.redrive();
    await world.pass(90);

    expect(world.tasks.map(({ state }) => state.retryCount)).toEqual([0, 1, 0, 1]);
    expect(world.outcomes.map(({ status }) => status)).toEqual(['FAILED', 'FAILED']);
  });

  test('gives a callback a new token; the old one stays late', async () => {
    const world = await run(only(callback({ TimeoutSeconds: 5 })));
    await world.pass(5);
    world.execution.redrive();
    await world.pass(0);

    expect(world.execution.succeedTask('uuid-1', 'old')).toBe('timed-out');
    expect(world.execution.succeedTask('uuid-2', 'new')).toBe('ok');
    expect(world.outcomes.at(-1)).toEqual({ status: 'SUCCEEDED', output: 'new' });
  });

  test('of an execution that ended in a Fail state fails there again', async () => {
    const world = await run(only({ Type: 'Fail', Error: 'NotProven', Cause: 'no' }));
    world.execution.redrive();
    await world.untilQuiet();

    expect(types(world.execution).slice(-3)).toEqual(['ExecutionRedriven', 'FailStateEntered', 'ExecutionFailed']);
    expect(world.outcomes).toHaveLength(2);
  });

  test.each(['Map', 'Parallel'])('of a %s runs only what did not succeed, from where it stopped', async (type) => {
    const scope = (index: number) => ({
      StartAt: `Prepare ${index}`,
      States: { [`Prepare ${index}`]: { Type: 'Pass', Next: `Work ${index}` }, [`Work ${index}`]: callback() },
    });
    const state =
      type === 'Map'
        ? { Type: 'Map', Items: [0, 1, 2], ItemProcessor: scope(0), Next: 'End' }
        : { Type: 'Parallel', Branches: [scope(0), scope(1), scope(2)], Next: 'End' };
    const world = await run({ StartAt: 'All', States: { All: state, End: succeed } });
    world.execution.succeedTask('uuid-1', 'first');
    world.execution.failTask('uuid-2', 'Down');
    expect(world.execution.status()).toBe('FAILED');
    const before = world.execution.history().length;
    world.execution.redrive();
    await world.pass(0);
    world.execution.succeedTask('uuid-4', 'second');
    world.execution.succeedTask('uuid-5', 'third');

    expect(world.outcomes.at(-1)).toEqual({ status: 'SUCCEEDED', output: ['first', 'second', 'third'] });
    const after = types(world.execution).slice(before);
    expect(after.filter((name) => name === 'TaskScheduled')).toHaveLength(2);
    expect(after).not.toContain('PassStateEntered');
    expect(after).not.toContain('TaskStateEntered');
  });

  test('of an execution that was stopped or timed out goes on where it was', async () => {
    const world = await run({
      StartAt: 'Nap',
      States: { Nap: { Type: 'Wait', Seconds: 60, Next: 'End' }, End: succeed },
    });
    world.execution.stop();
    world.execution.redrive();
    await world.untilQuiet();

    expect(types(world.execution)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'ExecutionAborted',
      'ExecutionRedriven',
      'WaitStateEntered',
      'WaitStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('is refused for an execution that runs, has succeeded, or ended more than 14 days ago', async () => {
    const running = await run(only({ Type: 'Wait', Seconds: 60, End: true }));
    expect(() => running.execution.redrive()).toThrow(NotRedrivable);
    await running.untilQuiet();
    expect(() => running.execution.redrive()).toThrow('it has succeeded');

    const old = await run(only({ Type: 'Fail' }));
    await old.pass(14 * 86_400 + 1);
    expect(() => old.execution.redrive()).toThrow('it ended more than 14 days ago');
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../../simulator/states-language/index.ts';
import { began, invoke, only, run } from './world.ts';

/** The output of a Pass state with that Output. */
async function output(expression: JsonValue, input: JsonValue = {}): Promise<JsonValue> {
  const world = await run(only({ Type: 'Pass', Output: expression, End: true }), input);
  const [outcome] = world.outcomes;
  if (outcome?.status !== 'SUCCEEDED') throw new Error(outcome?.cause);
  return outcome.output;
}

describe('Expressions', () => {
  test('are strings that begin with {% and end with %}; any other string is itself', async () => {
    const said = ['{%$states.input%}', ' {% $states.input %} ', 'a {% $states.input %}', '$states.input'];
    expect(await output(said, 1)).toEqual([1, ' {% $states.input %} ', 'a {% $states.input %}', '$states.input']);
  });

  const json = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<JsonValue>(null, true, 0, 1, 'text'),
      fc.array(tie('value'), { maxLength: 3 }) as fc.Arbitrary<JsonValue>,
      fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { maxKeys: 2 }) as fc.Arbitrary<JsonValue>,
    ),
  })).value;

  test('give the same whether the engine evaluates them or the shortcut for plain paths does', async () => {
    let looked = 0;
    await fc.assert(
      fc.asyncProperty(json, fc.constantFrom('', '.a', '.a.b', '.b.a.a'), async (input, path) => {
        looked++;
        const plain = await output(`{% $states.input${path} %}`, input).catch(() => 'nothing');
        const engine = await output(`{% ($states.input${path}) %}`, input).catch(() => 'nothing');
        expect(plain).toEqual(engine);
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(looked).toBe(300);
  });

  test.each([
    ['$states.input.missing', 'returned nothing (undefined).'],
    ['$nobody', 'returned nothing (undefined).'],
    [
      '$abs("a")',
      'threw an error during evaluation. T0410: Argument 1 of function "abs" does not match function signature',
    ],
    ['function($x) { $x }', 'returned an unsupported result type.'],
    ['$parse("{")', 'threw an error during evaluation: The argument of function "parse" is not valid JSON'],
    ['($f := function($n) { $n + $f($n + 1) }; $f(0))', 'threw an error during evaluation. D1011: '],
  ])('that fail say so: %s', async (text, why) => {
    const world = await run(only({ Type: 'Pass', Output: { list: [0, { v: `{% ${text} %}` }] }, End: true }));
    const sentence = `The JSONata expression '${text}' specified for the field 'Output/list[1]/v' ${why}`;

    expect(world.outcomes).toEqual([
      {
        status: 'FAILED',
        error: 'States.QueryEvaluationError',
        cause: expect.stringContaining(
          `An error occurred while executing the state 'Only' (entered at the event id #2). ${sentence}`,
        ),
      },
    ]);
  });

  test('read time and chance from the host', async () => {
    const texts = ['$millis()', '$now()', "$now('[Y]-[M01]')", '$random()', '$uuid()', '$shuffle([1, 2, 3])'];
    const said = await output(texts.map((text) => `{% ${text} %}`));
    expect(said).toEqual([began, '2026-03-01T12:00:00.000Z', '2026-03', 0.5, 'uuid-1', [1, 3, 2]]);
  });

  test.each<[string, JsonValue]>([
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([1], 2)', [[1]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(5, 1, -2)', [5, 3, 1]],
    ['$range(3, 3, 1)', [3]],
    ['$parse("{\\"a\\": [1]}").a', [1]],
    ['$hash("abc", "SHA-1")', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['$hash("abc")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$random(7) = $random(7) and $random(7) != $random(8)', true],
  ])('have the functions that Step Functions adds: %s', async (text, expected) => {
    expect(await output(`{% ${text} %}`)).toEqual(expected);
  });

  test('see the context: execution, machine, state, and how often it was retried', async () => {
    const world = await run(
      only(
        invoke({
          Arguments: { FunctionName: 'work', Payload: '{% $states.context %}' },
          Retry: [{ ErrorEquals: ['Again'] }],
        }),
      ),
      { a: 1 },
      { answer: (task) => task.failed('Again', '') },
    );
    await world.pass(1);

    expect(world.task(1).arguments).toEqual({
      FunctionName: 'work',
      Payload: {
        Execution: {
          Id: 'arn:aws:states:eu-central-1:111122223333:execution:Protect:orders',
          Input: { a: 1 },
          Name: 'orders',
          RoleArn: 'arn:aws:iam::111122223333:role/states',
          StartTime: '2026-03-01T12:00:00.000Z',
          RedriveCount: 0,
        },
        StateMachine: { Id: 'arn:aws:states:eu-central-1:111122223333:stateMachine:Protect', Name: 'Protect' },
        State: { Name: 'Only', EnteredTime: '2026-03-01T12:00:00.000Z', RetryCount: 1 },
      },
    });
  });
});

describe('Variables', () => {
  test('are set when a state is left: neither its Output nor its other variables see the new value', async () => {
    const states = {
      First: { Type: 'Pass', Assign: { x: 1 }, Next: 'Second' },
      Second: { Type: 'Pass', Assign: { x: 2, y: '{% $x + 10 %}' }, Output: '{% $x %}', Next: 'Third' },
      Third: { Type: 'Pass', Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'], End: true },
    };
    const world = await run({ StartAt: 'First', States: states });

    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: [1, 2, 11] }]);
  });

  test('are not set at all if one of the expressions fails', async () => {
    const states = {
      First: invoke({
        Assign: { good: 1, bad: '{% $states.result.missing %}' },
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Second' }],
      }),
      Second: { Type: 'Pass', Output: '{% $exists($good) %}', End: true },
    };
    const world = await run({ StartAt: 'First', States: states }, {}, { answer: (task) => task.answered({}) });

    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: false }]);
  });

  test('of the outer scope can be read inside; those of the inner stay there', async () => {
    const processor = {
      StartAt: 'Inner',
      States: { Inner: { Type: 'Pass', Assign: { inner: 1 }, Output: '{% $outer * $states.input %}', End: true } },
    };
    const states = {
      First: { Type: 'Pass', Assign: { outer: 10 }, Next: 'Each' },
      Each: { Type: 'Map', Items: [1, 2], ItemProcessor: processor, Next: 'Last' },
      Last: { Type: 'Pass', Output: { results: '{% $states.input %}', inner: '{% $exists($inner) %}' }, End: true },
    };
    const world = await run({ StartAt: 'First', States: states });

    expect(world.outcomes).toEqual([{ status: 'SUCCEEDED', output: { results: [10, 20], inner: false } }]);
  });

  test('may hold 256 KiB each', async () => {
    const world = await run(
      only({ Type: 'Pass', Assign: { big: '{% $pad("", 262144, "x") %}' }, Output: 1, End: true }),
    );

    expect(world.outcomes).toMatchObject([{ status: 'FAILED', error: 'States.DataLimitExceeded' }]);
  });
});

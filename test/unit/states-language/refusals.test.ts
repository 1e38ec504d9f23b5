import { describe, expect, test } from '@jest/globals';
import { DefinitionRefused, load } from '../../../simulator/states-language/index.ts';
import { callback, invoke, only } from './world.ts';

/** Why a definition is refused, each reason as `path: what: why`; empty if it is accepted. */
function reasons(definition: unknown): string[] {
  try {
    load(typeof definition === 'string' ? definition : { QueryLanguage: 'JSONata', ...(definition as object) });
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionRefused)) throw error;
    return error.refusals.map(({ path, what, why }) => `${path}: ${what}: ${why}`);
  }
}

const end = { Type: 'Succeed' };
const pass = (more: object) => only({ Type: 'Pass', End: true, ...more });
const out = (text: string) => pass({ Output: `{% ${text} %}` });
const map = (more: object) =>
  only({ Type: 'Map', ItemProcessor: { StartAt: 'P', States: { P: end } }, End: true, ...more });
const resource = (name: string) => only(invoke({ Resource: `arn:aws:states:::${name}` }));

describe('A definition is refused by name', () => {
  test.each<[string, unknown, string]>([
    [
      'JSONPath as the language of the machine',
      { ...pass({}), QueryLanguage: 'JSONPath' },
      '/QueryLanguage: "JSONPath"',
    ],
    [
      'JSONPath as the language of a state',
      pass({ QueryLanguage: 'JSONPath' }),
      '/States/Only/QueryLanguage: "JSONPath"',
    ],
    ['InputPath', pass({ InputPath: '$' }), 'InputPath: belongs to JSONPath'],
    ['OutputPath', pass({ OutputPath: '$' }), 'OutputPath: belongs to JSONPath'],
    ['ResultPath', pass({ ResultPath: '$' }), 'ResultPath: belongs to JSONPath'],
    ['Result', pass({ Result: 1 }), 'Result: belongs to JSONPath'],
    ['Parameters', only(invoke({ Parameters: {} })), 'Parameters: belongs to JSONPath'],
    ['ResultSelector', only(invoke({ ResultSelector: {} })), 'ResultSelector: belongs to JSONPath'],
    [
      'SecondsPath',
      only({ Type: 'Wait', Seconds: 1, SecondsPath: '$', End: true }),
      'SecondsPath: belongs to JSONPath',
    ],
    ['an operator that came with JSONata 2.1', out('$states.input.a ?? 1'), '??: is JSONata of a later version'],
    ['the short conditional of JSONata 2.1', out('$states.input.a ?: 1'), '?:: is JSONata of a later version'],
    ['a field nobody knows', pass({ Colour: 'red' }), '/States/Only: Colour: is not a field'],
    ['a field of another type of state', pass({ Seconds: 1 }), '/States/Only: Seconds: is not a field'],
    ['a field of the machine nobody knows', { ...pass({}), Colour: 1 }, '/: Colour'],
    ['an unknown type of state', only({ Type: 'Loop' }), '/States/Only/Type: "Loop"'],
    ['.sync', resource('states:startExecution.sync'), 'startExecution.sync: waiting for a child execution (.sync)'],
    [
      '.sync:2',
      resource('states:startExecution.sync:2'),
      'startExecution.sync:2: waiting for a child execution (.sync)',
    ],
    [
      'a callback of startExecution',
      resource('states:startExecution.waitForTaskToken'),
      'this integration is not supported',
    ],
    [
      'the AWS SDK',
      resource('aws-sdk:backup:startBackupJob'),
      'aws-sdk:backup:startBackupJob: AWS SDK integrations are not supported',
    ],
    ['another integration', resource('sns:publish'), 'sns:publish: this integration is not supported'],
    [
      'a bare function',
      only(invoke({ Resource: 'arn:aws:lambda:eu-central-1:1:function:f' })),
      "a function's own ARN is not supported",
    ],
    [
      'an activity',
      only(invoke({ Resource: 'arn:aws:states:eu-central-1:1:activity:a' })),
      'activities are not supported',
    ],
    ['a Task without Resource', only({ Type: 'Task', End: true }), '/States/Only/Resource: nothing'],
    [
      'an argument the call does not have',
      only(invoke({ Arguments: { FunctionName: 'f', Body: 1 } })),
      'Arguments: Body',
    ],
    ['a call without its function', only(invoke({ Arguments: {} })), 'FunctionName: is missing'],
    ['Credentials', only(invoke({ Credentials: {} })), 'Credentials: calls into other accounts'],
    ['heartbeats of a task without a callback', only(invoke({ HeartbeatSeconds: 5 })), 'only a .waitForTaskToken task'],
    [
      'a heartbeat not shorter than the timeout',
      only(callback({ HeartbeatSeconds: 5, TimeoutSeconds: 5 })),
      'must be less than TimeoutSeconds',
    ],
    ['a timeout of nothing', only(invoke({ TimeoutSeconds: 0 })), 'TimeoutSeconds: 0: must be a whole number'],
    [
      'the Distributed Map',
      map({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'P', States: { P: end } } }),
      'Distributed Map',
    ],
    ['ItemReader', map({ ItemReader: {} }), 'ItemReader: belongs to the Distributed Map'],
    ['ItemBatcher', map({ ItemBatcher: {} }), 'ItemBatcher: belongs to the Distributed Map'],
    ['ResultWriter', map({ ResultWriter: {} }), 'ResultWriter: belongs to the Distributed Map'],
    [
      'ToleratedFailurePercentage',
      map({ ToleratedFailurePercentage: 5 }),
      'ToleratedFailurePercentage: belongs to the Distributed Map',
    ],
    ['Iterator', map({ Iterator: {} }), 'Iterator: is the old name'],
    ['Items that are no list', map({ Items: 5 }), 'Items: 5: must be of type array'],
    [
      'a target that is not there',
      pass({ End: undefined, Next: 'Nowhere' }),
      '/States/Only/Next: Nowhere: is not a state',
    ],
    ['a start that is not there', { StartAt: 'Nowhere', States: { A: end } }, '/StartAt: Nowhere: is not a state'],
    ['a state nothing leads to', { StartAt: 'A', States: { A: end, B: end } }, '/States/B: B: is not reachable'],
    [
      'a Catch to another scope',
      map({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'P' }] }),
      'Catch[0]/Next: P: is not a state',
    ],
    ['a state that neither ends nor goes on', only({ Type: 'Pass' }), 'Next: is missing'],
    ['a state that does both', pass({ Next: 'Only' }), 'Next and End: exclude each other'],
    ['a scope that cannot end', only({ Type: 'Pass', Next: 'Only' }), 'none of them ends'],
    [
      'two states of one name',
      map({ ItemProcessor: { StartAt: 'Only', States: { Only: end } } }),
      'names must be unique',
    ],
    [
      'a name of 81 characters',
      { StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: end } },
      'at most 80 characters',
    ],
    ['what is not JSONata', out('$states.input.('), 'is not JSONata'],
    ['$eval', out('$eval("1")'), '$eval: Step Functions does not have it'],
    ['$$', out('$$.a'), '$$: there is no root document'],
    ['$ at the top level', out('$.a'), '$: there is no context'],
    ['a name at the top level', out('$count(items)'), "items: Reference to 'items' at the top level is not supported"],
    [
      'the result where there is none',
      out('$states.result'),
      '$states.result: this field has only $states.input, $states.context',
    ],
    ['the error outside Catch', out('$states.errorOutput'), '$states.errorOutput: this field has only'],
    ['members that $states does not have', out('$states.output'), '$states.output: this field has only'],
    ['a variable named states', pass({ Assign: { states: 1 } }), 'states: is reserved'],
    ['a variable with a strange name', pass({ Assign: { 'a b': 1 } }), 'a b: is not a variable name'],
    ['a Choice without rules', only({ Type: 'Choice', Choices: [] }), 'must be a list with at least one entry'],
    [
      'a Choice rule in JSONPath',
      only({ Type: 'Choice', Choices: [{ Variable: '$.a', Next: 'Only' }] }),
      'Variable: belongs to JSONPath',
    ],
    [
      'a condition that is a plain string',
      only({ Type: 'Choice', Choices: [{ Condition: 'x', Next: 'Only' }] }),
      'must be of type boolean',
    ],
    [
      'a Wait for two things',
      only({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }),
      'exactly one of the two',
    ],
    [
      'a Wait for no full instant',
      only({ Type: 'Wait', Timestamp: '2026-01-01', End: true }),
      'does not match RFC3339',
    ],
    [
      'States.ALL with company',
      only(invoke({ Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] })),
      'States.ALL: must stand alone',
    ],
    [
      'States.ALL before others',
      only(invoke({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] })),
      'in the last entry',
    ],
    [
      'an error that Step Functions does not have',
      only(invoke({ Retry: [{ ErrorEquals: ['States.Oops'] }] })),
      'States.Oops: is not an error',
    ],
    [
      'a rate below 1',
      only(invoke({ Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] })),
      'BackoffRate: 0.5: must be a number at least 1',
    ],
    [
      'a bound below the interval',
      only(invoke({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 9, MaxDelaySeconds: 9 }] })),
      'more than IntervalSeconds',
    ],
    [
      'an unknown jitter',
      only(invoke({ Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'SOME' }] })),
      'must be NONE or FULL',
    ],
    [
      'a reference nobody resolves',
      only(invoke({ Arguments: { FunctionName: { Ref: 'Work' } } })),
      '{"Ref":"Work"}: refers to the deployment template',
    ],
    ['text that is not JSON', '{', '/: the definition: is not JSON'],
    ['a machine without states', { StartAt: 'A' }, '/States: nothing: must be an object'],
  ])('%s', (_what, definition, reason) => {
    expect(reasons(definition).join('\n')).toContain(reason);
  });

  test('a variable that an outer scope has too', () => {
    const inner = { StartAt: 'P', States: { P: { Type: 'Pass', Assign: { x: 1 }, End: true } } };
    const states = {
      First: { Type: 'Pass', Assign: { x: 0 }, Next: 'Each' },
      Each: { Type: 'Map', Items: [1], ItemProcessor: inner, End: true },
    };

    expect(reasons({ StartAt: 'First', States: states })).toEqual([
      '/States/Each/ItemProcessor/States/P/Assign: x: is assigned in an outer scope already; give the inner variable a name of its own',
    ]);
  });

  test('everything that is wrong with it at once', () => {
    const states = {
      A: { Type: 'Pass', InputPath: '$', Output: '{% foo %}', Next: 'B' },
      B: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Next: 'C' },
    };
    expect(reasons({ StartAt: 'A', States: states })).toHaveLength(4);
    expect(() => load({ StartAt: 'A', States: states, QueryLanguage: 'JSONata' })).toThrow(
      /4 reasons:\n {2}\/States\/A: InputPath/,
    );
  });
});

describe('A definition is accepted', () => {
  test('with every field that is supported', () => {
    const retry = {
      ErrorEquals: ['A'],
      IntervalSeconds: 1,
      MaxAttempts: 2,
      BackoffRate: 1.5,
      MaxDelaySeconds: 5,
      JitterStrategy: 'FULL',
    };
    const states = {
      Call: callback({
        Comment: 'why',
        TimeoutSeconds: '{% $states.input.t %}',
        HeartbeatSeconds: 5,
        Retry: [retry, { ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wait', Output: '{% $states.errorOutput %}', Assign: { e: 1 } }],
        Output: '{% $states.result %}',
        Assign: { r: '{% $states.result.x[y = 1].$sum(z) %}' },
        Next: 'Wait',
      }),
      Wait: { Type: 'Wait', Seconds: 1, Next: 'Choose' },
      Choose: { Type: 'Choice', Choices: [{ Condition: '{% $r in [1, 2] %}', Next: 'Fail' }], Default: 'End' },
      Fail: { Type: 'Fail', Error: 'E', Cause: '{% $string($states.input) %}' },
      End: end,
    };
    expect(reasons({ Comment: 'c', Version: '1.0', TimeoutSeconds: 60, StartAt: 'Call', States: states })).toEqual([]);
  });

  test('as text', () => {
    expect(load(JSON.stringify({ QueryLanguage: 'JSONata', Comment: 'does nothing', ...pass({}) })).comment).toBe(
      'does nothing',
    );
  });

  test('with references to the deployment template that are resolved', () => {
    const definition = {
      QueryLanguage: 'JSONata',
      ...only(invoke({ Arguments: { FunctionName: { 'Fn::GetAtt': ['Work', 'Arn'] } } })),
    };
    const machine = load(definition, (reference) => `arn:${String((reference['Fn::GetAtt'] as string[])[0])}`);
    expect(JSON.stringify(machine.definition)).toContain('"FunctionName":"arn:Work"');
  });

  test('with names that stand in a context: predicates, steps, sorts and groups', () => {
    for (const text of [
      '$x[a > 1].b',
      '$x.(a & b)',
      '$x^(>a)',
      '$x{name: $sum(price)}',
      '$map($x, function($v) { $v.a })',
      '$x ~> |a|{"b": c}|',
    ]) {
      expect(reasons(out(text))).toEqual([]);
    }
  });
});

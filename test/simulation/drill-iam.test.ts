import { describe, expect, test } from '@jest/globals';
import { decide, type Statement } from './drill/iam.ts';

const allow = (more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'rds:DeleteDBInstance',
  Resource: 'arn:aws:rds:eu-west-1:123456789012:db:lifeboat-scratch-*',
  ...more,
});
const call = (name: string, context: Record<string, string> = {}) => ({
  action: 'rds:DeleteDBInstance',
  resource: `arn:aws:rds:eu-west-1:123456789012:db:${name}`,
  context,
});

describe('what a role allows', () => {
  test('is what a statement names, and nothing else', () => {
    expect(decide([allow()], call('lifeboat-scratch-1'))).toBe('allowed');
    expect(decide([allow()], call('shop'))).toBe('refused');
    expect(decide([allow()], { ...call('lifeboat-scratch-1'), action: 'rds:DeleteDBCluster' })).toBe('refused');
    expect(decide([], call('lifeboat-scratch-1'))).toBe('refused');
  });

  test('knows wildcards in actions and resources, and takes points for points', () => {
    expect(decide([allow({ Action: ['ec2:*', 'RDS:delete*'] })], call('lifeboat-scratch-1'))).toBe('allowed');
    expect(decide([allow({ Resource: '*' })], call('shop'))).toBe('allowed');
    expect(decide([allow({ Resource: 'arn:aws:rds:eu.west.1:*' })], call('shop'))).toBe('refused');
  });

  test('hangs on every condition', () => {
    const tagged = allow({ Resource: '*', Condition: { Null: { 'aws:ResourceTag/scratch': 'false' } } });
    expect(decide([tagged], call('shop'))).toBe('refused');
    expect(decide([tagged], call('shop', { 'aws:ResourceTag/scratch': 'x' }))).toBe('allowed');
    const both = allow({ Resource: '*', Condition: { StringEquals: { a: ['1', '2'] }, ArnEquals: { b: 'arn:*:x' } } });
    expect(decide([both], call('shop', { a: '2', b: 'arn:aws:x' }))).toBe('allowed');
    expect(decide([both], call('shop', { a: '2' }))).toBe('refused');
  });

  test('is taken back by a Deny', () => {
    expect(decide([allow({ Resource: '*' }), allow({ Effect: 'Deny' })], call('lifeboat-scratch-1'))).toBe(
      'refused by a Deny',
    );
  });

  test('is never guessed: what this evaluator does not know is an error', () => {
    expect(() => decide([allow({ Condition: { NumericLessThan: { a: '1' } } })], call('lifeboat-scratch-1'))).toThrow(
      'NumericLessThan',
    );
    expect(() => decide([{ ...allow(), NotAction: 'x' } as Statement], call('x'))).toThrow('NotAction');
  });
});

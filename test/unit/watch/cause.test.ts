import { describe, expect, test } from '@jest/globals';
import { plainCause, troubleIn } from '../../../functions/watch/cause.ts';

const lambdas = (words: string) =>
  JSON.stringify({ errorType: 'RestoreJobFailed', errorMessage: words, trace: ['at x'] });
const drills = (more: object) =>
  JSON.stringify({
    verdict: 'NOT_TESTED',
    because: ['x'],
    again: { resource: 'arn' },
    trouble: null,
    scratch: null,
    ...more,
  });

describe('the likely cause in what an execution says of its failure', () => {
  test.each([
    ['plain words', 'An internal error occurred.', 'An internal error occurred.'],
    ['the error of a function', lambdas('Access Denied'), 'Access Denied'],
    ['the trouble of a drill', drills({ trouble: 'Given key ID is not accessible' }), 'Given key ID is not accessible'],
    ['the error of a function within a drill', drills({ trouble: lambdas('Access Denied') }), 'Access Denied'],
  ])('is found in %s', (_, cause, words) => {
    expect(troubleIn(cause, 'work')).toBe(words);
  });

  test('is none where only the data was wrong: the verdict says that already', () => {
    expect(troubleIn(drills({ verdict: 'FAIL' }), 'work')).toBeUndefined();
  });

  test('of scratch that was left is what the tear-down was refused, not what stopped the drill', () => {
    const cause = drills({ trouble: 'Access Denied', scratch: lambdas('it is being modified') });
    expect(troubleIn(cause, 'scratch')).toBe('it is being modified');
    expect(troubleIn(cause, 'work')).toBe('Access Denied');
  });

  test('never holds a stack trace', () => {
    expect(plainCause(lambdas('Access Denied'))).not.toContain('at x');
  });
});

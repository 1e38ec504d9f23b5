import { inWords } from '../policy/duration.ts';
import type { Assertion, Bound } from '../policy/policy.ts';
import type { AssertionAnswer, Value } from '../probes/contract.ts';
import { type CheckResult, fellTooFar, noLastPass, roseTooFar, type Verdict } from './compare.ts';

/** What an assertion is judged against: the point's data instant, and what it answered at the last PASS. */
export interface Against {
  readonly instant: string;
  readonly last: Value | undefined;
}

/** What one bound says of an answer. */
type Held =
  | { readonly holds: boolean; readonly because: string }
  | { readonly holds: undefined; readonly because: string };

/**
 * Holds an answer against every bound of its assertion. A statement that is not right, or that the data has no table or
 * column for, fails: it names a mistake that somebody has to mend, and must not go green. One that the role may not
 * ask, or that took too long, was not tested.
 */
export function judgeAssertion(
  assertion: Assertion,
  answer: AssertionAnswer | undefined,
  against: Against,
): CheckResult {
  const { name } = assertion;
  if (answer === undefined) return { name, verdict: 'NOT_TESTED', because: 'the probe did not answer it' };
  const { value } = answer;
  if (value.is === 'trouble') {
    const verdict: Verdict = value.of === 'data' || value.of === 'question' ? 'FAIL' : 'NOT_TESTED';
    return { name, verdict, because: `${value.words} (${value.code})` };
  }
  const held = assertion.bounds.map((bound) => hold(bound, value, against));
  const broken = held.filter(({ holds }) => holds === false);
  if (broken.length > 0) return { name, verdict: 'FAIL', because: words(broken) };
  const kept = held.filter(({ holds }) => holds === true);
  return kept.length > 0
    ? { name, verdict: 'PASS', because: words(held) }
    : { name, verdict: 'NOT_TESTED', because: words(held) };
}

const words = (held: readonly Held[]) => held.map(({ because }) => because).join('; ');

function hold(bound: Bound, value: Value, against: Against): Held {
  if (value.is === 'nothing') return { holds: false, because: 'it answered nothing (NULL)' };
  switch (bound.is) {
    case 'at_least':
      return ofNumber(bound.is, value, (number) => ({
        holds: number >= bound.value,
        because: `${number}, at least ${bound.value} is asked for`,
      }));
    case 'at_most':
      return ofNumber(bound.is, value, (number) => ({
        holds: number <= bound.value,
        because: `${number}, at most ${bound.value} is asked for`,
      }));
    case 'equals':
      if (value.is === 'number') {
        const holds = value.number === Number(bound.value);
        return { holds, because: `${value.number}, ${bound.value} is asked for` };
      }
      if (value.is === 'text') {
        const holds = value.isEqual === true;
        return { holds, because: holds ? 'the text that is asked for' : 'another text than is asked for' };
      }
      return { holds: false, because: `it answered an instant, and equals compares numbers and texts` };
    case 'no_older_than':
      return ofInstant(bound.is, value, against.instant, (age) => ({
        holds: age <= bound.seconds,
        because: `${ageWords(age)} at the data instant, at most ${inWords(bound.seconds)} is asked for`,
      }));
    case 'no_newer_than':
      return ofInstant(bound.is, value, against.instant, (age) => ({
        holds: age >= bound.seconds,
        because: `${ageWords(age)} at the data instant, at least ${inWords(bound.seconds)} is asked for`,
      }));
    case 'may_drop':
    case 'may_grow':
      return ofNumber(bound.is, value, (number) => {
        if (against.last?.is !== 'number') return { holds: undefined, because: `${number}, and ${noLastPass}` };
        const broken =
          bound.is === 'may_drop'
            ? fellTooFar(number, against.last.number, bound.fraction)
            : roseTooFar(number, against.last.number, bound.fraction);
        return {
          holds: broken === undefined,
          because: broken ?? `${against.last.number} at the last PASS, ${number} now`,
        };
      });
  }
}

function ofNumber(bound: string, value: Value, judge: (number: number) => Held): Held {
  if (value.is === 'number') return judge(value.number);
  return { holds: false, because: `it answered ${kindOf(value)}, and ${bound} compares numbers` };
}

function ofInstant(bound: string, value: Value, dataInstant: string, judge: (ageSeconds: number) => Held): Held {
  if (value.is !== 'instant')
    return { holds: false, because: `it answered ${kindOf(value)}, and ${bound} compares instants` };
  return judge(Math.round((Date.parse(dataInstant) - Date.parse(value.instant)) / 1000));
}

function kindOf(value: Value): string {
  return { number: 'a number', instant: 'an instant', text: 'a text', nothing: 'nothing' }[value.is];
}

function ageWords(ageSeconds: number): string {
  return ageSeconds < 0 ? `${inWords(-ageSeconds)} in the future` : `${inWords(ageSeconds)} old`;
}

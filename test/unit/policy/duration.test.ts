import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inWords, longestSeconds, parseDuration } from '../../../functions/policy/duration.ts';
import { inPercent, parsePercent } from '../../../functions/policy/percent.ts';

describe('durations are written as people say them', () => {
  test.each([
    ['6 hours', 21_600],
    ['15 minutes', 900],
    ['15 min', 900],
    ['1 day', 86_400],
    ['90 s', 90],
    ['90s', 90],
    ['1 day 12 hours', 129_600],
    ['1 day, 12 hours and 5 minutes', 129_900],
    ['1d12h', 129_600],
    ['2 Weeks', 1_209_600],
    ['1.5 hours', 5_400],
    ['0.1 hours', 360],
    ['0 seconds', 0],
  ])('%s is %d seconds', (written, seconds) => {
    expect(parseDuration(written)).toEqual({ ok: true, value: seconds });
  });

  test.each([
    [6, '6 has no unit', 'say of what, for example 6 hours'],
    ['6', "'6' is not a duration", 'write a number and a unit, such as 6 hours, 15 minutes or 1 day 12 hours'],
    ['', 'is not a duration', 'write a number and a unit, such as 6 hours, 15 minutes or 1 day 12 hours'],
    [null, 'is not a duration', 'write a number and a unit, such as 6 hours, 15 minutes or 1 day 12 hours'],
    [
      '-6 hours',
      "'-6 hours' is not a duration",
      'write a number and a unit, such as 6 hours, 15 minutes or 1 day 12 hours',
    ],
    [
      '6 hours,',
      "'6 hours,' is not a duration",
      'write a number and a unit, such as 6 hours, 15 minutes or 1 day 12 hours',
    ],
    ['6 huors', "'huors' is not a unit of time", 'use weeks, days, hours, minutes or seconds'],
    ['2 months', "'months' has no fixed length", 'write it in days, such as 30 days'],
    ['5 m', "'m' has no fixed length", "write it in 'min' for minutes, or days for months"],
    ['12 hours 1 day', "'12 hours 1 day' repeats or mixes its units", 'name each unit once, longest first'],
    ['1 hour 1 hour', "'1 hour 1 hour' repeats or mixes its units", 'name each unit once, longest first'],
    ['0.5 s', "'0.5 s' is not a whole number of seconds", 'round it to whole seconds'],
    ['40000 days', "'40000 days' is longer than a hundred years", 'write at most 36500 days'],
  ])('%p is refused with the mend', (written, problem, mend) => {
    expect(parseDuration(written)).toEqual({ ok: false, problem, mend });
  });

  test('what is said can be read back, for any number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: longestSeconds }), (seconds) => {
        expect(parseDuration(inWords(seconds))).toEqual({ ok: true, value: seconds });
      }),
    );
  });

  test.each([
    [32_400, '9 hours'],
    [129_600, '1 day 12 hours'],
    [90, '1 minute 30 seconds'],
    [3_661, '1 hour 1 minute 1 second'],
    [0, '0 seconds'],
    [0.4, '0 seconds'],
    [59.6, '1 minute'],
    [-300, 'minus 5 minutes'],
    [Number.NaN, 'an unknown time'],
  ])('%d seconds are said as %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });
});

describe('percentages', () => {
  test.each([
    ['20%', 0.2],
    ['12.5 %', 0.125],
    ['0%', 0],
    ['300%', 3],
  ])('%s is the fraction %d', (written, fraction) => {
    expect(parsePercent(written)).toEqual({ ok: true, value: fraction });
  });

  test('a bare number is refused: nobody knows whether 20 or 0.2 is meant', () => {
    expect(parsePercent(20)).toEqual({
      ok: false,
      problem: '20 is not a percentage',
      mend: 'write it with its sign, such as 20%',
    });
    expect(parsePercent('a fifth').ok).toBe(false);
    expect(parsePercent('-5%').ok).toBe(false);
  });

  test('what is said can be read back, to a hundredth of a percent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (hundredths) => {
        const read = parsePercent(inPercent(hundredths / 10_000));
        expect(read.ok && Math.round(read.value * 10_000)).toBe(hundredths);
      }),
    );
  });
});

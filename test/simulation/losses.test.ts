import { describe, expect, test } from '@jest/globals';
import { simulate } from './simulate.ts';

describe('what somebody takes away, or does by mistake', () => {
  test.each([
    ['a right of a function, for good: somebody is told, and stays told', 'rights-taken'],
    ['what AWS itself may call, for good: somebody is told, and stays told', 'calls-denied'],
    ['a vault: somebody is told, and pages are about what was lost', 'vaults-deleted'],
    ['a second deployment over the first one: it is refused, and everything goes on', 'deployed-twice'],
    ['a schedule: somebody is told that what it started is overdue', 'schedule-off'],
    ['nothing, and lists lag by half an hour: no page is late', 'lists-lag-long'],
  ])(
    '%s',
    async (_, weather) => {
      const { output, exitCode } = await simulate('--weather', weather, '--from', '1', '--seeds', '3');
      expect(output).toContain('All 3 runs are good.');
      expect(output).toMatch(new RegExp(`Struck: ${weather} [23] of 3\\.`));
      expect(exitCode).toBe(0);
    },
    120_000,
  );
});

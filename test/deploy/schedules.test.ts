import { describe, expect, test } from '@jest/globals';
import { routines } from '../../functions/ledger/routine.ts';
import { readPolicy } from '../../functions/policy/read.ts';
import { expression, schedules } from '../../resources/schedules.ts';
import type { Part } from '../../resources/stack.ts';

const hour = 3600;
const day = 86_400;

function policyWith(drill: string) {
  const read = readPolicy(
    `home: eu-central-1
alerts: { page: [ oncall@example.com ], notices: [ team@example.com ], escalate_after: 30 minutes }
tiers:
  gold:
    backup: { every: 6 hours, keep: 14 days }
    copies: [ { to: eu-west-1, keep: 35 days }, { to: eu-north-1, keep: 35 days }, { to: 123456789012/eu-south-1, keep: 35 days } ]
    drill: { every: 1 day, from: ${drill} }
    objectives: { rpo: 9 hours, copy_rpo: 30 hours, proof: 96 hours }
`,
    'policy.yml',
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
}

function drillsAt(drill: string, part: Part, region: string): boolean {
  return Object.hasOwn(schedules(policyWith(drill), part, region), 'DrillGoldSchedule');
}

/** Who tells that nothing is started by a schedule any more. */
function missedBy(schedule: string): string | undefined {
  if (/^lifeboat-(protect|drill)-/.test(schedule)) return 'the objectives of its tier';
  if (schedule === 'lifeboat-watch') return 'the alarms on its heartbeat';
  if (schedule === 'lifeboat-check') return 'the watch: its checks are silent';
  if (schedule === 'lifeboat-report') return 'the seal: no report since the last one';
  if (schedule === 'lifeboat-all-well') return 'who waits for it: it says nothing else';
  return Object.hasOwn(routines, schedule.replace('lifeboat-', '')) ? 'the check of the routines' : undefined;
}

describe('the schedules', () => {
  test('drill a tier in the one place that the policy names', () => {
    const places: [Part, string][] = [
      ['home', 'eu-central-1'],
      ['copy', 'eu-west-1'],
      ['copy', 'eu-north-1'],
    ];
    const drilled = (from: string) =>
      places.filter(([part, region]) => drillsAt(from, part, region)).map(([, region]) => region);
    expect(drilled('home')).toEqual(['eu-central-1']);
    expect(drilled('eu-west-1')).toEqual(['eu-west-1']);
    expect(drilled('eu-north-1')).toEqual(['eu-north-1']);
    expect(drilled('123456789012/eu-south-1')).toEqual([]);
  });

  test('back a tier up at home only', () => {
    expect(schedules(policyWith('home'), 'home', 'eu-central-1')).toHaveProperty('ProtectGoldSchedule');
    expect(schedules(policyWith('home'), 'copy', 'eu-west-1')).not.toHaveProperty('ProtectGoldSchedule');
  });

  test.each(['home', 'copy'] as const)('are each missed by somebody when they are off: %s', (part) => {
    const made = schedules(policyWith('home'), part, part === 'home' ? 'eu-central-1' : 'eu-west-1');
    const names = Object.values(made).flatMap(({ Type, Properties }) =>
      Type === 'AWS::Scheduler::Schedule' ? [String(Properties?.Name)] : [],
    );
    expect(names.length).toBeGreaterThan(6);
    expect(names.filter((name) => missedBy(name) === undefined)).toEqual([]);
    expect(missedBy('lifeboat-of-tomorrow')).toBeUndefined();
  });

  test.each(Object.entries(routines))(
    'start %s as often as the check of what is overdue takes for granted',
    (name, seconds) => {
      const { ScheduleExpression } = Object.values(schedules(policyWith('home'), 'copy', 'eu-west-1'))
        .map(({ Properties }) => Properties ?? {})
        .find(({ Name }) => Name === `lifeboat-${name}`) as { ScheduleExpression: string };
      const once = seconds === hour ? /^rate\(1 hour\)$/ : /^cron\(\d+ \d+ \* \* \? \*\)$/;
      expect(ScheduleExpression).toMatch(once);
    },
  );

  test.each([
    [6 * hour, /^cron\(\d+ 0\/6 \* \* \? \*\)$/],
    [12 * hour, /^cron\(\d+ 0\/12 \* \* \? \*\)$/],
    [day, /^cron\(\d+ [456] \* \* \? \*\)$/],
    [5 * hour, /^rate\(300 minutes\)$/],
    [2 * day, /^cron\(\d+ [456] 1\/2 \* \? \*\)$/], // Short at the end of some months, never long.
    [90 * 60, /^rate\(90 minutes\)$/],
  ])('never leave more than %d seconds between two starts', (seconds, written) => {
    expect(expression(seconds, 'protect gold')).toMatch(written);
  });

  test('do not all start in the same minute', () => {
    const minutes = ['gold', 'silver', 'bronze', 'files', 'mail'].map((tier) => expression(day, `protect ${tier}`));
    expect(new Set(minutes).size).toBeGreaterThan(2);
  });
});

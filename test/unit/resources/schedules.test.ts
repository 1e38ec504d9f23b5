import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expression, schedules } from '../../../resources/schedules.ts';
import { occurrencesOf } from '../../../simulator/services/scheduler/expression.ts';
import { gold, policyOf } from '../watch-world.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

describe('an interval as EventBridge Scheduler takes it', () => {
  test('is never longer than what was asked for, over ten weeks that hold two ends of a month', () => {
    const start = Date.UTC(2026, 0, 20);
    const end = start + 70 * day * 1000;
    let examined = 0;
    const interval = fc.oneof(
      fc.integer({ min: 60, max: 3000 }).map((minutes) => minutes * minute),
      fc.integer({ min: 1, max: 47 }).map((hours) => hours * hour),
      fc.integer({ min: 1, max: 30 }).map((days) => days * day),
    );
    fc.assert(
      fc.property(interval, fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/), (everySeconds, tier) => {
        const next = occurrencesOf(expression(everySeconds, `protect ${tier}`), 'UTC', start);
        let before = next(start) ?? end;
        expect(before - start).toBeLessThanOrEqual(everySeconds * 1000 + day * 1000);
        for (let at = next(before); at !== undefined && at < end; at = next(before)) {
          expect(at - before).toBeLessThanOrEqual(everySeconds * 1000);
          before = at;
          examined += 1;
        }
      }),
      { seed: 1, numRuns: 60 },
    );
    expect(examined).toBeGreaterThan(1000);
  });

  test('is the same for the same tier, so that a deployment moves no schedule', () => {
    expect(expression(day, 'protect gold')).toBe(expression(day, 'protect gold'));
  });
});

describe('the stack of a Region', () => {
  const fleets = (made: ReturnType<typeof schedules>) =>
    Object.entries(made)
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes('stateMachine:lifeboat-fleet'))
      .map(([id, { Properties }]) => [
        id,
        Properties.Name,
        JSON.parse(String((Properties.Target as { Input: string }).Input)),
      ]);
  const input = (workflow: string, tier: string) => ({ workflow, tier, scheduledAt: '<aws.scheduler.scheduled-time>' });
  const policy = policyOf({
    gold,
    'gold-1': { ...gold, drill: { everySeconds: day, from: 'home' } },
    gold1: { ...gold, drill: null },
    proven: { ...gold, backup: null },
  });

  test('at home backs every tier up, and drills those that are drilled there', () => {
    expect(fleets(schedules(policy, 'home', 'eu-central-1'))).toEqual([
      ['ProtectGoldSchedule', 'lifeboat-protect-gold', input('protect', 'gold')],
      ['ProtectGoldDash1Schedule', 'lifeboat-protect-gold-1', input('protect', 'gold-1')],
      ['DrillGoldDash1Schedule', 'lifeboat-drill-gold-1', input('drill', 'gold-1')],
      ['ProtectGold1Schedule', 'lifeboat-protect-gold1', input('protect', 'gold1')],
    ]);
  });

  test('of the copies drills what is drilled there', () => {
    expect(fleets(schedules(policy, 'copy', 'eu-west-1'))).toEqual([
      ['DrillGoldSchedule', 'lifeboat-drill-gold', input('drill', 'gold')],
      ['DrillProvenSchedule', 'lifeboat-drill-proven', input('drill', 'proven')],
    ]);
  });

  test('watches every minute, and reconciles and sweeps every hour, in both', () => {
    for (const made of [schedules(policy, 'home', 'eu-central-1'), schedules(policy, 'copy', 'eu-west-1')]) {
      const written = ['WatchSchedule', 'ReconcileSchedule', 'SweepSchedule'].map(
        (id) => made[id]?.Properties.ScheduleExpression,
      );
      expect(written).toEqual(['rate(1 minute)', 'rate(1 hour)', 'rate(1 hour)']);
    }
  });

  test('keeps what a schedule could not deliver, and asks for no more than CloudFormation’s names allow', () => {
    for (const [id, { Type, Properties }] of Object.entries(schedules(policy, 'home', 'eu-central-1'))) {
      expect(id).toMatch(/^[A-Za-z0-9]+$/);
      if (Type !== 'AWS::Scheduler::Schedule') continue;
      expect(String(Properties.Name)).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
      expect(Properties.Target).toHaveProperty('DeadLetterConfig');
    }
  });
});

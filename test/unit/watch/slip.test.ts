import { describe, expect, test } from '@jest/globals';
import type { AttemptContent } from '../../../functions/evidence/record.ts';
import { effectsOf } from '../../../functions/watch/effects.ts';

const refused = (workflow: AttemptContent['workflow'], more: Partial<AttemptContent> = {}): AttemptContent => ({
  what: 'attempt',
  workflow,
  execution: `arn:aws:states:eu-central-1:111122223333:execution:lifeboat-${workflow}:by-hand`,
  redriveCount: 0,
  openedAt: '2026-03-01T12:00:00.000Z',
  endedAt: '2026-03-01T12:00:01.000Z',
  outcome: 'FAILED',
  error: 'InputRejected',
  points: [],
  jobs: [],
  checks: [],
  timings: {},
  verdict: {
    is: workflow === 'drill' ? 'NOT_TESTED' : workflow === 'protect' ? 'NOT_PROTECTED' : 'NOT_DONE',
    because: ['a slip'],
  },
  ...more,
});
const effects = (content: AttemptContent, input: object) =>
  effectsOf({ id: 'a', resource: 'pipeline', content }, { input: { ...input }, meanwhile: [], retired: false });

describe('an input that was refused', () => {
  test.each(['drill', 'protect', 'fleet'] as const)('of %s calls nobody when a person typed it', (workflow) => {
    expect(effects(refused(workflow), { resorce: 'orders' })).toEqual([]);
  });

  test.each(['drill', 'protect', 'fleet'] as const)('of %s is trouble when a schedule began it', (workflow) => {
    expect(effects(refused(workflow), { scheduledAt: '2026-03-01T12:00:00Z' })).toMatchObject([{ do: 'open' }]);
  });

  test('is trouble when work had begun, and when it failed for another reason', () => {
    expect(effects(refused('drill', { tier: 'gold' }), {})).toMatchObject([{ do: 'open', severity: 'page' }]);
    expect(effects(refused('drill', { error: 'DrillFailed' }), {})).toMatchObject([{ do: 'open', severity: 'page' }]);
  });
});

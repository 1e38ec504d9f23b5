import { describe, expect, test } from '@jest/globals';
import { attemptOf } from '../../../functions/drill/attempt.ts';
import { type AttemptRow, attemptKey } from '../../../functions/ledger/attempt.ts';
import { ledgerInMemory } from '../ledger-in-memory.ts';

const execution = 'arn:aws:states:eu-west-1:123456789012:execution:lifeboat-drill:shop-1';
const now = new Date('2026-01-05T06:00:00Z');
const plan = {
  drill: '0123456789abcdef0123',
  resource: 'arn:aws:rds:eu-central-1:123456789012:db:shop',
  kind: 'rds' as const,
  tier: 'gold',
  checks: null,
  recoveryPoint: 'arn:aws:rds:eu-west-1:123456789012:snapshot:awsbackup:copyjob-1',
  vault: 'lifeboat',
  instant: '2026-01-05T02:00:00.000Z',
  chosenAt: '2026-01-05T04:00:00.000Z',
  goneBy: '2026-01-06T04:00:00.000Z',
};

describe('a drill that is redriven', () => {
  test('is an attempt of its own, opened by whichever state is its first, with the plan that was made before', async () => {
    const ledger = ledgerInMemory();
    const attempt = await attemptOf(ledger, { execution, redriveCount: 1 }, plan, now);
    expect(attempt).toBe('lifeboat-drill/shop-1/1');
    expect(await ledger.get<AttemptRow>(attemptKey(attempt))).toMatchObject({
      workflow: 'drill',
      resource: plan.resource,
      tier: 'gold',
      openedAt: now.toISOString(),
      findings: { drill: { drill: plan.drill, recoveryPoint: plan.recoveryPoint, instant: plan.instant } },
    });
  });

  test('is opened once', async () => {
    const ledger = ledgerInMemory();
    await attemptOf(ledger, { execution, redriveCount: 1 }, plan, now);
    await attemptOf(ledger, { execution, redriveCount: 1 }, plan, new Date('2026-01-05T07:00:00Z'));
    expect(await ledger.get<AttemptRow>(attemptKey('lifeboat-drill/shop-1/1'))).toMatchObject({
      openedAt: now.toISOString(),
    });
  });

  test('opens nothing in its first run: choosing the point has done so', async () => {
    const ledger = ledgerInMemory();
    expect(await attemptOf(ledger, { execution, redriveCount: 0 }, plan, now)).toBe('lifeboat-drill/shop-1/0');
    expect(await ledger.get(attemptKey('lifeboat-drill/shop-1/0'))).toBeUndefined();
  });
});

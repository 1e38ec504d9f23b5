import { describe, expect, test } from '@jest/globals';
import { type DeadlineRow, deadlineKey } from '../../../functions/ledger/deadline.ts';
import { lookSoon, moveDeadline } from '../../../functions/objectives/move.ts';
import { ledgerInMemory } from '../ledger-in-memory.ts';
import { orders } from '../watch-world.ts';

const now = new Date('2026-03-02T06:00:00.000Z');

async function ledgerWith(more: Partial<DeadlineRow> = {}) {
  const ledger = ledgerInMemory();
  await ledger.create<DeadlineRow>({
    ...deadlineKey(orders, 'rpo'),
    resource: orders,
    objective: 'rpo',
    instant: '2026-03-02T00:00:00.000Z',
    countsFrom: '2026-03-02T00:00:00.000Z',
    firstSeenAt: '2026-03-01T00:00:00.000Z',
    boundSeconds: 9 * 3_600,
    deadline: '2026-03-02T09:00:00.000Z',
    dueShard: 'DUE#ordinary',
    dueAt: '2026-03-02T09:00:00.000Z',
    ...more,
  });
  return { ledger, row: () => ledger.get<DeadlineRow>(deadlineKey(orders, 'rpo')) };
}

describe('a deadline', () => {
  test('moves when newer data came to be', async () => {
    const { ledger, row } = await ledgerWith();
    const moved = await moveDeadline(ledger, {
      resource: orders,
      objective: 'rpo',
      instant: '2026-03-02T06:00:00.000Z',
      now,
    });
    expect(moved).toMatchObject({ moved: true, deadline: '2026-03-02T15:00:00.000Z' });
    expect(await row()).toMatchObject({ deadline: '2026-03-02T15:00:00.000Z', dueAt: '2026-03-02T15:00:00.000Z' });
  });

  test('never moves back for data that is older', async () => {
    const { ledger, row } = await ledgerWith();
    const older = { resource: orders, objective: 'rpo' as const, instant: '2026-03-01T12:00:00.000Z', now };
    expect(await moveDeadline(ledger, older)).toMatchObject({ moved: false });
    expect(await row()).toMatchObject({ deadline: '2026-03-02T09:00:00.000Z', version: 1 });
  });

  test('is due at once where an episode is open, so that the next watch resolves it', async () => {
    const { ledger, row } = await ledgerWith({ looks: 4 });
    await moveDeadline(ledger, { resource: orders, objective: 'rpo', instant: now.toISOString(), now });
    expect(await row()).toMatchObject({ dueAt: now.toISOString(), looks: 4 });
  });

  test('moves also when somebody else writes the row in between', async () => {
    const { ledger, row } = await ledgerWith();
    ledger.beforeNextWrite(async () => {
      await lookSoon(ledger, { resource: orders, objective: 'rpo', now });
    });
    await moveDeadline(ledger, { resource: orders, objective: 'rpo', instant: now.toISOString(), now });
    expect(await row()).toMatchObject({ instant: now.toISOString(), version: 3 });
  });

  test('that does not exist here is left alone, and the answer says why', async () => {
    const { ledger } = await ledgerWith();
    const moved = await moveDeadline(ledger, { resource: orders, objective: 'proof', instant: now.toISOString(), now });
    expect(moved).toEqual({ moved: false, because: `proof of ${orders} is not an objective here` });
  });
});

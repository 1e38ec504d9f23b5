import { rmSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type RetiredRow, retiredKey } from '../../../functions/ledger/pipeline.ts';
import { type ResourceRow, resourceKey } from '../../../functions/ledger/resource.ts';
import { checkRetire } from '../../../functions/watch/retire.ts';
import { opened, unpacked } from '../fuzz/open.ts';
import { home, mail, orders, regionAt } from '../watch-world.ts';

const now = '2026-03-02T00:00:00.000Z';

/** Somebody invokes `lifeboat-reconcile`; `tags` are the tiers that AWS lists. */
async function retiring(retire: readonly string[], tags: Readonly<Record<string, string>>, part?: 'copy') {
  const { ledger, here } = regionAt(now, part);
  const row = { kind: 'rds' as const, name: 'orders', tier: 'gold', firstSeenAt: now };
  await ledger.create<ResourceRow>({ ...resourceKey(orders), ...row, resource: orders });
  await ledger.create<RetiredRow>({ ...retiredKey(mail), resource: mail, because: 'by hand', retiredAt: now });
  const tagged = async () => Object.entries(tags).map(([arn, tier]) => ({ arn, tags: { 'lifeboat:tier': tier } }));
  return checkRetire({ ledger, here, tagged }, retire);
}

describe('what somebody retires by hand', () => {
  test('is taken when it is on the roster and carries no tier any more', async () => {
    await expect(retiring([orders], {})).resolves.toBeUndefined();
    await expect(retiring([orders], { [orders]: 'retired' })).resolves.toBeUndefined();
  });

  test('is no slip when it is retired already, since Lambda tries a run again', async () => {
    await expect(retiring([mail], {})).resolves.toBeUndefined();
  });

  test('is refused when it is no ARN on the roster, each by its name', async () => {
    await expect(retiring(['orders', orders, 'mail'], {})).rejects.toMatchObject({
      name: 'InputRejected',
      message:
        'retire: orders is not the ARN of a resource on the roster. mail is not the ARN of a resource on the roster. Nothing was retired.',
    });
  });

  test('is refused while it carries a tier: it would be back with the next discovery', async () => {
    await expect(retiring([orders], { [orders]: 'gold' })).rejects.toThrow(
      `retire: ${orders} still carries lifeboat:tier=gold: tag it lifeboat:tier=retired.`,
    );
  });

  test('is refused in a copy Region, which expects what home tells it', async () => {
    await expect(retiring([orders], {}, 'copy')).rejects.toThrow(`retire: start it at home, in ${home}.`);
    await expect(retiring([], {}, 'copy')).resolves.toBeUndefined();
  });

  test.each([
    [{ retired: [orders] }, 'retired'],
    [{ retire: orders }, 'retire'],
    [{ retire: [''] }, 'retire'],
    [{ accept: ['vaults'] }, 'accept'],
  ])('is refused before anything is asked when the input is %j', async (event, field) => {
    const folder = unpacked();
    const ask = await opened('watch/reconcile.ts', folder);
    const { error, calls } = await ask(event);
    rmSync(folder, { recursive: true });
    expect([error?.name, calls]).toEqual(['InputRejected', []]);
    expect(error?.message).toContain(field);
  });

  test('is refused before a part of the reconciliation is done', async () => {
    const folder = unpacked();
    const ask = await opened('watch/reconcile.ts', folder);
    const { calls } = await ask({ retire: [orders] });
    rmSync(folder, { recursive: true });
    // Everything is refused there: the first question is the last.
    expect(calls).toHaveLength(1);
  });
});

import { expect, test } from '@jest/globals';
import { writeProof } from '../../../functions/drill/proof.ts';
import { type ProofRow, proofKey } from '../../../functions/ledger/proof.ts';
import { ledgerInMemory } from '../ledger-in-memory.ts';
import { orders } from '../watch-world.ts';

/** A drill that passed on data of a day of March, so many hours after it. */
const passed = (day: number, hours = 5) => ({
  resource: orders,
  recoveryPoint: `point of day ${day}`,
  instant: new Date(Date.UTC(2026, 2, day)).toISOString(),
  provenAt: new Date(Date.UTC(2026, 2, day, hours)).toISOString(),
  attempt: `lifeboat-drill/of-day-${day}/0`,
  measures: { tables: day },
});

async function proofAfter(...drills: ReturnType<typeof passed>[]) {
  const ledger = ledgerInMemory();
  const isNewest: boolean[] = [];
  for (const drill of drills) isNewest.push(await writeProof(ledger, drill));
  return { isNewest, row: await ledger.get<ProofRow>(proofKey(orders)) };
}

test('a drill of newer data is the proof, and the one before it is what its judge compares with', async () => {
  const { isNewest, row } = await proofAfter(passed(3), passed(4));
  expect(isNewest).toEqual([true, true]);
  expect(row).toMatchObject({ ...passed(4), before: { instant: passed(3).instant, measures: { tables: 3 } } });
});

test('a drill of older data leaves the newer proof, and is noted beside it', async () => {
  const { isNewest, row } = await proofAfter(passed(4), passed(2, 60), passed(3, 60));
  expect(isNewest).toEqual([true, false, false]);
  const { recoveryPoint, instant, provenAt } = passed(3, 60);
  expect(row).toMatchObject({ ...passed(4), older: { recoveryPoint, instant, provenAt } });
});

test('what was noted of older data is forgotten once newer data is proven', async () => {
  const { row } = await proofAfter(passed(4), passed(3, 60), passed(5));
  expect(row).toMatchObject(passed(5));
  expect(row).not.toHaveProperty('older');
});

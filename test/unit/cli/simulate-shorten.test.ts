import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ended } from '../../../cli/simulate/ended.ts';
import type { Order, SmallOrder } from '../../../cli/simulate/order.ts';
import { fewest, shortAccount, shortSmall } from '../../../cli/simulate/shorten.ts';

const broken = (...invariants: readonly string[]): Ended => ({
  findings: ['1 no orphan', '3 one page', '8 it gets well'].map((invariant) => ({
    invariant,
    examined: { looks: 1 },
    violations: invariants.includes(invariant) ? ['something'] : [],
  })),
});

describe('the fewest of what goes wrong', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  test('are those that it takes, in their order', async () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(some, async (culprits) => {
        const breaks = async (left: readonly number[]) => culprits.every((one) => left.includes(one));
        expect(await fewest(numbers(30), breaks)).toEqual([...culprits].sort((one, other) => one - other));
      }),
    );
  });

  test('still break, and none of them can be left out, however they hang together', async () => {
    const items = numbers(8);
    const anySubsets = fc.array(fc.subarray(items), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(anySubsets, async (breaking) => {
        const bad = new Set([items, ...breaking].map((one) => one.join()));
        const breaks = async (left: readonly number[]) => bad.has(left.join());
        const left = await fewest(items, breaks);
        expect(bad).toContain(left.join());
        for (const one of left) expect(bad).not.toContain(left.filter((other) => other !== one).join());
      }),
    );
  });

  test('take no more than a dozen runs where one of twenty is to blame, and one where none is', async () => {
    const triesFor = async (culprits: readonly number[]) => {
      let tries = 0;
      await fewest(numbers(20), async (left) => {
        tries += 1;
        return culprits.every((one) => left.includes(one));
      });
      return tries;
    };
    for (const one of numbers(20)) expect(await triesFor([one])).toBeLessThanOrEqual(12);
    expect(await triesFor([])).toBe(1);
  });
});

describe('a generated account that broke', () => {
  const order: Order = {
    what: 'account',
    seed: '7',
    days: 4,
    fault: 'events-lost',
    digest: true,
    trace: 'run.jsonl',
    plant: 'double-page',
  };
  /** What is broken when these incidents happen, and whether the fault has to be there too. */
  const playing = (invariants: (order: Order) => readonly string[]) => {
    const played: Order[] = [];
    const play = async (one: Order) => {
      played.push(one);
      return broken(...invariants(one));
    };
    return { play, played };
  };

  test('is left with the incidents that it takes, and without its fault', async () => {
    const { play, played } = playing(({ incidents = [] }) =>
      incidents.includes(3) && incidents.includes(8) ? ['3 one page'] : [],
    );
    const short = await shortAccount(order, 9, broken('3 one page'), play);
    expect(short).toEqual({
      order: {
        what: 'account',
        seed: '7',
        days: 4,
        fault: undefined,
        incidents: [3, 8],
        digest: false,
        plant: 'double-page',
      },
      played: broken('3 one page'),
    });
    // The trace of the run that broke is not written over.
    expect(played.every((one) => one.trace === undefined)).toBe(true);
  });

  test('keeps its fault where nothing breaks without it', async () => {
    const { play } = playing(({ fault }) => (fault === undefined ? [] : ['3 one page']));
    const short = await shortAccount(order, 9, broken('3 one page'), play);
    expect(short?.order).toMatchObject({ fault: 'events-lost', incidents: [] });
  });

  test('breaks all that it broke, not some of it', async () => {
    const { play } = playing(({ incidents = [] }) => [
      ...(incidents.includes(2) ? ['3 one page'] : []),
      ...(incidents.includes(5) ? ['8 it gets well'] : []),
    ]);
    const short = await shortAccount(order, 9, broken('3 one page', '8 it gets well'), play);
    expect(short?.order.incidents).toEqual([2, 5]);
  });

  test('that came to no end is short when it still comes to none', async () => {
    const play = async ({ incidents = [] }: Order): Promise<Ended> =>
      incidents.includes(4) ? { failed: 'it died' } : broken('3 one page');
    const short = await shortAccount(order, 9, { failed: 'it died' }, play);
    expect(short).toMatchObject({ order: { incidents: [4] }, played: { failed: 'it died' } });
  });

  test('is not short where nothing can be left out, or where somebody interrupted it', async () => {
    const { play } = playing(({ fault, incidents = [] }) =>
      fault !== undefined && incidents.length === 2 ? ['3 one page'] : [],
    );
    expect(await shortAccount(order, 2, broken('3 one page'), play)).toBeUndefined();
    expect(await shortAccount(order, 9, broken('3 one page'), async () => undefined)).toBeUndefined();
  });

  test('is made shorter still from what is left of it', async () => {
    const { play } = playing(({ incidents = [] }) => (incidents.includes(8) ? ['3 one page'] : []));
    const short = await shortAccount({ ...order, incidents: [3, 8] }, 9, broken('3 one page'), play);
    expect(short?.order.incidents).toEqual([8]);
  });
});

describe('a run of the small account that broke', () => {
  const site = { region: 'eu-west-1', caller: 'lifeboat-watch', to: 'eu-west-1', call: 'DynamoDB.Query', number: 3 };
  const faults = [{ site, strike: 'slow' as const }];
  const order: SmallOrder = { what: 'small', seed: '7', weather: ['jobs-fail', 'silenced'], faults };

  test('is left with the faults that it takes', async () => {
    const play = async ({ weather = [] }: SmallOrder) =>
      broken(...(weather.includes('silenced') ? ['3 one page'] : []));
    const short = await shortSmall(order, broken('3 one page'), play);
    expect(short?.order).toEqual({ what: 'small', seed: '7', weather: ['silenced'], faults: [] });
  });

  test('is not short where its only fault is to blame', async () => {
    const play = async (one: SmallOrder) => broken(...(one.faults?.length === 1 ? ['3 one page'] : []));
    expect(await shortSmall({ ...order, weather: [] }, broken('3 one page'), play)).toBeUndefined();
  });
});

import type { Draft, Key, Ledger, Row } from '../../functions/ledger/ledger.ts';

/**
 * A ledger that keeps its promises without a table: rows are copies, undefined members are dropped, every write is
 * conditional, lists are in the order of `sk`, the due index in the order of `dueAt`. `beforeNextWrite` lets a test slip
 * another writer in between a read and the write that follows it.
 */
export interface LedgerInMemory extends Ledger {
  beforeNextWrite(does: () => Promise<void>): void;
  /** Every row there is, in the order of its keys. */
  all(): Row[];
  readonly writes: () => number;
}

export function ledgerInMemory(): LedgerInMemory {
  const rows = new Map<string, Row>();
  let writes = 0;
  let slipIn: (() => Promise<void>) | undefined;
  const name = ({ pk, sk }: Key) => JSON.stringify([pk, sk]);
  const copy = <R>(row: R): R => JSON.parse(JSON.stringify(row)) as R;
  const sorted = () =>
    [...rows.values()].sort((one, other) => order(one.pk, other.pk) || order(one.sk, other.sk)).map(copy);

  const write = async (condition: () => boolean, effect: () => void): Promise<boolean> => {
    const does = slipIn;
    slipIn = undefined;
    await does?.();
    if (!condition()) return false;
    writes += 1;
    effect();
    return true;
  };

  return {
    beforeNextWrite: (does) => {
      slipIn = does;
    },
    all: sorted,
    writes: () => writes,
    get: async <R extends Row>(key: Key) => {
      const row = rows.get(name(key));
      return row === undefined ? undefined : (copy(row) as R);
    },
    list: async <R extends Row>(pk: string, prefix?: string) => {
      // DynamoDB takes no empty prefix.
      if (prefix === '') throw new Error('ValidationException: a key cannot be compared with an empty string');
      return [...rows.values()]
        .filter((row) => row.pk === pk && row.sk.startsWith(prefix ?? ''))
        .sort((one, other) => order(one.sk, other.sk))
        .map(copy) as R[];
    },
    due: async <R extends Row>(shard: string, until: string, limit: number) =>
      [...rows.values()]
        .filter(({ dueShard, dueAt }) => dueShard === shard && dueAt !== undefined && dueAt <= until)
        .sort(
          (one, other) =>
            order(one.dueAt ?? '', other.dueAt ?? '') || order(one.pk, other.pk) || order(one.sk, other.sk),
        )
        .slice(0, limit)
        .map(copy) as R[],
    create: <R extends Row>(row: Draft<R>) =>
      write(
        () => !rows.has(name(row)),
        () => rows.set(name(row), copy({ ...row, version: 1 } as unknown as R)),
      ),
    replace: <R extends Row>(row: R) =>
      write(
        () => rows.get(name(row))?.version === row.version,
        () => rows.set(name(row), copy({ ...row, version: row.version + 1 })),
      ),
    remove: (row) =>
      write(
        () => rows.get(name(row))?.version === row.version,
        () => rows.delete(name(row)),
      ),
  };
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

import { describe, expect, test } from '@jest/globals';
import { foldsIntoStorms } from '../../../simulator/checkers/folds.ts';
import { type Page, pageOf } from '../../../simulator/checkers/page.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { hour, ledgerRow, message, shop, start } from './entries.ts';

const bound = { region: 'eu-central-1', resource: shop, objective: 'rpo' };
const deadline = (hours: number, storm?: string) =>
  ledgerRow(hours, `RESOURCE#${shop}`, {
    sk: 'DEADLINE#rpo',
    resource: shop,
    objective: 'rpo',
    ...(storm !== undefined && { storm }),
  });
const page = (hours: number, phase: 'opened' | 'resolved', openedAt = hours) =>
  message(hours, { phase, kind: 'storm:key', subject: 'pipeline', openedAt });

const told = (...entries: TraceEntry[]) => {
  const folds = foldsIntoStorms();
  for (const entry of entries) folds.see(entry);
  return folds.of(
    bound,
    entries.flatMap((entry): Page | Page[] => pageOf(entry) ?? []),
  );
};
const at = (hours: number) => start + hours * hour;

describe('objectives that are told together', () => {
  test('are told by the page of their storm, until they leave it or it ends', () => {
    expect(told(page(2, 'opened'), deadline(3, 'storm:key'), deadline(4))).toEqual([
      { openedAt: at(3), pagedAt: at(3), resolvedAt: at(4), together: true },
    ]);
    expect(told(deadline(3, 'storm:key'), page(3.01, 'opened'), page(5, 'resolved', 3.01))).toEqual([
      { openedAt: at(3), pagedAt: at(3.01), resolvedAt: at(5), together: true },
    ]);
  });

  test('are not told by a page of the same kind that had ended before', () => {
    const before = [page(2, 'opened'), page(3, 'resolved', 2)];
    expect(told(...before, deadline(10, 'storm:key'), page(10.01, 'opened'))).toMatchObject([
      { openedAt: at(10), pagedAt: at(10.01), resolvedAt: undefined },
    ]);
    expect(told(...before, deadline(10, 'storm:key'))).toEqual([]);
  });
});

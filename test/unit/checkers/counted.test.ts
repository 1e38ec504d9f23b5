import { describe, expect, test } from '@jest/globals';
import { countedData } from '../../../simulator/checkers/counted.ts';
import { livesOfPoints } from '../../../simulator/checkers/lives.ts';
import { noMissedBreach } from '../../../simulator/checkers/no-missed-breach.ts';
import type { CallEntry, TraceEntry } from '../../../simulator/world/trace.ts';
import { anError, call, find, hour, iso, ledgerRow, record, shop, start, world } from './entries.ts';

const region = 'eu-central-1';

/** What is found in entries, looked at every hour. */
function found(entries: readonly TraceEntry[], hours = 1, openBy: (at: number) => number = () => 0): readonly string[] {
  const points = livesOfPoints();
  const counted = countedData(points.lives, { openBy: (_, at) => openBy(at) }, () => [region]);
  for (let now = 1; now <= hours; now += 1) {
    for (const entry of entries) {
      const at = (Date.parse(entry.at) - start) / hour;
      if (at < now - 1 || at >= now) continue;
      points.see(entry);
      counted.see(entry);
    }
    counted.look(start + now * hour);
  }
  return counted.violations;
}

const made = (hours: number, point: string, instant = hours) =>
  world(hours, 'a recovery point can be restored', { region, point, resource: shop, instant: start + instant * hour });
const gone = (hours: number, point: string) => world(hours, 'a recovery point is deleted', { region, point });
const counts = (hours: number, instant?: number, objective = 'rpo', more: Record<string, string> = {}) =>
  ledgerRow(hours, `RESOURCE#${shop}`, {
    sk: `DEADLINE#${objective}`,
    resource: shop,
    objective,
    ...(instant !== undefined && { instant: iso(instant) }),
    ...more,
  });

describe('what counts for an objective: the checker', () => {
  test('finds an objective that nobody watches', () => {
    const bound = (objective: 'rpo' | 'proof') => ({ resource: shop, region, objective, boundSeconds: 30 * 3600 });
    const roster = ledgerRow(0, 'ROSTER', { sk: shop, firstSeenAt: iso(0) });
    const checker = noMissedBreach([bound('rpo'), bound('proof')]);
    expect(find(checker, [roster, made(0.2, 'p', 0), counts(0.3, 0)], { endsAt: 3 }).violations).toEqual([
      `proof of ${shop} in ${region}: nobody watches it`,
    ]);
  });

  const first = made(0.2, 'p', 0);

  test('finds nothing where what counts is there, and follows what comes and goes', () => {
    const run = [counts(0.1), first, counts(0.3, 0), made(0.4, 'q', 0.35), counts(0.5, 0.35), gone(0.6, 'q')];
    expect(found([...run, counts(1.5, 0)], 4)).toEqual([]);
  });

  test('finds data that counts no more, and is there', () => {
    expect(found([first, counts(0.3, 0), counts(0.5)])).toEqual([expect.stringContaining('and it is there')]);
  });

  test('finds a deadline that counts from anything but its data, or from when its resource was first seen', () => {
    const due = (from: number, deadline: number) => {
      const row = counts(0.3, 0, 'rpo', { firstSeenAt: iso(from), deadline: iso(deadline) });
      (row.input as { Item: Record<string, object> }).Item.boundSeconds = { N: '3600' };
      return found([first, row]);
    };
    expect(due(0, 1)).toEqual([]);
    expect(due(0.1, 1.1)).toEqual([]);
    expect(due(0, 1.3)).toEqual([expect.stringContaining(`its deadline is ${iso(1.3)}, and it counts from ${iso(0)}`)]);
    expect(due(0.1, 1)).toHaveLength(1);
  });

  test('data in a vault of somebody else need not count while that vault is closed', () => {
    const list = (vault: string) =>
      call(0.4, 'ListRecoveryPointsByBackupVault', { BackupVaultName: vault }, {
        error: anError,
      } as Partial<CallEntry>);
    expect(found([first, counts(0.3, 0), list('of-somebody-else'), counts(0.5)])).toEqual([]);
    expect(found([first, counts(0.3, 0), list('lifeboat'), counts(0.5)])).toHaveLength(1);
  });

  test('finds data that counts and never was', () => {
    expect(found([first, counts(0.3, 0.1)])).toEqual([expect.stringContaining('there was no such point')]);
  });

  test('finds a point that counts before it could be restored', () => {
    expect(found([counts(0.1, 0), first])).toEqual([expect.stringContaining('there was no such point')]);
  });

  test('finds data that counts an hour and more after it was lost', () => {
    const run = [first, counts(0.3, 0), gone(0.6, 'p')];
    expect(found(run, 1)).toEqual([]);
    expect(found(run, 3)).toEqual([expect.stringContaining(`gone since ${iso(0.6)}`)]);
  });

  test('a fault at work meanwhile gives the reconciliation another hour after it', () => {
    const run = [first, counts(0.3, 0), gone(0.6, 'p')];
    const until = start + 2 * hour;
    const openBy = (at: number) => (at < until ? until : 0);
    expect(found(run, 3, openBy)).toEqual([]);
    expect(found(run, 4, openBy)).toHaveLength(1);
  });

  test('a resource that nobody expects any more, and one about which nobody answers, are left alone', () => {
    const removed = call(0.7, 'DeleteItem', { Key: { pk: { S: `RESOURCE#${shop}` }, sk: { S: 'DEADLINE#rpo' } } });
    expect(found([first, counts(0.3, 0), gone(0.6, 'p'), removed], 5)).toEqual([]);
    const silent = counts(0.7, 0, 'rpo', { cannotTellSince: iso(0.65) });
    expect(found([first, counts(0.3, 0), gone(0.6, 'p'), silent], 5)).toEqual([]);
  });

  test('finds a proof that counts and that no drill has claimed', () => {
    const drill = (verdict: string) => record(0.5, { verdict, point: 'p', instant: iso(0) });
    expect(found([first, drill('PASS'), counts(0.6, 0, 'proof')])).toEqual([]);
    expect(found([first, drill('FAIL'), counts(0.6, 0, 'proof')])).toEqual([
      expect.stringContaining('no drill has proven it'),
    ]);
  });
});

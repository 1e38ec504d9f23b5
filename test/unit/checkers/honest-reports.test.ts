import { describe, expect, test } from '@jest/globals';
import type { Leave } from '../../../simulator/checkers/compare.ts';
import { honestReports } from '../../../simulator/checkers/honest-reports.ts';
import type { Bound } from '../../../simulator/checkers/no-missed-breach.ts';
import type { SimulatedAccount } from '../../../simulator/world/account.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { call, find, hour, iso, message, record, shop, start, world } from './entries.ts';

const region = 'eu-central-1';
const bound = (until?: number): Bound => ({
  resource: shop,
  region,
  objective: 'rpo',
  boundSeconds: 5 * 3600,
  expected: { from: start, until: () => (until === undefined ? undefined : start + until * hour) },
});
const made = world(0.5, 'a recovery point can be restored', { region, point: 'p', resource: shop, instant: start });

function written(hours: number, chain: string, content: object): TraceEntry {
  const Body = JSON.stringify({ resource: chain, content });
  return call(hours, 'PutObject', { Key: `evidence/123456789012-${region}/${chain}/${hours}.json`, Body });
}
const standing = (hours: number, is?: string, resource = shop) =>
  written(hours, 'standing', {
    what: 'standing',
    resources: [{ resource, firstSeenAt: iso(0), objectives: is === undefined ? [] : [{ objective: 'rpo', is }] }],
  });
const report = (hours: number, says: string) => written(hours, 'report', { what: 'report', says });
const green = 'Everything is recoverable.';
const red = '1 of 1 is not recoverable as promised.';

const judged = (entries: readonly TraceEntry[], bounds = [bound()], leave: Leave = {}) =>
  find(honestReports(bounds, leave), entries).violations;

describe('the checker of reports', () => {
  test('is content with a report that says what is so, and says how much it looked at', () => {
    const page = message(5.1, { phase: 'opened', kind: 'rpo' });
    const run = [made, standing(4, 'met'), report(4, green), page, standing(6, 'broken'), report(6, red)];
    expect(find(honestReports([bound()]), run)).toEqual({
      violations: [],
      examined: {
        standings: 2,
        'objectives that stand broken': 1,
        reports: 2,
        'reports while a page was open': 1,
      },
    });
    expect(judged([made, standing(6, 'not told')])).toEqual([]);
  });

  test('finds an objective that is written down as met while it is broken', () => {
    expect(judged([made, standing(6, 'met')])).toEqual([expect.stringContaining('is met, and it is broken')]);
  });

  test('finds a proof that is written down as met and is too old, whatever else holds', () => {
    const ofProof: Bound = { ...bound(), objective: 'proof' };
    const said = (hours: number, is: string) =>
      written(hours, 'standing', {
        what: 'standing',
        resources: [{ resource: shop, firstSeenAt: iso(0), objectives: [{ objective: 'proof', is }] }],
      });
    const drill = (hours: number, verdict: string) => record(hours, { verdict, point: 'p', instant: iso(hours - 1) });
    expect(judged([made, drill(2, 'PASS'), said(5.9, 'met')], [ofProof])).toEqual([]);
    expect(judged([made, drill(2, 'PASS'), said(6.2, 'broken')], [ofProof])).toEqual([]);
    const broken = [expect.stringContaining('the report says that proof of')];
    expect(judged([made, drill(2, 'PASS'), said(6.2, 'met')], [ofProof])).toEqual(broken);
    expect(judged([made, drill(2, 'PASS'), drill(4, 'FAIL'), said(6.2, 'met')], [ofProof])).toEqual(broken);
    expect(judged([made, drill(2, 'PASS'), drill(4, 'PASS'), said(6.2, 'met')], [ofProof])).toEqual([]);
    // The drill is not over yet, and has no record.
    const proof = { sk: { S: 'PROOF' }, resource: { S: shop }, instant: { S: iso(3) } };
    expect(
      judged([made, drill(2, 'PASS'), call(6.1, 'PutItem', { Item: proof }), said(6.2, 'met')], [ofProof]),
    ).toEqual([]);
  });

  describe('of a window that moves by itself', () => {
    const ofWindow: Bound = { ...bound(), objective: 'pitr_rpo', boundSeconds: 1800 };
    /** An account in which the window ends at the hour that is told, if there is one. */
    const ends = (at: number | undefined): SimulatedAccount => {
      const windowEnd = () => (at === undefined ? undefined : start + at * hour);
      return { region: () => ({ services: { RDS: { windowEnd } } }), regions: [] } as unknown as SimulatedAccount;
    };
    const written10 = (is: string) =>
      written(10.5, 'standing', {
        what: 'standing',
        resources: [{ resource: shop, firstSeenAt: iso(0), objectives: [{ objective: 'pitr_rpo', is }] }],
      });
    /** What is found when the report comes between the looks at ten and at eleven. */
    const found = (is: string, windows: readonly (number | undefined)[]) => {
      const checker = honestReports([ofWindow]);
      windows.forEach((end, index) => {
        if (index === windows.length - 1) checker.see(written10(is));
        checker.look(ends(end), start + (12 - windows.length + index) * hour);
      });
      return checker.conclude(start + 48 * hour).violations;
    };
    const broken = [expect.stringContaining('the report says that pitr_rpo of')];

    test('finds that it is written down as met while it stands still or is not there', () => {
      expect(found('met', [8, 8, 8, 8])).toEqual(broken);
      expect(found('met', [undefined, undefined, undefined, undefined])).toEqual(broken);
      expect(found('broken', [8, 8, 8, 8])).toEqual([]);
    });

    test('leaves an hour in which nobody knows that it was lost, and takes what is well again for well', () => {
      expect(found('met', [7.9, 8.9, 9.9, undefined])).toEqual([]);
      expect(found('met', [7.9, 8.9, undefined, undefined])).toEqual(broken);
      expect(found('met', [8, 8, 8, 10.4])).toEqual([]);
      expect(found('met', [7.9, 8.9, 9.9, 10.9])).toEqual([]);
    });
  });

  test('finds what a report does not tell of', () => {
    const words = `the report does not tell of rpo of ${shop}`;
    expect(judged([made, standing(4)])).toEqual([expect.stringContaining(words)]);
    expect(judged([made, standing(4, 'met', 'another')])).toEqual([expect.stringContaining(words)]);
  });

  test('finds a report that is green while a page is open, whatever opened it', () => {
    const run = [message(4, { phase: 'opened', kind: 'drill' }), report(5, green)];
    expect(judged(run)).toEqual([expect.stringContaining(`says "${green}", and 1 pages are open there`)]);
  });

  test('a page that has ended, that is young, or that a fault may keep from the ledger is left alone', () => {
    const page = message(4, { phase: 'opened', kind: 'rpo' });
    const end = message(4.5, { phase: 'resolved', kind: 'rpo', openedAt: 4 });
    expect(judged([page, end, report(5, green)])).toEqual([]);
    expect(judged([page, report(4.2, green)])).toEqual([]);
    const openBy = (_: string, at: number) => (at > start + 4.6 * hour ? at + hour : 0);
    expect(judged([page, report(5, green)], [bound()], { openBy })).toEqual([]);
  });

  test('nothing is asked of what is retired, or new', () => {
    const page = message(4, { phase: 'opened', kind: 'rpo' });
    expect(judged([made, standing(6, 'met'), page, report(6, green)], [bound(5)])).toEqual([]);
    expect(judged([made, standing(2)])).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Leave } from '../../../simulator/checkers/compare.ts';
import { overdue } from '../../../simulator/checkers/overdue.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { call, find, hour, message, minute, start, world } from './entries.ts';

const home = 'eu-central-1';
const copy = 'eu-west-1';
const asked = (hours: number, name: string, region = copy) =>
  call(
    hours,
    'Invoke',
    { FunctionName: `arn:aws:lambda:${region}:123456789012:function:lifeboat-${name}`, InvocationType: 'Event' },
    { region, caller: { kind: 'service', name: 'scheduler.amazonaws.com', region } },
  );
const said = (hours: number, phase: 'opened' | 'resolved', name = 'sweep', openedAt = hours) =>
  message(
    hours,
    { phase, kind: `finding:overdue:${name}`, severity: 'notice', subject: 'pipeline', openedAt },
    { region: copy },
  );
/** All that is hourly or daily in both Regions for two days, without one of them in the copy Region from an hour on. */
const days = (without = 'nothing', from = 0) =>
  [home, copy]
    .flatMap((region) => [
      ...['reconcile', 'sweep'].flatMap((name) => Array.from({ length: 48 }, (_, at) => asked(at + 0.1, name, region))),
      ...['keep', 'report-seal', 'report'].flatMap((name) => [0.2, 24.2].map((at) => asked(at, name, region))),
    ])
    .filter((entry) => {
      const { FunctionName } = entry.input as { FunctionName: string };
      const isIt = entry.region === copy && FunctionName.endsWith(`:lifeboat-${without}`);
      return !isIt || Date.parse(entry.at) < start + from * hour;
    });
const found = (entries: readonly TraceEntry[], leave: Leave = {}) => {
  const inOrder = [...entries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return find(overdue([home, copy], leave), inOrder);
};

describe('what is overdue: the checker', () => {
  test('finds nothing while everything is asked for', () => {
    expect(found(days())).toEqual({
      examined: { 'runs of routines': 2 * (2 * 48 + 3 * 2), 'routines missed': 0, 'routines told of': 0 },
      violations: [],
    });
  });

  test('finds what nobody starts any more, and nobody is told of', () => {
    expect(found(days('sweep', 10)).violations).toEqual([
      expect.stringContaining(`${copy} sweep: not asked for since 2026-01-05T09:06`),
    ]);
    expect(found([...days('sweep', 10), said(13.3, 'opened')])).toMatchObject({
      examined: { 'routines missed': 1, 'routines told of': 1 },
      violations: [],
    });
  });

  test('finds a notice that comes too late, that ends too early, and of another routine', () => {
    const off = days('sweep', 10);
    expect(found([...off, said(14, 'opened')]).violations).toHaveLength(1);
    expect(found([...off, said(13.2, 'opened'), said(13.3, 'resolved', 'sweep', 13.2)]).violations).toHaveLength(1);
    expect(found([...off, said(13.3, 'opened', 'reconcile')]).violations).toHaveLength(2);
  });

  test('finds a notice while everything is asked for', () => {
    expect(found([...days(), said(13.3, 'opened')]).violations).toEqual([
      expect.stringContaining(`${copy} sweep: told as overdue at 2026-01-05T13:18`),
    ]);
  });

  test('knows that clocks may be wrong, either of two', () => {
    const off = days('sweep', 10);
    expect(found([...off, said(13, 'opened')], { skew: 5 * minute }).violations).toEqual([]);
    expect(found([...off, said(13, 'opened')], { skew: 2 * minute }).violations).toHaveLength(1);
  });

  test('takes what was given up for neither done nor missed: an alarm tells of it, and both may', () => {
    const given = world(24.5, 'An event for a function was given up', { region: copy, function: 'lifeboat-keep' });
    expect(found([...days(), given, said(27.5, 'opened', 'keep')]).violations).toEqual([]);
    expect(found([...days(), given]).violations).toEqual([]);
    // A schedule that fires twice asks twice, and each is given up by itself.
    const twice = [...days(), asked(24.21, 'keep'), said(27.5, 'opened', 'keep')];
    expect(found([...twice, given, given]).violations).toEqual([]);
    expect(found([...twice, given]).violations).toHaveLength(1);
    expect(found([...days(), said(27.5, 'opened', 'keep')]).violations).toHaveLength(1);
  });

  test('lets it be told later while another fault keeps people from being told, and asks nothing of a Region that is gone', () => {
    const off = days('sweep', 10);
    const openBy = (region: string, at: number) => (region === copy && at < start + 20 * hour ? start + 20 * hour : 0);
    expect(found([...off, said(20.2, 'opened')], { openBy }).violations).toEqual([]);
    expect(found([...off, said(22, 'opened')], { openBy }).violations).toHaveLength(1);
    expect(found(off, { goneFrom: () => start + 11 * hour }).violations).toEqual([]);
  });
});

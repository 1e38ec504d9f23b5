import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { HeartbeatRun } from './heartbeat-run.ts';

const home = 'eu-central-1';
const copy = 'eu-west-1';
const minute = 1 / 60;
const ofHome = `alarm:lifeboat-no-heartbeat-from-${home}`;

/** In a Node process of its own, since jest's own VM is slow and shares globals. */
async function simulate(plan: string): Promise<HeartbeatRun> {
  const script = join(import.meta.dirname, 'heartbeat-run.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, plan], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as HeartbeatRun;
}

const ofKind = (run: HeartbeatRun, kind: string, severity = 'page') =>
  run.messages.filter((message) => message.kind === kind && message.severity === severity);

describe('who watches the watch', () => {
  let troubles: HeartbeatRun;
  let homeGone: HeartbeatRun;

  beforeAll(async () => {
    [troubles, homeGone] = await Promise.all([simulate('troubles'), simulate('home gone')]);
  }, 120_000);

  test('both Regions hear both, once a minute', () => {
    const { heartbeats } = troubles;
    expect(heartbeats[`${copy} to ${copy}`]).toBeGreaterThan(230);
    expect(heartbeats[`${copy} to ${home}`]).toBe(heartbeats[`${copy} to ${copy}`]);
    expect(heartbeats[`${home} to ${copy}`]).toBe(heartbeats[`${home} to ${home}`]);
  });

  test('pages from the other Region within 6 minutes when the schedule of the watch is stopped, and resolves', () => {
    const [opened, resolved] = ofKind(troubles, ofHome);
    expect(opened).toMatchObject({ phase: 'opened', region: copy });
    expect(opened?.hours).toBeGreaterThan(1);
    expect(opened?.hours).toBeLessThanOrEqual(1 + 6 * minute);
    expect(opened?.because).toContain(`The watch of ${home} has completed no round`);
    expect(resolved).toMatchObject({ phase: 'resolved', region: copy });
    expect(resolved?.hours).toBeGreaterThan(1.5);
    expect(resolved?.hours).toBeLessThanOrEqual(1.5 + 6 * minute);
  });

  test('pages as well when rounds begin and none is completed', () => {
    const [, , opened, resolved] = ofKind(troubles, ofHome);
    expect(opened).toMatchObject({ phase: 'opened', region: copy });
    expect(opened?.hours).toBeGreaterThan(2);
    expect(opened?.hours).toBeLessThanOrEqual(2 + 6 * minute);
    expect(resolved).toMatchObject({ phase: 'resolved', region: copy });
    expect(ofKind(troubles, 'alarm:lifeboat-watch-errors', 'notice')).toHaveLength(1);
  });

  test('pages nothing else, one page for each death, and tells the Region itself by a notice', () => {
    const pages = troubles.messages.filter(({ severity }) => severity === 'page');
    expect(pages.map(({ kind, phase }) => [kind, phase])).toEqual([
      [ofHome, 'opened'],
      [ofHome, 'resolved'],
      [ofHome, 'opened'],
      [ofHome, 'resolved'],
    ]);
    expect(troubles.violations).toEqual([]);
    expect(ofKind(troubles, ofHome, 'notice').map(({ region }) => region)).toEqual([home, home, home, home]);
  });

  test.each([
    ['an event that no rule could deliver', 'lifeboat-undelivered-events', home, 0],
    ['a start that Scheduler gave up', 'lifeboat-undelivered-schedules', home, 2.5],
    ['a run that failed in every try', 'lifeboat-failed-runs', copy, 2.5],
  ])('tells of %s, once', (_, name, region, after) => {
    const notices = ofKind(troubles, `alarm:${name}`, 'notice');
    expect(notices).toMatchObject([{ phase: 'opened', region }]);
    expect(notices[0]?.hours).toBeGreaterThan(after);
  });

  test('pages within 6 minutes when home is gone, and does not resolve', () => {
    const pages = ofKind(homeGone, ofHome);
    expect(pages).toMatchObject([{ phase: 'opened', region: copy }]);
    expect(pages[0]?.hours).toBeLessThanOrEqual(8 + 6 * minute);
  });

  test('goes on without home from the roster: its copies age into a page, its drills run, the roster is told stale', () => {
    expect(ofKind(homeGone, 'roster')[0]).toMatchObject({ phase: 'opened', region: copy });
    const [aged] = ofKind(homeGone, 'copy_rpo');
    expect(aged).toMatchObject({ phase: 'opened', region: copy });
    const [, instant = ''] = /data of (\S+),/.exec(aged?.because ?? '') ?? [];
    const deadline = (Date.parse(instant) - Date.parse('2026-01-05T00:00:00Z')) / 3_600_000 + 12;
    expect(aged?.hours).toBeGreaterThan(deadline);
    expect(aged?.hours).toBeLessThanOrEqual(deadline + 125 / 3600);
    expect(homeGone.drills.filter(({ hours }) => hours > 8)).toMatchObject([{ verdict: 'PASS' }]);
    expect(homeGone.violations).toEqual([]);
  });

  test('says daily that all is well with counts that add up, and never once something is not', () => {
    const notices = ofKind(homeGone, 'all-well', 'notice');
    expect(notices.map(({ region }) => region).sort()).toEqual([home, copy]);
    for (const { hours, because } of notices) {
      expect(hours).toBeLessThan(8);
      const counts = [...because.matchAll(/(\d+) (?:protected|with a proof|new and|not drilled)/g)].map(([, n]) =>
        Number(n),
      );
      const [all = 0, ...parts] = counts;
      expect(counts).toHaveLength(4);
      expect(parts.reduce((sum, count) => sum + count, 0)).toBe(all);
    }
    expect(notices.find(({ region }) => region === copy)?.because).toContain('1 with a proof within its bound');
  });
});

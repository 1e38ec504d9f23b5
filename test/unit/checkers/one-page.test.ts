import { describe, expect, test } from '@jest/globals';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { anError, find, iso, message, shop, world } from './entries.ts';

describe('one page for each episode: the checker', () => {
  const opened = (hours: number, more = {}) => message(hours, { phase: 'opened', kind: 'rpo', ...more });
  const resolved = (hours: number, openedAt: number, more = {}) =>
    message(hours, { phase: 'resolved', kind: 'rpo', openedAt, ...more });
  const escalated = (hours: number, openedAt: number) => message(hours, { phase: 'escalated', kind: 'rpo', openedAt });
  const found = (...entries: TraceEntry[]) => find(onePage(), entries);

  test('counts an escalation as a message of the open episode', () => {
    expect(found(opened(1), escalated(1.5, 1), resolved(2, 1))).toMatchObject({ violations: [] });
  });

  test('finds nothing where each episode opens and resolves with one message, and counts them', () => {
    expect(
      found(
        opened(1),
        resolved(2, 1),
        opened(3),
        opened(3, { kind: 'proof' }),
        opened(3, { subject: 'mail' }),
        opened(3, { severity: 'notice' }),
        opened(3, { severity: 'notice' }),
      ),
    ).toEqual({
      examined: { pages: 5, 'of them told again': 0, 'open at the end': 3, 'sent again unheard': 0 },
      violations: [],
    });
  });
  test('takes an alarm that comes again after its end for a page of its own, also while messages may be sent twice', () => {
    const alarm = { kind: 'alarm:lifeboat-no-heartbeat-from-eu-west-1', openedAt: 0 };
    const twice = [opened(1, alarm), resolved(2, 0, alarm), opened(3, alarm), resolved(4, 0, alarm)];
    const { violations, examined } = find(onePage({ mayRepeat: () => true }), twice);
    expect([violations, examined['sent again unheard']]).toEqual([[], 0]);
  });
  test('follows an alarm of which CloudWatch could not tell the beginning, or the end', () => {
    const name = 'lifeboat-no-heartbeat-from-eu-west-1';
    const alarm = { kind: `alarm:${name}`, openedAt: 0, subject: 'pipeline' };
    const untold = (hours: number, state: string) =>
      world(hours, 'An alarm could not tell its topic', { region: 'eu-central-1', alarm: name, state });
    expect(found(untold(1, 'ALARM'), resolved(2, 0, alarm)).violations).toEqual([]);
    expect(found(untold(1, 'ALARM'), resolved(2, 0, alarm), resolved(3, 0, alarm)).violations).toHaveLength(1);
    expect(found(opened(1, alarm), untold(2, 'OK'), opened(3, alarm)).violations).toEqual([]);
    expect(found(opened(1, alarm), untold(2, 'ALARM'), opened(3, alarm)).violations).toHaveLength(1);
  });
  test('does not mind one that comes again since nobody heard that SNS had accepted it, once', () => {
    const unheard = { error: anError, unheard: true as const };
    const lost = message(1, { phase: 'opened', kind: 'rpo' }, unheard);
    expect(found(lost, opened(1.1, { openedAt: 1 }))).toMatchObject({
      violations: [],
      examined: { 'sent again unheard': 1 },
    });
    expect(found(lost, opened(1.1, { openedAt: 1 }), opened(1.2, { openedAt: 1 })).violations).toHaveLength(1);
  });
  test('does not mind one that was long on its way, and comes after the one that was sent in its place', () => {
    const late = message(2, { phase: 'opened', kind: 'rpo', openedAt: 1 }, { unheard: true });
    expect(found(opened(1), late, message(3, { phase: 'resolved', kind: 'rpo', openedAt: 1 }))).toMatchObject({
      violations: [],
      examined: { 'sent again unheard': 1 },
    });
    expect(found(opened(1), message(2, { phase: 'opened', kind: 'rpo', openedAt: 1 })).violations).toHaveLength(1);
  });
  test('does not count what SNS refused: it is sent again', () => {
    expect(found(message(1, { phase: 'opened', kind: 'rpo' }, { error: anError }), opened(1)).violations).toEqual([]);
  });
  test.each<[string, TraceEntry[], string]>([
    ['a page that comes twice', [opened(1), opened(1)], `paged again at ${iso(1)}, while open since ${iso(1)}`],
    [
      'a second page while the first is open',
      [opened(1), opened(5)],
      `paged again at ${iso(5)}, while open since ${iso(1)}`,
    ],
    ['a resolution of nothing', [resolved(2, 1)], 'resolved at'],
    ['a resolution that comes twice', [opened(1), resolved(2, 1), resolved(2, 1)], 'and nothing was open'],
    ['a resolution of another episode', [opened(5), resolved(6, 1)], 'resolves another episode than the open one'],
    ['an escalation of nothing', [escalated(2, 1)], 'told again at'],
    ['an escalation of another episode', [opened(5), escalated(6, 1)], 'tells another episode than the open one again'],
  ])('finds %s', (_what, entries, words) => {
    expect(found(...entries).violations).toEqual([expect.stringContaining(words)]);
    expect(found(...entries).violations[0]).toContain(`rpo of ${shop} in eu-central-1`);
  });
});

import { describe, expect, test } from '@jest/globals';
import { pipelinePages } from '../../../simulator/checkers/pipeline-pages.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { find, hour, iso, ledgerRow, message, shop, start } from './entries.ts';

describe('pages about the pipeline: the checker', () => {
  const found = (...entries: TraceEntry[]) => find(pipelinePages(), entries);
  const storm = message(4, { phase: 'opened', kind: 'storm:key', subject: 'pipeline' });

  test('finds nothing where pages are about objectives, drills, or many that the ledger names', () => {
    expect(
      found(
        message(1, { phase: 'opened', kind: 'rpo' }),
        message(2, { phase: 'opened', kind: 'drill' }),
        ledgerRow(4, 'EPISODES', { sk: `${shop}#drill`, storm: 'storm:key' }),
        storm,
        message(5, { phase: 'opened', kind: 'tear-down', severity: 'notice' }),
      ),
    ).toEqual({ examined: { 'pages about the pipeline': 0, 'pages that tell of many': 1 }, violations: [] });
  });
  test.each<[string, TraceEntry, string]>([
    [
      'a page of a resource that is about the pipeline',
      message(1, { phase: 'opened', kind: 'tear-down' }),
      'tear-down of',
    ],
    ['that nobody can tell', message(1, { phase: 'opened', kind: 'cannot-tell:rpo' }), 'and nothing was wrong'],
    [
      'a page about the roster',
      message(1, { phase: 'opened', kind: 'roster', subject: 'pipeline' }),
      'roster of pipeline',
    ],
    ['a page that tells of many, and of nobody', storm, 'it tells of nobody'],
  ])('finds %s', (_what, entry, words) => {
    expect(found(entry).violations).toEqual([expect.stringContaining(words)]);
  });

  describe('where a Region is in trouble that the other one has to page about', () => {
    const must = [{ region: 'eu-central-1', pagedFrom: 'eu-west-1', since: start + 5 * hour }];
    const troubles = () => [{ from: start, until: start + 24 * hour }];
    const missed = 'alarm:lifeboat-no-heartbeat-from-eu-central-1';
    const paged = (hours: number, region: string, kind = missed) =>
      find(pipelinePages(must, troubles), [message(hours, { phase: 'opened', kind, subject: 'pipeline' }, { region })])
        .violations;
    const silent = [`eu-central-1 is in trouble since ${iso(5)}, and eu-west-1 did not page within six minutes`];

    test('finds nothing where it did within six minutes', () => {
      expect(paged(5.05, 'eu-west-1')).toEqual([]);
    });
    test.each([
      ['before', 4.9, 'eu-west-1'],
      ['too late', 5.2, 'eu-west-1'],
      ['from the Region itself', 5.05, 'eu-central-1'],
    ])('finds a page that comes %s', (_, hours, region) => {
      expect(paged(hours, region)).toEqual(silent);
    });
    test.each(['roster', 'alarm:lifeboat-no-heartbeat-from-eu-west-1', 'alarm:lifeboat-watch-errors'])(
      'finds that %s is another page',
      (kind) => {
        expect(paged(5.05, 'eu-west-1', kind)).toEqual(silent);
      },
    );
    test('finds that nobody paged', () => {
      expect(find(pipelinePages(must, troubles), []).violations).toEqual(silent);
    });
  });

  test('finds a page before anything went wrong, and long after it, though something did', () => {
    const troubles = () => [{ from: start + 5 * hour, until: start + 6 * hour }];
    const paged = (hours: number) =>
      find(pipelinePages([], troubles), [message(hours, { phase: 'opened', kind: 'cannot-tell:rpo' })]).violations;
    expect([5, 6, 7.2].flatMap(paged)).toEqual([]);
    expect(paged(0.7)).toEqual([expect.stringContaining('and nothing was wrong')]);
    expect(paged(7.3)).toEqual([expect.stringContaining('and nothing was wrong')]);
  });
});

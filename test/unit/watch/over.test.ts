import { describe, expect, test } from '@jest/globals';
import type { AttemptContent, EvidenceRecord } from '../../../functions/evidence/record.ts';
import { pipeline } from '../../../functions/ledger/episode.ts';
import { effectsOf } from '../../../functions/watch/effects.ts';
import { recordOf } from '../../../functions/watch/record-of.ts';

const fleet = (input: Record<string, unknown>, minute: number, outcome: 'SUCCEEDED' | 'FAILED') => {
  const instant = `2026-03-01T12:0${minute}:00.000Z`;
  const execution = `arn:aws:states:eu-central-1:111122223333:execution:lifeboat-fleet:at-${minute}`;
  return recordOf({
    row: undefined,
    attempt: `lifeboat-fleet/at-${minute}/0`,
    workflow: 'fleet',
    execution,
    redriveCount: 0,
    resource: undefined,
    since: instant,
    endedAt: instant,
    outcome,
    input,
    output: {},
    error: outcome === 'FAILED' ? 'NobodyToServe' : undefined,
    cause: undefined,
  });
};
const gold = { workflow: 'protect', tier: 'gold', scheduledAt: '2026-03-01T12:00:00Z' };

/** What a failure means that is closed after `other` went well. */
function closedAfter(other: Record<string, unknown>) {
  const failed = fleet(gold, 1, 'FAILED');
  const well: { content: AttemptContent } = fleet(other, 5, 'SUCCEEDED');
  return effectsOf(
    { id: failed.id, resource: pipeline, content: failed.content },
    { input: gold, meanwhile: [well as EvidenceRecord], retired: false },
  );
}

describe('a fleet that failed and is closed late', () => {
  test('calls nobody when the same fleet has gone well since', () => {
    expect(closedAfter({ ...gold, scheduledAt: '2026-03-01T12:05:00Z' })).toEqual([]);
  });

  test.each([
    ['of another tier', { ...gold, tier: 'silver' }],
    ['of another workflow', { ...gold, workflow: 'drill' }],
    ['that was started by hand for all', {}],
  ])('is told when a fleet %s has: that one says nothing of it', (_, other) => {
    expect(closedAfter(other)).toMatchObject([{ do: 'open', kind: 'fleet:protect/gold', subject: pipeline }]);
  });
});

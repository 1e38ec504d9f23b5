import { describe, expect, test } from '@jest/globals';
import { nextSteps } from '../../../functions/alert/next-steps.ts';
import type { EpisodeRow } from '../../../functions/ledger/episode.ts';
import { resourceKey } from '../../../functions/ledger/resource.ts';
import { likelyCause } from '../../../functions/watch/likely-cause.ts';
import { account, home, orders, regionAt } from '../watch-world.ts';

const at = '2026-03-01T12:00:00.000Z';
const here = { account, region: home, home, part: 'home', partition: 'aws' } as never;

function steps(madeElsewhere: boolean): string {
  const facts = { ...(madeElsewhere && { madeElsewhere: true }) };
  const episode = { subject: orders, kind: 'rpo', severity: 'page', facts } as unknown as EpisodeRow;
  return JSON.stringify(nextSteps(episode, here, at));
}

describe('a resource whose recovery points another plan makes', () => {
  test('has a page that sends nobody to lifeboat-protect, which may not be deployed', () => {
    expect(steps(false)).toContain('lifeboat-protect');
    expect(steps(true)).not.toContain('lifeboat-protect');
    expect(steps(true)).toContain('another plan makes its recovery points');
  });

  test('is late by that plan, as far as anybody knows', async () => {
    const { ledger } = regionAt(at);
    const asked = { resource: orders, objective: 'rpo' } as const;
    expect(await likelyCause(ledger, asked)).toContain('lifeboat-protect');
    await ledger.create({ ...resourceKey(orders), resource: orders, madeElsewhere: true } as never);
    expect(await likelyCause(ledger, asked)).toBe(
      'another backup plan makes its recovery points, and has made no newer one',
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Alert } from '../../../functions/alert/alert.ts';
import { alertOf } from '../../../functions/alert/alert-of.ts';
import { jsonOf, subjectOf, textOf } from '../../../functions/alert/shapes.ts';
import type { EpisodeRow } from '../../../functions/ledger/episode.ts';
import { account, copyRegion, home, orders } from '../watch-world.ts';

const here = { partition: 'aws', account, region: copyRegion, home, part: 'copy' as const };
const episode: EpisodeRow = {
  pk: 'EPISODES',
  sk: `${orders}#copy_rpo`,
  version: 1,
  subject: orders,
  kind: 'copy_rpo',
  status: 'open',
  openedAt: '2026-03-02T12:00:40.000Z',
  severity: 'page',
  because: 'the newest usable copy here holds data of 2026-03-02T00:00:00.000Z, which is 12 hours old',
  facts: { since: '2026-03-02T12:00:00.000Z', ageSeconds: 50_400, boundSeconds: 43_200, cause: 'Access Denied' },
  seen: 1,
  lastSeenAt: '2026-03-02T12:00:40.000Z',
  told: 'not yet',
  evidence: 'not yet',
};

describe('a page', () => {
  test('says what is broken, since when, how bad, why, and what to do with which input', () => {
    const protect = `arn%3Aaws%3Astates%3A${home}%3A${account}%3AstateMachine%3Alifeboat-protect`;
    expect(textOf(alertOf(episode, 'opened', here))).toBe(`orders: copies too old (copy_rpo)

What:    The newest usable copy here holds data of 2026-03-02T00:00:00.000Z, which is 12 hours old.
How bad: 14 hours where 12 hours are allowed: 2 hours too much.
Since:   2026-03-02T12:00:00.000Z
Cause:   Access Denied.
Where:   account ${account}, ${copyRegion}
Subject: ${orders}

What to do next:
1. Back it up now: start an execution of lifeboat-protect with this input:
   https://${home}.console.aws.amazon.com/states/home?region=${home}#/statemachines/view/${protect}
   {"resource":"${orders}"}
2. See in AWS Backup, ${home}, how the newest copy jobs to ${copyRegion} ended.
3. See in EventBridge Scheduler that the schedules of its tier are enabled, and that none of their targets fails.

copy_rpo, opened 2026-03-02T12:00:40.000Z`);
  });

  test('keeps one id from its opening to its end', () => {
    const ended = alertOf({ ...episode, status: 'resolved', resolvedAt: '2026-03-02T15:00:40.000Z' }, 'resolved', here);
    expect(ended.id).toBe(alertOf(episode, 'opened', here).id);
    expect(textOf(ended)).toContain('Ended:   2026-03-02T15:00:40.000Z, after 3 hours.');
    expect(subjectOf(ended)).toBe(`RESOLVED orders: copies too old (copy_rpo), ${copyRegion}`);
    expect(jsonOf(ended)).toMatchObject({ version: 1, source: 'lifeboat', phase: 'resolved', kind: 'copy_rpo' });
  });
});

describe('whatever a page is about', () => {
  const alert = (more: Partial<Alert>): Alert => ({ ...alertOf(episode, 'opened', here), ...more });

  test('its subject has fewer than 100 printable ASCII characters', () => {
    for (const name of ['x'.repeat(500), 'Bücher\r\n\tund 漢字', '💾'.repeat(80)]) {
      const subject = subjectOf(alert({ name }));
      expect(subject).toMatch(/^[A-Z][\x20-\x7e]*$/);
      expect(subject.length).toBeLessThan(100);
    }
    expect(subjectOf(alert({ name: 'Bücher' }))).toContain('Bucher');
  });

  test('its text stays within what SNS takes, in any script, and says when it was cut', () => {
    const text = textOf(alert({ because: '漢💾'.repeat(100_000) }));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_768);
    expect(text).toMatch(/\(cut: the whole is in the evidence\)$/);
    expect(text).not.toContain('\ufffd');
  });
});

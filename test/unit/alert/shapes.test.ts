import { describe, expect, test } from '@jest/globals';
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
    const silence = `arn%3Aaws%3Astates%3A${copyRegion}%3A${account}%3AstateMachine%3Alifeboat-silence`;
    expect(textOf(alertOf(episode, 'opened', here, episode.openedAt))).toBe(`orders: copies too old (copy_rpo)

What:    The newest usable copy here holds data of 2026-03-02T00:00:00.000Z, which is 12 hours old.
How bad: 14 hours where 12 hours are allowed: 2 hours too much.
Since:   2026-03-02T12:00:00.000Z
Cause:   Access Denied. (permission)
Where:   account ${account}, ${copyRegion}
Subject: ${orders}

What to do next:
1. Give the role that the message names the right that it lacks, usually the role lifeboat-AWSBackup of the Region, or let AWS Backup assume it again.
2. Back it up now: start an execution of lifeboat-protect with this input:
   https://${home}.console.aws.amazon.com/states/home?region=${home}#/statemachines/view/${protect}
   {"resource":"${orders}"}
3. See in AWS Backup, ${home}, how the newest copy jobs to ${copyRegion} ended.
4. See in EventBridge Scheduler that the schedules of its tier are enabled, and that none of their targets fails.
5. You have it, and want no more pages about it for a while: start lifeboat-silence with this input:
   https://${copyRegion}.console.aws.amazon.com/states/home?region=${copyRegion}#/statemachines/view/${silence}
   {"resource":"${orders}","kind":"copy_rpo","until":"2026-03-02T16:00Z","because":"who works on what"}

copy_rpo, opened 2026-03-02T12:00:40.000Z`);
  });

  test('keeps one id from its opening to its end', () => {
    const ended = alertOf(
      { ...episode, status: 'resolved', resolvedAt: '2026-03-02T15:00:40.000Z' },
      'resolved',
      here,
      '2026-03-02T15:00:41.000Z',
    );
    expect(ended.id).toBe(alertOf(episode, 'opened', here, episode.openedAt).id);
    expect(textOf(ended)).toContain('Ended:   2026-03-02T15:00:40.000Z, after 3 hours.');
    expect(subjectOf(ended)).toBe(`RESOLVED orders: copies too old (copy_rpo), ${copyRegion}`);
    expect(jsonOf(ended)).toMatchObject({ version: 1, source: 'lifeboat', phase: 'resolved', kind: 'copy_rpo' });
  });
});

describe('a page that is told again', () => {
  const later = {
    ...episode,
    told: 'opened' as const,
    latest: 'the newest usable copy here holds data of 2026-03-02T06:00:00.000Z, which is 18 hours old',
    escalations: [
      { at: '2026-03-02T12:30:41.000Z', why: 'time' as const },
      { at: '2026-03-03T00:00:00.000Z', why: 'twice' as const },
    ],
  };

  test('says why, what was seen last, and how bad it is by now', () => {
    const alert = alertOf(later, 'escalated', here, '2026-03-03T00:00:30.000Z');
    expect(subjectOf(alert)).toBe(`ESCALATED orders: copies too old (copy_rpo), ${copyRegion}`);
    expect(alert.escalated).toMatchObject({ why: ['time', 'twice'] });
    expect(textOf(alert)).toContain('What:    The newest usable copy here holds data of 2026-03-02T06:00:00.000Z');
    expect(textOf(alert)).toContain(
      'Again:   Open for 11 hours 59 minutes: nobody has mended it, and it is twice as old as is allowed.',
    );
    expect(textOf(alert)).toContain('How bad: 1 day where 12 hours are allowed: 12 hours too much.');
    expect(alert.id).toBe(alertOf(episode, 'opened', here, episode.openedAt).id);
  });

  test('names only the reason that is due', () => {
    expect(alertOf(later, 'escalated', here, '2026-03-02T12:31:00.000Z').escalated?.why).toEqual(['time']);
  });
});

describe('a file system', () => {
  const groupware = { ...episode, facts: { ...episode.facts, name: 'groupware (fs-0123456789abcdef0)' } };

  test('is called by its name and its id, in the subject and in the text', () => {
    const alert = alertOf(groupware, 'opened', here, episode.openedAt);
    expect(subjectOf(alert)).toBe(`PAGE groupware (fs-0123456789abcdef0): copies too old (copy_rpo), ${copyRegion}`);
    expect(textOf(alert)).toMatch(/^groupware \(fs-0123456789abcdef0\): copies too old/);
  });

  test('with a long name keeps its id and what is wrong in the subject', () => {
    const facts = { ...episode.facts, name: `${'very '.repeat(40)}long (fs-0123456789abcdef0)` };
    const subject = subjectOf(alertOf({ ...episode, facts }, 'opened', here, episode.openedAt));
    expect(subject.length).toBeLessThan(100);
    expect(subject).toMatch(/^PAGE very .*\.\.\. \(fs-0123456789abcdef0\): copies too old \(copy_rpo\), eu-west-1$/);
  });
});

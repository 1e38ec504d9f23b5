import { describe, expect, test } from '@jest/globals';
import type { CauseKind } from '../../../functions/account/cause.ts';
import { alertOf } from '../../../functions/alert/alert-of.ts';
import { actions } from '../../../functions/alert/next-steps.ts';
import { textOf } from '../../../functions/alert/shapes.ts';
import type { EpisodeRow } from '../../../functions/ledger/episode.ts';
import { account, home, orders } from '../watch-world.ts';

const at = '2026-03-02T12:00:40.000Z';
const here = { partition: 'aws', account, region: home, home, part: 'home' as const };

function pageWith(cause: string, kind: EpisodeRow['kind'] = 'rpo') {
  const episode: EpisodeRow = {
    pk: 'EPISODES',
    sk: `${orders}#${kind}`,
    version: 1,
    subject: orders,
    kind,
    status: 'open',
    openedAt: at,
    severity: 'page',
    because: 'the newest point is too old',
    facts: { cause },
    seen: 1,
    lastSeenAt: at,
    told: 'not yet',
    evidence: 'not yet',
  };
  return alertOf(episode, 'opened', here, at);
}

describe('a page whose likely cause is known', () => {
  test.each<[string, Exclude<CauseKind, 'unknown'>]>([
    ['Access Denied trying to call AWS Backup service', 'permission'],
    ['IAM Role arn:aws:iam::1:role/x cannot be assumed by AWS Backup', 'permission'],
    ['The role does not have permission to describe the resource', 'permission'],
    ['KMS key is either disabled or pending deletion or access to KMS key is denied', 'key'],
    ['Given key ID is not accessible', 'key'],
    ['Given key ID does not exist', 'key'],
    ['Backup job failed because there was a running job for the same resource.', 'busy'],
    ['There are too many copy jobs running for resource.', 'busy'],
    ['Instance is not in state available', 'busy'],
    [
      'Backup job could not start because it is either inside or too close to the weekly maintenance window configured in RDS instance.',
      'busy',
    ],
    ['Subscriber limit exceeded: You have reached the maximum concurrent number of backups, which is 300', 'quota'],
    ['More than 50 tags specified', 'quota'],
    ['Backup job expired before completion.', 'expiry'],
    ['Cannot find recovery point.', 'missing'],
    ['The source snapshot is no longer available', 'missing'],
    ['Copy job failed. Both source and destination account must be a member of the same organization.', 'set-up'],
    ['Copy job failed. Cross-account copy feature is not enabled for the current organization.', 'set-up'],
    [
      'Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key.',
      'set-up',
    ],
    ["Snapshots encrypted with the AWS managed key can't be shared.", 'set-up'],
    [
      'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
      'set-up',
    ],
    ['An internal error occurred.', 'internal'],
    ['Copy job encountered a fatal error. Please contact AWS Support', 'internal'],
    ['We are unable to copy resource tags to your backup because of the Internal Failure.', 'internal'],
    ['Token expired. Try again.', 'internal'],
  ])('%s: it says %s, and what to do about that comes first', (cause, kind) => {
    const alert = pageWith(cause);
    expect(alert.causeKind).toBe(kind);
    expect(alert.next[0]?.words).toBe(actions[kind]);
    expect(textOf(alert)).toContain(cause);
  });
});

describe('a page whose likely cause nobody knows', () => {
  test('shows the message whole, and guesses no action', () => {
    const cause = `The frobnicator ${'is very '.repeat(60)}unwell`;
    const alert = pageWith(cause);
    expect(alert.causeKind).toBeUndefined();
    expect(textOf(alert)).toContain(`Cause:   ${cause}.`);
    expect(alert.next[0]?.words).toMatch(/^Back it up now/);
  });
});

test.each<[EpisodeRow['kind'], string]>([
  ['cannot-tell:rpo', 'lifeboat-watch'],
  ['cannot-tell:role', 'lifeboat-check'],
])('what AWS refused to tell of %s is asked by %s, and no job of AWS Backup has failed', (kind, asks) => {
  const { next } = pageWith('AccessDeniedException: the role may not perform iam:GetRole. Access Denied', kind);
  expect(next[0]?.words).toContain(asks);
  expect(next.map(({ words }) => words).join()).not.toContain('lifeboat-AWSBackup');
});

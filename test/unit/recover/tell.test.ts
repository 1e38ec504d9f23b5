import { describe, expect, test } from '@jest/globals';
import type { Recovery } from '../../../functions/recover/plan.ts';
import { tell } from '../../../functions/recover/tell.ts';

const chosen: Recovery = {
  is: 'a recovery',
  id: '0123456789abcdef0123',
  execution: 'night-shift',
  redriveCount: 0,
  startedAt: '2026-01-05T09:00:00.000Z',
  goneBy: '2026-01-06T09:00:00.000Z',
  resource: 'arn:aws:rds:eu-central-1:111122223333:db:orders',
  kind: 'rds',
  tier: 'gold',
  checks: 'orders',
  region: 'eu-central-1',
  name: 'orders-recovered',
  way: {
    by: 'point',
    instant: '2026-01-05T06:00:00.000Z',
    recoveryPoint: 'arn:point',
    vault: 'lifeboat',
    proven: null,
    because: 'it was named',
  },
  network: { subnetGroup: 'production', securityGroups: ['sg-a'], subnets: [], because: '' },
  paths: null,
  settings: { instanceClass: null, parameterGroup: null, optionGroup: null },
  alternatives: [],
};
const handed = {
  arn: 'arn:aws:rds:eu-central-1:111122223333:db:orders-recovered',
  endpoint: { address: 'orders-recovered.example', port: 5432 },
  at: 'orders-recovered.example:5432',
};
const passed = { verdict: 'PASS', because: ['4 checks ran'], checks: [], contents: null };
const told = (more: object = {}) =>
  tell({
    chosen,
    handed,
    verdict: passed,
    trouble: null,
    leftover: null,
    now: new Date('2026-01-05T09:30:00Z'),
    ...more,
  });

describe('what a recovery answers', () => {
  test('says where, what data, what is lost and how long it took', () => {
    expect(told()).toMatchObject({
      endpoint: { address: 'orders-recovered.example', port: 5432 },
      from: { point: 'arn:point', dataInstant: '2026-01-05T06:00:00.000Z' },
      loses: { after: '2026-01-05T06:00:00.000Z', because: expect.stringContaining('3 hours before') },
      tookSeconds: 1800,
    });
  });

  test('has the next steps with the commands of this very database', () => {
    const next = told().next.join('\n');
    expect(next).toContain('--db-instance-identifier orders-recovered --manage-master-user-password');
    expect(next).toContain('Key=lifeboat:tier,Value=gold Key=lifeboat:checks,Value=orders');
    expect(next).toContain('Point your DNS record at orders-recovered.example,');
    expect(next).toContain('To go back');
  });

  test.each([
    [
      'rds',
      'aws rds modify-db-instance --region eu-west-1 --db-instance-identifier orders-recovered --backup-retention-period 7 --apply-immediately',
    ],
    [
      'aurora',
      'aws rds modify-db-cluster --region eu-west-1 --db-cluster-identifier orders-recovered --backup-retention-period 7 --apply-immediately',
    ],
    ['efs', 'aws efs put-backup-policy --region eu-west-1 --file-system-id fs-1 --backup-policy Status=ENABLED'],
  ] as const)(
    "away from home asks for no tag, which nobody reads there, but for AWS's own backups: %s",
    (kind, command) => {
      const there = { ...handed, arn: handed.arn.replace('eu-central-1', 'eu-west-1') };
      const files = { ...there, endpoint: { fileSystemId: 'fs-1', mountTargets: [], path: '/x' } };
      const away = { chosen: { ...chosen, kind, region: 'eu-west-1' }, handed: kind === 'efs' ? files : there };
      const next = told(away).next.join('\n');
      expect(next).toContain(`Lifeboat backs up at home only. Switch on AWS's own backups, today: ${command}`);
      expect(next).not.toContain('lifeboat:tier');
    },
  );

  test('says first when nobody has tested the data', () => {
    const answer = told({ verdict: null, trouble: { Error: 'ProbeFailed', Cause: '{"errorMessage":"it died"}' } });
    expect(answer.checked).toMatchObject({
      verdict: 'NOT_TESTED',
      because: ['the check came to no end: ProbeFailed: it died'],
    });
    expect(answer.next[0]).toContain('NOBODY HAS TESTED THIS DATA');
  });

  test('says first when the data did not pass', () => {
    const verdict = { ...passed, verdict: 'FAIL', because: ['orders exist: 0'] };
    expect(told({ verdict }).next[0]).toBe(
      'THE CHECK SAYS FAIL: orders exist: 0. Do not take it for good; see the alternatives.',
    );
  });

  test('of a file system says how to mount it', () => {
    const files = {
      chosen: { ...chosen, kind: 'efs' as const },
      handed: { arn: 'arn:fs', endpoint: { fileSystemId: 'fs-1', mountTargets: [], path: '/x' }, at: 'fs-1:/x' },
    };
    expect(told(files).next.join('\n')).toContain('mount -t efs -o tls fs-1:/x');
    expect(told(files).next.join('\n')).not.toContain('password');
  });
});

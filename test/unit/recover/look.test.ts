import { DescribeDBInstanceAutomatedBackupsCommand, RDSClient } from '@aws-sdk/client-rds';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { lookOf } from '../../../functions/recover/look.ts';
import { environment, worldAt } from '../drill/function.ts';
import { account, copyRegion } from '../watch-world.ts';

const rds = mockClient(RDSClient);
beforeEach(() => {
  rds.reset();
});

const orders = `arn:aws:rds:${copyRegion}:${account}:db:orders`;
const backups = (Status: string, from: string, to: string) => ({
  DBInstanceArn: orders,
  DBInstanceAutomatedBackupsArn: `arn:aws:rds:${copyRegion}:${account}:auto-backup:ab-${Status}`,
  Status,
  RestoreWindow: { EarliestTime: new Date(from), LatestTime: new Date(to) },
});
const before = backups('retained', '2026-02-10T00:00:00Z', '2026-02-20T00:00:00Z');
const now = backups('active', '2026-02-20T06:00:00Z', '2026-03-01T11:55:00Z');

test.each([
  ['the older first', [before, now]],
  ['the newer first', [now, before]],
])('of an instance that was deleted and recovered under its name, the living window counts: %s', async (_, listed) => {
  rds.on(DescribeDBInstanceAutomatedBackupsCommand).resolves({ DBInstanceAutomatedBackups: listed });
  const look = lookOf(worldAt('2026-03-01T12:00:00.000Z', { environment }).seam);
  expect(await look.window(orders)).toEqual({
    earliest: '2026-02-20T06:00:00.000Z',
    latest: '2026-03-01T11:55:00.000Z',
    from: { is: 'instance', id: 'orders' },
  });
});

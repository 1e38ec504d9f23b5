import {
  BackupClient,
  DescribeCopyJobCommand,
  ListBackupJobsCommand,
  ListCopyJobsCommand,
  StartCopyJobCommand,
  UpdateRecoveryPointLifecycleCommand,
} from '@aws-sdk/client-backup';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { RecoveryPoint } from '../../../functions/account/points.ts';
import type { Relief, Trouble } from '../../../functions/episodes/episodes.ts';
import { keepAll } from '../../../functions/keep/keep-all.ts';
import { type Keeping, keepResource } from '../../../functions/keep/keep-resource.ts';
import { type LaneRow, laneKey } from '../../../functions/ledger/lane.ts';
import { type ProofRow, proofKey } from '../../../functions/ledger/proof.ts';
import type { ResourceRow } from '../../../functions/ledger/resource.ts';
import { ledgerInMemory } from '../ledger-in-memory.ts';
import { account, copyRegion, orders, policyOf } from '../watch-world.ts';

const backup = mockClient(BackupClient);
beforeEach(() => {
  backup.reset();
  backup.on(ListBackupJobsCommand).resolves({ BackupJobs: [] });
  backup.on(ListCopyJobsCommand).resolves({ CopyJobs: [] });
  backup.on(StartCopyJobCommand).resolves({ CopyJobId: 'KEEPS-IT' });
  backup.on(UpdateRecoveryPointLifecycleCommand).resolves({});
});

const now = '2026-03-20T05:00:00.000Z';
const daysFromNow = (days: number) => new Date(Date.parse(now) + days * 86_400_000).toISOString();
const row: ResourceRow = {
  pk: 'ROSTER',
  sk: orders,
  version: 1,
  resource: orders,
  kind: 'rds',
  name: 'orders',
  tier: 'gold',
  firstSeenAt: daysFromNow(-90),
};

function point(more: Partial<RecoveryPoint> = {}): RecoveryPoint {
  return {
    arn: 'arn:the-proven-point',
    resource: orders,
    kind: 'rds',
    vault: 'lifeboat',
    createdAt: daysFromNow(-30),
    instant: daysFromNow(-30),
    expiresAt: daysFromNow(5),
    usability: { usable: true, because: 'AWS Backup says COMPLETED' },
    ...more,
  };
}

/** A Region whose only resource was proven a month ago by a point that ends in five days. */
async function region(points: RecoveryPoint[] = [point()]) {
  const ledger = ledgerInMemory();
  await ledger.create<ProofRow>({
    ...proofKey(orders),
    resource: orders,
    recoveryPoint: 'arn:the-proven-point',
    instant: daysFromNow(-30),
    provenAt: daysFromNow(-29),
    attempt: 'lifeboat-drill/x/0',
    measures: {},
  });
  const told: (Trouble | Relief)[] = [];
  const parts: Keeping = {
    ledger,
    episodes: {
      open: async (trouble) => {
        told.push(trouble);
        return 'opened';
      },
      resolve: async (relief) => {
        told.push(relief);
        return 'resolved';
      },
      settle: async () => true,
    } as Keeping['episodes'],
    backup: new BackupClient({ region: copyRegion }),
    points: { of: async () => points },
    provenVault: 'lifeboat-proven',
    role: 'arn:the-role',
    policy: policyOf(),
    clock: { now: () => new Date(now) },
    here: { partition: 'aws', account, region: copyRegion, part: 'copy' },
  };
  return { ledger, told, keep: () => keepResource(parts, row) };
}

const copies = () => backup.commandCalls(StartCopyJobCommand).map(({ args }) => args[0].input);

describe('keep', () => {
  test('copies the last proven point into the vault of proven points, in the same Region', async () => {
    const { keep } = await region();
    expect(await keep()).toBe('copying');
    expect(copies()).toEqual([
      {
        RecoveryPointArn: 'arn:the-proven-point',
        SourceBackupVaultName: 'lifeboat',
        DestinationBackupVaultArn: `arn:aws:backup:${copyRegion}:${account}:backup-vault:lifeboat-proven`,
        IamRoleArn: 'arn:the-role',
        IdempotencyToken: expect.stringMatching(/^keep-[0-9a-f]{32}-1$/),
        Lifecycle: { DeleteAfterDays: 430 },
      },
    ]);
  });

  test('starts no second copy while the first is under way', async () => {
    const { keep } = await region();
    await keep();
    backup.on(DescribeCopyJobCommand).resolves({ CopyJob: { State: 'RUNNING' } });
    expect(await keep()).toBe('underWay');
    expect(copies()).toHaveLength(1);
  });

  test('tells why a copy failed, and tries again with a token of its own', async () => {
    const { keep, told } = await region();
    await keep();
    backup.on(DescribeCopyJobCommand).resolves({ CopyJob: { State: 'FAILED', StatusMessage: 'the key is disabled' } });
    expect(await keep()).toBe('copying');
    expect(told).toEqual([
      expect.objectContaining({
        kind: 'keep',
        severity: 'notice',
        subject: orders,
        facts: expect.objectContaining({ cause: 'the key is disabled' }),
      }),
    ]);
    expect(new Set(copies().map(({ IdempotencyToken }) => IdempotencyToken)).size).toBe(2);
  });

  test('resolves the trouble once the copy is there', async () => {
    const { keep, told } = await region([
      point(),
      point({ arn: 'arn:kept', vault: 'lifeboat-proven', expiresAt: daysFromNow(400) }),
    ]);
    expect(await keep()).toBe('safe');
    expect(told).toEqual([
      expect.objectContaining({ kind: 'keep', because: expect.stringContaining('is kept until') }),
    ]);
    expect(copies()).toEqual([]);
  });

  describe('once AWS Backup has forgotten the copy job', () => {
    const forgotten = () =>
      backup
        .on(DescribeCopyJobCommand)
        .rejects(Object.assign(new Error('Job not found'), { name: 'ResourceNotFoundException' }));
    const keptUntil = (expiresAt: string) => point({ arn: 'arn:kept', vault: 'lifeboat-proven', expiresAt });

    test('the kept point is safe, and is given more time when little is left', async () => {
      const points = [point()];
      const { keep, told } = await region(points);
      expect(await keep()).toBe('copying');
      forgotten();
      points.push(keptUntil(daysFromNow(300)));
      expect(await keep()).toBe('safe');
      // The point that was copied is gone by its own lifecycle, as it is most of the time.
      points.splice(0, 2, keptUntil(daysFromNow(20)));
      expect(await keep()).toBe('extended');
      expect(told.map(({ kind, because }) => [kind, because])).toEqual([
        ['keep', expect.stringContaining('is kept until')],
        ['keep', expect.stringContaining('is kept only until')],
      ]);
      expect(copies()).toHaveLength(1);
    });

    test('and somebody deleted the copy, it is copied again, with a token of its own', async () => {
      const { keep, told } = await region();
      await keep();
      forgotten();
      expect(await keep()).toBe('copying');
      expect(told).toEqual([]);
      expect(new Set(copies().map(({ IdempotencyToken }) => IdempotencyToken)).size).toBe(2);
    });

    test('and both points are gone, it is told as lost', async () => {
      const points = [point()];
      const { keep } = await region(points);
      await keep();
      forgotten();
      points.pop();
      expect(await keep()).toBe('lost');
    });
  });

  test('what is on its way into the vault of proven points is not lost, though the point it is made of is gone', async () => {
    const points = [point()];
    const { keep, told } = await region(points);
    await keep();
    backup.on(DescribeCopyJobCommand).resolves({ CopyJob: { State: 'RUNNING' } });
    points.pop();
    expect(await keep()).toBe('underWay');
    expect(told).toEqual([]);
  });

  test('what AWS Backup cannot tell of a copy for another reason fails the run', async () => {
    const { keep } = await region();
    await keep();
    backup
      .on(DescribeCopyJobCommand)
      .rejects(Object.assign(new Error('try again'), { name: 'ServiceUnavailableException', $fault: 'client' }));
    await expect(keep()).rejects.toThrow('try again');
    expect(copies()).toHaveLength(1);
  });

  test('leaves the resource to whoever has its lane while there is time, and tells of it when there is not', async () => {
    const soon = await region();
    await soon.ledger.create<LaneRow>({ ...laneKey(orders), resource: orders, execution: 'a protect', takenAt: now });
    expect(await soon.keep()).toBe('busy');
    expect(soon.told).toEqual([]);

    backup
      .on(ListCopyJobsCommand, { ByState: 'RUNNING' })
      .resolves({ CopyJobs: [{ CopyJobId: 'OTHER', CreationDate: new Date(now) }] });
    const late = await region([point({ expiresAt: daysFromNow(2) })]);
    expect(await late.keep()).toBe('refused');
    expect(late.told).toEqual([
      expect.objectContaining({ kind: 'keep', because: expect.stringContaining('a copy job (OTHER) has been busy') }),
    ]);
    expect(copies()).toEqual([]);
  });

  test('tells when the last proven point is lost', async () => {
    const { keep, told } = await region([]);
    expect(await keep()).toBe('lost');
    expect(told).toEqual([
      expect.objectContaining({ kind: 'keep', because: expect.stringContaining('is in neither vault') }),
    ]);
  });

  describe('where the last proven point is lost', () => {
    const left = point({ arn: 'arn:left', instant: daysFromNow(-31) });

    test('copies the newest that is left in its place, and tells both', async () => {
      const { keep, told } = await region([left]);
      expect(await keep()).toBe('copying');
      expect(copies()).toEqual([expect.objectContaining({ RecoveryPointArn: 'arn:left' })]);
      expect(told).toEqual([
        expect.objectContaining({
          kind: 'keep',
          because: expect.stringMatching(/is in neither vault; the newest that is left can be copied until/),
        }),
      ]);
    });

    test('starts no second copy of it, tells why one failed, and tells of the loss once it is kept', async () => {
      const points = [left];
      const { keep, told } = await region(points);
      await keep();
      backup.on(DescribeCopyJobCommand).resolves({ CopyJob: { State: 'RUNNING' } });
      expect(await keep()).toBe('underWay');
      backup
        .on(DescribeCopyJobCommand)
        .resolves({ CopyJob: { State: 'FAILED', StatusMessage: 'the key is disabled' } });
      expect(await keep()).toBe('copying');
      expect(told.at(-1)).toMatchObject({ facts: { cause: 'the key is disabled' } });
      points.splice(0, 1, { ...left, arn: 'arn:kept', vault: 'lifeboat-proven', expiresAt: daysFromNow(300) });
      backup.on(DescribeCopyJobCommand).resolves({ CopyJob: { State: 'COMPLETED' } });
      expect(await keep()).toBe('lost');
      expect(told.at(-1)?.because).toMatch(/is in neither vault; the newest that is left is kept until/);
      points.splice(0, 1, { ...left, arn: 'arn:kept', vault: 'lifeboat-proven', expiresAt: daysFromNow(20) });
      expect(await keep()).toBe('lost');
      expect(backup.commandCalls(UpdateRecoveryPointLifecycleCommand)).toHaveLength(1);
      expect(copies()).toHaveLength(2);
    });

    test('a copy of the lost point that failed says nothing of the one that stands in', async () => {
      const points = [point()];
      const { keep, told } = await region(points);
      await keep();
      backup.on(DescribeCopyJobCommand).resolves({ CopyJob: { State: 'FAILED', StatusMessage: 'it is gone' } });
      points.splice(0, 1, left);
      expect(await keep()).toBe('copying');
      expect(told).toEqual([expect.objectContaining({ facts: { tier: 'gold' } })]);
    });
  });

  test('gives a kept point more time, in its own vault only', async () => {
    const { keep } = await region([point({ arn: 'arn:kept', vault: 'lifeboat-proven', expiresAt: daysFromNow(20) })]);
    expect(await keep()).toBe('extended');
    expect(backup.commandCalls(UpdateRecoveryPointLifecycleCommand).map(({ args }) => args[0].input)).toEqual([
      { BackupVaultName: 'lifeboat-proven', RecoveryPointArn: 'arn:kept', Lifecycle: { DeleteAfterDays: 430 } },
    ]);
  });

  test('has nothing to do for what was never proven', async () => {
    const { ledger, keep } = await region();
    await ledger.remove({ ...proofKey(orders), version: 1 });
    expect(await keep()).toBe('neverProven');
  });

  test('goes on with the others when one cannot be looked at, tells of it, and fails', async () => {
    const told: string[] = [];
    const seen: string[] = [];
    const roster = ['one', 'two', 'three'].map((resource) => ({ ...row, resource }));
    const run = keepAll(roster, {
      keep: async ({ resource }) => {
        seen.push(resource);
        if (resource === 'two') throw new Error('AWS is away');
        return 'safe';
      },
      failed: async ({ resource }) => void told.push(resource),
      done: async () => void told.push('the round is over'),
      remainingMilliseconds: () => 60_000,
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    await expect(run).rejects.toMatchObject({
      name: 'KeepIncomplete',
      message: expect.stringContaining('AWS is away'),
    });
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(told).toEqual(['two', 'the round is over']);
  });

  test('looks at several at once, and says how many it did not reach in time', async () => {
    const seen: string[] = [];
    let underWay = 0;
    let most = 0;
    const run = keepAll(
      Array.from({ length: 30 }, (_, index) => ({ ...row, resource: `resource ${index}` })),
      {
        keep: async ({ resource }) => {
          underWay += 1;
          most = Math.max(most, underWay);
          await Promise.resolve();
          seen.push(resource);
          underWay -= 1;
          return 'safe';
        },
        failed: async () => {},
        done: async () => {},
        remainingMilliseconds: () => (seen.length < 16 ? 60_000 : 15_000),
        log: { info: () => {}, warn: () => {}, error: () => {} },
      },
    );
    await expect(run).rejects.toMatchObject({ name: 'KeepIncomplete' });
    await expect(run).rejects.toThrow(`${30 - seen.length} of 30 resources were not reached in time`);
    expect(most).toBe(8);
    expect(seen.length).toBeLessThan(30);
  });
});

import { BackupClient, ListBackupVaultsCommand, ListRecoveryPointsByBackupVaultCommand } from '@aws-sdk/client-backup';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { hereOf } from '../../../functions/account/here.ts';
import { newestUsable, pointReader, usabilityOf } from '../../../functions/account/points.ts';
import { readArn } from '../../../functions/account/resource.ts';
import { isScratch, tagReader } from '../../../functions/account/tagged.ts';
import type { Environment, Seam } from '../../../functions/platform/seam.ts';

const backup = mockClient(BackupClient);
const rds = mockClient(RDSClient);
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
const dynamodb = mockClient(DynamoDBClient);
beforeEach(() => {
  for (const mock of [backup, rds, tagging, dynamodb]) mock.reset();
  dynamodb.on(QueryCommand).resolves({ Items: [] });
  backup.on(ListBackupVaultsCommand).resolves({});
});

const seam = (environment: Environment = { BACKUP_VAULT: 'lifeboat', LEDGER_TABLE: 'lifeboat-ledger' }) =>
  ({
    environment,
    clock: { now: () => new Date(0) },
    client: (Client: new (c: object) => unknown) => new Client({ region: 'eu-west-1' }),
  }) as unknown as Seam;

const shop = 'arn:aws:rds:eu-central-1:111122223333:db:shop';
const ledgerCluster = 'arn:aws:rds:eu-central-1:111122223333:cluster:ledger';
const mail = 'arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-0123456789abcdef0';
const at = (hour: number) => new Date(Date.UTC(2026, 0, 5, hour));
const snapshot = (name: string) => `arn:aws:rds:eu-west-1:111122223333:snapshot:awsbackup:${name}`;

/** A page of recovery points, each `[arn, hour of its creation, state]`. */
const points = (...listed: [string, number, string?][]) => ({
  RecoveryPoints: listed.map(([RecoveryPointArn, hour, Status = 'COMPLETED']) => ({
    RecoveryPointArn,
    CreationDate: at(hour),
    Status: Status as 'COMPLETED',
  })),
});

describe('the data instant of a recovery point', () => {
  test('is the date of the point for a file system and a cluster', async () => {
    backup.on(ListRecoveryPointsByBackupVaultCommand).resolves(points(['point', 6]));
    for (const resource of [mail, ledgerCluster]) {
      expect(await pointReader(seam()).of(resource)).toMatchObject([
        { instant: at(6).toISOString(), usability: { usable: true } },
      ]);
    }
    expect(rds.calls()).toHaveLength(0);
  });

  test('is that of the snapshot behind it for a database: an older snapshot does not flatter', async () => {
    backup.on(ListRecoveryPointsByBackupVaultCommand).resolves(points([snapshot('a'), 6], [snapshot('b'), 5]));
    rds.on(DescribeDBSnapshotsCommand).resolves({
      DBSnapshots: [
        { DBSnapshotArn: snapshot('a'), SnapshotDatabaseTime: at(1), OriginalSnapshotCreateTime: at(6) },
        { DBSnapshotArn: snapshot('b'), OriginalSnapshotCreateTime: at(4) },
      ],
    });
    const found = await pointReader(seam()).of(shop);
    expect(found.map(({ arn, instant, createdAt }) => [arn, instant, createdAt])).toEqual([
      [snapshot('b'), at(4).toISOString(), at(5).toISOString()],
      [snapshot('a'), at(1).toISOString(), at(6).toISOString()],
    ]);
    expect(newestUsable(found)?.arn).toBe(snapshot('b'));
  });

  test('is unknown when the snapshot is not found, and such a point does not count', async () => {
    backup.on(ListRecoveryPointsByBackupVaultCommand).resolves(points([snapshot('gone'), 6], [snapshot('there'), 2]));
    rds
      .on(DescribeDBSnapshotsCommand)
      .resolves({ DBSnapshots: [{ DBSnapshotArn: snapshot('there'), SnapshotDatabaseTime: at(2) }] });
    const found = await pointReader(seam()).of(shop);
    expect(found.find(({ arn }) => arn === snapshot('gone'))?.usability).toEqual({
      usable: false,
      because: 'the snapshot behind it was not found',
    });
    expect(newestUsable(found)?.arn).toBe(snapshot('there'));
  });

  test('of a point that is still being made: its state is the reason, not its missing snapshot', async () => {
    backup.on(ListRecoveryPointsByBackupVaultCommand).resolves(points([snapshot('new'), 6, 'CREATING']));
    rds.on(DescribeDBSnapshotsCommand).resolves({ DBSnapshots: [] });
    expect(await pointReader(seam()).of(shop)).toMatchObject([
      { usability: { usable: false, because: 'AWS Backup says CREATING' } },
    ]);
  });
});

describe('recovery points', () => {
  test.each(['COMPLETED', 'AVAILABLE'])('that are %s can be restored', (status) => {
    expect(usabilityOf(status)).toEqual({ usable: true, because: `AWS Backup says ${status}` });
  });
  test.each(['CREATING', 'PARTIAL', 'DELETING', 'EXPIRED', 'STOPPED', 'SOMETHING_NEW'])(
    'that are %s do not count',
    (status) => {
      expect(usabilityOf(status)).toEqual({ usable: false, because: `AWS Backup says ${status}` });
    },
  );
  test('of which nothing is told do not count', () => {
    expect(usabilityOf(undefined)).toEqual({ usable: false, because: 'AWS Backup says nothing of its state' });
  });

  test('are read from every page, the newest data first, with the day they expire', async () => {
    backup
      .on(ListRecoveryPointsByBackupVaultCommand)
      .resolves({ ...points(['old', 1]), NextToken: 'more' })
      .on(ListRecoveryPointsByBackupVaultCommand, { NextToken: 'more' })
      .resolves({
        RecoveryPoints: [
          {
            RecoveryPointArn: 'new',
            CreationDate: at(9),
            Status: 'COMPLETED',
            CalculatedLifecycle: { DeleteAt: at(20) },
          },
        ],
      });
    const found = await pointReader(seam()).of(mail);
    expect(found.map(({ arn, expiresAt }) => [arn, expiresAt])).toEqual([
      ['new', at(20).toISOString()],
      ['old', undefined],
    ]);
    expect(backup.commandCalls(ListRecoveryPointsByBackupVaultCommand)[0]?.args[0].input).toMatchObject({
      BackupVaultName: 'lifeboat',
      ByResourceArn: mail,
    });
  });

  test('whose list fails half-way are no short list', async () => {
    backup
      .on(ListRecoveryPointsByBackupVaultCommand)
      .resolves({ ...points(['old', 1]), NextToken: 'more' })
      .on(ListRecoveryPointsByBackupVaultCommand, { NextToken: 'more' })
      .rejects(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));
    await expect(pointReader(seam()).of(mail)).rejects.toThrow('Rate exceeded');
  });

  test.each(['ResourceNotFoundException', 'AccessDeniedException'])(
    'in other vaults count on when our own is gone, and AWS says %s of it',
    async (name) => {
      backup
        .on(ListBackupVaultsCommand)
        .resolves({ BackupVaultList: [{ BackupVaultName: 'of-others', NumberOfRecoveryPoints: 1 }] })
        .on(ListRecoveryPointsByBackupVaultCommand, { BackupVaultName: 'of-others' })
        .resolves(points(['theirs', 6]))
        .on(ListRecoveryPointsByBackupVaultCommand, { BackupVaultName: 'lifeboat' })
        .rejects(Object.assign(new Error('no'), { name }));
      expect((await pointReader(seam()).of(mail)).map(({ arn }) => arn)).toEqual(['theirs']);
    },
  );

  test('are no short list when our own vault is there and closed to us', async () => {
    backup
      .on(ListBackupVaultsCommand)
      .resolves({ BackupVaultList: [{ BackupVaultName: 'lifeboat', NumberOfRecoveryPoints: 0 }] })
      .on(ListRecoveryPointsByBackupVaultCommand)
      .rejects(Object.assign(new Error('you may not'), { name: 'AccessDeniedException' }));
    await expect(pointReader(seam()).of(mail)).rejects.toThrow('you may not');
  });

  test('without a date are an error, not a point of no age', async () => {
    backup
      .on(ListRecoveryPointsByBackupVaultCommand)
      .resolves({ RecoveryPoints: [{ RecoveryPointArn: 'x', Status: 'COMPLETED' }] });
    await expect(pointReader(seam()).of(mail)).rejects.toThrow(`a recovery point of ${mail} without its ARN or date`);
  });

  test('of what Lifeboat does not protect are not asked for', async () => {
    await expect(pointReader(seam()).of('arn:aws:s3:::bucket')).rejects.toThrow(
      'arn:aws:s3:::bucket is no file system',
    );
    expect(backup.calls()).toHaveLength(0);
  });
});

describe('what an ARN says', () => {
  test.each([
    [mail, { kind: 'efs', region: 'eu-central-1', account: '111122223333', id: 'fs-0123456789abcdef0' }],
    [shop, { kind: 'rds', region: 'eu-central-1', account: '111122223333', id: 'shop' }],
    [ledgerCluster, { kind: 'aurora', region: 'eu-central-1', account: '111122223333', id: 'ledger' }],
    [
      'arn:aws-cn:rds:cn-north-1:111122223333:db:shop',
      { kind: 'rds', region: 'cn-north-1', account: '111122223333', id: 'shop' },
    ],
  ])('%s', (arn, name) => {
    expect(readArn(arn)).toEqual(name);
  });
  test.each([
    'arn:aws:rds:eu-central-1:111122223333:snapshot:shop',
    'arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:awsbackup:job-1',
    'arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/fsap-0123',
    'arn:aws:s3:::bucket',
    `${shop}:extra`,
    ` ${shop}`,
    'shop',
    '',
  ])('"%s" names nothing that Lifeboat protects', (arn) => {
    expect(readArn(arn)).toBeUndefined();
  });
});

describe('resources are found by their tag', () => {
  const tagged = (ResourceARN: string, tags: Record<string, string> = { 'lifeboat:tier': 'gold' }) => ({
    ResourceARN,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const scratchDatabase = 'arn:aws:rds:eu-central-1:111122223333:db:lifeboat-scratch-0a1b';
  const scratchFiles = 'arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-0a';
  const all = async (...listed: ReturnType<typeof tagged>[]) => {
    tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: listed });
    return (await tagReader(seam()).all()).map(({ arn }) => arn);
  };

  test('in the order of their ARNs, with all of their tags', async () => {
    expect(await all(tagged(shop), tagged(mail))).toEqual([mail, shop]);
    expect(await tagReader(seam()).all()).toMatchObject([{ tags: { 'lifeboat:tier': 'gold' } }, {}]);
    expect(tagging.commandCalls(GetResourcesCommand)[0]?.args[0].input.TagFilters).toEqual([{ Key: 'lifeboat:tier' }]);
  });

  test('but never scratch, whatever tags a restore copied to it', async () => {
    const drill = { 'lifeboat:tier': 'gold', 'lifeboat:scratch': '0a1b' };
    expect(await all(tagged(scratchDatabase), tagged(scratchFiles, drill), tagged(shop))).toEqual([shop]);
    expect(isScratch(shop, { 'lifeboat:scratch': '' })).toBe(true);
    expect(isScratch('arn:aws:rds:eu-central-1:111122223333:db:my-lifeboat-scratch-copy', {})).toBe(false);
  });

  test('nor what a recovery is making, which carries the tags of its original until they are taken off', async () => {
    const recovering = (until: string) =>
      dynamodb.on(QueryCommand).resolves({
        Items: [marshall({ pk: 'RECOVERING', sk: shop, version: 1, resource: shop, execution: '0a1b', until })],
      });
    recovering('1970-01-01T01:00:00.000Z');
    expect(await all(tagged(shop), tagged(mail))).toEqual([mail]);
    expect(await tagReader(seam()).one(shop)).toBeUndefined();
    // The original may itself have been recovered once: its tag comes along with the others.
    const copied = { 'lifeboat:tier': 'gold', 'lifeboat:recovered': 'last-spring' };
    expect(await all(tagged(shop, copied))).toEqual([]);
    expect(await tagReader(seam()).one(shop)).toBeUndefined();
    // Nobody comes any more to take them off: it is not kept from sight for ever.
    recovering('1969-12-31T23:00:00.000Z');
    expect(await all(tagged(shop))).toEqual([shop]);
  });

  test('while what was recovered and handed over is one like any other, once it is tagged', async () => {
    const adopted = { 'lifeboat:tier': 'gold', 'lifeboat:recovered': 'night-shift' };
    expect(await all(tagged(shop, adopted))).toEqual([shop]);
  });

  test('and never a backup, which carries the tags of what it was made from', async () => {
    const region = 'eu-central-1:111122223333';
    expect(
      await all(
        tagged(`arn:aws:rds:${region}:snapshot:awsbackup:job-1`),
        tagged(`arn:aws:rds:${region}:snapshot:by-hand`),
        tagged(`arn:aws:rds:${region}:cluster-snapshot:awsbackup:job-2`),
        tagged(`arn:aws:rds:${region}:auto-backup:ab-0123`),
        tagged(`arn:aws:rds:${region}:cluster-auto-backup:ab-4567`),
        tagged(`arn:aws:backup:${region}:recovery-point:1b2c`),
        tagged(mail),
      ),
    ).toEqual([mail]);
  });

  test('while a resource of a kind that is not protected is handed on, so that somebody is told', async () => {
    const bucket = 'arn:aws:s3:::reports';
    expect(await all(tagged(bucket))).toEqual([bucket]);
  });

  test('on every page, and a page that fails is no short list', async () => {
    tagging
      .on(GetResourcesCommand)
      .resolves({ ResourceTagMappingList: [tagged(shop)], PaginationToken: 'more' })
      .on(GetResourcesCommand, { PaginationToken: 'more' })
      .resolvesOnce({ ResourceTagMappingList: [tagged(mail)] })
      .rejects(new Error('no answer'));
    expect((await tagReader(seam()).all()).map(({ arn }) => arn)).toEqual([mail, shop]);
    await expect(tagReader(seam()).all()).rejects.toThrow('no answer');
  });

  test('or one by its ARN; one that has no tags, is gone, or is scratch is not there', async () => {
    tagging.on(GetResourcesCommand, { ResourceARNList: [shop] }).resolves({ ResourceTagMappingList: [tagged(shop)] });
    tagging.on(GetResourcesCommand, { ResourceARNList: [mail] }).resolves({ ResourceTagMappingList: [] });
    tagging
      .on(GetResourcesCommand, { ResourceARNList: [scratchDatabase] })
      .resolves({ ResourceTagMappingList: [tagged(scratchDatabase)] });
    const { one } = tagReader(seam());
    expect(await one(shop)).toMatchObject({ arn: shop });
    expect(await one(mail)).toBeUndefined();
    expect(await one(scratchDatabase)).toBeUndefined();
  });
});

describe('where a function runs', () => {
  const environment = {
    AWS_REGION: 'eu-west-1',
    HOME_REGION: 'eu-central-1',
    ACCOUNT_ID: '111122223333',
    LIFEBOAT_PART: 'copy',
  };
  test('is read from its variables', () => {
    expect(hereOf(seam(environment))).toEqual({
      partition: 'aws',
      account: '111122223333',
      region: 'eu-west-1',
      home: 'eu-central-1',
      part: 'copy',
    });
  });
  test('is never guessed', () => {
    expect(() => hereOf(seam({ ...environment, LIFEBOAT_PART: 'both' }))).toThrow(
      "LIFEBOAT_PART is 'both'. Set it to home or copy",
    );
    expect(() => hereOf(seam({ ...environment, HOME_REGION: undefined }))).toThrow('HOME_REGION is not set');
  });
});

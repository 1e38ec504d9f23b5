import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BackupClient,
  ListBackupJobsCommand,
  ListBackupVaultsCommand,
  ListCopyJobsCommand,
  ListRecoveryPointsByBackupVaultCommand,
} from '@aws-sdk/client-backup';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { type Policy, policyJson } from '../../../functions/policy/policy.ts';
import { handler } from '../../../functions/protect/begin.ts';
import { leaveLane, runningJob, takeLane } from '../../../functions/protect/lane.ts';
import { planOf } from '../../../functions/protect/plan.ts';
import { type Busy, turnOf } from '../../../functions/protect/turn.ts';
import { environment, ledgerTable, worldAt } from '../drill/function.ts';
import { ledgerInMemory } from '../ledger-in-memory.ts';
import { account, gold, home, mail, orders, policyOf } from '../watch-world.ts';

const backup = mockClient(BackupClient);
const sfn = mockClient(SFNClient);
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
beforeEach(() => {
  for (const mock of [backup, sfn, tagging]) mock.reset();
  backup.on(ListBackupJobsCommand).resolves({}).on(ListCopyJobsCommand).resolves({});
  backup.on(ListBackupVaultsCommand).resolves({});
  backup.on(ListRecoveryPointsByBackupVaultCommand).resolves({});
});

const hour = 3_600;
const now = '2026-01-05T12:00:00.000Z';
const at = (time: string) => `2026-01-05T${time}:00.000Z`;
const execution = (name: string) => `arn:aws:states:${home}:${account}:execution:lifeboat-protect:${name}`;

describe('whose turn it is', () => {
  const other: Busy = { by: 'another protect', id: 'execution', since: at('11:00') };
  const job: Busy = { by: 'a backup job', id: 'job-1', since: at('11:00') };
  test.each<[string, Busy | undefined, string | undefined, number | undefined, string]>([
    ['ours, when nothing is busy with the resource', undefined, undefined, 9 * hour, 'go'],
    ['ours, when nothing is busy, however new the last point is', undefined, at('11:59'), 9 * hour, 'go'],
    ['nobody’s: we wait while a job runs and there is no point yet', job, undefined, 9 * hour, 'wait'],
    ['left to the other protect, whose data will hold until the next one', other, undefined, 9 * hour, 'coalesced'],
    [
      'left to the running job, when the newest point holds until the next backup',
      job,
      at('11:30'),
      9 * hour,
      'coalesced',
    ],
    ['not left to a running job, when the newest point is too old for that', job, at('09:00'), 9 * hour, 'wait'],
    ['exactly left, when it holds to the second', job, at('11:00'), 9 * hour, 'coalesced'],
    ['not left, one minute short', job, at('10:59'), 9 * hour, 'wait'],
    [
      'judged by the newer of what runs and what is there',
      { ...other, since: at('05:00') },
      at('11:30'),
      9 * hour,
      'coalesced',
    ],
    ['not left to a protect that began too long ago', { ...other, since: at('05:00') }, at('04:00'), 9 * hour, 'wait'],
    ['judged by the interval where the tier has no rpo', job, at('12:00'), undefined, 'coalesced'],
    ['judged by the interval where the tier has no rpo, and waits', job, at('11:59'), undefined, 'wait'],
  ])('%s', (_what, busy, newestInstant, rpoSeconds, turn) => {
    expect(turnOf({ busy, newestInstant, everySeconds: 6 * hour, rpoSeconds, now })).toMatchObject({ turn });
  });

  test('and the reason names who is busy and what data counts', () => {
    expect(
      turnOf({ busy: job, newestInstant: at('09:00'), everySeconds: 6 * hour, rpoSeconds: 9 * hour, now }).because,
    ).toBe(
      `a backup job (job-1) has been busy with it since ${at('11:00')}, and data of ${at('09:00')} does not keep the objective until the next backup`,
    );
  });
});

describe('the lane of a resource', () => {
  const parts = () => ({ ledger: ledgerInMemory(), sfn: new SFNClient() });
  const take = (given: ReturnType<typeof parts>, name: string) =>
    takeLane(given, { resource: orders, execution: execution(name), now });
  const status = (of: string, is: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT') =>
    sfn.on(DescribeExecutionCommand, { executionArn: execution(of) }).resolves({ status: is });

  test('is taken by the first, and by the same one again', async () => {
    const given = parts();
    expect(await take(given, 'a')).toBeUndefined();
    expect(await take(given, 'a')).toBeUndefined();
    expect(given.ledger.all()).toHaveLength(1);
  });
  test('is not given to another one while its holder runs', async () => {
    const given = parts();
    await take(given, 'a');
    status('a', 'RUNNING');
    expect(await take(given, 'b')).toEqual({ by: 'another protect', id: execution('a'), since: now });
  });
  test.each(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT'] as const)(
    'is taken over from a holder that has %s',
    async (ended) => {
      const given = parts();
      await take(given, 'a');
      status('a', ended);
      expect(await take(given, 'b')).toBeUndefined();
      expect(given.ledger.all()).toMatchObject([{ execution: execution('b'), version: 2 }]);
    },
  );
  test('is taken over from a holder that Step Functions has forgotten', async () => {
    const given = parts();
    await take(given, 'a');
    sfn.on(DescribeExecutionCommand).rejects(Object.assign(new Error('gone'), { name: 'ExecutionDoesNotExist' }));
    expect(await take(given, 'b')).toBeUndefined();
  });
  test('is not taken over when nobody can say how its holder is', async () => {
    const given = parts();
    await take(given, 'a');
    sfn
      .on(DescribeExecutionCommand)
      .rejects(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));
    await expect(take(given, 'b')).rejects.toThrow('Rate exceeded');
    expect(given.ledger.all()).toMatchObject([{ execution: execution('a') }]);
  });
  test('goes to one of two that take it over at once', async () => {
    const given = parts();
    await take(given, 'a');
    status('a', 'FAILED');
    status('c', 'RUNNING');
    given.ledger.beforeNextWrite(async () => {
      expect(await take(given, 'c')).toBeUndefined();
    });
    expect(await take(given, 'b')).toMatchObject({ id: execution('c') });
  });
  test('is given up only by its holder', async () => {
    const given = parts();
    await take(given, 'a');
    await leaveLane(given.ledger, orders, execution('b'));
    expect(given.ledger.all()).toHaveLength(1);
    await leaveLane(given.ledger, orders, execution('a'));
    expect(given.ledger.all()).toEqual([]);
  });
});

describe('a job of AWS Backup that is busy with the resource', () => {
  const since = new Date(at('11:00'));
  test.each([
    ['a backup job', 'RUNNING'],
    ['a backup job', 'CREATED'],
    ['a backup job', 'PENDING'],
    ['a copy job', 'RUNNING'],
    ['a copy job', 'CREATED'],
  ] as const)('%s that is %s, whoever started it', async (by, ByState) => {
    if (by === 'a backup job')
      backup
        .on(ListBackupJobsCommand, { ByState })
        .resolves({ BackupJobs: [{ BackupJobId: 'job-1', CreationDate: since }] });
    else
      backup.on(ListCopyJobsCommand, { ByState }).resolves({ CopyJobs: [{ CopyJobId: 'job-1', CreationDate: since }] });
    expect(await runningJob(new BackupClient(), orders)).toEqual({ by, id: 'job-1', since: since.toISOString() });
  });
  test('is looked for on every page', async () => {
    backup.on(ListBackupJobsCommand, { ByState: 'RUNNING' }).resolves({ BackupJobs: [], NextToken: 'more' });
    backup
      .on(ListBackupJobsCommand, { ByState: 'RUNNING', NextToken: 'more' })
      .resolves({ BackupJobs: [{ BackupJobId: 'job-2' }] });
    expect(await runningJob(new BackupClient(), orders)).toMatchObject({ id: 'job-2', since: 'an unknown time' });
  });
  test('is not there when no list has one', async () => {
    expect(await runningJob(new BackupClient(), orders)).toBeUndefined();
    expect(backup.calls()).toHaveLength(5);
  });
});

describe('what a tier orders of AWS Backup', () => {
  const here = { partition: 'aws', account, vault: 'lifeboat' };
  test('is one backup, and a copy for each destination', () => {
    expect(planOf(gold, here)).toEqual({
      everySeconds: 6 * hour,
      backup: { startWindowMinutes: 180, completeWindowMinutes: 720, lifecycle: { DeleteAfterDays: 14 } },
      copies: [
        {
          to: 'eu-west-1',
          vaultArn: `arn:aws:backup:eu-west-1:${account}:backup-vault:lifeboat`,
          lifecycle: { DeleteAfterDays: 35 },
        },
      ],
    });
  });
  test('has a window as long as the interval, cold storage, and copies that keep as long as the backup', () => {
    const tier = {
      ...gold,
      backup: { everySeconds: 24 * hour, keepDays: 120, coldAfterDays: 30 },
      copies: [{ to: { region: 'eu-north-1', account: '999900001111' }, keepDays: null, coldAfterDays: 10 }],
    };
    expect(planOf(tier, here)).toMatchObject({
      backup: { completeWindowMinutes: 1440, lifecycle: { DeleteAfterDays: 120, MoveToColdStorageAfterDays: 30 } },
      copies: [
        {
          to: '999900001111/eu-north-1',
          vaultArn: 'arn:aws:backup:eu-north-1:999900001111:backup-vault:lifeboat',
          lifecycle: { DeleteAfterDays: 120, MoveToColdStorageAfterDays: 10 },
        },
      ],
    });
  });
  test('is nothing where another plan makes the points', () => {
    expect(planOf({ ...gold, backup: null }, here)).toBeUndefined();
  });
});

describe('a protect begins', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const begin = async (
    input: object,
    { policy = policyOf(), region = home, table = ledgerTable(), redriveCount = 0 } = {},
  ) => {
    writeFileSync(join(folder, 'policy.json'), policyJson(policy as Policy));
    const world = worldAt(now, {
      environment: { ...environment, AWS_REGION: region, LAMBDA_TASK_ROOT: folder, POLICY_FILE: 'policy.json' },
    });
    const outcome = await world
      .invoke<Record<string, unknown>>(handler, { execution: execution('p-1'), redriveCount, input })
      .catch((error: Error) => `${error.name}: ${error.message}`);
    return { outcome, table };
  };
  const tagged = (resource: string, tags: Record<string, string>) =>
    tagging.on(GetResourcesCommand, { ResourceARNList: [resource] }).resolves({
      ResourceTagMappingList: [
        { ResourceARN: resource, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    });

  test('with the rules of the resource’s tier, its lane taken and its attempt opened', async () => {
    tagged(mail, { 'lifeboat:tier': 'gold' });
    const { outcome, table } = await begin({ resource: mail });
    expect(outcome).toMatchObject({ turn: 'go', resource: mail, tier: 'gold', copies: [{ to: 'eu-west-1' }] });
    expect(table.rows('ATTEMPTS')).toMatchObject([{ workflow: 'protect', resource: mail, kind: 'efs', tier: 'gold' }]);
    expect(table.get({ pk: `RESOURCE#${mail}`, sk: 'LANE' })).toMatchObject({ execution: execution('p-1') });
  });

  test('in the partition of its Region', async () => {
    tagged(mail, { 'lifeboat:tier': 'gold' });
    const { outcome } = await begin({ resource: mail }, { region: 'cn-north-1' });
    expect(outcome).toMatchObject({
      copies: [{ vaultArn: `arn:aws-cn:backup:eu-west-1:${account}:backup-vault:lifeboat` }],
    });
  });

  test('waits while somebody else’s job runs, and keeps the lane', async () => {
    tagged(mail, { 'lifeboat:tier': 'gold' });
    backup
      .on(ListBackupJobsCommand)
      .resolves({ BackupJobs: [{ BackupJobId: 'job-1', CreationDate: new Date(at('11:00')) }] });
    const { outcome, table } = await begin({ resource: mail });
    expect(outcome).toMatchObject({ turn: 'wait' });
    expect(table.get({ pk: `RESOURCE#${mail}`, sk: 'LANE' })).toBeDefined();
  });

  test('leaves it to another one while the objective holds, says so, and gives the lane back', async () => {
    tagged(mail, { 'lifeboat:tier': 'gold' });
    backup
      .on(ListBackupJobsCommand)
      .resolves({ BackupJobs: [{ BackupJobId: 'job-1', CreationDate: new Date(at('11:00')) }] });
    backup.on(ListRecoveryPointsByBackupVaultCommand).resolves({
      RecoveryPoints: [{ RecoveryPointArn: 'point', Status: 'COMPLETED', CreationDate: new Date(at('11:30')) }],
    });
    const { outcome, table } = await begin({ resource: mail });
    expect(outcome).toMatchObject({ turn: 'coalesced' });
    expect(table.get({ pk: `RESOURCE#${mail}`, sk: 'LANE' })).toBeUndefined();
    expect(table.rows('ATTEMPTS')).toMatchObject([{ findings: { protect: { outcome: 'COALESCED' } } }]);
  });

  test('without a resource takes the one whose data is the oldest', async () => {
    const table = ledgerTable();
    const known = (resource: string, countsFrom?: string) => {
      table.put({ pk: 'ROSTER', sk: resource, resource, kind: 'efs', tier: 'gold', firstSeenAt: at('08:00') });
      if (countsFrom !== undefined) table.put({ pk: `RESOURCE#${resource}`, sk: 'DEADLINE#rpo', countsFrom });
    };
    known(orders, at('09:00'));
    known(mail);
    tagged(mail, { 'lifeboat:tier': 'gold' });
    expect((await begin({}, { table })).outcome).toMatchObject({ resource: mail });
  });

  test.each<[string, object, Record<string, string> | undefined, string]>([
    [
      'what it does not protect',
      { resource: 'arn:aws:s3:::bucket' },
      undefined,
      'resource: arn:aws:s3:::bucket is not the ARN of an EFS file system',
    ],
    ['a resource without a tier', { resource: mail }, {}, `resource: ${mail} carries no tag lifeboat:tier. Tag it`],
    [
      'a resource that is retired',
      { resource: mail },
      { 'lifeboat:tier': 'retired' },
      `${mail} is retired by its tag.`,
    ],
    ['a tier that is not in the policy', { resource: mail }, { 'lifeboat:tier': 'golf' }, 'golf'],
    ['an empty input while nothing is known', {}, undefined, 'resource: none was named, and the roster is empty'],
  ])('refuses %s, and says what to do', async (_what, input, tags, words) => {
    if (tags === undefined) tagging.on(GetResourcesCommand).resolves({});
    else tagged(mail, tags);
    const { outcome, table } = await begin(input);
    expect(outcome).toContain('InputRejected: ');
    expect(outcome).toContain(words);
    expect(table.rows('ATTEMPTS')).toHaveLength(1);
  });

  test('refuses a tier whose points another plan makes', async () => {
    tagged(mail, { 'lifeboat:tier': 'gold' });
    const { outcome } = await begin({ resource: mail }, { policy: policyOf({ gold: { ...gold, backup: null } }) });
    expect(outcome).toContain('the tier gold has no backup: another plan makes its recovery points');
  });
});

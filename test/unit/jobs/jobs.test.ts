import {
  BackupClient,
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { causeOf } from '../../../functions/account/cause.ts';
import { addFindings, openAttempt } from '../../../functions/jobs/attempt.ts';
import { describeJob } from '../../../functions/jobs/describe.ts';
import { readJobEvent } from '../../../functions/jobs/event.ts';
import { failureName } from '../../../functions/jobs/failure.ts';
import { type AttemptRow, attemptKey, attemptsPartition } from '../../../functions/ledger/attempt.ts';
import { ledgerInMemory } from '../ledger-in-memory.ts';

const backup = mockClient(BackupClient);
beforeEach(() => {
  backup.reset();
});
const client = new BackupClient();
const dates = { CreationDate: new Date('2026-01-05T06:00:00Z'), CompletionDate: new Date('2026-01-05T06:30:00Z') };
const backupJob = (told: object) => {
  backup.on(DescribeBackupJobCommand).resolves({ ...dates, ...told });
  return describeJob(client, 'backup', 'job-1');
};

describe('a job as AWS Backup tells it', () => {
  test.each(['CREATED', 'PENDING', 'RUNNING', 'ABORTING'])('is under way while it is %s', async (State) => {
    expect(await backupJob({ State })).toEqual({ state: 'under way', awsState: State });
  });
  test.each(['FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL'])('has failed when it is %s', async (State) => {
    expect(await backupJob({ State, StatusMessage: 'why' })).toEqual({
      state: 'failed',
      awsState: State,
      message: 'why',
    });
  });
  test('has failed without words when AWS gives none', async () => {
    expect(await backupJob({ State: 'FAILED' })).toMatchObject({ message: 'AWS Backup gave no message.' });
  });
  test.each([undefined, 'HIBERNATING', 'completed'])(
    'is an error, and no success, when its state is %s',
    async (State) => {
      await expect(backupJob({ State })).rejects.toThrow(`an unknown state of the backup job job-1: ${State}`);
    },
  );
  test('is an error when it is completed and nobody knows when', async () => {
    await expect(backupJob({ State: 'COMPLETED', CompletionDate: undefined })).rejects.toThrow(
      'is completed, but not when',
    );
  });
  test('says what it made and when', async () => {
    backup
      .on(DescribeCopyJobCommand)
      .resolves({ CopyJob: { ...dates, State: 'COMPLETED', DestinationRecoveryPointArn: 'copy' } });
    backup.on(DescribeRestoreJobCommand).resolves({ ...dates, Status: 'COMPLETED', CreatedResourceArn: 'database' });
    const times = { startedAt: '2026-01-05T06:00:00.000Z', completedAt: '2026-01-05T06:30:00.000Z' };
    const done = { state: 'done', awsState: 'COMPLETED', ...times };
    expect(await backupJob({ State: 'COMPLETED', RecoveryPointArn: 'point' })).toEqual({
      ...done,
      recoveryPoint: 'point',
    });
    expect(await describeJob(client, 'copy', 'job-2')).toEqual({ ...done, recoveryPoint: 'copy' });
    expect(await describeJob(client, 'restore', 'job-3')).toEqual({ ...done, createdResource: 'database' });
  });
  test('that was completed with issues says which, whether or not AWS has words for them', async () => {
    const issues = async (told: object) =>
      ((await backupJob({ State: 'COMPLETED', ...told })) as { issues?: string }).issues;
    expect(await issues({ MessageCategory: 'AccessDenied', StatusMessage: 'no tags were copied' })).toBe(
      'no tags were copied',
    );
    expect(await issues({ MessageCategory: 'AccessDenied' })).toBe('AWS Backup says AccessDenied and no more');
    for (const MessageCategory of ['SUCCESS', 'Success', undefined]) {
      expect(await issues({ MessageCategory, StatusMessage: 'Completed' })).toBeUndefined();
    }
  });
  test('that AWS does not know is an error of AWS, not an end', async () => {
    backup
      .on(DescribeCopyJobCommand)
      .rejects(Object.assign(new Error('no such job'), { name: 'ResourceNotFoundException' }));
    await expect(describeJob(client, 'copy', 'job-2')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    backup.on(DescribeCopyJobCommand).resolves({});
    await expect(describeJob(client, 'copy', 'job-2')).rejects.toThrow('unknown state');
  });
});

describe('AWS’s words about a failure', () => {
  test.each([
    ['Backup job failed because there was a running job for the same resource.', 'busy', true],
    ['There are too many copy jobs running for resource.', 'busy', true],
    [
      'Job could not start because it is either inside or too close to the weekly maintenance window configured',
      'busy',
      true,
    ],
    ['Instance is not in available state.', 'busy', true],
    ['Instance is not in state: available', 'busy', true],
    ['Backup job expired before completion.', 'expiry', true],
    ['An internal error occurred.', 'internal', true],
    ['Copy job encountered a fatal error. Please contact AWS Support', 'internal', true],
    ['Token expired. Try again.', 'internal', true],
    ['subscriber limit exceeded', 'quota', true],
    ['Access Denied trying to call AWS Backup service', 'permission', false],
    ['arn:aws:iam::111122223333:role/x cannot be assumed by AWS Backup', 'permission', false],
    ['User is not authorized to perform: backup:CopyIntoBackupVault', 'permission', false],
    ['KMS key is either disabled or pending deletion or access to KMS key is denied', 'key', false],
    ['Given key ID does not exist', 'key', false],
    [
      'Copy job failed. Both source and destination account must be a member of the same organization.',
      'set-up',
      false,
    ],
    [
      'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
      'set-up',
      false,
    ],
    ["Snapshots encrypted with the AWS managed key can't be shared.", 'set-up', false],
    ['Cannot find recovery point.', 'missing', false],
    ['DBInstance shop does not exist', 'missing', false],
    ['Something that nobody has seen before', 'unknown', false],
    ['', 'unknown', false],
  ])('"%s" are %s', (message, kind, passes) => {
    expect(causeOf(message)).toEqual({ kind, passes });
    expect(failureName('copy', message)).toBe(passes ? 'JobFailedForNow' : 'CopyJobFailed');
  });
  test('name the job that failed for good', () => {
    expect([failureName('backup', ''), failureName('copy', ''), failureName('restore', '')]).toEqual([
      'BackupJobFailed',
      'CopyJobFailed',
      'RestoreJobFailed',
    ]);
  });
});

describe('an event about a job', () => {
  const read = (type: string, detail: Record<string, unknown>) =>
    readJobEvent({ 'detail-type': `${type} Job State Change`, detail });

  test('names its job, and its state only as a hint, under whichever word AWS wrote it', () => {
    expect(read('Backup', { backupJobId: 'b', state: 'COMPLETED' })).toEqual({
      is: 'a job',
      kind: 'backup',
      job: 'b',
      hint: 'COMPLETED',
    });
    expect(read('Copy', { copyJobId: 'c', state: 'FAILED' })).toEqual({
      is: 'a job',
      kind: 'copy',
      job: 'c',
      hint: 'FAILED',
    });
    expect(read('Restore', { restoreJobId: 'r', status: 'Completed' })).toEqual({
      is: 'a job',
      kind: 'restore',
      job: 'r',
      hint: 'COMPLETED',
    });
  });
  test('with a state that nobody knows is still worth asking AWS about', () => {
    expect(read('Backup', { backupJobId: 'b' })).toMatchObject({ is: 'a job', hint: 'UNKNOWN' });
    expect(read('Backup', { backupJobId: 'b', state: 'ABORTING' })).toMatchObject({ is: 'a job' });
  });
  test.each(['CREATED', 'PENDING', 'RUNNING'])('that it is %s is nothing to act on', (state) => {
    expect(read('Backup', { backupJobId: 'b', state })).toEqual({ is: 'nothing', because: `the job is ${state}` });
  });
  test.each([undefined, '', 7, null])('without the job’s id (%s) is nothing to act on', (copyJobId) => {
    expect(read('Copy', { copyJobId, state: 'COMPLETED' })).toEqual({
      is: 'nothing',
      because: 'the event names no copyJobId',
    });
  });
  test('that is of another kind is nothing to act on', () => {
    expect(read('Report', { reportJobId: 'x' })).toEqual({
      is: 'nothing',
      because: '"Report Job State Change" is no job event',
    });
  });
});

describe('an attempt', () => {
  const run = {
    execution: 'arn:aws:states:eu-central-1:111122223333:execution:lifeboat-protect:shop-1',
    redriveCount: 0,
  };
  const first = new Date('2026-01-05T06:00:00Z');

  test('is opened once: a function that is retried finds it as it was', async () => {
    const ledger = ledgerInMemory();
    const opened = await openAttempt(ledger, run, 'protect', first);
    expect(await openAttempt(ledger, run, 'protect', new Date('2026-01-05T07:00:00Z'))).toEqual(opened);
    expect(opened).toMatchObject({ attempt: 'lifeboat-protect/shop-1/0', openedAt: first.toISOString() });
  });
  test('is opened once by two at the same time', async () => {
    const ledger = ledgerInMemory();
    ledger.beforeNextWrite(async () => {
      await openAttempt(ledger, run, 'protect', first);
    });
    expect(await openAttempt(ledger, run, 'protect', new Date('2026-01-05T07:00:00Z'))).toMatchObject({
      openedAt: first.toISOString(),
    });
    expect(ledger.all()).toHaveLength(1);
  });
  test('of a redrive is one of its own', async () => {
    const ledger = ledgerInMemory();
    await openAttempt(ledger, run, 'protect', first);
    await openAttempt(ledger, { ...run, redriveCount: 1 }, 'protect', first);
    expect((await ledger.list<AttemptRow>(attemptsPartition)).map(({ attempt }) => attempt)).toEqual([
      'lifeboat-protect/shop-1/0',
      'lifeboat-protect/shop-1/1',
    ]);
  });
  test('gathers what its functions find, even when two write at once', async () => {
    const ledger = ledgerInMemory();
    const { attempt } = await openAttempt(ledger, run, 'protect', first);
    await addFindings(ledger, attempt, { resource: 'shop', findings: { backup: 1 } });
    ledger.beforeNextWrite(() => addFindings(ledger, attempt, { tier: 'gold', findings: { copy: 2 } }));
    await addFindings(ledger, attempt, { findings: { judge: 3 } });
    expect(await ledger.get<AttemptRow>(attemptKey(attempt))).toMatchObject({
      resource: 'shop',
      tier: 'gold',
      findings: { backup: 1, copy: 2, judge: 3 },
    });
  });
  test('that is closed gets no more findings', async () => {
    const ledger = ledgerInMemory();
    await addFindings(ledger, 'lifeboat-protect/shop-1/0', { findings: { late: 1 } });
    expect(ledger.all()).toEqual([]);
  });
});

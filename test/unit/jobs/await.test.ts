import { BackupClient, DescribeBackupJobCommand } from '@aws-sdk/client-backup';
import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { answer, awaitJob, type Waiting } from '../../../functions/jobs/await.ts';
import { waitKey } from '../../../functions/ledger/job.ts';
import { type LedgerInMemory, ledgerInMemory } from '../ledger-in-memory.ts';

const backup = mockClient(BackupClient);
const sfn = mockClient(SFNClient);

const execution = 'arn:aws:states:eu-central-1:111122223333:execution:lifeboat-protect:shop-1';
const started = new Date('2026-01-05T06:00:00Z');
const ended = new Date('2026-01-05T06:20:00Z');
const busy = 'Backup job failed because there was a running job for the same resource.';

let ledger: LedgerInMemory;
let waiting: Waiting;
/** The jobs of the account by their ids, and the tokens that their starts carried. */
let jobs: Map<string, { State: string; StatusMessage?: string }>;
let tokens: string[];

beforeEach(() => {
  for (const mock of [backup, sfn]) mock.reset();
  ledger = ledgerInMemory();
  jobs = new Map();
  tokens = [];
  waiting = { ledger, clock: { now: () => started }, backup: new BackupClient(), sfn: new SFNClient() };
  backup.on(DescribeBackupJobCommand).callsFake(({ BackupJobId }) => ({
    ...jobs.get(BackupJobId),
    CreationDate: started,
    CompletionDate: ended,
    RecoveryPointArn: `point of ${BackupJobId}`,
  }));
  sfn.on(SendTaskSuccessCommand).resolves({}).on(SendTaskFailureCommand).resolves({});
});

/** Waits as one invocation of the function does. The same idempotency token is the same job, as AWS Backup has it. */
const wait = (
  token: string,
  {
    redriveCount = 0,
    state = 'RUNNING',
    message,
    takesOverFrom,
  }: { redriveCount?: number; state?: string; message?: string; takesOverFrom?: number } = {},
) =>
  awaitJob(
    waiting,
    { token, execution, redriveCount },
    {
      name: 'backup',
      kind: 'backup',
      ...(takesOverFrom !== undefined && { takesOverFrom }),
      start: async (idempotencyToken) => {
        if (!tokens.includes(idempotencyToken)) tokens.push(idempotencyToken);
        const job = `job-${tokens.indexOf(idempotencyToken) + 1}`;
        if (!jobs.has(job)) ends(job, state, message);
        return job;
      },
    },
  );
const ends = (job: string, State: string, StatusMessage?: string) =>
  jobs.set(job, { State, ...(StatusMessage !== undefined && { StatusMessage }) });
const tokenOf = async (job: string) =>
  ((await ledger.get<never>(waitKey('backup', job))) as { token: string } | undefined)?.token;
const successes = () => sfn.commandCalls(SendTaskSuccessCommand).map(({ args }) => args[0].input);
const failures = () => sfn.commandCalls(SendTaskFailureCommand).map(({ args }) => args[0].input);

describe('an execution that waits for a job', () => {
  test('starts it once, and leaves its token under the job', async () => {
    expect(await wait('first')).toEqual({ job: 'job-1', state: 'under way' });
    expect(await tokenOf('job-1')).toBe('first');
    expect([...successes(), ...failures()]).toEqual([]);
  });

  test('finds the same job again after its wait timed out, and waits with its new token', async () => {
    await wait('first');
    expect(await wait('second')).toEqual({ job: 'job-1', state: 'under way' });
    expect(tokens).toHaveLength(1);
    expect(await tokenOf('job-1')).toBe('second');
  });

  test('asks for the same job with the same token when the ledger could not be written', async () => {
    const create = ledger.create;
    ledger.create = async () => {
      throw new Error('the table is not to be reached');
    };
    await expect(wait('first')).rejects.toThrow('not to be reached');
    ledger.create = create;
    expect(await wait('second')).toEqual({ job: 'job-1', state: 'under way' });
    expect(tokens).toEqual(['lifeboat-protect-shop-1-0-backup-1']);
  });

  test('asks for another job after a redrive, where a step takes nothing over', async () => {
    await wait('first');
    expect(await wait('again', { redriveCount: 1 })).toMatchObject({ job: 'job-2' });
    expect(tokens).toEqual(['lifeboat-protect-shop-1-0-backup-1', 'lifeboat-protect-shop-1-1-backup-1']);
  });

  test('leaves its token before it asks AWS, so that no event falls between', async () => {
    const order: string[] = [];
    const create = ledger.create;
    ledger.create = async (row) => {
      if (row.sk === 'WAIT') order.push('the token is stored');
      return create(row);
    };
    backup.on(DescribeBackupJobCommand).callsFake(() => {
      order.push('AWS is asked');
      return { State: 'RUNNING' };
    });
    await wait('first');
    expect(order).toEqual(['the token is stored', 'AWS is asked']);
  });

  test('is answered at once when the job ended before it came to wait', async () => {
    expect(await wait('first', { state: 'COMPLETED' })).toEqual({ job: 'job-1', state: 'done' });
    expect(successes()).toMatchObject([{ taskToken: 'first' }]);
    expect(JSON.parse(String(successes()[0]?.output))).toEqual({
      job: 'job-1',
      state: 'done',
      awsState: 'COMPLETED',
      startedAt: started.toISOString(),
      completedAt: ended.toISOString(),
      recoveryPoint: 'point of job-1',
    });
    expect(await tokenOf('job-1')).toBeUndefined();
  });

  test('is failed with AWS’s own words when the job failed for good', async () => {
    const message = 'Access Denied trying to call AWS Backup service';
    expect(await wait('first', { state: 'FAILED', message })).toEqual({ job: 'job-1', state: 'failed' });
    expect(failures()).toEqual([{ taskToken: 'first', error: 'BackupJobFailed', cause: message }]);
  });

  test('is failed for now, by a name of its own, when the reason passes', async () => {
    await wait('first', { state: 'FAILED', message: busy });
    expect(failures()).toEqual([{ taskToken: 'first', error: 'JobFailedForNow', cause: busy }]);
  });

  test('keeps the token of the newest wait when two invocations store theirs at once', async () => {
    await wait('first');
    ledger.beforeNextWrite(async () => {
      const key = waitKey('backup', 'job-1');
      const row = (await ledger.get(key)) as never as { version: number };
      await ledger.replace({ ...row, ...key, token: 'slipped in' } as never);
    });
    await wait('second');
    expect(await tokenOf('job-1')).toBe('second');
  });

  test('does not wait for a job that AWS tells nothing known about', async () => {
    await expect(wait('first', { state: 'HIBERNATING' })).rejects.toThrow(
      'unknown state of the backup job job-1: HIBERNATING',
    );
    expect([...successes(), ...failures()]).toEqual([]);
  });
});

describe('a redriven execution whose step takes its job over', () => {
  const again = (redriveCount: number, takesOverFrom = 0) =>
    wait(`redrive ${redriveCount}`, { redriveCount, takesOverFrom });

  test('waits for the job that AWS still runs, and starts none', async () => {
    await wait('first');
    expect(await again(1)).toEqual({ job: 'job-1', state: 'under way' });
    expect(tokens).toHaveLength(1);
    expect(await tokenOf('job-1')).toBe('redrive 1');
  });

  test('is answered at once with what that job has made meanwhile', async () => {
    await wait('first');
    ends('job-1', 'COMPLETED');
    expect(await again(1)).toEqual({ job: 'job-1', state: 'done' });
    expect(tokens).toHaveLength(1);
    expect(successes()).toMatchObject([{ taskToken: 'redrive 1' }]);
  });

  test.each(['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'])('starts another one where that job is %s', async (state) => {
    await wait('first');
    ends('job-1', state, 'no more');
    expect(await again(1)).toEqual({ job: 'job-2', state: 'under way' });
    expect(tokens).toHaveLength(2);
  });

  test('starts another one where AWS Backup has forgotten that job', async () => {
    await wait('first');
    backup
      .on(DescribeBackupJobCommand, { BackupJobId: 'job-1' })
      .rejects(Object.assign(new Error('unknown'), { name: 'ResourceNotFoundException' }));
    expect(await again(1)).toMatchObject({ job: 'job-2' });
  });

  test('starts none when nobody can say how that job is', async () => {
    await wait('first');
    backup
      .on(DescribeBackupJobCommand, { BackupJobId: 'job-1' })
      .rejects(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));
    await expect(again(1)).rejects.toThrow('Rate exceeded');
    expect(tokens).toHaveLength(1);
  });

  test('finds it over several redrives, also one that never came to the step', async () => {
    await wait('first');
    expect(await again(1)).toMatchObject({ job: 'job-1' });
    expect(await again(3)).toMatchObject({ job: 'job-1' });
    expect(tokens).toHaveLength(1);
  });

  test('leaves a job alone that is of an earlier run than it may take over', async () => {
    await wait('first');
    expect(await again(1, 1)).toMatchObject({ job: 'job-2' });
  });

  test('goes on to another job when the one it took over fails for a reason that passes', async () => {
    await wait('first');
    await again(1);
    ends('job-1', 'FAILED', busy);
    expect(await again(1)).toEqual({ job: 'job-2', state: 'under way' });
  });
});

describe('a job that failed for a reason that passes', () => {
  test('is followed by another one when the state machine asks again, up to four of them', async () => {
    for (const token of ['one', 'two', 'three', 'four', 'five', 'six'])
      await wait(token, { state: 'FAILED', message: busy });
    expect(tokens.map((token) => token.at(-1))).toEqual(['1', '2', '3', '4']);
    expect(failures().map(({ taskToken, error }) => `${taskToken} ${error}`)).toEqual(
      ['one', 'two', 'three', 'four', 'five', 'six'].map((token) => `${token} JobFailedForNow`),
    );
  });

  test('is followed by one that is waited for', async () => {
    await wait('one', { state: 'FAILED', message: busy });
    expect(await wait('two')).toEqual({ job: 'job-2', state: 'under way' });
    expect(await tokenOf('job-2')).toBe('two');
    ends('job-2', 'COMPLETED');
    expect(await wait('three')).toEqual({ job: 'job-2', state: 'done' });
    expect(successes()).toMatchObject([{ taskToken: 'three' }]);
  });

  test('cannot fail the wait for the one that follows, when its own event comes late or twice', async () => {
    await wait('one', { state: 'FAILED', message: busy });
    await wait('two');
    sfn.resetHistory();
    expect(await answer(waiting, 'backup', 'job-1', { state: 'failed', awsState: 'FAILED', message: busy })).toBe(
      false,
    );
    expect(failures()).toEqual([]);
    expect(await tokenOf('job-2')).toBe('two');
  });

  test('is not followed by another one when the reason does not pass', async () => {
    await wait('one', { state: 'FAILED', message: 'KMS key is either disabled or pending deletion' });
    await wait('two');
    expect(tokens).toHaveLength(1);
    expect(failures().map(({ error }) => error)).toEqual(['BackupJobFailed', 'BackupJobFailed']);
  });
});

describe('whoever learns that a job has ended', () => {
  const done = { state: 'done', awsState: 'COMPLETED', startedAt: 'a', completedAt: 'b' } as const;

  test('resumes the execution that waits, once', async () => {
    await wait('first');
    expect(await answer(waiting, 'backup', 'job-1', done)).toBe(true);
    expect(await answer(waiting, 'backup', 'job-1', done)).toBe(false);
    expect(successes()).toHaveLength(1);
  });

  test('finds nobody when nobody waits', async () => {
    expect(await answer(waiting, 'copy', 'job-9', done)).toBe(false);
  });

  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    'is not troubled by a token that is over (%s)',
    async (name) => {
      await wait('first');
      sfn.on(SendTaskSuccessCommand).rejects(Object.assign(new Error('over'), { name }));
      expect(await answer(waiting, 'backup', 'job-1', done)).toBe(false);
      expect(await tokenOf('job-1')).toBeUndefined();
    },
  );

  test('keeps the wait when Step Functions could not be told, so that the next one tells it', async () => {
    await wait('first');
    sfn
      .on(SendTaskSuccessCommand)
      .rejectsOnce(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }));
    await expect(answer(waiting, 'backup', 'job-1', done)).rejects.toThrow('Rate exceeded');
    expect(await tokenOf('job-1')).toBe('first');
  });

  test('does not take away the token of a wait that began meanwhile', async () => {
    await wait('first');
    sfn.on(SendTaskSuccessCommand).callsFake(async () => {
      await wait('second');
      throw Object.assign(new Error('over'), { name: 'TaskTimedOut' });
    });
    await answer(waiting, 'backup', 'job-1', done);
    expect(await tokenOf('job-1')).toBe('second');
  });
});

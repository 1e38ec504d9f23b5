import { describe, expect, test } from '@jest/globals';
import type { Checker } from '../../../simulator/checkers/checker.ts';
import { getsWell } from '../../../simulator/checkers/gets-well.ts';
import { honestEndings } from '../../../simulator/checkers/honest-endings.ts';
import { lastGoodPoint } from '../../../simulator/checkers/last-good-point.ts';
import { neverSilentlyGreen } from '../../../simulator/checkers/never-silently-green.ts';
import { noOrphan } from '../../../simulator/checkers/no-orphan.ts';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import { oneRun } from '../../../simulator/checkers/one-run.ts';
import type { SimulatedAccount } from '../../../simulator/world/account.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { call, hour, ledgerRow, message, minute, record, shop, start, world } from './entries.ts';

interface There {
  readonly backupJobs?: readonly object[];
  readonly restoreJobs?: readonly object[];
  readonly databases?: readonly object[];
  /** Published versions of the probe, by their descriptions. */
  readonly versions?: readonly string[];
  /** Whether a round of the watch failed in a minute after the start. */
  readonly failed?: (minute: number) => boolean;
}

function thereIs({
  backupJobs = [],
  restoreJobs = [],
  databases = [],
  versions = [],
  failed = () => false,
}: There): SimulatedAccount {
  const services = {
    RDS: { instances: databases, clusters: [], backups: [] },
    EFS: { fileSystems: [] },
    Backup: { truth: () => ({ points: [], backupJobs, copyJobs: [], restoreJobs }) },
    Lambda: {
      versions: () => versions.map((description, at) => ({ number: `${at + 1}`, description })),
      errors: (_: string, from: number) => ({ sum: failed((from - start) / minute) ? 1 : 0, count: 1 }),
    },
  };
  return { regions: [{ name: 'eu-central-1', services }] } as unknown as SimulatedAccount;
}

/** A run of two hours, in an account that is so all the time. */
function judged(checker: Checker, entries: readonly TraceEntry[], there: There = {}): readonly string[] {
  const account = thereIs(there);
  checker.look(account, start);
  for (const entry of entries) checker.see(entry);
  checker.look(account, start + hour);
  return checker.conclude(start + 2 * hour).violations;
}

describe('one run, one job: the checker', () => {
  const started = (name: string, scheduledAt: string) =>
    call(1, 'StartExecution', {
      stateMachineArn: 'protect',
      name,
      input: JSON.stringify({ resource: shop, scheduledAt }),
    });
  const backup = (id: string) => call(1, 'StartBackupJob', { ResourceArn: shop }, { output: { BackupJobId: id } });
  const restore = (id: string) =>
    call(1, 'StartRestoreJob', { Metadata: { DBInstanceIdentifier: 'scratch' } }, { output: { RestoreJobId: id } });
  const running = {
    backupJobs: [{ id: '1', state: 'RUNNING', resourceArn: shop }],
    restoreJobs: [{ id: '1', status: 'RUNNING' }],
  };

  test('finds nothing where each firing starts one run, and each job has ended before the next', () => {
    const ended = {
      backupJobs: [{ id: '1', state: 'FAILED', resourceArn: shop }],
      restoreJobs: [{ id: '1', status: 'FAILED' }],
    };
    const run = [started('a', '08:00'), started('a', '08:00'), started('b', '10:00'), backup('1'), backup('2')];
    expect(judged(oneRun(), [...run, restore('1'), restore('2')], ended)).toEqual([]);
  });
  test('finds a second run of one firing', () => {
    expect(judged(oneRun(), [started('a', '08:00'), started('b', '08:00')])).toEqual([
      expect.stringContaining('b is a second run'),
    ]);
  });
  test('finds a backup that is ordered while another one is under way', () => {
    expect(judged(oneRun(), [backup('1'), backup('2')], running)).toEqual([
      expect.stringContaining('while 1 is under way'),
    ]);
  });
  test("finds a backup that is ordered while somebody else's is under way, unless that had only just begun", () => {
    const theirs = (createdAt: number) => ({
      backupJobs: [{ id: '7', state: 'RUNNING', resourceArn: shop, createdAt }],
    });
    const first = call(
      1,
      'StartBackupJob',
      { ResourceArn: shop, IdempotencyToken: 'a-0-backup-1' },
      { output: { BackupJobId: '1' } },
    );
    expect(judged(oneRun(), [first], theirs(start))).toEqual([expect.stringContaining('while 7 is under way')]);
    expect(judged(oneRun(), [first], theirs(start + 59 * minute))).toEqual([]);
    // Or it could not be seen yet, since lists lag.
    const listedBy = (_region: string, since: number) => since + 30 * minute;
    expect(judged(oneRun({ listedBy }), [first], theirs(start + 25 * minute))).toEqual([]);
    expect(judged(oneRun({ listedBy }), [first], theirs(start + 15 * minute))).toHaveLength(1);
  });
  test('finds a second restore into one database', () => {
    expect(judged(oneRun(), [restore('1'), restore('2')], running)).toEqual([
      expect.stringContaining('restored into by 2'),
    ]);
  });
});

describe('endings that are those of the jobs: the checker', () => {
  const ended = (content: Parameters<typeof record>[1], jobs: readonly string[]) => {
    const entry = record(1, { workflow: 'protect', verdict: 'PROTECTED', ...content });
    const { Key, Body } = entry.input as { Key: string; Body: Buffer };
    const text = JSON.parse(Body.toString('utf8'));
    text.content.jobs = jobs.map((id) => ({ kind: 'backup', id }));
    return { ...entry, input: { Key, Body: Buffer.from(JSON.stringify(text)) } };
  };
  const said = (id: string, State: string) =>
    call(0.5, 'DescribeBackupJob', { BackupJobId: id }, { service: 'Backup', output: { State } });
  const beat = (at: number) =>
    call(
      at / 60,
      'PutMetricData',
      {},
      { caller: { kind: 'function', name: 'lifeboat-watch', region: 'eu-central-1' } },
    );

  test('finds nothing where AWS Backup said COMPLETED of every job, and where a run that failed had a job that did', () => {
    expect(judged(honestEndings(), [said('1', 'COMPLETED'), ended({}, ['1'])])).toEqual([]);
    expect(
      judged(honestEndings(), [said('1', 'FAILED'), ended({ outcome: 'FAILED', verdict: 'NOT_PROTECTED' }, ['1'])]),
    ).toEqual([]);
  });
  test.each(['FAILED', 'PARTIAL', 'RUNNING'])('finds a protect that is PROTECTED by a job that was %s', (state) => {
    expect(judged(honestEndings(), [said('1', state), ended({}, ['1'])])).toEqual([expect.stringContaining(state)]);
  });
  test('finds a protect that nobody asked AWS Backup about', () => {
    expect(judged(honestEndings(), [ended({}, ['1'])])).toEqual([expect.stringContaining('never asked')]);
  });
  test('finds a protect that failed though no job had, unless a fault excuses it', () => {
    const run = [said('1', 'COMPLETED'), ended({ outcome: 'FAILED', verdict: 'NOT_PROTECTED' }, ['1'])];
    expect(judged(honestEndings(), run)).toEqual([expect.stringContaining('no job of it had')]);
    expect(judged(honestEndings({ mayFail: () => true }), run)).toEqual([]);
  });
  test('finds nothing where the resource lost its tag while its run waited, and does where it had lost it before', () => {
    const run = ended({ outcome: 'FAILED', verdict: 'NOT_PROTECTED' }, []);
    for (const what of ['took the tag away', 'retired']) {
      expect(judged(honestEndings(), [world(0.7, what, { resource: shop }), run])).toEqual([]);
      expect(judged(honestEndings(), [world(0.7, what, { resource: 'another' }), run])).toHaveLength(1);
      expect(judged(honestEndings(), [world(-0.3, what, { resource: shop }), run])).toHaveLength(1);
    }
  });
  test('finds nothing where somebody deleted the point that was to be copied, and does where it was another', () => {
    const because = [
      'the execution failed with ResourceNotFoundException: Cannot find recovery point arn:7 in the vault',
    ];
    const run = ended({ outcome: 'FAILED', verdict: 'NOT_PROTECTED', because }, []);
    const deleted = (point: string) => world(0.7, 'somebody deleted a point', { resource: shop, point });
    expect(judged(honestEndings(), [deleted('arn:7'), run])).toEqual([]);
    expect(judged(honestEndings(), [deleted('arn:8'), run])).toHaveLength(1);
  });
  test('finds a fleet that is done and could not start everything', () => {
    const fleet = (words: string) => record(1, { workflow: 'fleet', verdict: 'DONE', because: [words] });
    expect(judged(honestEndings(), [fleet('protect of gold: candidates 2, started 2, failed 0')])).toEqual([]);
    expect(judged(honestEndings(), [fleet('protect of gold: candidates 2, started 1, failed 1')])).toHaveLength(1);
  });
  test('finds a watch that beats though its rounds fail', () => {
    const beats = [10, 11, 12, 13].map(beat);
    expect(judged(honestEndings(), beats)).toEqual([]);
    expect(judged(honestEndings(), beats, { failed: (at) => at === 11 })).toEqual([]);
    expect(judged(honestEndings(), beats, { failed: (at) => at >= 10 })).toEqual([
      expect.stringContaining('and it beat'),
    ]);
  });
});

describe('what other checkers look at besides', () => {
  const name = 'lifeboat-scratch-0a';
  const row = ledgerRow(0.5, 'SCRATCH', { sk: '0a#database', name, what: 'database', attempt: 'drill/1' });
  const struck = call(1, 'DeleteItem', { Key: { pk: { S: 'SCRATCH' }, sk: { S: '0a#database' } } });

  test('no orphan: nothing is struck from the ledger while it is there, or may still come', () => {
    expect(judged(noOrphan(), [row, struck])).toEqual([]);
    expect(judged(noOrphan(), [row, struck], { databases: [{ identifier: name, status: 'available' }] })).toEqual([
      expect.stringContaining('is struck from the ledger of eu-central-1, and is there'),
    ]);
    const restoreJobs = [{ id: '1', status: 'RUNNING', metadata: { DBInstanceIdentifier: name } }];
    expect(judged(noOrphan(), [row, struck], { restoreJobs })).toEqual([
      expect.stringContaining('still being restored'),
    ]);
  });
  test('no orphan: a version of the probe is struck from the ledger when it is gone', () => {
    const row = ledgerRow(0.5, 'SCRATCH', {
      sk: '0a#probe-version',
      name: 'lifeboat-probe-files',
      what: 'probe-version',
    });
    const struck = call(1, 'DeleteItem', { Key: { pk: { S: 'SCRATCH' }, sk: { S: '0a#probe-version' } } });
    expect(judged(noOrphan(), [row, struck], { versions: ['lifeboat-scratch-0b'] })).toEqual([]);
    expect(judged(noOrphan(), [row, struck], { versions: ['lifeboat-scratch-0b', 'lifeboat-scratch-0a'] })).toEqual([
      expect.stringContaining('0a#probe-version is struck from the ledger of eu-central-1, and is there'),
    ]);
  });
  test('it gets well: what was long on its way, and comes after the end of its episode, opens nothing', () => {
    const opened = (hours: number, more = {}) => message(hours, { phase: 'opened', kind: 'rpo', openedAt: 0.1 }, more);
    const end = message(0.5, { phase: 'resolved', kind: 'rpo', openedAt: 0.1 });
    expect(judged(getsWell([], start, hour), [opened(0.1), end, opened(0.6, { unheard: true })])).toEqual([]);
    expect(judged(getsWell([], start, hour), [opened(0.1), end, opened(0.6)])).toEqual([
      expect.stringContaining('and still open'),
    ]);
  });
  test('never silently green: what was restored before its copy was damaged is sound, and just then it may be either', () => {
    const damage = world(0.5, 'damaged a copy', { point: 'p', resource: shop });
    const drill = (verdict: string) =>
      record(0.9, { point: 'p', ...(verdict !== 'PASS' && { verdict, checks: [{ name: 'rows', verdict }] }) });
    const restored = (readFrom: number, completedAt: number) => ({
      restoreJobs: [
        {
          pointArn: 'p',
          createdAt: start,
          readFrom: start + readFrom * hour,
          completedAt: start + completedAt * hour,
        },
      ],
    });
    const found = (verdict: string, there: There) =>
      judged(neverSilentlyGreen(), [damage, drill(verdict)], there).filter((words) => !words.includes('paged'));
    expect(found('PASS', restored(0.2, 0.4))).toEqual([]);
    expect(found('FAIL', restored(0.2, 0.4))).toEqual([expect.stringContaining('its copy is sound')]);
    for (const verdict of ['PASS', 'FAIL']) expect(found(verdict, restored(0.2, 0.6))).toEqual([]);
    expect(found('PASS', restored(0.5, 0.6))).toEqual([expect.stringContaining('passed on a damaged copy')]);
    expect(found('FAIL', restored(0.5, 0.6))).toEqual([]);
    expect(found('PASS', {})).toEqual([expect.stringContaining('passed on a damaged copy')]);
  });
  test('one page: a page is not told again for ever', () => {
    const again = (times: number) => [
      message(0.1, { phase: 'opened', kind: 'rpo', openedAt: 0.1 }),
      ...Array.from({ length: times }, (_, at) =>
        message(0.2 + at / 60, { phase: 'escalated', kind: 'rpo', openedAt: 0.1 }),
      ),
    ];
    expect(judged(onePage(), again(4))).toEqual([]);
    expect(judged(onePage(), again(9))).toEqual([expect.stringContaining('told again more than 4 times')]);
  });
  test('one page: what goes to the topic of notices is no page', () => {
    const opened = message(0.1, { phase: 'opened', kind: 'rpo', openedAt: 0.1 });
    const resolved = message(0.5, { phase: 'resolved', kind: 'rpo', openedAt: 0.1 });
    const elsewhere = {
      ...opened,
      input: { ...(opened.input as object), TopicArn: 'arn:aws:sns:x:1:lifeboat-notices' },
    };
    expect(judged(onePage(), [opened, resolved])).toEqual([]);
    expect(judged(onePage(), [elsewhere, resolved])).toEqual([expect.stringContaining('nothing was open')]);
  });
  test('the last good point: no order keeps a point for less than the policy says', () => {
    const order = (DeleteAfterDays: number) =>
      call(1, 'StartBackupJob', { ResourceArn: shop, Lifecycle: { DeleteAfterDays } }, { service: 'Backup' });
    expect(
      judged(
        lastGoodPoint(() => 3),
        [order(3)],
      ),
    ).toEqual([]);
    expect(
      judged(
        lastGoodPoint(() => 3),
        [order(2)],
      ),
    ).toEqual([expect.stringContaining('for 2 days')]);
  });
  test('never silently green: a drill that did not pass is paged', () => {
    const drill = record(1, { outcome: 'ABORTED', verdict: 'NOT_TESTED', checks: [] });
    const page = message(1, { phase: 'opened', kind: 'drill' });
    expect(judged(neverSilentlyGreen(), [drill, page])).toEqual([]);
    expect(judged(neverSilentlyGreen(), [drill])).toEqual([expect.stringContaining('and nobody was paged')]);
  });
  test('never silently green: a drill is not told any more whose resource was retired before it had to be', () => {
    const drill = record(0.2, { outcome: 'ABORTED', verdict: 'NOT_TESTED', checks: [] });
    const retired = (hours: number) => world(hours, 'retired', { resource: shop });
    const leave = { openBy: (_: string, at: number) => (at < start + 0.5 * hour ? start + 0.5 * hour : 0) };
    expect(judged(neverSilentlyGreen(leave), [drill, retired(1.2)])).toEqual([]);
    expect(judged(neverSilentlyGreen(leave), [drill, retired(1.9)])).toHaveLength(1);
    expect(judged(neverSilentlyGreen(), [drill, retired(1.2)])).toHaveLength(1);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Added } from '../../../simulator/faults/fault.ts';
import { drawnFault, faults, weatherNames } from '../../../simulator/faults/index.ts';
import { AwsError } from '../../../simulator/world/region.ts';
import { hour, minute, type StruckAccount, start, struckAccount } from './struck-account.ts';

const points = ['Backup', 'ListRecoveryPointsByBackupVault', { BackupVaultName: 'lifeboat' }] as const;
const vaults = ['Backup', 'ListBackupVaults', {}] as const;

/** Asks the same every minute, and answers what came of it, with when. */
async function everyMinute(account: StruckAccount, asked: Parameters<StruckAccount['ask']>[0], hours = 12) {
  const told: { at: number; answer: unknown }[] = [];
  while (account.world.now() < start + hours * hour) {
    told.push({ at: account.world.now(), answer: await account.ask(asked) });
    await account.run(minute);
  }
  return told;
}

const refused = (told: readonly { at: number; answer: unknown }[], name: string) =>
  told.filter(({ answer }) => answer === name);

test.each(weatherNames)(
  '%s says what it does, leaves the first hour alone, and has not struck before it began',
  async (name) => {
    const { struck, run: goOn, made } = await struckAccount(name);
    expect(struck.words).toMatch(/^[a-zA-Z].{20,}/);
    // The clocks are wrong from the first call on.
    await goOn(0.9 * hour);
    expect(struck.fired()).toBe(0);
    const run = { region: 'eu-central-1', workflow: 'protect', resource: made.files };
    expect(struck.leave.mayFail?.(run, start + 0.5 * hour, start + 0.4 * hour) ?? false).toBe(false);
    expect(struck.troubles?.().filter(({ from }) => from < start + 0.9 * hour) ?? []).toEqual([]);
  },
);

describe('lists that lag', () => {
  test('hold a point two minutes after it is there, and never lose it again', async () => {
    const account = await struckAccount('lists-lag');
    await account.run(2 * hour);
    await account.backUp(account.made.files);
    const isThere = () => account.home.services.Backup.truth().points.some(({ status }) => status === 'COMPLETED');
    while (!isThere()) await account.run(10_000);
    const listed = async () =>
      ((await account.ask({ call: points })) as { RecoveryPoints: readonly object[] }).RecoveryPoints.length;
    expect(await listed()).toBe(0);
    await account.run(2.5 * minute);
    expect(await listed()).toBe(1);
    expect(account.struck.fired()).toBeGreaterThan(0);
  });
});

describe('lists that lag for long', () => {
  test('hold a point half an hour after it is there at the latest, and never lose it again', async () => {
    const account = await struckAccount('lists-lag-long');
    await account.run(2 * hour);
    const listed = async () =>
      ((await account.ask({ call: points })) as { RecoveryPoints: readonly object[] }).RecoveryPoints.length;
    const completed = () =>
      account.home.services.Backup.truth().points.filter(({ status }) => status === 'COMPLETED').length;
    const lags: number[] = [];
    for (let times = 1; times <= 5; times += 1) {
      await account.backUp(account.made.files);
      while (completed() < times) await account.run(10_000);
      const since = account.world.now();
      let seen = await listed();
      while (seen < times) {
        await account.run(minute);
        const now = await listed();
        expect(now).toBeGreaterThanOrEqual(seen);
        seen = now;
      }
      lags.push(account.world.now() - since);
    }
    expect(Math.max(...lags)).toBeLessThanOrEqual(31 * minute);
    expect(Math.max(...lags)).toBeGreaterThan(3 * minute);
    const { listedBy } = account.struck.leave;
    expect(listedBy?.('eu-central-1', start + 3 * hour)).toBe(start + 3.5 * hour);
    expect(listedBy?.('eu-central-1', start + 13 * hour)).toBe(start + 13 * hour);
    // It excuses nothing that is told too late.
    expect(account.struck.leave.openBy).toBeUndefined();
    expect(account.struck.leave.skew).toBeUndefined();
  });
});

describe('a vault that somebody deletes', () => {
  const played = async (seed: string, locked?: 'compliance') => {
    const account = await struckAccount('vaults-deleted', {}, seed);
    const [, vault = '', name = ''] = /deletes the vault (\S+) of (\S+) /.exec(account.struck.words) ?? [];
    const region = account.account.region(name);
    for (const { services } of [account.home, account.copy]) services.Backup.createVault({ name: 'lifeboat-proven' });
    const kept = region.services.Backup.state.vaults.get(vault);
    const lock = { minDays: 1, maxDays: undefined, fixedFrom: locked === undefined ? undefined : start };
    if (kept !== undefined) Object.assign(kept, { lock, accessPolicy: '{}' });
    await account.backUp(account.made.files);
    const there = () => region.services.Backup.state.vaults.get(vault);
    return { ...account, there, before: { keyArn: kept?.keyArn, lock, accessPolicy: '{}' } };
  };

  test.each(['one', 'two', 'three'])('is gone with its points for hours, and then as it was: %s', async (seed) => {
    const { there, run, world, struck, before } = await played(seed);
    let gone = 0;
    for (; world.now() < start + 12 * hour; await run(minute)) if (there() === undefined) gone += 1;
    expect(struck.fired()).toBe(1);
    expect(gone).toBeGreaterThanOrEqual(59);
    expect(gone).toBeLessThanOrEqual(181);
    expect(there()).toMatchObject(before);
    expect(there()?.points.size).toBe(0);
  });

  test('stays, with its points, when its lock cannot be taken off any more', async () => {
    const { there, run, struck } = await played('one', 'compliance');
    const points = there()?.points.size;
    await run(12 * hour);
    expect(struck.fired()).toBe(0);
    expect(there()?.points.size).toBe(points);
    expect(there()?.lock).toMatchObject({ fixedFrom: start });
  });
});

describe('a right that is taken away for good', () => {
  const call = ['Backup', 'ListBackupVaults', {}] as const;

  test('is refused from then on, in one Region, and given back at the end', async () => {
    const account = await struckAccount('rights-taken');
    const told = await everyMinute(account, { as: 'function', call }, 13);
    const no = refused(told, 'AccessDeniedException').map(({ at }) => at);
    expect(no.length).toBe(account.struck.fired());
    expect(no.length).toBeGreaterThan(300);
    // Without a gap, from the first to the end of what goes wrong.
    expect(no.length).toBeGreaterThanOrEqual(
      told.filter(({ at }) => at >= (no[0] ?? 0) && at < start + 12 * hour).length,
    );
    expect(no.at(-1)).toBeLessThan(start + 12 * hour);
  });

  test('is no right of operators and machines, and no other right is', async () => {
    const account = await struckAccount('rights-taken');
    await everyMinute(account, { as: 'function', call }, 9);
    expect(account.struck.fired()).toBeGreaterThan(0);
    expect(await account.ask({ as: 'operator', call })).toHaveProperty('BackupVaultList');
    expect(await account.ask({ as: 'function', in: account.copy, call })).toHaveProperty('BackupVaultList');
    expect(await account.ask({ as: 'function', call: points })).toHaveProperty('RecoveryPoints');
  });

  test('excuses no run and no late page where it has to do with neither', async () => {
    const account = await struckAccount('rights-taken');
    await everyMinute(account, { as: 'function', call }, 9);
    const { mayFail, openBy } = account.struck.leave;
    const run = { region: 'eu-central-1', workflow: 'drill', resource: account.made.files };
    expect(mayFail?.(run, start + 8.5 * hour, start + 8 * hour)).toBe(false);
    expect(openBy?.('eu-central-1', start + 8.5 * hour)).toBe(0);
  });
});

describe('a call that AWS itself may not make any more', () => {
  const invoke = (name: string) =>
    [
      'Lambda',
      'Invoke',
      { FunctionName: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`, InvocationType: 'Event' },
    ] as const;

  test('is refused whoever of AWS asks in its name, and no call of a function is', async () => {
    const account = await struckAccount('calls-denied');
    const told = await everyMinute(account, { as: 'machine', call: invoke('lifeboat-drill-check') }, 13);
    const no = refused(told, 'AccessDeniedException').map(({ at }) => at);
    expect(no.length).toBe(account.struck.fired());
    expect(no.length).toBeGreaterThan(300);
    expect(no.at(-1)).toBeLessThan(start + 12 * hour);
    const other = await struckAccount('calls-denied');
    await everyMinute(other, { as: 'machine', call: invoke('lifeboat-drill-check') }, 9);
    expect(await other.ask({ as: 'function', call: invoke('lifeboat-drill-check') })).toBe('ResourceNotFoundException');
    expect(await other.ask({ as: 'machine', call: invoke('lifeboat-drill-judge') })).toBe('ResourceNotFoundException');
    const { mayFail } = other.struck.leave;
    const run = (workflow: string) => ({ region: 'eu-central-1', workflow, resource: other.made.files });
    expect(mayFail?.(run('drill'), start + 8.5 * hour, start + 8 * hour)).toBe(true);
    expect(mayFail?.(run('protect'), start + 8.5 * hour, start + 8 * hour)).toBe(false);
  });
});

describe('a second deployment by mistake', () => {
  test('has to be refused: where it is not, the run comes to no end', async () => {
    const refuses = await struckAccount('deployed-twice', {
      deployBeside: async () => {
        throw new AwsError('AlreadyExistsException', 'lifeboat-ledger already exists in stack lifeboat');
      },
    });
    await refuses.run(13 * hour);
    expect(refuses.struck.fired()).toBeGreaterThan(0);
    const takes = await struckAccount('deployed-twice', { deployBeside: async () => {} });
    await expect(takes.run(13 * hour)).rejects.toThrow('has to be refused, and it was not');
  });
});

describe('a Region that is away', () => {
  test('answers nobody for one to three hours and then everybody; the other Region answers always', async () => {
    const account = await struckAccount('region-away');
    const [, name = ''] = /^(\S+) answers nobody/.exec(account.struck.words) ?? [];
    const [away, there] = account.home.name === name ? [account.home, account.copy] : [account.copy, account.home];
    const silent = refused(await everyMinute(account, { as: 'function', in: away, call: vaults }), 'TimeoutError');
    expect(silent.length).toBeGreaterThanOrEqual(58);
    expect(silent.length).toBeLessThanOrEqual(181);
    expect((silent.at(-1)?.at ?? 0) - (silent[0]?.at ?? 0)).toBeLessThanOrEqual((silent.length + 20) * minute);
    expect(account.struck.trouble).toEqual([{ region: name, pagedFrom: there.name, since: expect.any(Number) }]);
    expect(await account.ask({ as: 'function', in: away, call: vaults })).toHaveProperty('BackupVaultList');
    const other = await struckAccount('region-away');
    const answers = await everyMinute(other, { in: other.account.region(there.name), call: vaults });
    expect(refused(answers, 'TimeoutError')).toEqual([]);
  });

  test('lets the machines there stand still and go on', async () => {
    const account = await struckAccount('region-away');
    const [, name = '', since = ''] = /^(\S+) answers nobody from (\S+)/.exec(account.struck.words) ?? [];
    await account.world.run(Date.parse(since) + minute);
    const answer = await account.ask({ as: 'machine', in: account.account.region(name), call: vaults });
    expect(answer).toHaveProperty('BackupVaultList');
    expect(account.world.now() - Date.parse(since)).toBeGreaterThan(hour - minute);
  });
});

test('home-gone: drills of the copies have no excuse, since nobody at home is asked for them', async () => {
  const { struck, home, copy, made } = await struckAccount('home-gone');
  const mayFail = (region: string, workflow: string) =>
    struck.leave.mayFail?.({ region, workflow, resource: made.files }, start + 12 * hour, start + 11 * hour);
  expect([mayFail(home.name, 'drill'), mayFail(home.name, 'protect')]).toEqual([true, true]);
  expect(mayFail(copy.name, 'drill')).toBe(false);
});

test.each(['topics-refuse', 'watch-stopped'] as const)('%s: no run has an excuse', async (name) => {
  expect((await struckAccount(name)).struck.leave.mayFail).toBeUndefined();
});

describe('what AWS refuses for an hour', () => {
  test('quotas-reached: functions can start no job, and can again', async () => {
    const account = await struckAccount('quotas-reached');
    let asked = 0;
    const answers: unknown[] = [];
    while (account.world.now() < start + 12 * hour) {
      answers.push(await account.backUp(account.made.files, 'function'));
      asked += 1;
      await account.run(10 * minute);
    }
    const no = answers.filter((answer) => answer === 'LimitExceededException').length;
    expect(no).toBeGreaterThan(0);
    expect(no).toBeLessThan(asked / 2);
    expect(account.struck.fired()).toBe(no);
  });

  test('functions-throttled: one of two calls of a machine is refused, and no call of a function', async () => {
    const account = await struckAccount('functions-throttled');
    const call = ['Lambda', 'Invoke', { FunctionName: 'nobody' }] as const;
    const told = await everyMinute(account, { as: 'machine', call });
    const no = refused(told, 'TooManyRequestsException').length;
    expect(no).toBeGreaterThan(5);
    expect(told.length - no).toBeGreaterThan(no);
    const other = await everyMinute(await struckAccount('functions-throttled'), { as: 'function', call });
    expect(refused(other, 'TooManyRequestsException')).toEqual([]);
  });
});

test('ledger-answers-lost: a write whose answer is lost was done', async () => {
  const account = await struckAccount('ledger-answers-lost');
  const written: string[] = [];
  account.world.trace.listen((entry) => {
    if (entry.kind === 'call' && entry.operation === 'PutItem' && entry.unheard === true)
      written.push(entry.error?.name ?? '');
  });
  const { operations } = account.home.services.DynamoDB as unknown as { operations: Record<string, () => object> };
  operations.PutItem = () => ({});
  const call = ['DynamoDB', 'PutItem', { TableName: 'lifeboat-ledger', Item: { pk: { S: 'a' } } }] as const;
  const told = await everyMinute(account, { as: 'function', call });
  const lost = refused(told, 'TimeoutError').length;
  expect(lost).toBeGreaterThan(3);
  expect(written.length).toBe(lost);
});

describe('jobs', () => {
  test('copies-stuck: some copies wait for hours, and end', async () => {
    const account = await struckAccount('copies-stuck');
    await account.run(2 * hour);
    const job = (await account.backUp(account.made.files)) as { RecoveryPointArn: string };
    await account.run(hour);
    const { truth } = account.home.services.Backup;
    const [point] = truth().points;
    expect(job).toHaveProperty('BackupJobId');
    const copy = {
      RecoveryPointArn: point?.arn,
      SourceBackupVaultName: 'lifeboat',
      DestinationBackupVaultArn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:lifeboat',
      IamRoleArn: account.role,
    };
    for (let times = 0; times < 12; times += 1) {
      await account.ask({ call: ['Backup', 'StartCopyJob', { ...copy, IdempotencyToken: `copy-${times}` }] });
      await account.run(15 * minute);
    }
    await account.run(10 * hour);
    const took = truth().copyJobs.map(({ createdAt, completedAt = 0 }) => (completedAt - createdAt) / hour);
    // One that has waited for so long fails when another of the same resource is at work just then.
    expect(truth().copyJobs.every(({ completedAt }) => completedAt !== undefined)).toBe(true);
    const long = took.filter((hours) => hours >= 2);
    expect(long.length).toBeGreaterThan(0);
    expect(long.length).toBe(account.struck.fired());
  });

  test('jobs-with-issues: COMPLETED with a message, and the point is whole', async () => {
    const account = await struckAccount('jobs-with-issues');
    await account.run(2 * hour);
    const told: { State?: string; StatusMessage?: string }[] = [];
    for (let times = 0; times < 8; times += 1) {
      const job = (await account.backUp(account.made.files)) as { BackupJobId: string };
      await account.run(hour);
      told.push(
        (await account.ask({ call: ['Backup', 'DescribeBackupJob', { BackupJobId: job.BackupJobId }] })) as object,
      );
    }
    expect(told.every(({ State }) => State === 'COMPLETED')).toBe(true);
    const withIssues = told.filter(({ StatusMessage }) => StatusMessage !== undefined).length;
    expect(withIssues).toBeGreaterThan(0);
    expect(withIssues).toBeLessThan(8);
    expect(account.home.services.Backup.truth().points.every(({ status }) => status === 'COMPLETED')).toBe(true);
  });
});

describe('somebody', () => {
  test.each(['keys-disabled', 'vaults-changed'] as const)('undoes it after an hour: %s', async (name) => {
    const account = await struckAccount(name);
    const as = () =>
      JSON.stringify(
        [account.home, account.copy].map(({ services }) => [
          ...['vault', 'scratch-password', 'topics'].map((key) => services.KMS.stateOf(`alias/lifeboat-${key}`)),
          services.Backup.state.vaults.get('lifeboat')?.lock,
          services.Backup.state.vaults.get('lifeboat')?.accessPolicy,
        ]),
      );
    for (const { services } of [account.home, account.copy]) {
      const vault = services.Backup.state.vaults.get('lifeboat');
      if (vault !== undefined) Object.assign(vault, { accessPolicy: '{}', lock: { minDays: 1 } });
    }
    const before = as();
    let changed = 0;
    for (; account.world.now() < start + 12 * hour; await account.run(minute)) if (as() !== before) changed += 1;
    expect(account.struck.fired()).toBeGreaterThan(0);
    expect(Math.abs(changed - 60 * account.struck.fired())).toBeLessThanOrEqual(account.struck.fired());
    expect(as()).toBe(before);
  });

  const drill = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 200_000, End: true } },
  });
  const role = 'arn:aws:iam::123456789012:role/machine';

  test.each([
    ['runs-stopped', 'ABORTED'],
    ['runs-time-out', 'TIMED_OUT'],
  ] as const)('%s: a run that waits ends as %s', async (name, status) => {
    const account = await struckAccount(name);
    const arn = account.home.services.SFN.define({ name: 'lifeboat-drill', definition: drill, roleArn: role });
    await account.ask({ call: ['SFN', 'StartExecution', { stateMachineArn: arn, name: 'one' }] });
    const listed = async () =>
      (
        (await account.ask({ call: ['SFN', 'ListExecutions', { stateMachineArn: arn }] })) as {
          executions: readonly { status: string }[];
        }
      ).executions.map((execution) => execution.status);
    const seen = new Set<string>();
    for (; account.world.now() < start + 13 * hour; await account.run(2 * minute))
      for (const one of await listed()) seen.add(one);
    expect([...seen].sort()).toEqual([status, 'RUNNING'].sort());
    expect(account.struck.fired()).toBeGreaterThan(0);
  });

  test('silenced: asks for two hours of silence over one kind of one resource', async () => {
    const account = await struckAccount('silenced');
    const arn = account.home.services.SFN.define({ name: 'lifeboat-silence', definition: drill, roleArn: role });
    await account.backUp(account.made.files);
    const asked: { resource: string; kind: string; until: string }[] = [];
    account.world.trace.listen((entry) => {
      if (entry.kind !== 'call' || entry.operation !== 'StartExecution') return;
      const { stateMachineArn, input } = entry.input as { stateMachineArn: string; input: string };
      if (stateMachineArn === arn) asked.push(JSON.parse(input) as (typeof asked)[number]);
    });
    await account.run(14 * hour);
    expect(account.struck.fired()).toBeGreaterThan(0);
    expect(asked[0]).toMatchObject({ resource: account.made.files, kind: expect.stringMatching(/^(copy_)?rpo$/) });
    const { openBy } = account.struck.leave;
    const until = Date.parse(asked[0]?.until ?? '');
    const [about = { resource: '', kind: '' }] = asked;
    // Who ends it by hand, ends it at home; a copy Region hears of that within the hour.
    const isEnded = asked[1]?.until === 'now';
    const endedAt = isEnded ? until - hour : until;
    expect(openBy?.('eu-central-1', endedAt - minute, about)).toBe(endedAt + 6 * minute);
    expect(openBy?.('eu-west-1', until - minute, about)).toBe(until + 6 * minute);
    expect(openBy?.('eu-central-1', endedAt + minute, about)).toBe(0);
    // Nothing else of it, nothing of another, and nothing that is about no resource at all.
    const others = [{ ...about, kind: 'proof' }, { ...about, resource: account.made.database }, undefined];
    expect(others.map((other) => openBy?.('eu-central-1', endedAt - minute, other))).toEqual([0, 0, 0]);
  });
});

describe('a resource that is lost to its name', () => {
  test.each(['resource-deleted', 'resource-renamed'] as const)(
    '%s: at its backup, and retired by hand an hour later',
    async (name) => {
      const said: [string, number][] = [];
      const account = await struckAccount(name, {
        addForAWhile: async (): Promise<Added> => {
          const say = (word: string) => said.push([word, account.world.now()]);
          const arn = name === 'resource-deleted' ? account.made.files : account.made.database;
          return { arn, retire: () => say('retired'), isGone: () => say('gone'), isNow: (other) => say(other) };
        },
      });
      const { EFS, RDS } = account.home.services;
      await account.run(1.5 * hour);
      const arn = name === 'resource-deleted' ? account.made.files : account.made.database;
      await account.backUp(arn);
      await account.run(3 * hour);
      expect(account.struck.fired()).toBe(1);
      const words = said.map(([word]) => word);
      if (name === 'resource-deleted') {
        expect(EFS.find(arn)).toBeUndefined();
        const { backupJobs, points } = account.home.services.Backup.truth();
        expect(backupJobs.map(({ resourceArn, state }) => [resourceArn, state])).toEqual([[arn, 'FAILED']]);
        expect(points).toEqual([]);
        expect(words).toEqual(['gone']);
      } else {
        expect(RDS.find('shop-renamed')?.arn).toBe(`${arn}-renamed`);
        expect(words).toEqual([`${arn}-renamed`, 'gone']);
        const waited = (said[1]?.[1] ?? 0) - (said[0]?.[1] ?? 0);
        expect(waited).toBeGreaterThanOrEqual(hour);
        expect(waited).toBeLessThan(hour + 1_000);
      }
      // Who met it is excused, who began an hour after its retirement is not.
      const retiredAt = said.at(-1)?.[1] ?? 0;
      const mayFail = (resource: string, at: number, since: number) =>
        account.struck.leave.mayFail?.({ region: 'eu-central-1', workflow: 'protect', resource }, at, since);
      expect(mayFail(arn, retiredAt + 2 * hour, retiredAt)).toBe(true);
      expect(mayFail(arn, retiredAt + 3 * hour, retiredAt + 2 * hour)).toBe(false);
      expect(mayFail('another', retiredAt + 2 * hour, retiredAt)).toBe(false);
    },
  );
});

test('restores-corrupt: what is restored is noted as damaged', async () => {
  const account = await struckAccount('restores-corrupt');
  const noted: unknown[] = [];
  account.world.trace.listen((entry) => {
    if (entry.kind === 'world' && entry.what === 'damaged a copy') noted.push(entry.detail);
  });
  await account.run(2 * hour);
  await account.backUp(account.made.files);
  await account.run(hour);
  const [point] = account.home.services.Backup.truth().points;
  await account.ask({
    call: [
      'Backup',
      'StartCopyJob',
      {
        RecoveryPointArn: point?.arn,
        SourceBackupVaultName: 'lifeboat',
        DestinationBackupVaultArn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:lifeboat',
        IamRoleArn: account.role,
      },
    ],
  });
  await account.run(hour);
  const [copied] = account.copy.services.Backup.truth().points;
  for (let times = 0; times < 12; times += 1) {
    const Metadata = {
      newFileSystem: 'true',
      CreationToken: `t-${times}`,
      Encrypted: 'true',
      PerformanceMode: 'generalPurpose',
      'file-system-id': 'x',
    };
    await account.ask({
      in: account.copy,
      call: [
        'Backup',
        'StartRestoreJob',
        { RecoveryPointArn: copied?.arn, IamRoleArn: account.role, Metadata, ResourceType: 'EFS' },
      ],
    });
  }
  await account.run(2 * hour);
  expect(account.struck.fired()).toBeGreaterThan(0);
  expect(account.struck.fired()).toBeLessThan(12);
  expect(noted).toHaveLength(account.struck.fired());
  expect(noted[0]).toEqual({ point: copied?.arn, resource: account.made.files, region: 'eu-west-1' });
});

describe('the fault that a seed draws', () => {
  test('is the same each time, and over many seeds each of them and none', () => {
    const drawn = Array.from({ length: 400 }, (_, seed) => drawnFault(String(seed)));
    expect(drawn).toEqual(Array.from({ length: 400 }, (_, seed) => drawnFault(String(seed))));
    expect(new Set(drawn)).toEqual(new Set([undefined, ...Object.keys(faults)]));
  });
});

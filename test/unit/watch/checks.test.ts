import { describe, expect, test } from '@jest/globals';
import type { EpisodeRow } from '../../../functions/ledger/episode.ts';
import { episodesPartition } from '../../../functions/ledger/episode.ts';
import { type CheckRow, checkKey } from '../../../functions/ledger/pipeline.ts';
import type { Environment } from '../../../functions/platform/seam.ts';
import { acceptCheck, askChecks, checkSilentBoundSeconds, expectChecks } from '../../../functions/watch/check-look.ts';
import { keyTrouble, subscriptionTrouble, trusts, vaultChanges } from '../../../functions/watch/check-rules.ts';
import { checksOf } from '../../../functions/watch/checks.ts';
import { watchRound } from '../../../functions/watch/round.ts';
import { createIAM } from '../../../simulator/services/iam/index.ts';
import type { Services } from '../../../simulator/services/index.ts';
import { createKMS } from '../../../simulator/services/kms/index.ts';
import { createSNS } from '../../../simulator/services/sns/index.ts';
import { seamOver } from '../account/simulated.ts';
import { backupAccount, home } from '../services/backup-account.ts';
import { regionAt } from '../watch-world.ts';

const start = '2026-03-02T00:00:00.000Z';
type Region = ReturnType<typeof regionAt>;

async function checked(): Promise<Region> {
  const region = regionAt(start);
  await expectChecks(region.ledger, region.parts.clock.now());
  return region;
}

const open = async ({ ledger }: Region) =>
  (await ledger.list<EpisodeRow>(episodesPartition))
    .filter(({ status }) => status === 'open')
    .map(({ subject, kind, severity }) => `${severity} ${kind} of ${subject}`);
const finding = { findings: [{ code: 'role-gone', words: 'the role is gone' }] };

describe('the checks of the pipeline', () => {
  test('cost the same whatever the number of resources, and answer counts that add up', async () => {
    const region = await checked();
    region.aws.checks.set('role', () => finding);
    region.aws.checks.set('keys', new Error('KMS is not to be reached'));
    expect(await askChecks(region.parts)).toEqual({ asked: 5, well: 3, wrong: 1, silent: 1, overtaken: 0 });
    expect(region.aws.checked).toBe(5);
  });

  test('open a finding at the next run, tell it once, and end it when it is mended', async () => {
    const region = await checked();
    await region.watchFor(5);
    region.aws.checks.set('role', () => finding);
    await region.watchFor(1);
    expect(await open(region)).toEqual(['notice finding:role-gone of pipeline']);
    await region.watchFor(60);
    region.aws.checks.delete('role');
    await region.watchFor(1);
    expect(region.subjects().map((subject) => subject.split(' ')[0])).toEqual(['NOTICE', 'RESOLVED']);
  });

  test('that get no answer are no good news: what was found stays open', async () => {
    const region = await checked();
    region.aws.checks.set('role', () => finding);
    await region.watchFor(1);
    region.aws.checks.set('role', new Error('IAM is not to be reached'));
    await region.watchFor(checkSilentBoundSeconds / 60 + 30);
    expect((await open(region)).sort()).toEqual([
      'notice cannot-tell:role of pipeline',
      'notice finding:role-gone of pipeline',
    ]);
    const [silence] = region.sent.filter(({ kind }) => kind === 'cannot-tell:role');
    expect(silence?.cause).toBe('Error: IAM is not to be reached');
    region.aws.checks.delete('role');
    await region.watchFor(10);
    expect(await open(region)).toEqual([]);
  });

  test(`that get no answer are told after ${checkSilentBoundSeconds / 60} minutes and not before`, async () => {
    const region = await checked();
    region.aws.checks.set('topics', new Error('SNS is not to be reached'));
    await region.watchFor(checkSilentBoundSeconds / 60 - 1);
    expect(await open(region)).toEqual([]);
    await region.watchFor(2);
    expect(await open(region)).toEqual(['notice cannot-tell:topics of pipeline']);
  });

  test('that answer again end it, also when the watch that told it has a clock that is ahead', async () => {
    const region = await checked();
    region.aws.checks.set('topics', new Error('SNS is not to be reached'));
    region.wait(checkSilentBoundSeconds / 60);
    const ahead = { now: () => new Date(Date.parse(region.now()) + 4 * 60_000) };
    await watchRound({ ...region.parts, clock: ahead }, () => 60_000);
    expect(await open(region)).toContain('notice cannot-tell:topics of pipeline');
    region.aws.checks.delete('topics');
    await askChecks(region.parts);
    region.wait(5);
    await askChecks(region.parts);
    expect(await open(region)).toEqual([]);
  });

  test('that nobody asks are told as well, each once', async () => {
    const region = await checked();
    for (let minute = 0; minute < 120; minute += 1) {
      region.wait(1);
      await watchRound(region.parts, () => 60_000);
    }
    expect(await open(region)).toHaveLength(5);
    expect(region.sent).toHaveLength(5);
    expect(region.sent[0]?.cause).toContain('no run of lifeboat-check is known to have asked');
  });

  test('take what they first see for what it has to be, until somebody accepts a change', async () => {
    const region = await checked();
    let lock = 'not locked';
    const vault = (before: Readonly<Record<string, string>> | undefined) => ({
      now: { lock },
      findings:
        before === undefined || before.lock === lock ? [] : [{ code: 'vault-changed', words: `the lock is ${lock}` }],
    });
    region.aws.checks.set('vault', vault);
    await region.watchFor(1);
    lock = 'locked';
    await region.watchFor(60);
    expect(await open(region)).toEqual(['notice finding:vault-changed of pipeline']);
    expect(await acceptCheck(region.ledger, 'vault')).toBe(true);
    await region.watchFor(1);
    expect(await open(region)).toEqual([]);
    expect((await region.ledger.get<CheckRow>(checkKey('vault')))?.baseline).toEqual({ lock: 'locked' });
  });
});

describe('what a later version looks at as well', () => {
  test('has to stay as it was when it was first seen, from its first look on', async () => {
    const region = await checked();
    let now: Readonly<Record<string, string>> = { lock: 'locked' };
    const vault = (before: Readonly<Record<string, string>> | undefined) => ({
      now,
      findings: vaultChanges(before, now).map((words) => ({ code: 'vault-changed', words })),
    });
    region.aws.checks.set('vault', vault);
    await region.watchFor(1);
    now = { lock: 'locked', policy: 'a' };
    await region.watchFor(1);
    expect(await open(region)).toEqual([]);
    now = { lock: 'locked', policy: 'b' };
    await region.watchFor(1);
    expect(await open(region)).toEqual(['notice finding:vault-changed of pipeline']);
  });
});

describe('what the checks ask of AWS', () => {
  function deployed() {
    const account = backupAccount();
    const region = account.account.region(home);
    const services = region.services as { -readonly [Name in keyof Services]: Services[Name] };
    services.IAM = createIAM(region);
    for (const other of account.account.regions) Object.assign(other.services, { IAM: services.IAM });
    services.KMS = createKMS(region);
    services.SNS = createSNS(region);
    const key = services.KMS.createKey({ spec: 'SYMMETRIC_DEFAULT' }).arn;
    const passwordKey = services.KMS.createKey({ spec: 'HMAC_256' }).arn;
    const topicKey = services.KMS.createKey({ spec: 'SYMMETRIC_DEFAULT' }).arn;
    services.Backup.createVault({ name: 'ours', encryptionKeyArn: key, accessPolicy: '{"Version":"2012-10-17"}' });
    services.Backup.createVault({
      name: 'ours-proven',
      encryptionKeyArn: key,
      accessPolicy: '{"Version":"2012-10-17"}',
    });
    const trust = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    services.IAM.createRole({ name: 'lifeboat-AWSBackup', trust });
    const subscriptions = [{ protocol: 'email', endpoint: 'oncall@example.com' }];
    const environment: Environment = {
      BACKUP_VAULT: 'ours',
      PROVEN_VAULT: 'ours-proven',
      BACKUP_ROLE_ARN: 'arn:aws:iam::111122223333:role/lifeboat-AWSBackup',
      PASSWORD_KEY_ID: passwordKey,
      TOPIC_KEY_ID: topicKey,
      PAGE_TOPIC_ARN: services.SNS.createTopic({ name: 'lifeboat-page', subscriptions }),
      NOTICE_TOPIC_ARN: services.SNS.createTopic({ name: 'lifeboat-notices', subscriptions }),
      PAGERDUTY_TOPIC_ARN: services.SNS.createTopic({ name: 'lifeboat-pagerduty', subscriptions }),
    };
    const over = seamOver(account, home, environment);
    return { ...account, services, key, passwordKey, topicKey, environment, ...over, checks: checksOf(over.seam) };
  }
  const codes = ({ findings }: { findings: readonly { code: string }[] }) => findings.map(({ code }) => code);

  test('all is well, with as many calls however large the fleet is', async () => {
    const { checks, calls } = deployed();
    for (const check of Object.values(checks)) expect(codes(await check(undefined))).toEqual([]);
    expect(calls).toHaveLength(11);
    expect((await checks.vault((await checks.vault(undefined)).now)).findings).toEqual([]);
  });

  test('a role that lost its trust, and one that is gone', async () => {
    const { checks, services } = deployed();
    services.IAM.setTrust('lifeboat-AWSBackup', '{"Statement":[]}');
    const lost = await checks.role(undefined);
    expect(codes(lost)).toEqual(['role-without-trust']);
    expect(lost.cause).toContain('no longer trusts backup.amazonaws.com');
    services.IAM.deleteRole('lifeboat-AWSBackup');
    expect(codes(await checks.role(undefined))).toEqual(['role-gone']);
  });

  test('a key that is disabled or pending deletion explains what breaks; the key of scratch breaks drills alone', async () => {
    const { checks, services, key, passwordKey, topicKey } = deployed();
    services.KMS.setState(key, 'PendingDeletion');
    services.KMS.setState(passwordKey, 'Disabled');
    const found = await checks.keys(undefined);
    expect(codes(found)).toEqual(['key-unusable:vault', 'key-unusable:scratch']);
    expect(found.cause).toContain('is pending deletion');
    services.KMS.setState(topicKey, 'Disabled');
    expect(codes(await checks.keys(undefined))).toContain('key-unusable:topics');
    services.KMS.setState(key, 'Enabled');
    expect(await checks.keys(undefined)).not.toHaveProperty('cause');
  });

  test('a key of what is left when the vault is gone: proven points may still lie under it', async () => {
    const { checks, services, key, call } = deployed();
    services.KMS.setState(key, 'PendingDeletion');
    await call('Backup', 'DeleteBackupVault', { BackupVaultName: 'ours' });
    expect((await checks.keys(undefined)).findings).toMatchObject([
      { code: 'key-unusable:vault', words: expect.stringContaining('which encrypts the vault ours-proven,') },
    ]);
    await call('Backup', 'DeleteBackupVault', { BackupVaultName: 'ours-proven' });
    expect((await checks.keys(undefined)).findings).toEqual([]);
  });

  test('a vault whose policy or lock changed, and one that is gone', async () => {
    const { checks, call } = deployed();
    const { now } = await checks.vault(undefined);
    await call('Backup', 'PutBackupVaultLockConfiguration', { BackupVaultName: 'ours', MinRetentionDays: 7 });
    await call('Backup', 'PutBackupVaultAccessPolicy', { BackupVaultName: 'ours', Policy: '{}' });
    const [found] = (await checks.vault(now)).findings;
    expect(found?.words).toMatch(
      /^the vault ours is not as it was: its access policy was .*; its lock was not locked and is locked; its least retention was no bound and is 7 days$/,
    );
    await call('Backup', 'DeleteBackupVaultLockConfiguration', { BackupVaultName: 'ours' });
    await call('Backup', 'DeleteBackupVault', { BackupVaultName: 'ours' });
    expect(await checks.vault(now)).toMatchObject({
      findings: [{ code: 'vault-gone' }],
      cause: 'the vault ours is gone',
    });
  });

  test('the vault of proven points whose policy was taken off: nothing else protects it', async () => {
    const { checks, call } = deployed();
    const { now } = await checks.vault(undefined);
    await call('Backup', 'DeleteBackupVaultAccessPolicy', { BackupVaultName: 'ours-proven' });
    expect((await checks.vault(now)).findings).toMatchObject([
      {
        code: 'vault-changed:proven',
        words: expect.stringMatching(
          /^the vault ours-proven is not as it was: its access policy was sha256 .* and is none$/,
        ),
      },
    ]);
  });

  test('the vault of proven points that is gone, though all else stands', async () => {
    const { checks, call } = deployed();
    await call('Backup', 'DeleteBackupVault', { BackupVaultName: 'ours-proven' });
    const { findings, cause } = await checks.vault(undefined);
    expect(findings).toEqual([
      { code: 'vault-gone:proven', words: 'the vault ours-proven is gone: no proven recovery point can be kept' },
    ]);
    expect(cause).toBeUndefined();
    expect((await checks.keys(undefined)).findings).toEqual([]);
  });

  test('a topic that nobody confirmed, by the names of those who have not', async () => {
    const { services, environment, seam } = deployed();
    const topic = services.SNS.createTopic({
      name: 'lifeboat-quiet',
      subscriptions: [{ protocol: 'email', endpoint: 'team@example.com', confirmed: false }],
    });
    const checks = checksOf({ ...seam, environment: { ...environment, NOTICE_TOPIC_ARN: topic } });
    expect((await checks.topics(undefined)).findings).toEqual([
      {
        code: 'topic-unconfirmed:lifeboat-quiet',
        words:
          'the topic lifeboat-quiet waits for the confirmation of email team@example.com; so nobody gets what is sent to it',
      },
    ]);
  });

  test('a topic of PagerDuty that lost its subscription, where the policy has one', async () => {
    const { services, environment, seam } = deployed();
    const topic = services.SNS.createTopic({ name: 'lifeboat-deaf', subscriptions: [] });
    const checks = checksOf({ ...seam, environment: { ...environment, PAGERDUTY_TOPIC_ARN: topic } });
    expect(codes(await checks.topics(undefined))).toEqual(['topic-unconfirmed:lifeboat-deaf']);
    const without = checksOf({ ...seam, environment: { ...environment, PAGERDUTY_TOPIC_ARN: '' } });
    expect(codes(await without.topics(undefined))).toEqual([]);
  });

  test('a call that is refused is no answer', async () => {
    const { checks, refuses } = deployed();
    for (const call of ['GetRole', 'DescribeKey', 'ListBackupVaults', 'ListSubscriptionsByTopic']) {
      refuses.set(call, 'AccessDeniedException');
    }
    for (const check of Object.values(checks)) await expect(check(undefined)).rejects.toThrow('was refused');
  });
});

describe('what the answers mean', () => {
  const allows = (Service: unknown, Action: unknown = 'sts:AssumeRole') => ({
    Effect: 'Allow',
    Principal: { Service },
    Action,
  });
  const document = (...Statement: unknown[]) => JSON.stringify({ Statement });
  test.each([
    ['the service itself', document(allows('backup.amazonaws.com')), true],
    ['one of several', document(allows(['ec2.amazonaws.com', 'backup.amazonaws.com'], ['sts:AssumeRole'])), true],
    ['a single statement', JSON.stringify({ Statement: allows('backup.amazonaws.com') }), true],
    ['another service', document(allows('ec2.amazonaws.com')), false],
    ['another action', document(allows('backup.amazonaws.com', 'sts:TagSession')), false],
    [
      'a statement that denies',
      document(allows('backup.amazonaws.com'), { ...allows('backup.amazonaws.com'), Effect: 'Deny' }),
      false,
    ],
    ['no statement', '{}', false],
    ['what is no JSON', '', false],
  ])('a trust in %s', (_, text, expected) => {
    expect(trusts(text, 'backup.amazonaws.com')).toBe(expected);
  });

  test.each([
    ['Enabled', undefined],
    ['Disabled', 'is disabled'],
    ['PendingDeletion', 'is pending deletion: what it encrypts can never be read again after that'],
    ['Unavailable', 'is Unavailable'],
  ])('a key that is %s', (KeyState, expected) => {
    expect(keyTrouble({ KeyState })).toBe(expected);
  });
  test('a key that KMS does not know', () => {
    expect(keyTrouble(undefined)).toBe('does not exist');
  });

  test('a topic needs one subscription, and each has to be confirmed', () => {
    const confirmed = {
      SubscriptionArn: 'arn:aws:sns:eu-central-1:1:t:1',
      Protocol: 'email',
      Endpoint: 'a@example.com',
    };
    const waiting = { SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'b@example.com' };
    expect(subscriptionTrouble([])).toBe('has no subscription: nobody gets what is sent to it');
    expect(subscriptionTrouble([confirmed])).toBeUndefined();
    expect(subscriptionTrouble([confirmed, waiting])).toBe(
      'waits for the confirmation of email b@example.com; 1 other is confirmed',
    );
  });
});

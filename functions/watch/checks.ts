import { createHash } from 'node:crypto';
import {
  BackupClient,
  type BackupVaultListMember,
  GetBackupVaultAccessPolicyCommand,
  paginateListBackupVaults,
} from '@aws-sdk/client-backup';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { paginateListSubscriptionsByTopic, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import type { Check, Checks } from './check-look.ts';
import { keyTrouble, subscriptionTrouble, trusts, vaultChanges } from './check-rules.ts';

/**
 * The checks of the pipeline that ask AWS, in this Region: ten or eleven calls, whatever the number of resources. Reads
 * BACKUP_VAULT, PROVEN_VAULT, BACKUP_ROLE_ARN, PASSWORD_KEY_ID, TOPIC_KEY_ID, PAGE_TOPIC_ARN, NOTICE_TOPIC_ARN and, where
 * the policy names receivers for it, PAGERDUTY_TOPIC_ARN.
 */
export function checksOf(seam: Seam): Omit<Checks, 'routines'> {
  const vault = required(seam.environment, 'BACKUP_VAULT');
  const proven = required(seam.environment, 'PROVEN_VAULT');
  const role = required(seam.environment, 'BACKUP_ROLE_ARN');
  const passwordKey = required(seam.environment, 'PASSWORD_KEY_ID');
  const topicKey = required(seam.environment, 'TOPIC_KEY_ID');
  const { PAGERDUTY_TOPIC_ARN: pagerduty = '' } = seam.environment;
  const topics = [
    required(seam.environment, 'PAGE_TOPIC_ARN'),
    required(seam.environment, 'NOTICE_TOPIC_ARN'),
    ...(pagerduty === '' ? [] : [pagerduty]),
  ];
  const backup = seam.client(BackupClient);
  const iam = seam.client(IAMClient);
  const kms = seam.client(KMSClient);
  const sns = seam.client(SNSClient);

  /** AWS Backup denies who asks for a vault that is not there, so whether it is there the list of all has to say. */
  const vaults = async () => {
    const listed = new Map<string, BackupVaultListMember>();
    for await (const page of paginateListBackupVaults({ client: backup }, {})) {
      for (const one of page.BackupVaultList ?? []) listed.set(one.BackupVaultName ?? '', one);
    }
    return listed;
  };

  const vaultCheck: Check = async (before) => {
    const listed = await vaults();
    const found = listed.get(vault);
    const ofProven = await provenCheck(listed.has(proven), before);
    if (found === undefined) {
      const words = `the vault ${vault} is gone: nothing can be backed up, copied or drilled`;
      const findings = [{ code: 'vault-gone', words }, ...ofProven.findings];
      return { findings, cause: `the vault ${vault} is gone` };
    }
    const days = (count: number | undefined) => (count === undefined ? 'no bound' : `${count} days`);
    const now = {
      'access policy': await policyOf(vault),
      lock: found.Locked === true ? 'locked' : 'not locked',
      'least retention': days(found.MinRetentionDays),
      'most retention': days(found.MaxRetentionDays),
      key: found.EncryptionKeyArn ?? 'none',
    };
    const findings = changesOf(vault, before, now).map((words) => ({ code: 'vault-changed', words }));
    return { now: { ...now, ...ofProven.now }, findings: [...findings, ...ofProven.findings] };
  };

  /** It has no lock, so that a kept point can be given more time: its policy alone protects it. */
  const provenCheck = async (isThere: boolean, before: Readonly<Record<string, string>> | undefined) => {
    if (!isThere) {
      const words = `the vault ${proven} is gone: no proven recovery point can be kept`;
      return { now: {}, findings: [{ code: 'vault-gone:proven', words }] };
    }
    const key = `access policy of ${proven}`;
    const was = before?.[key];
    const now = { 'access policy': await policyOf(proven) };
    const first = was === undefined ? undefined : { 'access policy': was };
    const findings = changesOf(proven, first, now).map((words) => ({ code: 'vault-changed:proven', words }));
    return { now: { [key]: now['access policy'] }, findings };
  };

  const policyOf = async (name: string): Promise<string> => {
    const policy = await answered(
      () => backup.send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: name })),
      'ResourceNotFoundException',
    );
    return policy?.Policy === undefined ? 'none' : digest(policy.Policy);
  };

  const roleCheck: Check = async () => {
    const name = role.slice(role.lastIndexOf('/') + 1);
    const found = await answered(() => iam.send(new GetRoleCommand({ RoleName: name })), 'NoSuchEntityException');
    if (found === undefined) {
      const cause = `the role ${name}, which AWS Backup works with, is gone`;
      return { findings: [{ code: 'role-gone', words: cause }], cause };
    }
    const document = decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? '');
    if (trusts(document, 'backup.amazonaws.com')) return { findings: [] };
    const cause = `the role ${name} no longer trusts backup.amazonaws.com, so AWS Backup cannot assume it`;
    return { findings: [{ code: 'role-without-trust', words: cause }], cause };
  };

  const keysCheck: Check = async () => {
    const listed = await vaults();
    // Both vaults have one key. Of a vault that is gone another check tells; when both are, nothing lies under it.
    const encrypted = [vault, proven].find((name) => listed.has(name));
    const troubles: { code: string; words: string }[] = [];
    for (const [of, key, use] of [
      ['vault', listed.get(encrypted ?? '')?.EncryptionKeyArn, `which encrypts the vault ${encrypted}`],
      ['scratch', passwordKey, 'which makes the passwords of scratch databases'],
      ['topics', topicKey, 'without which no topic here takes a message'],
    ] as const) {
      if (key === undefined) continue;
      const found = await answered(() => kms.send(new DescribeKeyCommand({ KeyId: key })), 'NotFoundException');
      const trouble = keyTrouble(found?.KeyMetadata);
      if (trouble === undefined) continue;
      troubles.push({ code: `key-unusable:${of}`, words: `the key ${key}, ${use}, ${trouble}` });
    }
    const [ofVault] = troubles.filter(({ code }) => code === 'key-unusable:vault');
    return { findings: troubles, ...(ofVault !== undefined && { cause: ofVault.words }) };
  };

  const topicsCheck: Check = async () => {
    const findings: { code: string; words: string }[] = [];
    for (const topic of topics) {
      const name = topic.slice(topic.lastIndexOf(':') + 1);
      const subscriptions: Subscription[] = [];
      for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topic })) {
        subscriptions.push(...(page.Subscriptions ?? []));
      }
      const trouble = subscriptionTrouble(subscriptions);
      if (trouble !== undefined)
        findings.push({ code: `topic-unconfirmed:${name}`, words: `the topic ${name} ${trouble}` });
    }
    return { findings };
  };

  return { vault: vaultCheck, role: roleCheck, keys: keysCheck, topics: topicsCheck };
}

/** The answer, or undefined when AWS says that there is no such thing: which is an answer, unlike every other error. */
async function answered<Answer>(ask: () => Promise<Answer>, missing: string): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (nameOf(error) === missing) return undefined;
    throw error;
  }
}

/** One sentence about all that changed, or none. */
function changesOf(
  vault: string,
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>>,
): string[] {
  const changes = vaultChanges(before, now);
  return changes.length === 0 ? [] : [`the vault ${vault} is not as it was: ${changes.join('; ')}`];
}

function digest(text: string): string {
  return `sha256 ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

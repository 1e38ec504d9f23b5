import { BackupClient } from '@aws-sdk/client-backup';
import { EFSClient, paginateDescribeFileSystems } from '@aws-sdk/client-efs';
import { DescribeKeyCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { paginateDescribeDBClusters, paginateDescribeDBInstances, RDSClient } from '@aws-sdk/client-rds';
import { nameOf } from '../../../functions/platform/errors.ts';
import { askedBy } from '../../../functions/policy/resolve.ts';
import { keyTrouble } from '../../../functions/watch/check-rules.ts';
import { type Asked, type Check, NotAskable, type Trouble } from '../check.ts';
import { taggedIn } from '../tagged.ts';
import { describedVault, vaultRights } from '../vault.ts';

async function keyOf(kms: KMSClient, key: string): Promise<KeyMetadata | undefined> {
  try {
    return (await kms.send(new DescribeKeyCommand({ KeyId: key }))).KeyMetadata;
  } catch (error) {
    if (nameOf(error) === 'NotFoundException') return undefined;
    throw error;
  }
}

/** The keys that the stack itself works with. */
export const stackKeys: Check = {
  name: 'keys of the stack',
  rights: ['kms:DescribeKey', ...vaultRights],
  ask: async ({ region, client, deployed }) => {
    const kms = client(KMSClient, { region });
    const backup = client(BackupClient, { region });
    const used: { key: string | undefined; what: string }[] = [
      {
        key: await deployed.variable('lifeboat-check', 'PASSWORD_KEY_ID'),
        what: 'makes the passwords of scratch databases',
      },
    ];
    for (const [functionName, variable] of [
      ['lifeboat-check', 'BACKUP_VAULT'],
      ['lifeboat-keep', 'PROVEN_VAULT'],
    ] as const) {
      const name = await deployed.variable(functionName, variable);
      const vault = await describedVault(backup, name);
      // Of one that is gone the check of the vaults tells.
      if (vault !== undefined) used.push({ key: vault.EncryptionKeyArn, what: `encrypts the vault ${name}` });
    }
    const troubles: Trouble[] = [];
    for (const { key, what } of used) {
      const metadata = key === undefined ? undefined : await keyOf(kms, key);
      const trouble = keyTrouble(metadata);
      if (trouble !== undefined)
        troubles.push({
          field: key ?? 'no key',
          words: `the key that ${what} ${trouble}`,
          mend: mendOf(metadata, region, key),
        });
      if (metadata?.KeyManager === 'AWS') {
        troubles.push({
          field: key ?? '',
          words: `the key that ${what} is managed by AWS: nothing can be shared with another account`,
          mend: 'deploy the stack with its own key',
        });
      }
    }
    return troubles;
  },
};

/** The keys of the resources: a key that cannot be used fails the backup, one that AWS manages cannot cross accounts. */
export const resourceKeys: Check = {
  name: 'keys of the resources',
  rights: [
    'tag:GetResources',
    'rds:DescribeDBInstances',
    'rds:DescribeDBClusters',
    'elasticfilesystem:DescribeFileSystems',
    'kms:DescribeKey',
  ],
  ask: async ({ policy, region, client }) => {
    const tagged = await taggedIn(region, client);
    if (tagged.length === 0)
      throw new NotAskable(
        `no resource in ${region} carries lifeboat:tier, so there is no key to look at`,
        'tag what is to be protected; lifeboat plan says how',
      );
    const keys = await keysIn(region, client);
    const byKey = new Map<string, { names: string[]; crosses: boolean }>();
    for (const { arn, tags } of tagged) {
      const key = keys.get(arn);
      if (key === undefined) continue;
      const tier = policy.tiers[askedBy(tags)?.tier ?? ''];
      const isFiles = arn.includes(':elasticfilesystem:');
      const known = byKey.get(key) ?? { names: [], crosses: false };
      known.names.push(arn.split(/[:/]/).at(-1) ?? arn);
      // Points of EFS are encrypted with the key of the vault, whatever key the file system has.
      if (!isFiles && tier?.copies.some(({ to }) => to.account !== null) === true) known.crosses = true;
      byKey.set(key, known);
    }
    const kms = client(KMSClient, { region });
    const troubles: Trouble[] = [];
    for (const [key, { names, crosses }] of [...byKey].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const metadata = await keyOf(kms, key);
      const whose =
        names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
      const trouble = keyTrouble(metadata);
      if (trouble !== undefined)
        troubles.push({ field: key, words: `the key of ${whose} ${trouble}`, mend: mendOf(metadata, region, key) });
      if (crosses && metadata?.KeyManager === 'AWS') {
        troubles.push({
          field: key,
          words: `the key of ${whose} is managed by AWS, and no snapshot under such a key is copied to another account`,
          mend: 'restore them once under a customer key, or give them a tier that copies within the account',
        });
      }
    }
    return troubles;
  },
};

/** The key of each resource that has one, by ARN. */
async function keysIn(region: string, client: Asked['client']): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const rds = client(RDSClient, { region });
  for await (const { DBInstances } of paginateDescribeDBInstances({ client: rds }, {}))
    for (const { DBInstanceArn: arn, KmsKeyId: key } of DBInstances ?? []) if (arn && key) found.set(arn, key);
  for await (const { DBClusters } of paginateDescribeDBClusters({ client: rds }, {}))
    for (const { DBClusterArn: arn, KmsKeyId: key } of DBClusters ?? []) if (arn && key) found.set(arn, key);
  for await (const { FileSystems } of paginateDescribeFileSystems({ client: client(EFSClient, { region }) }, {}))
    for (const { FileSystemArn: arn, KmsKeyId: key } of FileSystems ?? []) if (arn && key) found.set(arn, key);
  return found;
}

function mendOf(key: KeyMetadata | undefined, region: string, id: string | undefined): string {
  const command = (does: string) => `aws kms ${does} --key-id ${id} --region ${region}`;
  if (key?.KeyState === 'PendingDeletion') return `${command('cancel-key-deletion')}, then ${command('enable-key')}`;
  if (key?.KeyState === 'Disabled') return command('enable-key');
  return 'find out who deleted it: what it encrypted cannot be read again';
}

import { homewardSteps, protectThere } from '../afterwards.ts';
import type { AwsCall } from '../aws.ts';
import { type Context, copiesHere, type Resource, refuge } from '../context.ts';
import { fromNewestCopy, fromNewestPoint, noWay } from '../expect.ts';
import { newestPlan, type Plan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book, Step } from '../runbook.ts';
import { check, decide, look, run, stateCall, type, wait } from '../steps.ts';
import { gaps, namesOf, unprotectedWords } from '../words.ts';

const vaultKey = 'alias/lifeboat-vault';

/** A key that cannot be used, at home. Disabled and pending deletion can be undone; deleted cannot, by anybody. */
export const lostKey: Book = (context) => {
  const { home } = context.policy;
  const { resources } = context;
  const regions = [home, ...new Set(resources.flatMap((one) => copiesHere(one).map(({ to }) => to.region)))];
  const files = resources.filter(({ kind }) => kind === 'efs');
  const databases = resources.filter(({ kind }) => kind !== 'efs');
  const saved = resources.filter((one) => refuge(one) !== undefined);
  const when = ({ name }: Resource) => `the key of ${name} is deleted for good`;
  const plans = saved.map((one): Plan => {
    const region = refuge(one) ?? home;
    const copy = copiesHere(one).find(({ to }) => to.region === region);
    return newestPlan(context, one, region, copy === undefined ? undefined : fromNewestCopy(context, one, copy), {
      when: when(one),
    });
  });
  return {
    title: 'A key is lost',
    inShort:
      'A KMS key is disabled, waits for its deletion, or is deleted. The first two are undone with two commands, and nothing is lost. A deleted key takes with it everything that it encrypted: then recover from what another key encrypts.',
    recognise: [
      'Lifeboat says `key-unusable` (a notice), or backups and restores fail with a word about KMS.',
      'RDS shows `inaccessible-encryption-credentials-recoverable` (7 days to mend it) or `inaccessible-encryption-credentials` (too late).',
      'A file system cannot be read or mounted, and its state names the key.',
      'CloudTrail has DisableKey, ScheduleKeyDeletion, PutKeyPolicy or DeleteImportedKeyMaterial.',
    ],
    doNotAct: [
      'If the key is Enabled, a policy, a grant or a role is wrong, not the key. Mend that, and stop.',
      'If the key is Disabled or PendingDeletion, recover nothing: enable it. That loses nothing.',
      'If users still work, they work on what is open already. Do not restart the database or remount files before the key is back: they would not open again.',
      'Do not delete what cannot be read. With the key it can be read again.',
      'If somebody did this on purpose, take `ransomware` at the same time.',
    ],
    expect: resources.flatMap((one) => {
      const undone = {
        ...fromNewestPoint(context, one),
        way: 'enable the key, or cancel its deletion',
        losesAtMostSeconds: 0,
        loses: 'nothing',
        takesAtMostSeconds: null,
        takes: 'minutes; a database has to be started again',
        measured: false,
      };
      const region = refuge(one);
      const copy = copiesHere(one).find(({ to }) => to.region === region);
      const deleted = copy === undefined ? noWay(one, 'no copy under another key') : fromNewestCopy(context, one, copy);
      return [undone, { ...deleted, way: `**if the key is deleted**: ${deleted.way}` }];
    }),
    honestly: [
      `The key ${vaultKey} of ${home} encrypts the points in ${home} of what AWS Backup manages in full: ${namesOf(files)}. If it is deleted, these points are lost; the files themselves are not.`,
      `Points of databases (${namesOf(databases)}) have the key of the database, not of the vault. If that key is deleted, the database **and** its points in ${home} are lost at once.`,
      'Copies in another Region are under a key of that Region. They outlive a key of home. The command below says which key each point has.',
      `If the key of the vault in a copy Region is deleted, the copies there are lost and home is well: start lifeboat-protect for new ones.`,
      ...unprotectedWords(context),
    ],
    parts: [
      {
        title: 'Find the key, and how it is',
        steps: [
          ...regions.map((region) => look(`See the key of the vault in ${region}.`, describe(vaultKey, region))),
          ...databases.map((one) =>
            look(
              `See which key ${one.name} has${one.key === undefined ? '' : ` (the account file says ${one.key})`}, and its state.`,
              keyOf(one, home),
              {
                resource: one.name,
              },
            ),
          ),
          ...files.map((one) =>
            look(`See which key ${one.name} has, and its state.`, keyOf(one, home), { resource: one.name }),
          ),
          ...regions.map((region) =>
            look(`See which key each point in ${region} has.`, {
              service: 'backup',
              operation: 'ListRecoveryPointsByBackupVault',
              input: { BackupVaultName: 'lifeboat' },
              region,
              query: 'RecoveryPoints[].[EncryptionKeyArn,ResourceArn,CreationDate,Status]',
            }),
          ),
        ],
      },
      {
        title: 'Bring it back, today',
        steps: [
          decide(
            'If its state is PendingDeletion, cancel the deletion, then enable it. If Disabled, enable it. If PendingImport, import its material again. If KMS does not know the key any more, it is deleted: go on with the next part. Else stop.',
          ),
          ...regions.flatMap((region) => restored(region)),
          type(
            'Do the same for a key of your own: its id instead of the alias.',
            `aws kms cancel-key-deletion --key-id KEY_ID --region ${home}\naws kms enable-key --key-id KEY_ID --region ${home}`,
            { region: home, when: 'it is the key of a database or of a file system' },
          ),
          check(
            'If you are not allowed to, the key’s policy locks you out too: open a case with AWS Support, with the ARN of the key and the date of its deletion. They need days. Start now.',
          ),
          wait('Wait 5 minutes: KMS tells its other parts with a delay.'),
          ...databases
            .filter(({ kind }) => kind === 'rds')
            .map((one) =>
              run(
                `Start ${one.name} again.`,
                { service: 'rds', operation: 'StartDBInstance', input: { DBInstanceIdentifier: one.id }, region: home },
                { resource: one.name, when: `its status is \`inaccessible-encryption-credentials-recoverable\`` },
              ),
            ),
          ...resources.map((one) =>
            check(`See that ${one.name} is available.`, stateCall(one, home), { resource: one.name }),
          ),
          decide(
            'If all of them are available and answer, go to “How to verify”. If one waits for a key that can still come back, wait with it. Else the key is gone: go on.',
          ),
        ],
      },
      ...recoveryParts(context, plans),
      ...protectThere(saved, when),
    ],
    verify: [
      ...regions.map((region) =>
        check(`See that the key in ${region} is Enabled and has no date of deletion.`, describe(vaultKey, region)),
      ),
      check(
        'Wait for the next backup and the next drill of each resource, or start them: a key that encrypts and does not decrypt shows only there.',
      ),
      ...verifySteps(context, saved, saved[0] === undefined ? home : (refuge(saved[0]) ?? home)),
    ],
    goBack: [
      check(
        'Find out who disabled or deleted it, in CloudTrail, and take that right from whoever does not need it: nobody needs kms:ScheduleKeyDeletion by day.',
      ),
      decide('If nothing had to be recovered, you are done. Else go on: what was recovered has a new key already.'),
      ...homewardSteps(context, saved, {
        notYet: `${home} has no key yet that is safe from the same mistake`,
        originals: `Keep the originals in ${home}: without its key nobody reads one. If AWS Support brings a key back, what was written after \`loses.after\` is there: copy out what the business wants back.`,
        when,
      }),
    ],
    prepare: [
      'Deny kms:ScheduleKeyDeletion and kms:DisableKey for these keys in the organisation (an SCP), and alarm on both calls: the wait is 7 to 30 days, and nobody may see it pass.',
      ...gaps(context, saved, saved[0] === undefined ? undefined : refuge(saved[0])),
      ...withoutRefuge(context),
    ],
  };
};

function withoutRefuge({ resources }: Context): string[] {
  const bare = resources.filter((one) => refuge(one) === undefined);
  return bare.length === 0 ? [] : [`${namesOf(bare)}: no copy under another key. Add \`copies\` to the tier.`];
}

function describe(key: string, region: string): AwsCall {
  const query = 'KeyMetadata.[KeyId,KeyState,DeletionDate,Origin]';
  return { service: 'kms', operation: 'DescribeKey', input: { KeyId: key }, region, query };
}

function keyOf(resource: Resource, region: string): AwsCall {
  const queries = {
    rds: 'DBInstances[].[DBInstanceIdentifier,DBInstanceStatus,KmsKeyId]',
    aurora: 'DBClusters[].[DBClusterIdentifier,Status,KmsKeyId]',
    efs: 'FileSystems[].[FileSystemId,Name,LifeCycleState,KmsKeyId]',
  };
  return { ...stateCall(resource, region), query: queries[resource.kind] };
}

/** CancelKeyDeletion and EnableKey take no alias. */
function restored(region: string): Step[] {
  const id = `$(aws kms describe-key --key-id ${vaultKey} --query KeyMetadata.KeyId --output text --region ${region})`;
  const about = { region, when: `it is the key of the vault in ${region}` };
  return [
    {
      ...type(
        `Cancel the deletion of the vault’s key in ${region}, and enable it.`,
        `KEY=${id}\naws kms cancel-key-deletion --key-id "$KEY" --region ${region}\naws kms enable-key --key-id "$KEY" --region ${region}`,
        about,
      ),
      calls: ['CancelKeyDeletion', 'EnableKey'].map((operation) => ({
        service: 'kms',
        operation,
        input: { KeyId: vaultKey },
        region,
      })),
    },
  ];
}

import type { Kind } from '../../../functions/policy/kind.ts';
import type { Copy } from '../../../functions/policy/policy.ts';
import type { AwsCall } from '../aws.ts';
import { copiesElsewhere, type Resource } from '../context.ts';
import { fromCopyElsewhere, noWay } from '../expect.ts';
import { ownQuestions } from '../recovery.ts';
import type { Book, Part } from '../runbook.ts';
import { check, decide, look, run, type, wait } from '../steps.ts';
import { namesOf, unprotectedWords } from '../words.ts';

/** The account is gone, and with it both Regions of it. What is left is in other accounts, or nowhere. */
export const lostAccount: Book = (context) => {
  const { account, resources } = context;
  const saved = resources.filter((one) => copiesElsewhere(one).length > 0);
  const lost = resources.filter((one) => copiesElsewhere(one).length === 0);
  return {
    title: `The account ${account.id} is lost`,
    inShort:
      saved.length === 0
        ? `**The policy copies nothing to another account. If account ${account.id} is lost, everything in it is lost: data, points, copies in both Regions, evidence.** All that helps is to get the account back. Do that now.`
        : `Get the account back if that can be done; at the same time restore ${namesOf(saved)} by hand in the account that holds their copies.`,
    recognise: [
      'Nobody can log in, with any user, and it is not the identity provider.',
      'AWS wrote that the account is suspended or closed, or CloudTrail of the organisation shows that somebody left with it.',
      'Calls with good credentials are refused everywhere, in every Region and service.',
    ],
    doNotAct: [
      'If only the identity provider is down, the root user still logs in. Use it, and stop here.',
      'If the account is suspended for a bill, pay it. What is in it stays meanwhile, and comes back.',
      'If the account was closed by mistake, AWS Support opens it again within 90 days. Resources run down in the meantime: hurry.',
      'If it is in hostile hands and you can still log in, take `ransomware` first: freeze and shut them out.',
      'If users still work in it, do not recover elsewhere as well: two places that take writes cannot be joined.',
    ],
    expect: resources.flatMap((one) => {
      const copies = copiesElsewhere(one);
      if (copies.length === 0) return [noWay(one, 'no copy in another account')];
      return copies.map((copy) => fromCopyElsewhere(one, copy));
    }),
    honestly: [
      ...(lost.length === 0
        ? []
        : [
            `**${namesOf(lost)}: the policy has no copy in another account. With the account they are lost, for good.** The copy Region is in the same account.`,
          ]),
      'The evidence buckets are in the account as well. What was not copied out of them is lost with it.',
      ...(saved.length === 0
        ? []
        : [
            'Lifeboat makes copies in another account and does nothing else there: they are neither watched nor drilled, none of them is proven, and no function of ours restores them.',
          ]),
      ...unprotectedWords(context),
    ],
    parts: [
      {
        title: 'Try to get it back, at once and all along',
        steps: [
          check(
            'Try the root user: its mail address, password, second factor. If the second factor is lost, AWS lets you in by mail and phone: https://aws.amazon.com/forms/aws-mfa-support',
          ),
          check(
            'Open a case as severe as your plan allows, from another account or from https://support.aws.amazon.com/#/contacts/aws-account-support. Say: account number, since when, what you see.',
          ),
          check(
            'If it belongs to an organisation, see from the management account whether it is a member still, and what its state is.',
          ),
          decide(
            saved.length === 0
              ? 'If the account comes back, take the runbook for what is broken in it. Else keep trying: this page has no other way. Tell the business now.'
              : 'If it comes back sooner than a recovery takes, stop here. Else go on at the same time: a restore there harms nothing.',
          ),
        ],
      },
      ...destinations(saved).map(({ copy, resources: there }) => byHand(copy, there)),
    ],
    verify:
      saved.length === 0
        ? [check('There is nothing to verify until the account is back.')]
        : [
            ...ownQuestions(saved, 'the creation date of the copy'),
            check(
              'Open the application as a user does. Do one thing that writes. Find it again after a reload. If it fails, stop: it is not recovered.',
            ),
            check(
              'Compare the creation date of each copy with what was announced above. If more is lost than announced, say so now.',
            ),
          ],
    goBack:
      saved.length === 0
        ? [
            check(
              'When the account is back: back everything up at once (`lifeboat-protect`), and close the gap below before anything else.',
            ),
          ]
        : [
            decide(
              'If the account comes back in good hands, and users work in the other one by now, stay there. Bring data back by a planned move, as a Region: runbook `region-failure`, “How to go back”. Else stay for good: make that account the home of a new policy.',
            ),
            check(
              'Deploy Lifeboat as home in the new account, tag what was recovered, and let it copy to a third place.',
            ),
          ],
    prepare: [
      ...(lost.length === 0
        ? []
        : [
            `Copy ${namesOf(lost)} to an account that nobody works in: \`copies: [ { to: ACCOUNT/REGION, keep: 90 days } ]\`, in the same organisation, with its own administrators. examples/policies/another-account.yml shows a whole policy, docs/deploy.md what has to be there and what Lifeboat does not do there.`,
          ]),
      'Keys: a database under a key of AWS (`aws/rds`) cannot be copied to another account. Give it a key of your own and share that.',
      'Copy the evidence out: replicate the buckets to that account.',
      'Keep the second factor of the root user, and this page, on paper.',
      ...(saved.length === 0
        ? []
        : [
            'In the account of the copies: a network with a subnet group, a role that AWS Backup may assume, and a restore by hand of each resource every few months. Write down how long it took.',
          ]),
    ],
  };
};

function destinations(saved: readonly Resource[]): { copy: Copy; resources: Resource[] }[] {
  const found = new Map<string, { copy: Copy; resources: Resource[] }>();
  for (const resource of saved) {
    const [copy] = copiesElsewhere(resource);
    if (copy === undefined) continue;
    const key = `${copy.to.account}/${copy.to.region}`;
    const there = found.get(key) ?? { copy, resources: [] };
    there.resources.push(resource);
    found.set(key, there);
  }
  return [...found.values()];
}

/** The vault is AWS Backup's own: it restores without us. */
function byHand({ to }: Copy, resources: readonly Resource[]): Part {
  const { region } = to;
  const databases = resources.filter(({ kind }) => kind !== 'efs');
  return {
    title: `Restore in account ${to.account}, ${region}, by AWS Backup itself`,
    steps: [
      look(`Log in to account ${to.account}. See what copies are there, the newest last.`, pointsIn(region), {}),
      ...resources.map((one) =>
        look(
          `Choose the copy of ${one.name} (${one.arn ?? one.name}) and read how it wants to be restored. Write what it prints to metadata.json, ${metadataWords[one.kind]}.`,
          {
            service: 'backup',
            operation: 'GetRecoveryPointRestoreMetadata',
            input: { BackupVaultName: 'lifeboat', RecoveryPointArn: 'POINT_ARN' },
            region,
          },
          { resource: one.name },
        ),
      ),
      type(
        'Restore each of them. ROLE_ARN is a role there that AWS Backup may assume, such as AWSBackupDefaultServiceRole.',
        `aws backup start-restore-job --recovery-point-arn POINT_ARN --iam-role-arn ROLE_ARN --metadata file://metadata.json --region ${region}`,
        { region },
      ),
      wait('Wait until each restore job is COMPLETED. Nothing has checked its data: ask it yourself, as below.'),
      ...databases.map((one) =>
        run(
          `Give ${one.name} a master password there: the secret of the lost account is gone with it.`,
          {
            service: 'rds',
            operation: one.kind === 'aurora' ? 'ModifyDBCluster' : 'ModifyDBInstance',
            input: {
              [one.kind === 'aurora' ? 'DBClusterIdentifier' : 'DBInstanceIdentifier']: 'RECOVERED_NAME',
              ManageMasterUserPassword: true,
              ApplyImmediately: true,
            },
            region,
          },
          { resource: one.name },
        ),
      ),
      check(
        'Point the application at what was restored. If the hosted zone of its names was in the lost account as well, make the zone anew and delegate to it at the registrar.',
      ),
    ],
  };
}

/** What of the metadata of a point does not hold in another account. */
const metadataWords: Readonly<Record<Kind, string>> = {
  rds: 'with a new DBInstanceIdentifier, and a subnet group, security groups and a key of that account',
  aurora:
    'with a new DBClusterIdentifier, and a subnet group, security groups and a key of that account; a cluster comes without instances: add one when it is there',
  efs: 'with newFileSystem true, Encrypted true, a KmsKeyId of that account and a CreationToken of your own; make mount targets when it is there',
};

function pointsIn(region: string): AwsCall {
  return {
    service: 'backup',
    operation: 'ListRecoveryPointsByBackupVault',
    input: { BackupVaultName: 'lifeboat' },
    region,
    query: 'sort_by(RecoveryPoints,&CreationDate)[].[CreationDate,ResourceArn,Status,RecoveryPointArn]',
  };
}

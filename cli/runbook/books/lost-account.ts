import { partitionOf } from '../../../functions/policy/place.ts';
import type { Copy } from '../../../functions/policy/policy.ts';
import type { AwsCall } from '../aws.ts';
import { type Context, copiesElsewhere, type Resource } from '../context.ts';
import { fromNewestCopy, noWay } from '../expect.ts';
import { type Plan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book, Part } from '../runbook.ts';
import { check, decide, look, start, type, wait } from '../steps.ts';
import { gaps, namesOf, unprotectedWords } from '../words.ts';

/** The account is gone, and with it both Regions of it. What is left is in other accounts, or nowhere. */
export const lostAccount: Book = (context) => {
  const { account, resources } = context;
  const saved = resources.filter((one) => copiesElsewhere(one).length > 0);
  const lost = resources.filter((one) => copiesElsewhere(one).length === 0);
  const plans = saved.flatMap((one): Plan[] => {
    const [copy] = copiesElsewhere(one);
    if (copy === undefined) return [];
    return [
      {
        resource: one,
        region: copy.to.region,
        account: copy.to.account ?? account.id,
        ask: {},
        says: 'the newest copy in that account that passed a drill, else the newest',
        expected: fromNewestCopy(context, one, copy),
      },
    ];
  });
  return {
    title: `The account ${account.id} is lost`,
    inShort:
      saved.length === 0
        ? `**The policy copies nothing to another account. If account ${account.id} is lost, everything in it is lost: data, points, copies in both Regions, evidence.** All that helps is to get the account back. Do that now.`
        : `Get the account back if that can be done; at the same time recover ${namesOf(saved)} in the account that holds their copies.`,
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
      return copies.map((copy) => fromNewestCopy(context, one, copy));
    }),
    honestly: [
      ...(lost.length === 0
        ? []
        : [
            `**${namesOf(lost)}: the policy has no copy in another account. With the account they are lost, for good.** The copy Region is in the same account.`,
          ]),
      'The evidence buckets are in the account as well. What was not copied out of them is lost with it.',
      'A stack in another account has no roster from home. Copies to another account are not yet drilled by Lifeboat, so none of them is proven.',
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
              : 'If it comes back sooner than a recovery takes, stop here. Else go on at the same time: a recovery harms nothing.',
          ),
        ],
      },
      ...destinations(saved).map(({ copy, resources: there }) => standIn(context, copy, there)),
      ...recoveryParts(context, plans),
      ...destinations(saved).map(({ copy, resources: there }) => byHand(copy, there)),
    ],
    verify:
      saved.length === 0
        ? [check('There is nothing to verify until the account is back.')]
        : verifySteps(context, saved, plans[0]?.region ?? ''),
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
            `Copy ${namesOf(lost)} to an account that nobody works in: \`copies: [ { to: ACCOUNT/REGION, keep: 90 days } ]\`, in the same organisation, with its own administrators. examples/policies/another-account.yml shows a whole policy.`,
          ]),
      'Keys: a database under a key of AWS (`aws/rds`) cannot be copied to another account. Give it a key of your own and share that.',
      'Copy the evidence out: replicate the buckets to that account.',
      'Keep the second factor of the root user, and this page, on paper.',
      ...gaps(context, saved, plans[0]?.region),
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

/** Lifeboat in the account that has the copies. */
function standIn(context: Context, { to }: Copy, resources: readonly Resource[]): Part {
  const { region } = to;
  const account = to.account ?? '';
  return {
    title: `Have a Lifeboat in ${account}, ${region}`,
    steps: [
      look(`Log in to account ${account}. See what copies are there, the newest last.`, pointsIn(region), {}),
      decide(
        `If the stack lifeboat is deployed there, go on with the next part. Else deploy it now, with credentials of ${account}.`,
      ),
      type(
        'Deploy the copy part from this repository and this policy. It takes about 10 minutes.',
        `npm ci && npx serverless deploy --region ${region} --param part=copy`,
        { region, when: 'the stack lifeboat is not there' },
      ),
      start(
        context,
        'recover',
        region,
        {},
        `Ask it what it could recover. ${namesOf(resources)} should be in the answer. It creates nothing.`,
        { account },
      ),
    ],
  };
}

/** The vault is AWS Backup's own: it restores without us. */
function byHand({ to }: Copy, resources: readonly Resource[]): Part {
  const { region } = to;
  return {
    title: 'If lifeboat-recover does not know the resource, restore by AWS Backup itself',
    steps: [
      decide(
        'If every recovery above was started, skip this part. Else do it for each resource that was refused as unknown: a stack without a roster knows no names.',
      ),
      ...resources.map((one) => {
        const about = { resource: one.name, when: `lifeboat-recover refused ${one.name} as unknown` };
        const metadata: AwsCall = {
          service: 'backup',
          operation: 'GetRecoveryPointRestoreMetadata',
          input: { BackupVaultName: 'lifeboat', RecoveryPointArn: 'POINT_ARN' },
          region,
        };
        return look(
          `Read how ${one.name} (${arnOf(one)}) wants to be restored. Set its new name, subnet group and security groups in what it prints.`,
          metadata,
          about,
        );
      }),
      type(
        'Restore it.',
        `aws backup start-restore-job --recovery-point-arn POINT_ARN --iam-role-arn arn:${partitionOf(region)}:iam::${to.account}:role/lifeboat-AWSBackup-${region} --metadata file://metadata.json --region ${region}`,
        { region, when: 'lifeboat-recover refused it as unknown' },
      ),
      wait('Wait until the restore job is COMPLETED. Nothing has checked its data: ask it yourself, as below.', {
        when: 'lifeboat-recover refused it as unknown',
      }),
    ],
  };
}

function pointsIn(region: string): AwsCall {
  return {
    service: 'backup',
    operation: 'ListRecoveryPointsByBackupVault',
    input: { BackupVaultName: 'lifeboat' },
    region,
    query: 'sort_by(RecoveryPoints,&CreationDate)[].[CreationDate,ResourceArn,Status,RecoveryPointArn]',
  };
}

function arnOf(resource: Resource): string {
  return resource.arn ?? resource.name;
}

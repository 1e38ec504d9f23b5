import { settleSteps } from '../afterwards.ts';
import type { Resource } from '../context.ts';
import { fromNewestPoint, fromProven } from '../expect.ts';
import { mountStep, newestPlan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book, Step } from '../runbook.ts';
import { arnInput, check, decide, inputName, look, run, start, stateCall, wait } from '../steps.ts';
import { gaps, unprotectedWords } from '../words.ts';
import { unknownInstant } from './data-corruption.ts';

/** Something is not there any more. A recovery point of it is. */
export const accidentalDeletion: Book = (context) => {
  const { home } = context.policy;
  const { resources, at, lastGood = unknownInstant } = context;
  const databases = resources.filter(({ kind }) => kind !== 'efs');
  const files = resources.filter(({ kind }) => kind === 'efs');
  const plans = resources.map((one) =>
    newestPlan(context, one, home, fromNewestPoint(context, one), { when: `${one.name} as a whole is gone` }),
  );
  return {
    title: 'Something was deleted',
    inShort:
      'Rows, files, a database, a file system or recovery points were deleted. Recovery points outlive what they were made of. Do nothing that deletes more; recover what is missing.',
    recognise: [
      'An application misses rows or files that were there.',
      'Lifeboat says `finding:vanished` (a resource is deleted, or lost its tag) or `finding:point-deleted`.',
      'CloudTrail has DeleteDBInstance, DeleteDBCluster, DeleteFileSystem or DeleteRecoveryPoint.',
    ],
    doNotAct: [
      'If the resource is there and only its tag lifeboat:tier is gone, put the tag back. Stop.',
      'If it was meant (a clean-up, a migration), retire the resource instead: lifeboat:tier=retired. Stop.',
      'If its status is `deleting`, nothing can stop that. Do not wait for it either: start with the steps.',
      'If the file is in a snapshot directory, a trash or version control of the application, take it from there. Stop.',
      'If single rows are missing and users are connected, do not switch over: recover beside, and copy the rows back.',
      'If more disappears while you look, this is no accident. Take the runbook `ransomware`.',
    ],
    expect: resources.flatMap((one) => {
      const proven = fromProven(context, one);
      return [fromNewestPoint(context, one), ...(proven === undefined ? [] : [proven])];
    }),
    honestly: [
      'With a deleted database goes its point-in-time window, unless automated backups were retained. Then the newest recovery point is what there is.',
      'A database that is renamed to its old name has its old address again, in the same account and Region: no DNS change. A file system always has a new id.',
      ...unprotectedWords(context),
    ],
    parts: [
      {
        title: 'Find out what is gone',
        steps: [
          ...resources.map((one) =>
            look(`See whether ${one.name} is there.`, stateCall(one, home), { resource: one.name }),
          ),
          ...(databases.length === 0
            ? []
            : [
                look(
                  'See whether RDS kept automated backups of a deleted database. If so, `instant` reaches to its last minutes.',
                  {
                    service: 'rds',
                    operation: 'DescribeDBInstanceAutomatedBackups',
                    input: {},
                    region: home,
                    query: 'DBInstanceAutomatedBackups[].[DBInstanceIdentifier,Status,RestoreWindow.LatestTime]',
                  },
                ),
              ]),
          look('See what is left in the vault, the newest last.', {
            service: 'backup',
            operation: 'ListRecoveryPointsByBackupVault',
            input: { BackupVaultName: 'lifeboat' },
            region: home,
            query: 'sort_by(RecoveryPoints,&CreationDate)[].[CreationDate,ResourceArn,Status,RecoveryPointArn]',
          }),
          check(
            'Find in CloudTrail who deleted it, when, and what else they deleted. Take that person’s or role’s rights away for now if more may follow.',
          ),
        ],
      },
      {
        title: 'Files or rows are gone, and the resource is there',
        steps: [
          ...files.map((one): Step => {
            const [path = 'PATH'] = one.checks.of === 'files' ? one.checks.mustExist : [];
            return start(
              context,
              'recover',
              home,
              { resource: inputName(context, one), instant: lastGood, paths: [path] },
              `Recover single paths of ${one.name}: put those that are missing into \`paths\`, without a first slash.`,
              { resource: one.name, when: `files of ${one.name} are gone` },
            );
          }),
          ...databases.map(
            (one): Step =>
              start(
                context,
                'recover',
                home,
                { resource: inputName(context, one), instant: lastGood },
                `Recover ${one.name} beside production, as it was before the deletion, and copy the rows back.`,
                { resource: one.name, when: `rows of ${one.name} are gone` },
              ),
          ),
          ...(context.lastGood === undefined
            ? [
                check(
                  'Put the last instant at which it was there, in UTC, where LAST_GOOD_INSTANT stands; or print this page again with `--before` and that instant.',
                ),
              ]
            : []),
          decide('If all that was missing is copied back, go to “How to verify”. Else go on.'),
        ],
      },
      ...recoveryParts(context, plans, 'keep'),
      {
        title: 'Give it its old place',
        steps: [
          ...databases.map((one) => rename(one, home)),
          ...files.map((one) => mountStep(one, `${one.name} as a whole was recovered`)),
          wait('Wait until the new name answers, then restart the application.'),
        ],
      },
      {
        title: 'Recovery points are gone',
        steps: [
          decide(
            'If points were deleted and the resource is well, back it up now, below. Nobody but AWS Backup’s own role may delete points of the vault: find out how it was possible. Else go on.',
          ),
          ...resources.map((one) =>
            start(
              context,
              'protect',
              home,
              { resource: arnInput(context, one) },
              `Back up ${one.name} and copy it away, now.`,
              {
                resource: one.name,
                when: `recovery points of ${one.name} were deleted`,
              },
            ),
          ),
        ],
      },
    ],
    verify: verifySteps(context, resources, home),
    goBack: [
      check(
        `What was recovered carries no tag lifeboat:tier, and is not watched until it does. \`${at}\` is when you began; put it into the review.`,
      ),
      decide(
        'If a database has its old name again, give it its tags and do not retire it: its ARN is that of the original. Else go on as written.',
      ),
      ...settleSteps(context, resources),
    ],
    prepare: [
      ...gaps(context, resources, home),
      ...(context.policy.recovery?.[home] === undefined
        ? [
            `${context.policy.file} names no network for recoveries in ${home}. An original that is gone tells none: write \`recovery: { ${home}: { subnet_group: …, security_groups: [ … ], subnets: [ … ] } }\`. Without it lifeboat-recover refuses to bring back what was deleted as a whole, and names the field; give \`subnetGroup\` (or \`subnets\`) and \`securityGroups\` in the input then.`,
          ]
        : []),
      'Switch deletion protection on for every database: RDS then refuses this mistake.',
      'Keep automated backups of databases when they are deleted, and take a final snapshot: both are questions that RDS asks.',
    ],
  };
};

/** The address of a database is made of its name: with the old name it has the old address. */
function rename({ name, id, kind }: Resource, region: string): Step {
  const about = { resource: name, when: `${name} was recovered as a whole, and the original is gone` };
  const says = `Rename the recovered database to ${name}: \`name\` of the output is RECOVERED_NAME. Its address is then the old one.`;
  const [operation, member] = kind === 'aurora' ? ['ModifyDBCluster', 'DBCluster'] : ['ModifyDBInstance', 'DBInstance'];
  const input = {
    [`${member}Identifier`]: 'RECOVERED_NAME',
    [`New${member}Identifier`]: id ?? name,
    ApplyImmediately: true,
  };
  return run(says, { service: 'rds', operation: operation ?? '', input, region }, about);
}

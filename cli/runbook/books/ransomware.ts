import { homewardSteps, protectThere, settleSteps } from '../afterwards.ts';
import { type AwsCall, instant, typed } from '../aws.ts';
import { type Context, copiesElsewhere, copiesHere, type Resource, refuge } from '../context.ts';
import { fromNewestCopy, fromProven, noWay } from '../expect.ts';
import { type Plan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book, Step } from '../runbook.ts';
import { arnInput, check, decide, look, run, silentUntil, start, type, wait } from '../steps.ts';
import { drillWords, gaps, listed, namesOf, unprotectedWords } from '../words.ts';
import { drillRegion, unknownInstant } from './data-corruption.ts';

const dayMilliseconds = 86_400_000;

/** Somebody wants the data gone or held. Freeze first: what expires or is deleted while one reads is lost. */
export const ransomware: Book = (context) => {
  const { home } = context.policy;
  const { resources, lastGood = unknownInstant } = context;
  const regions = [home, ...new Set(resources.flatMap((one) => copiesHere(one).map(({ to }) => to.region)))];
  const away = regions.find((region) => region !== home);
  const elsewhere = resources.filter((one) => copiesElsewhere(one).length > 0);
  const recoveredAway = resources.filter((one) => refuge(one) !== undefined);
  const recoveredHere = resources.filter((one) => refuge(one) === undefined);
  // What was not hit would lose what was written to it since.
  const when = ({ name }: Resource) => `${name} was hit`;
  const plans = resources.map((one): Plan => {
    const region = refuge(one) ?? home;
    return {
      resource: one,
      region,
      ask: { instant: lastGood },
      says: `as it was at ${lastGood}, before the first bad write`,
      expected: fromProven(context, one),
      when: when(one),
    };
  });
  return {
    title: 'Ransomware, or somebody hostile',
    inShort:
      'Freeze first: nothing may expire, be deleted or be overwritten. Then shut the intruder out. Then choose a point from before the first bad write, by what the drills said, and recover it where the intruder is not. In this order.',
    recognise: [
      'Files have new endings, cannot be opened, or a note asks for money. A drill says SUSPECT: `endings of file names`, `share of changed files`.',
      'Tables are empty, or hold bytes that nobody wrote. Drills say FAIL or SUSPECT for data that passed the day before.',
      'CloudTrail shows calls that nobody here made: deleted points, keys scheduled for deletion, new users, schedules stopped.',
      'Lifeboat sends the notices `vault-changed`, `vault-gone`, `point-deleted` or `key-unusable`, or the page `evidence`, more than one of them within an hour. Notices wake nobody: read those of the last days.',
    ],
    doNotAct: [
      'If a clean-up, a migration or a new release explains what the drill saw, it is no attack. Widen the bound in the policy, and stop.',
      'Do not recover into the place that the intruder can still reach. Shut them out first, or it is encrypted again.',
      'Do not delete, reboot or overwrite anything that was hit: it shows how they came in, and police and insurers ask for it.',
      'Do not promote a replica: it holds the encrypted data.',
      'Do not take the newest point because it is the newest. The intruder was there before anybody saw it.',
      'Do not talk about it where the intruder may read along: take another channel than the mail and chat of this account.',
    ],
    expect: resources.flatMap((one) => {
      const rows = [
        fromProven(context, one),
        ...copiesHere(one).map((copy) => fromNewestCopy(context, one, copy)),
      ].filter((row) => row !== undefined);
      if (rows.length === 0) return [noWay(one, 'nothing is copied out of home, and nothing is drilled')];
      return rows.map((row) => ({
        ...row,
        losesAtMostSeconds: null,
        loses: `everything since the first bad write, and before it ${row.loses}`,
      }));
    }),
    honestly: [
      `How far back good points reach: ${reach(resources)}. If the first bad write is older, there is nothing clean.`,
      elsewhere.length === resources.length
        ? 'Every resource has copies in another account, which credentials of this one do not open.'
        : `**${namesOf(resources.filter((one) => !elsewhere.includes(one)))}: no copy in another account.** Somebody with all rights in this one can reach every copy. The vault’s policy and a lock slow them; an account of its own stops them.`,
      ...drillWords(context, resources),
      ...unprotectedWords(context),
    ],
    parts: [
      {
        title: 'Freeze, within the first ten minutes',
        steps: [
          ...regions.map((region) => hold(context, region)),
          ...regions.map((region) =>
            look(
              `See that the key of the vault in ${region} is Enabled. If not, take the runbook \`lost-key\` at once: it has a deadline.`,
              {
                service: 'kms',
                operation: 'DescribeKey',
                input: { KeyId: 'alias/lifeboat-vault' },
                region,
                query: 'KeyMetadata.[KeyState,DeletionDate]',
              },
            ),
          ),
          decide(
            'If backups of bad data hide nothing and you want the evidence, leave the schedules. Else stop them, next: fewer points to choose among, and nothing of the intruder is copied on.',
          ),
          ...stopSchedules(context),
          ...resources.flatMap((one) => quiet(context, one)),
        ],
      },
      {
        title: 'Shut them out',
        steps: [
          check(
            'From a clean machine: change the password and the second factor of the root user and of every administrator. Deactivate all access keys. Revoke sessions of all roles that people use.',
          ),
          type(
            'See who has done what since the first sign. Look for new users, roles, keys, trust policies and deleted points.',
            `aws cloudtrail lookup-events --start-time ${instant(Date.parse(context.at) - dayMilliseconds)} --lookup-attributes AttributeKey=ReadOnly,AttributeValue=false --query 'Events[].[EventTime,Username,EventName]' --output text --region ${home}`,
            { region: home },
          ),
          check('Take the network away from what was hit: a security group without rules. Leave it running.'),
          check(
            'See that the evidence is whole: `npx lifeboat verify` for the bucket of each Region. If it is not, do not trust the verdicts in it; drill again.',
          ),
          decide(
            elsewhere.length === 0
              ? 'If you are not sure that they are out, do not recover here: what is recovered can be hit again. No copy is in another account, so wait until they are out.'
              : `If you are not sure that they are out, restore ${namesOf(elsewhere)} in the other account: runbook \`lost-account\`. Else go on.`,
          ),
        ],
      },
      {
        title: 'Choose a point from before the first bad write',
        steps: [
          start(
            context,
            'recover',
            away ?? home,
            {},
            `Ask Lifeboat in ${away ?? home} which points there are, and which of them passed a drill. It creates nothing.`,
          ),
          check(
            'Find the first bad write: the oldest renamed file, the first failing check, the first call of the intruder. Take the newest point before it whose drill said PASS. Write its instant down.',
          ),
          ...resources.map((one) => {
            const region = drillRegion(one.tier.drill?.from, home);
            return start(
              context,
              'drill',
              region,
              { resource: arnInput(context, one), instant: lastGood },
              `Drill ${one.name} as of that instant, sealed off, before anybody connects to it.`,
              {
                resource: one.name,
                when: `${one.name} was hit, and no drill of it has passed between that instant and the first bad write`,
              },
            );
          }),
          decide(
            'If the drill says FAIL or SUSPECT, go one point further back and drill again. If none passes, the newest PASS of all is the one. Else go on.',
          ),
        ],
      },
      ...recoveryParts(context, plans),
      ...protectThere(recoveredAway, when),
    ],
    verify: [
      ...verifySteps(context, resources, away ?? home),
      check(
        'Scan what was recovered for what the intruder left: users in the database, stored procedures, scripts and web files. A clean restore of a back door is a back door.',
      ),
      check('Change every secret that the data itself holds: passwords, tokens, keys of third parties.'),
    ],
    goBack: [
      ...startSchedules(context),
      ...settleSteps(context, recoveredHere, when),
      ...homewardSteps(context, recoveredAway, {
        notYet: `anybody doubts that the intruder is out of ${home}`,
        originals: `Look at the originals in ${home}. What was written to one after \`loses.after\` is only there, if it was not encrypted. Scan it, and copy out what the business wants back. Keep the originals until police, insurers and the review are done.`,
        when,
      }),
      wait(
        'Keep the legal holds until insurers, police and the review are done. Then cancel them: `aws backup cancel-legal-hold`. Points that are due expire then.',
      ),
    ],
    prepare: [
      ...(elsewhere.length === resources.length
        ? []
        : [
            'Copy to another account: `copies: [ { to: ACCOUNT/REGION, keep: 90 days } ]`, with people and credentials of its own.',
          ]),
      `Lock the vaults in ${listed(regions)} (AWS Backup Vault Lock, compliance mode): then not even the root user deletes points early.`,
      'Keep the credentials of the root user, and this page on paper, where an intruder is not.',
      ...gaps(context, resources, away),
    ],
  };
};

/** Whoever stops backups is not to be paged for their age; everything else is to be heard. */
function quiet(context: Context, resource: Resource): Step[] {
  const asked = [
    { region: context.policy.home, kind: 'rpo' },
    ...copiesHere(resource).map(({ to }) => ({ region: to.region, kind: 'copy_rpo' })),
  ];
  return asked.map(({ region, kind }) =>
    start(
      context,
      'silence',
      region,
      {
        resource: arnInput(context, resource),
        kind,
        until: silentUntil(context.at),
        because: 'ransomware: backups are stopped on purpose',
      },
      `Be quiet for a day about the age of what is no longer backed up (${kind}), and about nothing else.`,
      { resource: resource.name, when: 'you stopped the backups' },
    ),
  );
}

/** A legal hold keeps every point of the vaults, whatever their retention says, until somebody cancels it. */
function hold({ at }: Context, region: string): Step {
  const call: AwsCall = {
    service: 'backup',
    operation: 'CreateLegalHold',
    input: {
      Title: `lifeboat-${at.slice(0, 10)}`,
      Description: 'Incident: nothing expires until this is cancelled',
      RecoveryPointSelection: {
        VaultNames: ['lifeboat', 'lifeboat-proven'],
        DateRange: {
          FromDate: new Date(Date.parse(at) - 365 * dayMilliseconds),
          ToDate: new Date(Date.parse(at) + dayMilliseconds),
        },
      },
    },
    region,
  };
  return run(`Hold every recovery point in ${region}, so that none expires.`, call);
}

function reach(resources: readonly Resource[]): string {
  const words = resources.map((one) => {
    const days = Math.max(one.tier.backup?.keepDays ?? 0, ...one.tier.copies.map(({ keepDays }) => keepDays ?? 0));
    return days === 0 ? `${one.name} as another plan keeps it` : `${one.name} ${days} days`;
  });
  return listed(words);
}

function scheduleNames({ policy, resources }: Context): { name: string; region: string }[] {
  const tiers = [...new Set(resources.map(({ tierName }) => tierName))];
  return tiers
    .filter((tier) => policy.tiers[tier]?.backup !== null)
    .map((tier) => ({ name: `lifeboat-protect-${tier}`, region: policy.home }));
}

function stopSchedules(context: Context): Step[] {
  return scheduleNames(context).map(({ name, region }) =>
    type(`Stop the schedule ${name}.`, switched(name, region, 'DISABLED'), {
      region,
      when: 'you decided to stop the backups',
    }),
  );
}

function startSchedules(context: Context): Step[] {
  return scheduleNames(context).map(({ name, region }) =>
    type(`Start the schedule ${name} again, if it was stopped.`, switched(name, region, 'ENABLED'), { region }),
  );
}

/** UpdateSchedule puts every member that is left out back to its default, so all of them are read and given again. */
function switched(name: string, region: string, state: 'ENABLED' | 'DISABLED'): string {
  const members = ['Name', 'GroupName', 'ScheduleExpression', 'FlexibleTimeWindow', 'Target'].map(
    (one) => `${one}:${one}`,
  );
  const query = `{${members.join(',')},State:\`"${state}"\`}`;
  const get = typed({ service: 'scheduler', operation: 'GetSchedule', input: { Name: name }, region });
  return [
    `${get} --query '${query}' --output json > ${name}.json`,
    `aws scheduler update-schedule --cli-input-json file://${name}.json --region ${region}`,
  ].join('\n');
}

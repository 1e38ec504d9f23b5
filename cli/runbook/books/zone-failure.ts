import { settleSteps } from '../afterwards.ts';
import type { Context, Resource } from '../context.ts';
import { byItself, type Expectation, fromNewestPoint, fromWindow } from '../expect.ts';
import { newestPlan, type Plan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book } from '../runbook.ts';
import { decide, look, stateCall, wait } from '../steps.ts';
import { gaps, namesOf, unprotectedWords, waitFirst } from '../words.ts';

/**
 * Whether it survives the loss of a zone: true, false, or undefined where the account file does not say. Aurora's storage
 * does; but without a reader elsewhere Aurora makes its new instance in the zone of the old one, which is gone.
 */
function survives({ kind, multiAz, oneZone }: Resource): boolean | undefined {
  if (kind === 'efs') return oneZone === undefined ? undefined : oneZone === null;
  return multiAz;
}

function selfWay(resource: Resource, home: string): Expectation {
  if (resource.kind === 'efs') return byItself(resource, home, 'nothing: it is in every zone', 'no time', 0);
  if (resource.kind === 'aurora') {
    return byItself(resource, home, 'Aurora fails over to its reader', 'about a minute', 600);
  }
  return byItself(resource, home, 'RDS fails over to the standby', '1 to 2 minutes', 120);
}

function recovered(context: Context, resource: Resource): Expectation {
  return fromWindow(context, resource) ?? fromNewestPoint(context, resource);
}

/** One zone is gone. What is in several goes on; what is in that one is recovered into another. */
export const zoneFailure: Book = (context) => {
  const { home } = context.policy;
  const { resources } = context;
  const lost = resources.filter((one) => survives(one) !== true);
  const safe = resources.filter((one) => survives(one) === true);
  const unsure = resources.filter((one) => survives(one) === undefined);
  const plans = lost.map(
    (one): Plan =>
      newestPlan(context, one, home, recovered(context, one), {
        first: waitFirst(context, one, recovered(context, one)),
        ...(survives(one) === undefined && { when: `${one.name} was in the failed zone alone` }),
      }),
  );
  return {
    title: 'A zone has failed',
    inShort: `One Availability Zone of ${home} is gone. What stands in several zones goes on by itself. What stood in that one alone is recovered in ${home}, in another zone.`,
    recognise: [
      'Machines, databases and mount targets of one zone stop answering at the same time, and those of other zones do not.',
      'AWS Health names the zone by its id (`euc1-az2`). Your account may know that zone by another name: the command below tells which.',
      'Lifeboat pages `rpo` for what it can no longer back up, after hours. You will know it long before.',
    ],
    doNotAct: [
      ...(safe.length === 0 ? [] : [`${namesOf(safe)}: they go on by themselves. Recover nothing of these.`]),
      ...(unsure.length === 0
        ? []
        : [
            `If ${namesOf(unsure)} turn out to be in several zones (Multi-AZ, or a Regional file system), they go on by themselves: stop for these.`,
          ]),
      'If a database is failing over, wait 5 minutes. Do not reboot it, and do not change it to another class: the other zones are crowded now.',
      'If a Regional file system does not answer in one zone, it is the mount target of that zone. Clients in other zones reach it. Move the clients.',
      'If the zone comes and goes, do not move back and forth. Go away from it once, and stay.',
      'If AWS Health expects the zone back sooner than a recovery takes, and you can wait, stop: a single instance comes back with all its data.',
    ],
    expect: resources.flatMap((one) => {
      const is = survives(one);
      if (is === true) return [selfWay(one, home)];
      const rows = [fromWindow(context, one), fromNewestPoint(context, one)].filter((row) => row !== undefined);
      if (is === false) return rows;
      const inZones = { efs: 'Regional', rds: 'Multi-AZ', aurora: 'in two zones' }[one.kind];
      return [
        {
          ...selfWay(one, home),
          way: `${selfWay(one, home).way}, **if** it is ${inZones}: the account file does not say`,
        },
        ...rows,
      ];
    }),
    honestly: [
      'A One Zone file system that was in the failed zone may be lost for good. AWS says so.',
      'AWS Backup, the vault and the points of home are kept in several zones.',
      'An Aurora cluster keeps its data in three zones. With one instance alone, in the failed zone, nobody reaches it: Aurora makes its new one in that same zone, and cannot while the zone is gone.',
      ...unprotectedWords(context),
    ],
    parts: [
      {
        title: 'Look',
        steps: [
          look('Find the name of the failed zone in this account.', {
            service: 'ec2',
            operation: 'DescribeAvailabilityZones',
            input: {},
            region: home,
            query: 'AvailabilityZones[].[ZoneName,ZoneId,State]',
          }),
          ...resources.map((one) =>
            look(`See in which zone ${one.name} is, and how it is.`, stateCall(one, home), { resource: one.name }),
          ),
        ],
      },
      {
        title: 'Decide',
        steps: [
          decide(
            'If everything that failed goes on by itself (see “When not to act”), watch it do so, and stop. Else go on.',
          ),
          wait('Wait 5 minutes for failovers to end.'),
          decide(
            'If the subnet group of a database has no subnet in a healthy zone, give another with `subnetGroup` in the input. For a file system give `subnets` of healthy zones. Else the original network is taken, and RDS picks a zone.',
          ),
        ],
      },
      ...recoveryParts(context, plans),
    ],
    verify: verifySteps(context, lost, home),
    goBack: settleSteps(context, lost),
    prepare: [
      ...gaps(context, lost, home),
      ...lost
        .filter((one) => survives(one) === undefined)
        .map(({ name, kind }) =>
          kind === 'efs'
            ? `Whether ${name} is in one zone is not known: write \`one_zone: eu-central-1a\` (its zone) or \`one_zone: false\` into ${context.account.file}.`
            : `Whether ${name} is Multi-AZ is not known: write \`multi_az: true\` or \`false\` into ${context.account.file}.`,
        ),
      ...lost
        .filter((one) => survives(one) === false)
        .map(({ name, kind }) =>
          kind === 'efs'
            ? `${name} is in one zone. A Regional file system survives this.`
            : `${name} is in one zone. Multi-AZ survives this.`,
        ),
    ],
  };
};

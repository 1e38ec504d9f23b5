import { settleSteps } from '../afterwards.ts';
import { byItself, fromNewestPoint, fromWindow } from '../expect.ts';
import { newestPlan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book } from '../runbook.ts';
import { clientsCall, decide, look, run, stateCall, wait } from '../steps.ts';
import { gaps, namesOf, unprotectedWords, waitFirst } from '../words.ts';

/** One database instance is gone. Most of them come back by themselves. */
export const instanceFailure: Book = (context) => {
  const { home } = context.policy;
  const databases = context.resources.filter(({ kind }) => kind !== 'efs');
  const files = context.resources.filter(({ kind }) => kind === 'efs');
  const standby = databases.filter(({ multiAz }) => multiAz === true);
  const expected = new Map(databases.map((one) => [one, fromWindow(context, one) ?? fromNewestPoint(context, one)]));
  return {
    title: 'One instance has failed',
    inShort: `A database instance in ${home} does not answer. RDS repairs most of this by itself: wait first, reboot second, recover last.`,
    recognise: [
      `The application cannot connect to one of ${namesOf(databases)}, and the others answer.`,
      'RDS shows a status other than `available`, or an event of the category `failure` or `failover`.',
      'Lifeboat does not watch whether an instance answers: your own monitoring tells you. A page `pitr_rpo` says that its log backups have stopped.',
      ...(files.length === 0
        ? []
        : [
            `A file system (${namesOf(files)}) has no instance. If one machine cannot mount it and others can, mend the machine.`,
          ]),
    ],
    doNotAct: [
      'If the status is `modifying`, `rebooting`, `upgrading`, `maintenance` or `backing-up`, it is work in progress. Wait, then stop.',
      ...databases
        .filter(({ maintenance }) => maintenance !== undefined)
        .map(
          ({ name, maintenance }) =>
            `If it is now within ${maintenance} UTC, this is the maintenance window of ${name}. Wait until it is over.`,
        ),
      'If the status is `storage-full`, it is not dead: give it more storage. A recovery has the same size and is as full.',
      'If it has a standby (Multi-AZ) or an Aurora reader, it fails over by itself within minutes. Wait 5 minutes. A reboot in the middle makes it longer.',
      'If users are still connected and their statements succeed, it has not failed. Stop.',
      'A single instance on a broken host is moved by RDS, with its volume. The volume holds everything; a recovery does not.',
    ],
    expect: databases.flatMap((one) => {
      const way = one.kind === 'aurora' ? 'Aurora replaces the instance' : 'RDS fails over';
      const self = byItself(
        one,
        home,
        way,
        one.kind === 'aurora' ? 'about a minute with a reader, about 10 without' : '1 to 2 minutes',
        600,
      );
      const recovered = [fromWindow(context, one), fromNewestPoint(context, one)].filter((row) => row !== undefined);
      if (one.kind === 'aurora' || one.multiAz === true) return [self, ...recovered];
      if (one.multiAz === false) return recovered;
      return [{ ...self, way: `${way}, **if** it is Multi-AZ: the account file does not say` }, ...recovered];
    }),
    honestly: [
      'A recovery ends with a new instance under a new name. It never touches the original.',
      ...unprotectedWords(context),
    ],
    parts: [
      {
        title: 'Look',
        steps: [
          ...databases.map((one) =>
            look(
              `See the state of ${one.name}: status, Multi-AZ, zone, latest restorable time.`,
              stateCall(one, home),
              {
                resource: one.name,
              },
            ),
          ),
          look('See what RDS says has happened in the last hour.', {
            service: 'rds',
            operation: 'DescribeEvents',
            input: { Duration: 60 },
            region: home,
            query: 'Events[].[Date,SourceIdentifier,Message]',
          }),
          ...databases.map((one) =>
            look(`See whether clients are still connected to ${one.name}.`, clientsCall(context, one, home), {
              resource: one.name,
            }),
          ),
        ],
      },
      {
        title: 'Decide',
        steps: [
          decide(
            'If any line under “When not to act” holds, wait as it says, then look again. Else go on with the next step.',
          ),
          ...standby.map((one) =>
            run(
              `Make ${one.name} fail over.`,
              one.kind === 'aurora'
                ? {
                    service: 'rds',
                    operation: 'FailoverDBCluster',
                    input: { DBClusterIdentifier: one.id },
                    region: home,
                  }
                : {
                    service: 'rds',
                    operation: 'RebootDBInstance',
                    input: { DBInstanceIdentifier: one.id, ForceFailover: true },
                    region: home,
                  },
              {
                resource: one.name,
                when: `${one.name} has a standby, 5 minutes have passed, and it still does not answer`,
              },
            ),
          ),
          ...databases
            .filter((one) => one.multiAz !== true && one.kind === 'rds')
            .map((one) =>
              run(
                `Reboot ${one.name}.`,
                {
                  service: 'rds',
                  operation: 'RebootDBInstance',
                  input: { DBInstanceIdentifier: one.id },
                  region: home,
                },
                { resource: one.name, when: `${one.name} is \`available\` and still answers nobody` },
              ),
            ),
          wait('Wait 5 minutes after a failover or a reboot, and connect again.'),
        ],
      },
      ...recoveryParts(
        context,
        databases.map((one) =>
          newestPlan(context, one, home, expected.get(one), { first: waitFirst(context, one, expected.get(one)) }),
        ),
      ),
    ],
    verify: verifySteps(context, databases, home),
    goBack: settleSteps(context, databases),
    prepare: [
      ...gaps(context, databases, home),
      ...databases
        .filter(({ multiAz, kind }) => multiAz !== true && kind === 'rds')
        .map(({ name, multiAz }) =>
          multiAz === false
            ? `${name} is a single instance. With Multi-AZ its failure costs two minutes and no data.`
            : `Whether ${name} is Multi-AZ is not known: write \`multi_az: true\` or \`false\` into ${context.account.file}.`,
        ),
    ],
  };
};

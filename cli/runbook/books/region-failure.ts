import { inWords } from '../../../functions/policy/duration.ts';
import { homewardSteps, protectThere } from '../afterwards.ts';
import type { AwsCall } from '../aws.ts';
import { type Context, copiesHere, type Replica, type Resource, refuge } from '../context.ts';
import { type Expectation, fromNewestCopy, fromProven, fromReplica, fromWindow, noWay } from '../expect.ts';
import { newestPlan, type Plan, recoveryParts, verifySteps } from '../recovery.ts';
import type { Book, Part, Step } from '../runbook.ts';
import { check, decide, lagCall, look, run, silentUntil, start } from '../steps.ts';
import { gaps, listed, namesOf, unprotectedWords } from '../words.ts';

/** Home is gone. The copy Region has the copies, its own Lifeboat, and all that it needs to know. */
export const regionFailure: Book = (context) => {
  const { home } = context.policy;
  const { resources } = context;
  const saved = resources.filter((one) => refuge(one) !== undefined);
  const lost = resources.filter((one) => refuge(one) === undefined);
  const regions = [...new Set(saved.map((one) => refuge(one) ?? ''))];
  const where = listed(regions);
  const replicated = saved.filter((one) => replicaOf(one) !== undefined);
  return {
    title: `The Region ${home} has failed`,
    inShort:
      saved.length === 0
        ? `Nothing of this account is copied out of ${home}. **If ${home} is lost, everything is lost.** Wait for it.`
        : `${home} does not answer. Bring ${namesOf(saved)} back in ${where}, from ${replicated.length === 0 ? 'copies' : 'replicas and copies'}, and send users there. Nothing of ${home} is needed.`,
    recognise: [
      `Several services of ${home} fail at once, seen from outside of it, for more than 10 minutes.`,
      `AWS Health (https://health.aws.amazon.com/health/status) names ${home}.`,
      `Lifeboat in ${where} pages that the heartbeat of ${home} is missing (within 6 minutes), then \`roster\` (after 3 hours) and \`copy_rpo\`. It goes on by itself.`,
    ],
    doNotAct: [
      'If one service or one zone is gone and others work, this is not it. Take `instance-failure` or `zone-failure`, and stop here.',
      `If users are still connected to ${home} and their writes succeed, do not fail over: two Regions that both take writes cannot be joined again. Stop.`,
      'If AWS expects it back sooner than this takes (the table below), and you can wait, stop. Every failover loses the writes since the last copy.',
      'If a deployment or a maintenance of your own was going on, undo that first. Else go on.',
      'If a replica lags more than its objective, or copied the mistake that you flee from, do not promote it. Recover from copies.',
      'If nobody who may decide about lost data has said yes, do not promote and do not change DNS. Recoveries alone harm nothing: start them now, and decide while they run.',
    ],
    expect: resources.flatMap((one) => waysOf(context, one)),
    honestly: [
      `What was written in ${home} after the announced instant is lost to users until ${home} comes back. It may be found there later; nobody can merge it for you.`,
      'The times count from the start of the recovery until the checks are answered. Deciding, DNS and restarting the application come on top.',
      ...(lost.length === 0 ? [] : [`**${namesOf(lost)}: no copy outside of ${home}.** They are lost if ${home} is.`]),
      ...unprotectedWords(context),
    ],
    parts: [
      ...regions.map((region) => lookAndDecide(context, region)),
      ...promoteParts(context, replicated),
      ...waitingForReplicas(
        recoveryParts(
          context,
          saved.map((one) => planOf(context, one)),
        ),
        replicated,
      ),
      ...protectThere(saved),
    ],
    verify: [
      ...verifySteps(context, saved, regions[0] ?? home),
      check(
        `See that Lifeboat in ${where} still runs: its function lifeboat-watch, each minute. It does not back up what you recovered: AWS does, by what you switched on.`,
      ),
    ],
    goBack: homewardSteps(context, saved, {
      notYet: `${home} has been well for less than a day`,
      originals: `Compare the original in ${home} with what was recovered. What was written there after \`loses.after\` is still in it. Copy out what the business wants back. Do this before anything is deleted.`,
    }),
    prepare: [
      ...regions.flatMap((region) =>
        gaps(
          context,
          saved.filter((one) => refuge(one) === region),
          region,
        ),
      ),
      ...lost.map(({ name, tierName }) => `${name}: tier ${tierName} copies to no other Region. Add \`copies\` to it.`),
      `Route 53 is changed through us-east-1. If ${home === 'us-east-1' ? 'home' : 'that Region'} is what failed, a record cannot be changed: failover records with health checks, made before, still switch by themselves.`,
      `Ask for the same quotas in ${where} as in ${home}: instances, storage, addresses. A Region that many flee to has little to spare.`,
    ],
  };
};

function replicaOf(resource: Resource): Replica | undefined {
  return resource.replicas.find(({ region }) => region === refuge(resource));
}

/** Automated backups that RDS replicates to where the resource is recovered: lifeboat-recover takes them by itself. */
function windowOf(context: Context, resource: Resource): Expectation[] | undefined {
  const region = refuge(resource);
  if (region === undefined || resource.backupsIn !== region) return undefined;
  const window = fromWindow(context, resource, region);
  return window === undefined ? undefined : [window];
}

function waysOf(context: Context, resource: Resource) {
  const region = refuge(resource);
  const copies = copiesHere(resource);
  if (region === undefined) return [noWay(resource, `its tier ${resource.tierName} copies to no other Region`)];
  const replica = replicaOf(resource);
  const proven = resource.tier.drill?.from === 'home' ? undefined : fromProven(context, resource);
  return [
    ...(replica === undefined ? [] : [fromReplica(resource, replica)]),
    ...(windowOf(context, resource) ?? []),
    ...copies.filter(({ to }) => to.region === region).map((copy) => fromNewestCopy(context, resource, copy)),
    ...(proven === undefined ? [] : [proven]),
  ];
}

function planOf(context: Context, resource: Resource): Plan {
  const region = refuge(resource) ?? '';
  const copy = copiesHere(resource).find(({ to }) => to.region === region);
  const [window] = windowOf(context, resource) ?? [];
  const expected = window ?? (copy === undefined ? undefined : fromNewestCopy(context, resource, copy));
  const replica = replicaOf(resource)?.id;
  const unpromoted = replica === undefined ? {} : { replica, when: `the replica of ${resource.name} was not promoted` };
  return newestPlan(context, resource, region, expected, unpromoted);
}

function lookAndDecide(context: Context, region: string): Part {
  const { home } = context.policy;
  const until = silentUntil(context.at);
  return {
    title: `See what ${region} has, and decide`,
    steps: [
      look(
        `See from outside whether ${home} answers. An answer within seconds means: look again at “When not to act”.`,
        {
          service: 'rds',
          operation: 'DescribeDBInstances',
          input: {},
          region: home,
          query: 'DBInstances[].[DBInstanceIdentifier,DBInstanceStatus]',
        },
      ),
      start(
        context,
        'recover',
        region,
        {},
        `Ask Lifeboat in ${region} what it could recover. It creates nothing. The answer names each resource, its points, and what each loses.`,
      ),
      decide(
        'If whoever decides about lost data accepts what the answer says of each resource, go on. If one is missing or too old, tell them, and go on with the others. Else stop.',
      ),
      check(
        `Lifeboat brings back data, not applications. Have yours started in ${region} now, by whoever deploys it, while the recoveries run: it takes as long.`,
      ),
      start(
        context,
        'silence',
        region,
        { resource: 'pipeline', kind: 'roster', until, because: `${home} is down` },
        `Be quiet in ${region} for a day about the roster that home no longer writes. All other pages still come.`,
      ),
    ],
  };
}

function promoteParts(context: Context, resources: readonly Resource[]): Part[] {
  if (resources.length === 0) return [];
  return [
    {
      title: 'Promote the replicas that may be promoted',
      steps: resources.flatMap((resource) => {
        const replica = replicaOf(resource);
        return replica === undefined ? [] : promote(context, resource, replica);
      }),
    },
  ];
}

function promote(context: Context, resource: Resource, replica: Replica): Step[] {
  const { name } = resource;
  const bound = resource.tier.objectives.replica_rpo;
  const allowed = bound === undefined ? 'more than the business accepts' : `more than ${inWords(bound)} (replica_rpo)`;
  const about = { resource: name };
  return [
    look(
      `See how far the replica ${replica.id} of ${name} lagged when ${context.policy.home} failed.`,
      lagCall(context, resource, replica),
      about,
    ),
    decide(
      `If it lagged ${allowed}, if its lag is not known, or if bad data may have reached it, do not promote it: recover ${name} from copies, below. Else promote it.`,
      about,
    ),
    run(
      `Promote ${replica.id}. This cannot be undone: it never follows ${name} again. Do not wait for it: start the recoveries.`,
      promotion(resource, replica),
      about,
    ),
  ];
}

/** A promotion takes as long as some recoveries do: it is waited for beside them, and not before. */
function waitingForReplicas(parts: readonly Part[], resources: readonly Resource[]): Part[] {
  const [starts, waits, ...rest] = parts;
  if (starts === undefined || waits === undefined) return [...parts];
  const checks = resources.flatMap((resource) => {
    const replica = replicaOf(resource);
    if (replica === undefined) return [];
    return [
      check(
        `Wait until ${replica.id} is available, and read something new from it. It is promoted when it takes writes.`,
        availability(resource, replica),
        { resource: resource.name, when: `the replica of ${resource.name} was promoted` },
      ),
    ];
  });
  return [starts, { ...waits, steps: [...checks, ...waits.steps] }, ...rest];
}

function promotion({ kind, id = 'SOURCE_FILE_SYSTEM_ID' }: Resource, replica: Replica): AwsCall {
  const { region } = replica;
  if (kind === 'rds') {
    const input = { DBInstanceIdentifier: replica.id, BackupRetentionPeriod: 7 };
    return { service: 'rds', operation: 'PromoteReadReplica', input, region };
  }
  if (kind === 'aurora') {
    const input = {
      GlobalClusterIdentifier: 'GLOBAL_CLUSTER_ID',
      TargetDbClusterIdentifier: replica.id,
      AllowDataLoss: true,
    };
    return { service: 'rds', operation: 'FailoverGlobalCluster', input, region };
  }
  // The other side does not answer: only this one is told.
  const input = { SourceFileSystemId: id, DeletionMode: 'LOCAL_CONFIGURATION_ONLY' };
  return { service: 'efs', operation: 'DeleteReplicationConfiguration', input, region };
}

function availability({ kind }: Resource, { region, id }: Replica): AwsCall {
  if (kind === 'efs') {
    const query = 'FileSystems[].[LifeCycleState,FileSystemProtection.ReplicationOverwriteProtection]';
    return { service: 'efs', operation: 'DescribeFileSystems', input: { FileSystemId: id }, region, query };
  }
  if (kind === 'aurora') {
    return {
      service: 'rds',
      operation: 'DescribeDBClusters',
      input: { DBClusterIdentifier: id },
      region,
      query: 'DBClusters[].Status',
    };
  }
  const query = 'DBInstances[].[DBInstanceStatus,ReadReplicaSourceDBInstanceIdentifier]';
  return { service: 'rds', operation: 'DescribeDBInstances', input: { DBInstanceIdentifier: id }, region, query };
}

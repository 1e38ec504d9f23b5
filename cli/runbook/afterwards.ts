import type { AwsCall } from './aws.ts';
import { type Context, type Resource, refuge } from './context.ts';
import { dnsCall } from './recovery.ts';
import type { Part, Step } from './runbook.ts';
import { check, decide, run, start, wait } from './steps.ts';

/** The only case in which a resource is recovered at all, as a step's `when` says it. */
type When = (resource: Resource) => string;

/** After a recovery at home: what was recovered becomes the one that counts, and the original stays to be looked at. */
export function settleSteps(context: Context, resources: readonly Resource[], when?: When): Step[] {
  if (resources.length === 0) return [];
  return [
    decide(
      'If what was recovered turns out worse than the original, and the original works, change DNS (or the mount) back to the original. It was never touched. What was written since is only in the recovered one. Else go on.',
    ),
    ...resources.flatMap((resource) => handOver(context, resource, when)),
    wait(
      'Wait until Lifeboat has seen the tags (an hour at most) and a backup of the recovered one has passed a drill. Until then keep the original.',
    ),
    decide(
      'If nobody has needed the original for 7 days, take a last snapshot of it and delete it. Else keep it. Its recovery points stay until they expire.',
    ),
  ];
}

/** The tier goes over: the recovered one is protected from now on, and nobody is paged for the original. */
function handOver(context: Context, resource: Resource, when: When | undefined): Step[] {
  const { home } = context.policy;
  const { name, tierName, checksName, arn } = resource;
  const about = aboutIt(resource, when);
  const tags = [
    { Key: 'lifeboat:tier', Value: tierName },
    ...(checksName === null ? [] : [{ Key: 'lifeboat:checks', Value: checksName }]),
  ];
  return [
    run(
      `Protect the recovered ${name}: give it the tags of the original. \`arn\` of the output is RECOVERED_ARN.`,
      tagCall(resource, 'RECOVERED_ARN', tags, home),
      about,
    ),
    run(
      `Retire the original ${name}, so that nobody is paged for it.`,
      tagCall(resource, arn ?? 'ORIGINAL_FILE_SYSTEM_ID', [{ Key: 'lifeboat:tier', Value: 'retired' }], home),
      about,
    ),
  ];
}

function tagCall(
  { kind }: Resource,
  arn: string,
  tags: readonly { Key: string; Value: string }[],
  region: string,
): AwsCall {
  if (kind === 'efs') {
    const ResourceId = arn === 'RECOVERED_ARN' ? 'RECOVERED_FILE_SYSTEM_ID' : (arn.split('/')[1] ?? arn);
    return { service: 'efs', operation: 'TagResource', input: { ResourceId, Tags: tags }, region };
  }
  return { service: 'rds', operation: 'AddTagsToResource', input: { ResourceName: arn, Tags: tags }, region };
}

/** What going home depends on, which differs by what was wrong there. */
interface Homeward {
  /** When to stay away for now: completes `If …`. */
  readonly notYet: string;
  /** What to do about the originals first. */
  readonly originals: string;
  readonly when?: When;
}

/** Back home after a recovery away from it: a planned move, by replication, without loss. */
export function homewardSteps(context: Context, resources: readonly Resource[], homeward: Homeward): Step[] {
  if (resources.length === 0) return [];
  const { home } = context.policy;
  const { notYet, originals, when } = homeward;
  return [
    decide(
      `If ${notYet}, stop and stay where you are: going back is planned work, by day, announced, with those at hand who know the application. Else go on.`,
    ),
    check(originals),
    ...resources.map((resource) => follow(context, resource, aboutIt(resource, when))),
    wait(
      'Wait until each new replica at home has caught up: a lag of 0 seconds, or a LastReplicatedTimestamp that moves.',
    ),
    decide(
      'If the application can be stopped for some minutes now, stop its writers, and wait until the lag is 0 once more. Else stop here and plan another hour.',
    ),
    ...resources.map((resource) => release(context, resource, aboutIt(resource, when))),
    ...resources
      .filter(({ kind }) => kind !== 'efs')
      .map((resource) =>
        run(
          `Change the name for ${resource.name} to the promoted one at home.`,
          dnsCall(resource),
          aboutIt(resource, when),
        ),
      ),
    check(
      `Start the application at home. Verify as above. Then give the promoted ones the tags lifeboat:tier and lifeboat:checks, retire the old originals (lifeboat:tier=retired), and start a backup at once.`,
    ),
    start(
      context,
      'protect',
      home,
      { resource: 'PROMOTED_ARN' },
      'Back up each of the promoted ones, when Lifeboat has seen its tags: an hour at most.',
    ),
  ];
}

/** Away from home Lifeboat backs nothing up: AWS's own backups have to do. */
export function protectThere(resources: readonly Resource[], when?: When): Part[] {
  if (resources.length === 0) return [];
  const steps = resources.map((resource) => backUpThere(resource, aboutIt(resource, when)));
  return [{ title: 'Protect what you have now, today', steps }];
}

function backUpThere(resource: Resource, about: About): Step {
  const { name, kind } = resource;
  const region = placeOf(resource);
  const says = `Switch on AWS's own backups of the recovered ${name} in ${region}, today: Lifeboat backs up at home only.`;
  const call: AwsCall =
    kind === 'efs'
      ? {
          service: 'efs',
          operation: 'PutBackupPolicy',
          input: { FileSystemId: 'RECOVERED_FILE_SYSTEM_ID', BackupPolicy: { Status: 'ENABLED' } },
          region,
        }
      : kind === 'aurora'
        ? {
            service: 'rds',
            operation: 'ModifyDBCluster',
            input: { DBClusterIdentifier: 'RECOVERED_NAME', BackupRetentionPeriod: 7, ApplyImmediately: true },
            region,
          }
        : {
            service: 'rds',
            operation: 'ModifyDBInstance',
            input: { DBInstanceIdentifier: 'RECOVERED_NAME', BackupRetentionPeriod: 7, ApplyImmediately: true },
            region,
          };
  return run(says, call, about);
}

/** A replica at home that follows what runs away from home. */
function follow({ policy }: Context, resource: Resource, about: About): Step {
  const { name, kind } = resource;
  const { home } = policy;
  const region = placeOf(resource);
  if (kind === 'efs') {
    return run(
      `Replicate the recovered ${name} to a new file system in ${home}.`,
      {
        service: 'efs',
        operation: 'CreateReplicationConfiguration',
        input: { SourceFileSystemId: 'RECOVERED_FILE_SYSTEM_ID', Destinations: [{ Region: home }] },
        region,
      },
      about,
    );
  }
  if (kind === 'aurora') {
    return run(
      `Make the recovered ${name} the first of a global database, and add a cluster in ${home} to it from the console.`,
      {
        service: 'rds',
        operation: 'CreateGlobalCluster',
        input: { GlobalClusterIdentifier: `${name}-homeward`, SourceDBClusterIdentifier: 'RECOVERED_ARN' },
        region,
      },
      about,
    );
  }
  return run(
    `Make a replica of the recovered ${name} in ${home}. If it is encrypted, add --kms-key-id with a key of ${home}.`,
    {
      service: 'rds',
      operation: 'CreateDBInstanceReadReplica',
      input: { DBInstanceIdentifier: `${name}-home`, SourceDBInstanceIdentifier: 'RECOVERED_ARN' },
      region: home,
    },
    about,
  );
}

/** The replica at home begins to take writes. */
function release({ policy }: Context, resource: Resource, about: About): Step {
  const { name, kind } = resource;
  const { home } = policy;
  const says = `Let the one in ${home} take the writes of ${name}.`;
  const call: AwsCall =
    kind === 'efs'
      ? {
          service: 'efs',
          operation: 'DeleteReplicationConfiguration',
          input: { SourceFileSystemId: 'RECOVERED_FILE_SYSTEM_ID' },
          region: placeOf(resource),
        }
      : kind === 'aurora'
        ? {
            service: 'rds',
            operation: 'SwitchoverGlobalCluster',
            input: { GlobalClusterIdentifier: `${name}-homeward`, TargetDbClusterIdentifier: 'HOME_CLUSTER_ARN' },
            region: home,
          }
        : {
            service: 'rds',
            operation: 'PromoteReadReplica',
            input: { DBInstanceIdentifier: `${name}-home`, BackupRetentionPeriod: 7 },
            region: home,
          };
  return run(says, call, about);
}

type About = Pick<Step, 'resource' | 'when'>;

function aboutIt(resource: Resource, when: When | undefined): About {
  return { resource: resource.name, ...(when !== undefined && { when: when(resource) }) };
}

function placeOf(resource: Resource): string {
  return refuge(resource) ?? 'REGION';
}

import type { SimulatedAccount } from '../world/account.ts';
import { type CallEntry, hadEffect, type TraceEntry } from '../world/trace.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';
import { recordOf } from './record.ts';
import { fileProbe, scratchIn, scratchPrefix } from './scratch.ts';

/** A drill may take its state machine's time limit, and the sweep comes every hour. */
const longestLifeMilliseconds = 26 * 3_600_000;

/**
 * Invariant 1, no orphan: every scratch resource is in the ledger before the call that creates it, and gone in time.
 * What a drill creates is known by its birth: a database by its name, a file system by its tag, a version of the probe by its
 * description; snapshots and automated backups of such a database are scratch too. What a recovery makes
 * stays, and is announced in the ledger all the same, or tagged as recovered in the call that creates it. Nothing is struck
 * from the ledger while it is there or a restore may still create it, and no drill says that its scratch is gone while it stands.
 * What stands in a Region that is gone nobody can take down.
 */
export function noOrphan({ goneFrom }: Pick<Leave, 'goneFrom'> = {}): Checker {
  const registered = new Set<string>();
  const firstSeen = new Map<string, number>();
  const overdue = new Set<string>();
  const violations: string[] = [];
  let created = 0;
  let truth: SimulatedAccount | undefined;
  /** What rows of the ledger name, by Region and sort key; and what attempts made. */
  const named = new Map<string, string>();
  const made = new Map<string, string>();

  /** Whether scratch stands in a Region, or a restore that runs will put it there. */
  const isThere = (regionName: string, name: string): string | undefined => {
    const services = truth?.regions.find((region) => region.name === regionName)?.services;
    if (services === undefined || name === '') return undefined;
    const { RDS, EFS, Lambda, Backup } = services;
    const isFound =
      Lambda.versions(fileProbe).some(({ description }) => versionOf(description) === name) ||
      [...RDS.instances, ...RDS.clusters].some(({ identifier }) => identifier === name) ||
      EFS.fileSystems.some(({ tags }) => tags.get('lifeboat:scratch') === name);
    if (isFound) return 'is there';
    const coming = Backup.truth().restoreJobs.some(
      ({ status, metadata }) =>
        (status === 'PENDING' || status === 'RUNNING') &&
        (metadata.DBInstanceIdentifier === name || metadata.dbClusterIdentifier === name),
    );
    return coming ? 'is still being restored' : undefined;
  };

  /** Whether a restore ran at an instant that would put scratch in a Region: it cannot be cancelled, and the sweep waits for it. */
  const wasComing = (regionName: string, name: string, at: number): boolean =>
    (truth?.regions.find((region) => region.name === regionName)?.services.Backup.truth().restoreJobs ?? []).some(
      ({ createdAt, completedAt, metadata }) =>
        createdAt <= at &&
        (completedAt ?? Number.POSITIVE_INFINITY) > at &&
        (metadata.DBInstanceIdentifier === name || metadata.dbClusterIdentifier === name),
    );

  const seeRow = (entry: CallEntry) => {
    const { Item, Key } = entry.input as Readonly<Record<'Item' | 'Key', Readonly<Record<string, { S?: string }>>>>;
    if (entry.operation === 'PutItem' && Item?.pk?.S === 'SCRATCH') {
      // All versions of the probe have one name: each is known by its drill.
      const name = (Item.what?.S === 'probe-version' ? Item.sk?.S : Item.name?.S) ?? '';
      named.set(place(entry, Item.sk?.S ?? ''), name);
      registered.add(place(entry, name));
      if (Item.what?.S === 'database' || Item.what?.S === 'file-system')
        made.set(`${entry.region} ${Item.attempt?.S}`, Item.name?.S ?? '');
    }
    if (entry.operation !== 'DeleteItem' || Key?.pk?.S !== 'SCRATCH') return;
    const name = named.get(`${entry.region} ${Key.sk?.S}`) ?? '';
    const how = isThere(entry.region, name);
    if (how !== undefined)
      violations.push(`${entry.at} ${name} is struck from the ledger of ${entry.region}, and ${how}`);
  };

  /** The ledger of a Region answers for what is created there. */
  const place = (entry: CallEntry, name: string) => `${entry.region} ${name}`;

  const creation = (entry: CallEntry, name: string) => {
    created += 1;
    if (!registered.has(place(entry, name)))
      violations.push(`${entry.at} ${entry.operation} creates ${name}, which is not in the ledger of ${entry.region}`);
  };

  const restore = (entry: CallEntry, metadata: Readonly<Record<string, string>>) => {
    const name = metadata.DBInstanceIdentifier ?? metadata.dbClusterIdentifier;
    if (name !== undefined) creation(entry, name);
    else if (metadata.newFileSystem !== 'false')
      violations.push(`${entry.at} ${entry.operation} creates a file system that nothing in the ledger can name`);
  };

  return {
    invariant: '1 no orphan',
    operations: [
      'PutItem',
      'DeleteItem',
      'PutObject',
      'CreateFileSystem',
      'CreateDBInstance',
      'PublishVersion',
      'StartRestoreJob',
      'RestoreDBInstanceToPointInTime',
      'RestoreDBClusterToPointInTime',
    ],
    see: (entry: TraceEntry) => {
      if (entry.kind !== 'call' || !hadEffect(entry)) return;
      seeRow(entry);
      const record = recordOf(entry);
      if (record?.workflow === 'drill') {
        const name = made.get(`${entry.region} ${record.id}`) ?? '';
        const how = isThere(entry.region, name);
        // One that was stopped had no time to say so, and the sweep comes.
        const hadTime = record.outcome === 'SUCCEEDED' || record.outcome === 'FAILED';
        // Its record may be written late, and says how things were when it ended.
        const saysSo = record.scratchBecause.length > 0 && wasComing(entry.region, name, record.endedAt);
        const isSilent = record.scratch === undefined && hadTime && how === 'is there' && !saysSo;
        if ((record.scratch === 'gone' && how !== undefined) || isSilent)
          violations.push(`${entry.at} ${record.execution} does not say that its scratch is left, and it ${how}`);
      }
      if (entry.operation === 'PutItem') {
        const item = (entry.input as { Item?: Record<string, { S?: string }> }).Item;
        if (item?.pk?.S === 'RECOVERING' && item.resource?.S !== undefined) {
          const name = item.resource.S.split(':').at(-1) ?? '';
          // The instance of a recovered cluster is named after it.
          for (const one of [name, `${name}-1`]) registered.add(place(entry, one));
        }
      }
      if (entry.operation === 'CreateFileSystem' && !isRecovered(entry)) {
        creation(entry, (entry.input as { CreationToken?: string }).CreationToken ?? 'a file system without a token');
      }
      if (entry.operation === 'CreateDBInstance') {
        creation(
          entry,
          (entry.input as { DBInstanceIdentifier?: string }).DBInstanceIdentifier ?? 'a nameless instance',
        );
      }
      if (entry.operation.endsWith('ToPointInTime')) {
        const { TargetDBInstanceIdentifier: instance, DBClusterIdentifier: cluster } = entry.input as {
          TargetDBInstanceIdentifier?: string;
          DBClusterIdentifier?: string;
        };
        creation(entry, instance ?? cluster ?? 'a nameless database');
      }
      if (entry.operation === 'PublishVersion') {
        creation(entry, versionOf((entry.input as { Description?: string }).Description));
      }
      if (entry.operation === 'StartRestoreJob') {
        restore(entry, (entry.input as { Metadata?: Record<string, string> }).Metadata ?? {});
      }
    },
    look: (account, now) => {
      truth = account;
      for (const key of scratchIn(account)) {
        const [region = ''] = key.split(' ');
        if (now >= (goneFrom?.(region) ?? Number.POSITIVE_INFINITY)) continue;
        const since = firstSeen.get(key) ?? now;
        firstSeen.set(key, since);
        if (now - since > longestLifeMilliseconds && !overdue.has(key)) {
          overdue.add(key);
          violations.push(`${key} is there since ${new Date(since).toISOString()}`);
        }
      }
    },
    conclude: () => ({
      invariant: '1 no orphan',
      examined: { 'scratch resources created': created, 'seen alive': firstSeen.size },
      violations,
    }),
  };
}

/** What the register calls the version that was published for a drill, by its description. */
function versionOf(description = 'nobody'): string {
  return `${description.replace(scratchPrefix, '')}#probe-version`;
}

function isRecovered(entry: CallEntry): boolean {
  const { Tags } = entry.input as { Tags?: readonly { Key?: string }[] };
  return Tags?.some(({ Key }) => Key === 'lifeboat:recovered') === true;
}

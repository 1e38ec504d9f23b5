import { type DBInstance, DescribeDBInstancesCommand, ModifyDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { stepKey } from '../ledger/job.ts';
import type { Row } from '../ledger/ledger.ts';
import { NotYet, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { databaseIsScratch, mustBeScratch, scratchName } from '../scratch/birth.ts';
import { Unreachable } from './errors.ts';
import { passwordOf } from './password.ts';
import type { Reached } from './plan.ts';
import type { Reacher } from './reacher.ts';

/** Written once RDS has accepted the drill's settings, so that they are not set again at every look. */
interface SettledRow extends Row {
  readonly acceptedAt: string;
}

/** A database in these states takes connections; in the last two it is still moving blocks in the background. */
const usable: readonly string[] = ['available', 'storage-initialization', 'storage-optimization'];

/** States that do not end by themselves. */
const hopeless: readonly string[] = [
  'failed',
  'deleting',
  'inaccessible-encryption-credentials',
  'incompatible-create',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'insufficient-capacity',
  'restore-error',
  'storage-full',
];

/**
 * Gives a restored database the drill's own password, since the one in the backup is production's, and turns its
 * automated backups off, which it inherited. Reads PASSWORD_KEY_ID and SCRATCH_SECURITY_GROUP_ID.
 */
export function databaseReacher(seam: Seam): Reacher {
  const rds = seam.client(RDSClient);
  const password = passwordOf(seam);
  const securityGroup = required(seam.environment, 'SCRATCH_SECURITY_GROUP_ID');

  return async ({ plan, attempt, ledger }): Promise<Reached> => {
    const name = scratchName(plan.drill);
    const found = await describe(rds, name);
    mustBeScratch(
      databaseIsScratch(
        { drill: plan.drill, name },
        { identifier: found.DBInstanceIdentifier, cluster: found.DBClusterIdentifier, isProtected: false },
      ),
    );
    const status = found.DBInstanceStatus ?? 'in no known state';
    if (hopeless.includes(status)) throw new Unreachable(`The restored database is ${status}.`);
    if (!usable.includes(status)) throw new NotYet(`The restored database is ${status}.`);

    const key = stepKey(attempt, 'scratch settings');
    if ((await ledger.get<SettledRow>(key)) === undefined) {
      await settle(rds, { name, password: await password(plan.drill), securityGroup });
      await ledger.create<SettledRow>({ ...key, acceptedAt: seam.clock.now().toISOString() });
      throw new NotYet('RDS was told the settings of the drill.');
    }
    const pending = pendingOf(found, securityGroup);
    if (pending !== undefined) throw new NotYet(`The restored database is ${status}, and ${pending}.`);

    const { Address: host, Port: port } = found.Endpoint ?? {};
    const { Engine: engine, MasterUsername: user } = found;
    if (host === undefined || port === undefined || engine === undefined || user === undefined) {
      throw new NotYet('RDS does not tell the endpoint of the restored database yet.');
    }
    return {
      by: 'connection',
      host,
      port,
      user,
      database: found.DBName ?? defaultDatabase(engine),
      engine,
      engineVersion: found.EngineVersion ?? 'unknown',
      instanceClass: found.DBInstanceClass ?? 'unknown',
      reachedAt: seam.clock.now().toISOString(),
    };
  };
}

async function describe(rds: RDSClient, name: string): Promise<DBInstance> {
  try {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }));
    const [found] = DBInstances ?? [];
    if (found !== undefined) return found;
  } catch (error) {
    if (nameOf(error) !== 'DBInstanceNotFoundFault') throw error;
  }
  throw new NotYet(`RDS does not list ${name} yet.`);
}

async function settle(
  rds: RDSClient,
  { name, password, securityGroup }: { name: string; password: string; securityGroup: string },
): Promise<void> {
  try {
    await rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: name,
        MasterUserPassword: password,
        BackupRetentionPeriod: 0,
        VpcSecurityGroupIds: [securityGroup],
        ApplyImmediately: true,
      }),
    );
  } catch (error) {
    if (nameOf(error) !== 'InvalidDBInstanceStateFault') throw error;
    throw new NotYet('RDS does not take the settings of the drill in the state that the database is in.', {
      cause: error,
    });
  }
}

/** Which of the drill's settings does not hold yet. */
function pendingOf(found: DBInstance, securityGroup: string): string | undefined {
  if (found.PendingModifiedValues?.MasterUserPassword !== undefined) return 'its password is being set';
  if (found.PendingModifiedValues?.BackupRetentionPeriod !== undefined)
    return 'its automated backups are being turned off';
  if ((found.BackupRetentionPeriod ?? 0) !== 0) return 'its automated backups are still on';
  const groups = found.VpcSecurityGroups ?? [];
  const isSealed = groups.every(({ VpcSecurityGroupId: id, Status }) => id === securityGroup && Status === 'active');
  return isSealed && groups.length > 0 ? undefined : 'its security group is being set';
}

/** The database that exists where none was named when the instance was created. */
function defaultDatabase(engine: string): string {
  return engine.includes('postgres') ? 'postgres' : 'mysql';
}

import type { Fault as DoorFault } from '../../../simulator/world/door.ts';
import { AwsError } from '../../../simulator/world/region.ts';
import { denied, drillOf, type Stage } from './stage.ts';
import type { Column, Damage, Fault, Row } from './table.ts';

/** A cell about to be drilled. */
interface Target {
  readonly row: Row;
  readonly column: Column;
  readonly resource: string;
  readonly execution: string;
  readonly versionId: string;
}

export interface Arranged {
  /** AWS gets well. */
  letGo(): void;
  /** How often the damage or fault took effect. */
  struck(): number;
}

/** Damages the stored copy and makes AWS misbehave, as the row says. No check is told anything. */
export async function arrange(stage: Stage, target: Target): Promise<Arranged> {
  const { damage, fault } = target.row;
  let damaged = 0;
  if (damage !== undefined) damaged = await damageCopy(stage, target.versionId, damage);
  if (fault === undefined) return { letGo: () => {}, struck: () => damaged };
  return faults[fault](stage, target);
}

async function damageCopy({ account, copy, world }: Stage, versionId: string, damage: Damage): Promise<number> {
  const { versions } = account.data;
  const note = () => world.trace.note('damaged a copy', { version: versionId, region: copy.name });
  if ('sql' in damage) await versions.damage(versionId, { kind: 'rows', sql: damage.sql });
  else if ('relation' in damage) await versions.damage(versionId, { kind: 'block', ...damage });
  else if ('file' in damage) await versions.damage(versionId, { kind: 'file', path: damage.file, as: damage.as });
  else {
    const names = Array.from({ length: 40 }, (_, n) => `notes/note-${n}.txt`);
    const paths = damage.files === '' ? [...names, 'ledger.txt'] : names;
    for (const path of paths) {
      const { as } = damage;
      await versions.damage(
        versionId,
        as === 'delete' ? { kind: 'file', path, as } : { kind: 'file', path, as: 'rename', to: `${path}${as.ending}` },
      );
    }
  }
  note();
  return 1;
}

const faults: Readonly<Record<Fault, (stage: Stage, target: Target) => Arranged>> = {
  'the restore fails': ({ copy }, { resource }) => {
    let struck = 0;
    copy.services.Backup.addFault((job) => {
      if (job.kind !== 'restore' || job.sourceResourceArn !== resource) return undefined;
      struck += 1;
      return { fails: 'Access Denied when calling KMS to create a grant for the restored resource' };
    });
    return { letGo: () => {}, struck: () => struck };
  },

  'the restore never ends': ({ copy }, { resource }) => {
    let struck = 0;
    let holds = true;
    copy.services.Backup.addFault((job) => {
      if (!holds || job.kind !== 'restore' || job.sourceResourceArn !== resource) return undefined;
      struck += 1;
      return { waits: 20 * 60_000 };
    });
    return {
      letGo: () => {
        holds = false;
      },
      struck: () => struck,
    };
  },

  'it cannot be reached': (stage, target) => {
    const { world, copy, account } = stage;
    const drill = drillOf(target.execution);
    let struck = 0;
    if (target.column === 'efs') {
      account.door.add((request) => {
        if (!asksProbe(request, drill)) return undefined;
        struck += 1;
        const message = 'The function could not make a network connection to the EFS file system.';
        return { kind: 'refuse', error: new AwsError('EFSMountConnectivityException', message, 408) };
      });
      return { letGo: () => {}, struck: () => struck };
    }
    // A cluster is reached through its instance: only that one has such statuses.
    const name = `lifeboat-scratch-${drill}${target.column === 'rds postgres' ? '' : '-1'}`;
    const look = (): void => {
      const found = copy.services.RDS.find(name);
      if (found?.status === 'available') {
        found.status = 'incompatible-restore';
        struck += 1;
        return;
      }
      if (struck === 0) world.after(2_000, 'somebody looks for the restored database', look);
    };
    look();
    return { letGo: () => {}, struck: () => struck };
  },

  'the probe dies': (stage, target) => probeThat('dies', stage, target),
  'the probe hangs': (stage, target) => probeThat('hangs', stage, target),

  'deletions are denied': ({ account, copy }, { execution }) => {
    const drill = drillOf(execution);
    let struck = 0;
    let holds = true;
    account.door.add(({ region, operation, input }) => {
      if (!holds || region !== copy.name || !operation.startsWith('Delete')) return undefined;
      const { DBInstanceIdentifier, DBClusterIdentifier, FileSystemId } = input as Record<string, string | undefined>;
      const database = DBInstanceIdentifier ?? DBClusterIdentifier;
      const isIts =
        database?.startsWith(`lifeboat-scratch-${drill}`) === true ||
        (FileSystemId !== undefined && copy.services.EFS.find(FileSystemId)?.tags.get('lifeboat:scratch') === drill);
      if (!isIts) return undefined;
      struck += 1;
      return { kind: 'refuse', error: denied(operation) };
    });
    return {
      letGo: () => {
        holds = false;
      },
      struck: () => struck,
    };
  },
};

function probeThat(does: 'dies' | 'hangs', { copy }: Stage, { execution }: Target): Arranged {
  const drill = drillOf(execution);
  let struck = 0;
  copy.services.Lambda.addFault(({ name, event }) => {
    const asked = event as { drill?: string; ask?: string };
    // What leaves the nonce is done by then: this one reads data.
    if (!name.startsWith('lifeboat-probe-') || asked.drill !== drill || asked.ask === 'mark') return undefined;
    struck += 1;
    return does;
  });
  return { letGo: () => {}, struck: () => struck };
}

function asksProbe({ service, operation, input }: Parameters<DoorFault>[0], drill: string): boolean {
  if (service !== 'Lambda' || operation !== 'Invoke') return false;
  const { FunctionName, Payload } = input as { FunctionName: string; Payload?: Uint8Array | string };
  return (
    FunctionName.includes('probe-files') &&
    Buffer.from(Payload ?? '')
      .toString('utf8')
      .includes(drill)
  );
}

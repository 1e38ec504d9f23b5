import { AwsError, type Operation, type Region } from '../world/region.ts';
import { byHand, operator } from './by-hand.ts';
import { type Added, type Fault, failingWhile, iso, type Struck, type Target } from './fault.ts';

const minute = 60_000;
const hour = 60 * minute;
/** The reconciliation comes every hour: so long nobody knows that a resource is retired. */
const knownWithin = 65 * minute;

/** A resource comes, and is retired by its tag some hours later. */
export const resourceRetired: Fault = ({ home, start, end, chance, calm, addForAWhile }) => {
  const from = Math.round(start + calm + chance.between(0, 1.5) * hour);
  const until = Math.min(end, Math.round(from + chance.between(2, 6) * hour));
  let fired = 0;
  let arn: string | undefined;
  home.world.at(from, 'a new resource', async () => {
    const added = await addForAWhile?.('files');
    if (added === undefined) return;
    arn = added.arn;
    fired += 1;
    home.world.at(until, 'somebody retires a resource', () => added.retire());
  });
  return {
    words: `a resource comes at ${iso(from)}, and is retired at ${iso(until)}`,
    fired: () => fired,
    // What is at work with it when it is retired finds it gone.
    leave: {
      mayFail: (...run) =>
        arn !== undefined && failingWhile({ resource: arn, from: until, until: until + knownWithin })(...run),
    },
  };
};

/** A file system comes, is deleted while it is backed up, and an hour later somebody retires it by hand. */
export const resourceDeleted: Fault = (target) =>
  loses(target, 'files', 'is deleted while it is backed up', async (home, { arn }) => {
    await byHand(home, 'EFS', 'DeleteFileSystem', { FileSystemId: arn.split('/').at(-1) });
    return undefined;
  });

/** A database comes, gets another name as soon as its backup lets it, and an hour later somebody retires the old name by hand. */
export const resourceRenamed: Fault = (target) =>
  loses(target, 'databases', 'is renamed right after a backup of it began', async (home, { arn }) => {
    const name = arn.split(':').at(-1) ?? '';
    const renamed = `${name}-renamed`;
    await byHand(home, 'RDS', 'ModifyDBInstance', {
      DBInstanceIdentifier: name,
      NewDBInstanceIdentifier: renamed,
      ApplyImmediately: true,
    });
    return arn.replace(/[^:]+$/, renamed);
  });

/** Lambda has tried an event three times by then. */
const triedWithin = 15 * minute;

/** Whether the ledger at home says that a resource is retired. */
function isRetired({ services, name }: Region, arn: string): boolean {
  const input = { TableName: 'lifeboat-ledger', Key: { pk: { S: 'RETIRED' }, sk: { S: arn } }, ConsistentRead: true };
  const caller = { ...operator, region: name };
  const ledger = services.DynamoDB.operations as Record<string, Operation>;
  try {
    const found = ledger.GetItem?.(input as never, { caller, region: services.Backup.state.region });
    return (found as { readonly Item?: object }).Item !== undefined;
  } catch (error) {
    // Where there is no ledger, nobody can be asked again either.
    if (error instanceof AwsError) return true;
    throw error;
  }
}

/** A resource comes early, so that it is backed up soon; then it is lost to its old name, and is known by a new one if `does` answers it. */
function loses(
  { home, start, end, chance, calm, addForAWhile }: Target,
  tier: 'files' | 'databases',
  words: string,
  does: (home: Region, added: Added) => Promise<string | undefined>,
): Struck {
  const { world } = home;
  const from = Math.round(start + calm + chance.between(0, 0.2) * hour);
  const latest = start + 4 * hour;
  let lostAt = Number.POSITIVE_INFINITY;
  let retiredAt: number | undefined;
  let fired = 0;
  let lost: string | undefined;
  const lookFor = (added: Added): void => {
    const { arn } = added;
    lost = arn;
    const isBackedUp = home.services.Backup.truth().backupJobs.some(
      ({ resourceArn, state }) => resourceArn === arn && (state === 'RUNNING' || state === 'COMPLETED'),
    );
    const again = () => world.after(minute, 'somebody waits for a backup', () => lookFor(added));
    if (!isBackedUp && world.now() < latest) {
      again();
      return;
    }
    // Refused while it is busy, it is tried again, as a person would.
    does(home, added).then((renamed) => {
      lostAt = world.now();
      fired += 1;
      if (renamed !== undefined) added.isNow(renamed);
      const retire = () => {
        const asked = { FunctionName: 'lifeboat-reconcile', InvocationType: 'Event' };
        const Payload = Buffer.from(JSON.stringify({ retire: [arn] }));
        const asksAgainIfItFailed = () => {
          added.isGone();
          retiredAt = world.now();
          world.after(triedWithin, 'somebody looks whether it is retired', () => {
            if (!isRetired(home, arn) && world.now() < end + hour) retire();
          });
        };
        byHand(home, 'Lambda', 'Invoke', { ...asked, Payload }).then(asksAgainIfItFailed, (error: unknown) => {
          // Where nobody answers a person tries again.
          if (error instanceof AwsError && error.status === 0)
            world.after(minute, 'somebody retires it by hand', retire);
          else added.isGone();
        });
      };
      world.after(hour, 'somebody retires it by hand', retire);
    }, again);
  };
  world.at(from, 'a new resource', async () => {
    const added = await addForAWhile?.(tier);
    if (added !== undefined) lookFor(added);
  });
  return {
    words: `a resource comes at ${iso(from)}, and ${words}`,
    fired: () => fired,
    // What is at work with it, until it is retired, finds it gone.
    leave: {
      mayFail: (...run) => {
        const until = Math.min(end, (retiredAt ?? lostAt + hour) + knownWithin);
        return lost !== undefined && failingWhile({ resource: lost, from: lostAt, until })(...run);
      },
    },
  };
}

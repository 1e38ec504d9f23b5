import type { Region } from '../world/region.ts';
import { byHand, isDone, meanwhile } from './by-hand.ts';
import { type Fault, failingWhile, givingUpWhile, iso, type Target } from './fault.ts';

const minute = 60_000;
const hour = 60 * minute;
/** What is being made, copied or restored cannot be deleted just then: so often is it tried again. */
const triedEvery = 4 * minute;
/** AWS Backup hears of a vault that is gone at the next call, and runs that hear of it last as long as this. */
const lastsOn = 2 * hour;

/** A vault while it is being emptied, and until it is there again. */
interface Loss {
  readonly region: Region;
  readonly vault: string;
  readonly from: number;
  until: number;
}

/**
 * Somebody who may do everything deletes a vault of Lifeboat: its lock comes off where that can be, its points go one by one,
 * then the vault itself. AWS Backup refuses each step that may not be. Or it is the vault of proven points, which is empty
 * mostly. Hours later it is made again as it was.
 */
export const vaultsDeleted: Fault = (target) => {
  const { home, copy, chance, start, end, calm } = target;
  const { world } = home;
  const losses: Loss[] = [];
  const begins = Math.round(start + calm + chance.between(0.5, 3.5) * hour);
  let fired = 0;
  const met = () => losses.map(({ region, from, until }) => ({ region, from, until: until + lastsOn }));
  const region = chance.pick([home, copy]);
  const vault = chance.number() < 0.75 ? 'lifeboat' : 'lifeboat-proven';
  const goneFor = Math.round(chance.between(1, 3) * hour);
  world.at(begins, 'somebody begins to delete a vault', () => {
    const loss: Loss = { region, vault, from: world.now(), until: end };
    losses.push(loss);
    meanwhile(async () => {
      const made = await emptied(target, region, vault);
      if (made === undefined) {
        loss.until = world.now();
        return;
      }
      fired += 1;
      world.trace.note('somebody deleted a vault', { region: region.name, vault });
      world.at(Math.min(world.now() + goneFor, end), 'a vault is made again', () => {
        made();
        loss.until = world.now();
        world.trace.note('a vault was made again', { region: region.name, vault });
      });
    });
  });
  return {
    words: `somebody deletes the vault ${vault} of ${region.name} from ${iso(begins)} on, and it is made again`,
    fired: () => fired,
    leave: {
      mayFail: (...run) => failingWhile(...met())(...run),
      mayGiveUp: (...handed) => givingUpWhile(...met())(...handed),
    },
    troubles: () => losses,
  };
};

/**
 * Empties a vault and deletes it. Answers what makes it again as it was; undefined where AWS refused to the end, and then its
 * lock is put back.
 */
async function emptied({ end }: Target, region: Region, name: string): Promise<(() => void) | undefined> {
  const { services, world } = region;
  const vault = services.Backup.state.vaults.get(name);
  if (vault === undefined) return undefined;
  const { keyArn, accessPolicy, lock } = vault;
  const ask = (operation: string, input: object) =>
    byHand(region, 'Backup', operation, { BackupVaultName: name, ...input });
  const asService = (operation: string, input: object) =>
    services.Backup.operations[operation]?.({ BackupVaultName: name, ...input } as never, {
      caller: { kind: 'service', name: 'cloudformation.amazonaws.com', region: region.name },
      region,
    });
  const locked = () => {
    if (lock === undefined) return;
    const bounds = {
      ...(lock.minDays !== undefined && { MinRetentionDays: lock.minDays }),
      ...(lock.maxDays !== undefined && { MaxRetentionDays: lock.maxDays }),
    };
    asService('PutBackupVaultLockConfiguration', bounds);
  };
  if (lock !== undefined && !(await isDone(ask('DeleteBackupVaultLockConfiguration', {})))) return undefined;
  while (world.now() < end - hour) {
    for (const { arn, resourceArn } of [...vault.points.of(undefined)]) {
      if (await isDone(ask('DeleteRecoveryPoint', { RecoveryPointArn: arn })))
        world.trace.note('somebody deleted a point', { region: region.name, resource: resourceArn, point: arn });
    }
    if (await isDone(ask('DeleteBackupVault', {})))
      return () => {
        asService('CreateBackupVault', { EncryptionKeyArn: keyArn });
        if (accessPolicy !== undefined) asService('PutBackupVaultAccessPolicy', { Policy: accessPolicy });
        locked();
      };
    await new Promise<void>((done) => world.after(triedEvery, 'somebody tries again', done));
  }
  locked();
  return undefined;
}

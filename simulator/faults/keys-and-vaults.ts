import type { Region } from '../world/region.ts';
import { butForLosses, type Fault, hoursOfTrouble, inWords, leaveWhile, type Target } from './fault.ts';

/** The keys of a deployment, by their aliases: of the vault, of the passwords of scratch, of the topics. */
const aliases = ['alias/lifeboat-vault', 'alias/lifeboat-scratch-password', 'alias/lifeboat-topics'] as const;

/** Somebody disables a key of one Region for an hour, or schedules its deletion and thinks better of it; several times. */
export const keysDisabled: Fault = (target) =>
  forAnHour(target, 'keys are disabled or pending deletion', ({ name, services, world }) => {
    const key = target.chance.pick(aliases);
    if (services.KMS.stateOf(key) === undefined) return undefined;
    const state = target.chance.pick(['Disabled', 'PendingDeletion'] as const);
    services.KMS.setState(key, state);
    world.trace.note('somebody made a key unusable', { region: name, key, state });
    return () => {
      services.KMS.setState(key, 'Enabled');
      world.trace.note('a key can be used again', { region: name, key });
    };
  });

/**
 * Somebody changes the vault of one Region for an hour, several times: takes its access policy away, takes its lock off, or locks
 * it for points that are kept for years, so that AWS Backup makes none that is kept for days.
 */
export const vaultsChanged: Fault = (target) =>
  forAnHour(target, 'vaults are changed', ({ name, services, world }) => {
    const vault = services.Backup.state.vaults.get('lifeboat');
    if (vault === undefined) return undefined;
    const { lock, accessPolicy } = vault;
    const how = target.chance.pick(['no policy', 'no lock', 'locked for years'] as const);
    if (how === 'no policy') vault.accessPolicy = undefined;
    else vault.lock = how === 'no lock' ? undefined : { minDays: 365, maxDays: undefined, fixedFrom: undefined };
    world.trace.note('somebody changed a vault', { region: name, vault: 'lifeboat', how });
    return () => {
      vault.lock = lock;
      vault.accessPolicy = accessPolicy;
      world.trace.note('a vault is as it was', { region: name, vault: 'lifeboat' });
    };
  });

/** Does something to a Region, and undoes it an hour later; again and again. `does` answers what undoes it, if it did anything. */
function forAnHour(target: Target, words: string, does: (region: Region) => (() => void) | undefined) {
  const spans = hoursOfTrouble(target);
  let fired = 0;
  for (const { region, from, until } of spans) {
    const { world } = region;
    world.at(from, words, () => {
      const undo = does(region);
      if (undo === undefined) return;
      fired += 1;
      world.at(until, `no more: ${words}`, undo);
    });
  }
  return {
    words: `${words} for an hour from ${inWords(spans)}`,
    fired: () => fired,
    leave: butForLosses(leaveWhile(spans)),
    troubles: () => spans,
  };
}

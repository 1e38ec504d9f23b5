import type { SimulatedAccount } from '../world/account.ts';

/** What the names of scratch databases begin with, and the descriptions of what is published for a drill. */
export const scratchPrefix = 'lifeboat-scratch-';
/** The function whose versions mount scratch file systems. */
export const fileProbe = 'lifeboat-probe-files';

/**
 * All that drills have left in the Regions of an account, or are at work with: databases, clusters and file systems, what keeps
 * their data when they are gone (snapshots and automated backups), and what was published to read them. Each has the name of its
 * Region in front.
 */
export function scratchIn(account: SimulatedAccount): string[] {
  return account.regions.flatMap(({ name, services: { RDS, EFS, Lambda } }) => [
    ...[...RDS.instances, ...RDS.clusters]
      .filter(({ identifier }) => identifier.startsWith(scratchPrefix))
      .map(({ identifier }) => `${name} ${identifier}`),
    ...RDS.backups
      .filter(({ of }) => of.startsWith(scratchPrefix))
      .map(({ identifier, of }) => `${name} ${identifier} of ${of}`),
    ...EFS.fileSystems.filter(({ tags }) => tags.has('lifeboat:scratch')).map(({ id }) => `${name} ${id}`),
    ...Lambda.versions(fileProbe)
      .filter(({ description }) => description.startsWith(scratchPrefix))
      .map(({ number }) => `${name} ${fileProbe}:${number}`),
  ]);
}

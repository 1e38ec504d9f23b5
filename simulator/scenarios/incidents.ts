import type { Account } from '../world/region.ts';
import type { Incident } from './account-file.ts';
import type { Failure } from './failures.ts';

/** Thrown for an incident that names what the deployed account does not have. */
export class IncidentUnusable extends Error {
  override readonly name = 'IncidentUnusable';

  constructor(problem: string) {
    super(`The account file has an incident that cannot be played. ${problem}.`);
  }
}

/** How often copies that have arrived meanwhile are looked for while an incident damages them. */
const lookEvery = 60_000;

/** Makes something go wrong, or right again, at its moment. Nothing in the product is told. */
export function scheduleIncident(
  account: Account,
  incident: Exclude<Incident, Failure>,
  start: number,
  arnOf: ReadonlyMap<string, string>,
): void {
  const { world } = account;
  const region = account.regions.find(({ name }) => name === incident.in);
  if (region === undefined) {
    const names = account.regions.map(({ name }) => name).join(', ');
    throw new IncidentUnusable(`in: nothing is deployed in ${incident.in}; write one of ${names}`);
  }
  if (incident.do !== 'damage copies') {
    if (!region.services.Scheduler.has(incident.schedule)) {
      throw new IncidentUnusable(`schedule: there is no schedule ${incident.schedule} in ${incident.in}`);
    }
    const State = incident.do === 'stop schedule' ? 'DISABLED' : 'ENABLED';
    world.at(start + incident.at, incident.do, () => {
      region.services.Scheduler.setState(incident.schedule, State);
      world.trace.note(incident.do, { schedule: incident.schedule, region: region.name });
    });
    return;
  }

  const damaged = new Set<string>();
  const until = start + incident.at + incident.forSeconds * 1000;
  const look = (): void => {
    world.at(Math.max(world.now(), start + incident.at), 'copies are damaged', async () => {
      const resource = arnOf.get(incident.of);
      for (const point of region.services.Backup.truth().points) {
        if (point.resourceArn !== resource || point.status !== 'COMPLETED' || damaged.has(point.arn)) continue;
        damaged.add(point.arn);
        await account.data.versions.damage(
          point.versionId,
          incident.sql !== null
            ? { kind: 'rows', sql: incident.sql }
            : { kind: 'file', path: incident.file ?? '', as: 'flip' },
        );
        world.trace.note('damaged a copy', { point: point.arn, resource, region: region.name });
      }
      if (world.now() + lookEvery <= until) world.after(lookEvery, 'copies are damaged', () => look());
    });
  };
  look();
}

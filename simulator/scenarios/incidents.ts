import type { Account } from '../world/region.ts';
import type { Incident } from './account-file.ts';

/** How often copies that have arrived meanwhile are looked for while an incident damages them. */
const lookEvery = 60_000;

/** Makes something go wrong, or right again, at its moment. Nothing in the product is told. */
export function scheduleIncident(
  account: Account,
  incident: Incident,
  start: number,
  arnOf: ReadonlyMap<string, string>,
): void {
  const { world } = account;
  const region = account.region(incident.in);
  if (incident.do !== 'damage copies') {
    const State = incident.do === 'stop schedule' ? 'DISABLED' : 'ENABLED';
    const operator = { kind: 'operator', name: 'somebody', region: region.name } as const;
    const act = async () => {
      const { Arn, CreationDate, LastModificationDate, ...settings } = (await region.request(
        operator,
        'Scheduler',
        'GetSchedule',
        { Name: incident.schedule },
      )) as Record<string, unknown>;
      await region.request(operator, 'Scheduler', 'UpdateSchedule', { ...settings, State });
      world.trace.note(incident.do, { schedule: incident.schedule, region: region.name });
    };
    // Its calls take virtual time, so the happening must not wait for them.
    world.at(start + incident.at, incident.do, () => void act());
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

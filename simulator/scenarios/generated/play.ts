import { deletePoints } from '../../faults/people.ts';
import type { SimulatedAccount } from '../../world/account.ts';
import type { Region } from '../../world/region.ts';
import type { Kind } from './account.ts';
import { retag } from './account.ts';
import type { Drawn, JobTrouble } from './incidents.ts';
import { beginTrouble } from './means.ts';
import type { OtherPlan } from './other-plan.ts';

/** A resource of the account as it stands: its ARN, its tier, and since when and until when it is to be protected. */
export interface Standing {
  readonly arn: string;
  readonly name: string;
  readonly kind: Kind;
  readonly tier: string;
  readonly saysMinusOne: boolean;
  retiredAt: number | undefined;
}

/** What the incidents act on. */
export interface Stage {
  readonly account: SimulatedAccount;
  readonly home: Region;
  readonly copy: Region;
  readonly start: number;
  readonly resources: readonly Standing[];
  readonly otherPlan: OtherPlan;
  addResource(): Promise<void>;
  /** Whether home is gone: nobody does anything there any more. */
  homeIsGone(): boolean;
  /** The Region whose points the drills of a tier restore. */
  drilledIn(tier: string): Region;
}

const minute = 60_000;

/** How often copies that have arrived meanwhile are looked for while somebody damages them. */
const lookEvery = 10 * minute;

/**
 * Schedules everything that was drawn. The world's record says what was done and when; nothing in the product is told. Answers
 * the set that each of them joins once it has changed something: one may find nothing there to go wrong.
 */
export function playIncidents(stage: Stage, incidents: readonly Drawn[]): ReadonlySet<Drawn> {
  const struck = new Set<Drawn>();
  const { world } = stage.home;
  const at = (moment: number, what: string, does: () => void | Promise<void>) =>
    world.at(stage.start + moment, what, does);
  const note = (what: string, detail: object) => world.trace.note(what, detail);
  const named = (index: number): Standing => {
    const found = stage.resources[index];
    if (found === undefined) throw new Error(`There is no resource ${index}.`);
    return found;
  };

  // Two troubles at once do not make one job wait for both: the product gives a restore up that takes most of a day.
  const slowed = new Set<string>();

  for (const incident of incidents) {
    const strikes = () => struck.add(incident);
    switch (incident.do) {
      case 'stop schedule': {
        const { workflow, tier } = incident;
        const schedule = `lifeboat-${workflow}-${tier}`;
        const region = [stage.home, stage.copy].find(({ services }) => services.Scheduler.has(schedule));
        if (region === undefined) throw new Error(`There is no schedule ${schedule}.`);
        at(incident.at, 'a schedule is stopped', () => {
          strikes();
          region.services.Scheduler.setState(schedule, 'DISABLED');
          note('stop schedule', { schedule, region: region.name });
        });
        at(incident.until, 'a schedule is started', () => {
          region.services.Scheduler.setState(schedule, 'ENABLED');
          note('start schedule', { schedule, region: region.name });
        });
        break;
      }
      case 'backups fail':
      case 'backups expire':
      case 'copies fail':
      case 'copies are stuck': {
        const { arn } = named(incident.resource);
        const [from, until] = [stage.start + incident.at, stage.start + incident.until];
        troubleJobs(stage, incident.do, arn, from, until, strikes);
        at(incident.at, 'jobs go wrong', () =>
          note(incident.do, { resource: arn, until: new Date(until).toISOString() }),
        );
        break;
      }
      case 'AWS Backup is slow': {
        const [from, until] = [stage.start + incident.at, stage.start + incident.until];
        slowDown(stage, slowed, incident.hours * 60 * minute, from, until, strikes);
        at(incident.at, 'AWS Backup is slow', () =>
          note(incident.do, { hours: incident.hours, until: new Date(until).toISOString() }),
        );
        break;
      }
      case 'restores are slow': {
        const [from, until] = [stage.start + incident.at, stage.start + incident.until];
        slowDown(stage, slowed, incident.hours * 60 * minute, from, until, strikes, ['restore']);
        at(incident.at, 'restores are slow', () =>
          note(incident.do, { hours: incident.hours, until: new Date(until).toISOString() }),
        );
        break;
      }
      case 'the other plan stops':
        at(incident.at, 'another backup plan stops', () => {
          strikes();
          stage.otherPlan.setStopped(true);
          note(incident.do, { until: new Date(stage.start + incident.until).toISOString() });
        });
        at(incident.until, 'another backup plan goes on', () => stage.otherPlan.setStopped(false));
        break;
      case 'delete points':
        at(incident.at, 'somebody deletes points', () => {
          if (deletePoints(stage[incident.where], named(incident.resource).arn, incident.most) > 0) strikes();
        });
        break;
      case 'damage copies':
        damageCopies(stage, named(incident.resource), stage.start + incident.at, stage.start + incident.until, strikes);
        break;
      case 'untag': {
        const resource = named(incident.resource);
        at(incident.at, 'somebody takes a tag away', () => {
          if (resource.retiredAt !== undefined || stage.homeIsGone()) return;
          strikes();
          retag(stage.home, resource.arn, undefined);
          note('took the tag away', { resource: resource.arn });
        });
        at(incident.until, 'somebody puts a tag back', () => {
          if (resource.retiredAt !== undefined || stage.homeIsGone()) return;
          retag(stage.home, resource.arn, resource.tier);
          note('put the tag back', { resource: resource.arn });
        });
        break;
      }
      case 'retire': {
        const resource = named(incident.resource);
        at(incident.at, 'somebody retires a resource', () => {
          if (stage.homeIsGone()) return;
          strikes();
          resource.retiredAt = world.now();
          retag(stage.home, resource.arn, 'retired');
          note('retired', { resource: resource.arn });
        });
        break;
      }
      case 'put a new resource there':
        at(incident.at, 'a new resource', () => {
          if (stage.homeIsGone()) return undefined;
          strikes();
          return stage.addResource();
        });
        break;
      default: {
        const resource = named(incident.resource);
        at(incident.at, incident.do, () => {
          if (stage.homeIsGone()) return;
          strikes();
          const end = beginTrouble(stage, resource, incident.do, incident.pace);
          note(incident.do, { resource: resource.arn });
          at(incident.until, `no more: ${incident.do}`, () => {
            if (stage.homeIsGone()) return;
            end();
            note(`no more: ${incident.do}`, { resource: resource.arn });
          });
        });
      }
    }
  }
  return struck;
}

function troubleJobs(
  stage: Stage,
  what: JobTrouble,
  arn: string,
  from: number,
  until: number,
  strikes: () => void,
): void {
  const { world } = stage.home;
  const kind = what.startsWith('backups') ? 'backup' : 'copy';
  stage.home.services.Backup.addFault((job) => {
    const now = world.now();
    if (job.kind !== kind || job.resourceArn !== arn || now < from || now >= until) return undefined;
    strikes();
    if (what === 'backups fail' || what === 'copies fail') return { fails: 'Access denied by the key of the vault.' };
    // A backup that waits on expires when its start window is over; a copy waits as long as it takes.
    return { waits: until - now };
  });
}

/** Every job of these kinds waits `milliseconds` longer than usual, once. */
function slowDown(
  stage: Stage,
  slowed: Set<string>,
  milliseconds: number,
  from: number,
  until: number,
  strikes: () => void,
  kinds: readonly ('backup' | 'copy' | 'restore')[] = ['backup', 'copy'],
): void {
  for (const { services, world } of [stage.home, stage.copy]) {
    services.Backup.addFault((job) => {
      const now = world.now();
      if (!kinds.includes(job.kind) || now < from || now >= until || slowed.has(job.id)) return undefined;
      slowed.add(job.id);
      strikes();
      return { waits: milliseconds };
    });
  }
}

/** Every copy that drills would restore is damaged, and so is what arrives until the end. */
function damageCopies(
  stage: Stage,
  { arn: resource, tier }: Standing,
  from: number,
  until: number,
  strikes: () => void,
): void {
  const { world, services, account, name } = stage.drilledIn(tier);
  const damaged = new Set<string>();
  const look = async (): Promise<void> => {
    for (const { arn, versionId, resourceArn, status } of services.Backup.truth().points) {
      if (resourceArn !== resource || status !== 'COMPLETED' || damaged.has(arn)) continue;
      damaged.add(arn);
      strikes();
      await account.data.versions.damage(versionId, { kind: 'file', path: '', as: 'flip' });
      world.trace.note('damaged a copy', { point: arn, resource, region: name });
    }
    if (world.now() + lookEvery <= until) world.after(lookEvery, 'copies are damaged', look);
  };
  world.at(from, 'copies are damaged', look);
}

import type { Chance } from '../../world/chance.ts';
import type { MeansTrouble } from './means.ts';

/** Something that somebody, or AWS, does to a generated account. `at` and `until` are milliseconds since its start. */
export type Drawn =
  | {
      readonly do: 'stop schedule';
      readonly workflow: 'protect' | 'drill';
      readonly tier: string;
      readonly at: number;
      readonly until: number;
    }
  | { readonly do: JobTrouble; readonly resource: number; readonly at: number; readonly until: number }
  | {
      readonly do: 'AWS Backup is slow' | 'restores are slow';
      readonly hours: number;
      readonly at: number;
      readonly until: number;
    }
  | { readonly do: 'the other plan stops'; readonly at: number; readonly until: number }
  | {
      readonly do: MeansTrouble;
      readonly resource: number;
      /** How fast a replica that falls behind still replays. */
      readonly pace: number;
      readonly at: number;
      readonly until: number;
    }
  | {
      readonly do: 'delete points';
      readonly where: 'home' | 'copy';
      readonly resource: number;
      readonly most: number;
      readonly at: number;
    }
  | { readonly do: 'damage copies'; readonly resource: number; readonly at: number; readonly until: number }
  | { readonly do: 'untag'; readonly resource: number; readonly at: number; readonly until: number }
  | { readonly do: 'retire'; readonly resource: number; readonly at: number }
  | { readonly do: 'put a new resource there'; readonly at: number };

/** What goes wrong with the jobs of one resource. */
export type JobTrouble = 'backups fail' | 'backups expire' | 'copies fail' | 'copies are stuck';

const hour = 3_600_000;
const day = 24 * hour;

/** An account is left alone for its first hours, so that a first round of backups is there to lose. */
const quietDays = 0.5;

/** What was drawn until an instant: what would begin later does not, and what would last longer is over by then. */
export function endedBy(incidents: readonly Drawn[], over: number): Drawn[] {
  return incidents
    .filter(({ at }) => at < over)
    .map((incident) => ('until' in incident ? { ...incident, until: Math.min(incident.until, over) } : incident));
}

/** An incident as somebody reads it: `start` is that of its account, in milliseconds. */
export function incidentWords(incident: Drawn, resources: readonly { readonly name: string }[], start: number): string {
  const { do: what, at, until, resource, ...rest } = { until: undefined, resource: undefined, ...incident };
  const time = (moment: number) => `${new Date(start + moment).toISOString().slice(0, 16)}Z`;
  const details = [
    ...(resource === undefined ? [] : [resources[resource]?.name ?? `resource ${resource}`]),
    ...Object.entries(rest).map(
      ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(2)) : value}`,
    ),
  ];
  const when = until === undefined ? `at ${time(at)}` : `from ${time(at)} until ${time(until)}`;
  return [what, ...details, when].join(', ');
}

/** What troubles are drawn for. */
export interface Troubled {
  readonly days: number;
  readonly resources: number;
  /** Tiers that are backed up, and those that are drilled. */
  readonly protectedTiers: readonly string[];
  readonly drilledTiers: readonly string[];
  /** What can go wrong with the windows and replicas of each resource. */
  readonly means: readonly (readonly MeansTrouble[])[];
}

/** Draws the troubles of an account: of jobs, points and schedules, and of windows and replicas. */
export function drawIncidents(chance: Chance, of: Troubled): Drawn[] {
  return [...drawOfPoints(chance, of), ...drawOfMeans(chance.fork('windows and replicas'), of)].sort(
    (one, other) => one.at - other.at,
  );
}

/** About one for every three days, from half an hour to most of a day long. A resource has one such trouble at a time. */
function drawOfMeans(chance: Chance, { days, means }: Troubled): Drawn[] {
  const able = means.flatMap((troubles, resource) => (troubles.length === 0 ? [] : [resource]));
  if (able.length === 0) return [];
  const count = Math.max(4, Math.round((days / 28) * chance.whole(7, 13)));
  const busyUntil = new Map<number, number>();
  const moments = Array.from({ length: count }, () =>
    Math.round(chance.between(quietDays * day, (days - 0.5) * day)),
  ).sort((one, other) => one - other);
  return moments.flatMap((at): Drawn[] => {
    const resource = chance.pick(able);
    const until = at + Math.round(chance.between(0.5 * hour, chance.pick([3, 18] as const) * hour));
    const trouble = chance.pick(means[resource] ?? []);
    const pace = chance.between(0.3, 0.9);
    if (at < (busyUntil.get(resource) ?? 0)) return [];
    // What was switched on again takes its minutes until it is.
    busyUntil.set(resource, until + hour);
    return [{ do: trouble, resource, pace, at, until }];
  });
}

/**
 * About one for every three days, of every kind, from hours to days long. A resource is retired at most once, and not
 * more than one in six is.
 */
function drawOfPoints(chance: Chance, of: Troubled): Drawn[] {
  const count = Math.max(4, Math.round((of.days / 28) * chance.whole(7, 13)));
  const retired = new Set<number>();
  return Array.from({ length: count }, () => {
    const at = Math.round(chance.between(quietDays * day, (of.days - 0.5) * day));
    const resource = chance.whole(0, of.resources - 1);
    const lasting = (low: number, high: number) => ({
      at,
      until: at + Math.round(chance.between(low * hour, high * hour)),
    });
    const kind = chance.pick(kinds);
    switch (kind) {
      case 'stop protect':
        return {
          do: 'stop schedule',
          workflow: 'protect',
          tier: chance.pick(of.protectedTiers),
          ...lasting(4, 60),
        } as const;
      case 'stop drill':
        return {
          do: 'stop schedule',
          workflow: 'drill',
          tier: chance.pick(of.drilledTiers),
          ...lasting(48, 144),
        } as const;
      case 'AWS Backup is slow':
        return { do: kind, hours: chance.between(0.5, 5), ...lasting(12, 48) } as const;
      case 'restores are slow':
        return { do: kind, hours: chance.between(2, 11), ...lasting(24, 60) } as const;
      case 'the other plan stops':
        return { do: kind, ...lasting(8, 48) } as const;
      case 'delete points':
        return {
          do: kind,
          where: chance.pick(['home', 'copy'] as const),
          resource,
          most: chance.whole(1, 40),
          at,
        } as const;
      case 'damage copies':
        return { do: kind, resource, ...lasting(24, 72) } as const;
      case 'untag':
        return { do: kind, resource, ...lasting(4, 72) } as const;
      case 'put a new resource there':
        return { do: kind, at } as const;
      case 'retire':
        if (retired.size >= of.resources / 6 || retired.has(resource))
          return { do: 'backups fail', resource, ...lasting(6, 48) } as const;
        retired.add(resource);
        return { do: kind, resource, at } as const;
      default:
        return { do: kind, resource, ...lasting(6, 60) } as const;
    }
  });
}

const kinds = [
  'stop protect',
  'stop protect',
  'stop drill',
  'backups fail',
  'backups fail',
  'backups expire',
  'copies fail',
  'copies are stuck',
  'AWS Backup is slow',
  'restores are slow',
  'restores are slow',
  'the other plan stops',
  'the other plan stops',
  'delete points',
  'delete points',
  'damage copies',
  'damage copies',
  'untag',
  'retire',
  'put a new resource there',
] as const;

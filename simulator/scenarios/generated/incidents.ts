import type { Chance } from '../../world/chance.ts';

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
  | { readonly do: 'AWS Backup is slow'; readonly hours: number; readonly at: number; readonly until: number }
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

/**
 * Draws the troubles of an account: about one for every three days, of every kind, from hours to days long. A resource
 * is retired at most once, and not more than one in six is.
 */
export function drawIncidents(
  chance: Chance,
  of: { readonly days: number; readonly resources: number; readonly tiers: readonly string[] },
): Drawn[] {
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
        return { do: 'stop schedule', workflow: 'protect', tier: chance.pick(of.tiers), ...lasting(4, 60) } as const;
      case 'stop drill':
        return { do: 'stop schedule', workflow: 'drill', tier: chance.pick(of.tiers), ...lasting(48, 144) } as const;
      case 'AWS Backup is slow':
        return { do: kind, hours: chance.between(0.5, 5), ...lasting(12, 48) } as const;
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
  }).sort((one, other) => one.at - other.at);
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
  'delete points',
  'delete points',
  'damage copies',
  'damage copies',
  'untag',
  'retire',
  'put a new resource there',
] as const;

import type { SimulatedAccount } from '../world/account.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { PointLife } from './breaches.ts';

export type Life = PointLife & { readonly resource: string; readonly region: string };

/** Lives by Region and ARN, and those of one resource without a look at all others: an account has many points, a resource few. */
export class Lives {
  readonly #regions = new Map<
    string,
    { ofPoints: Map<string, Life>; ofResources: Map<string, Life[]>; lasting: Map<string, Life> }
  >();

  get size(): number {
    return [...this.#regions.values()].reduce((sum, { ofPoints }) => sum + ofPoints.size, 0);
  }

  get(region: string, point: string): Life | undefined {
    return this.#regions.get(region)?.ofPoints.get(point);
  }

  of(region: string, resource: string): Iterable<Life> {
    return this.#regions.get(region)?.ofResources.get(resource) ?? [];
  }

  /** In the order in which they began, Region by Region. */
  *values(): Iterable<Life> {
    for (const { ofPoints } of this.#regions.values()) yield* ofPoints.values();
  }

  /** The points of a Region that are not gone, as far as anybody knows. */
  lasting(region: string): Iterable<readonly [point: string, life: Life]> {
    return this.#regions.get(region)?.lasting ?? [];
  }

  set(point: string, life: Life): void {
    let lives = this.#regions.get(life.region);
    if (lives === undefined) {
      lives = { ofPoints: new Map(), ofResources: new Map(), lasting: new Map() };
      this.#regions.set(life.region, lives);
    }
    const before = lives.ofPoints.get(point);
    lives.ofPoints.set(point, life);
    if (life.goneAt === undefined) lives.lasting.set(point, life);
    else lives.lasting.delete(point);
    const siblings = lives.ofResources.get(life.resource);
    if (siblings === undefined) lives.ofResources.set(life.resource, [life]);
    else if (before === undefined) siblings.push(life);
    else siblings[siblings.indexOf(before)] = life;
  }
}

/**
 * The lives of all recovery points, by Region and ARN, from the world's own notes: to the millisecond, also for points
 * that came and went between two looks. What was there before anybody listened is found by looking.
 */
export function livesOfPoints() {
  const lives = new Lives();
  const end = (point: string, life: Life, goneAt: number) => lives.set(point, { ...life, goneAt });

  return {
    lives,
    see: (entry: TraceEntry): void => {
      if (entry.kind !== 'world') return;
      if (entry.what === 'a recovery point can be restored') {
        const { region, point, resource, instant } = entry.detail as Made;
        const usableFrom = Date.parse(entry.at);
        lives.set(point, { resource, region, dataInstant: instant, usableFrom, goneAt: undefined });
      }
      if (entry.what === 'a recovery point is deleted') {
        const { region, point } = entry.detail as Pick<Made, 'region' | 'point'>;
        const life = lives.get(region, point);
        if (life !== undefined) end(point, life, Date.parse(entry.at));
      }
    },
    look: (account: SimulatedAccount, now: number): void => {
      for (const { name: region, services } of account.regions) {
        const present = new Set<string>();
        for (const point of services.Backup.truth().points) {
          if (point.status !== 'COMPLETED' || point.completedAt === undefined) continue;
          present.add(point.arn);
          if (lives.get(region, point.arn) !== undefined) continue;
          lives.set(point.arn, {
            resource: point.resourceArn,
            region,
            dataInstant: point.knownInstant,
            usableFrom: point.completedAt,
            goneAt: undefined,
          });
        }
        for (const [point, life] of lives.lasting(region)) if (!present.has(point)) end(point, life, now);
      }
    },
  };
}

interface Made {
  readonly region: string;
  readonly point: string;
  readonly resource: string;
  readonly instant: number;
}

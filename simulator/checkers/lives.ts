import type { SimulatedAccount } from '../world/account.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { PointLife } from './breaches.ts';

export type Life = PointLife & { readonly resource: string; readonly region: string };

/** Lives by Region and ARN, and those of one resource without a look at all others: an account has many points, a resource few. */
export class Lives extends Map<string, Life> {
  readonly #ofResources = new Map<string, Map<string, Life>>();

  of(region: string, resource: string): Iterable<Life> {
    return this.#ofResources.get(`${region} ${resource}`)?.values() ?? [];
  }

  override set(key: string, life: Life): this {
    const group = `${life.region} ${life.resource}`;
    const siblings = this.#ofResources.get(group);
    if (siblings === undefined) this.#ofResources.set(group, new Map([[key, life]]));
    else siblings.set(key, life);
    return super.set(key, life);
  }
}

/**
 * The lives of all recovery points, by Region and ARN, from the world's own notes: to the millisecond, also for points
 * that came and went between two looks. What was there before anybody listened is found by looking.
 */
export function livesOfPoints() {
  const lives = new Lives();

  return {
    lives,
    see: (entry: TraceEntry): void => {
      if (entry.kind !== 'world') return;
      if (entry.what === 'a recovery point can be restored') {
        const { region, point, resource, instant } = entry.detail as Made;
        const usableFrom = Date.parse(entry.at);
        lives.set(`${region} ${point}`, { resource, region, dataInstant: instant, usableFrom, goneAt: undefined });
      }
      if (entry.what === 'a recovery point is deleted') {
        const { region, point } = entry.detail as Pick<Made, 'region' | 'point'>;
        const life = lives.get(`${region} ${point}`);
        if (life !== undefined) lives.set(`${region} ${point}`, { ...life, goneAt: Date.parse(entry.at) });
      }
    },
    look: (account: SimulatedAccount, now: number): void => {
      const present = new Set<string>();
      for (const region of account.regions) {
        for (const point of region.services.Backup.truth().points) {
          if (point.status !== 'COMPLETED' || point.completedAt === undefined) continue;
          const key = `${region.name} ${point.arn}`;
          present.add(key);
          if (lives.has(key)) continue;
          lives.set(key, {
            resource: point.resourceArn,
            region: region.name,
            dataInstant: point.knownInstant,
            usableFrom: point.completedAt,
            goneAt: undefined,
          });
        }
      }
      for (const [key, life] of lives) {
        if (!present.has(key) && life.goneAt === undefined) lives.set(key, { ...life, goneAt: now });
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

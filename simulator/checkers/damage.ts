import type { SimulatedAccount } from '../world/account.ts';
import type { TraceEntry } from '../world/trace.ts';

/** Which recovery points somebody damaged, and which were copied from those. */
export interface Damage {
  see(entry: TraceEntry): void;
  /**
   * From when on a point is damaged, milliseconds since 1970; undefined when it is sound. One that was copied from a damaged
   * one is from its beginning. What a copy has read that was going on when its source was damaged nobody knows.
   */
  of(point: string, account: SimulatedAccount | undefined): number | 'nobody knows' | undefined;
}

export function damageOfPoints(): Damage {
  const damaged = new Map<string, number>();
  const of: Damage['of'] = (point, account) => {
    if (damaged.size === 0) return undefined;
    const own = damaged.get(point);
    const jobs = account?.regions.flatMap(({ services }) => services.Backup.truth().copyJobs) ?? [];
    const job = jobs.find(({ destinationPointArn }) => destinationPointArn === point);
    const source = job === undefined ? undefined : of(job.sourcePointArn, account);
    if (job === undefined || source === undefined) return own;
    if (source !== 'nobody knows' && source < job.createdAt) return job.createdAt;
    if (source !== 'nobody knows' && job.completedAt !== undefined && source > job.completedAt) return own;
    return own ?? 'nobody knows';
  };
  return {
    see: (entry) => {
      if (entry.kind !== 'world' || entry.what !== 'damaged a copy') return;
      const { point } = entry.detail as { point: string };
      if (!damaged.has(point)) damaged.set(point, Date.parse(entry.at));
    },
    of,
  };
}

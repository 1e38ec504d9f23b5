import type { Answered, Reached, Restored } from './plan.ts';

/**
 * Seconds for each stage, and the recovery time: from the restore job's start until the restored resource was reached
 * and its questions were answered. Reading everything for integrity comes after it and is timed apart.
 */
export function timingsOf(of: {
  readonly restored: Pick<Restored, 'startedAt' | 'completedAt'>;
  readonly reached: Pick<Reached, 'reachedAt'>;
  readonly answered: Pick<Answered, 'answeredAt' | 'endedAt'>;
}): { timings: Record<string, number>; rtoSeconds: number } {
  const { restored, reached, answered } = of;
  return {
    timings: {
      restore: between(restored.startedAt, restored.completedAt),
      reach: between(restored.completedAt, reached.reachedAt),
      questions: between(reached.reachedAt, answered.answeredAt),
      integrity: between(answered.answeredAt, answered.endedAt),
      rto: between(restored.startedAt, answered.answeredAt),
    },
    rtoSeconds: between(restored.startedAt, answered.answeredAt),
  };
}

/** Seconds from one instant to another, never fewer than none. */
export function between(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

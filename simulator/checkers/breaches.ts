/** A recovery point as it truly was: whose data it held and while when it could be restored. Milliseconds since 1970. */
export interface PointLife {
  readonly dataInstant: number;
  readonly usableFrom: number;
  /** Undefined while it is still there. */
  readonly goneAt: number | undefined;
}

/** A span of time in which an objective was truly broken. */
export interface Breach {
  readonly deadline: number;
  /** When newer data came to be usable; undefined while it is still broken. */
  readonly endedAt: number | undefined;
}

/**
 * Computes from the lives of the points when "the newest usable data is at most `bound` old" was broken. Before the
 * first point the bound counts from `firstSeen`.
 */
export function breachesOf(points: readonly PointLife[], bound: number, firstSeen: number, end: number): Breach[] {
  const changes = [
    ...new Set(
      points.flatMap(({ usableFrom, goneAt }) => (goneAt === undefined ? [usableFrom] : [usableFrom, goneAt])),
    ),
  ]
    .filter((at) => at > firstSeen && at <= end)
    .sort((one, other) => one - other);
  const newestAt = (now: number): number => {
    const usable = points.filter(
      ({ usableFrom, goneAt }) => usableFrom <= now && (goneAt === undefined || goneAt > now),
    );
    return Math.max(firstSeen, ...usable.map(({ dataInstant }) => dataInstant));
  };
  const breaches: Breach[] = [];
  let open: number | undefined;
  let since = firstSeen;
  for (const until of [...changes, end]) {
    const deadline = newestAt(since) + bound;
    if (open !== undefined && deadline > since) {
      breaches.push({ deadline: open, endedAt: since });
      open = undefined;
    }
    if (open === undefined && deadline < until) open = Math.max(deadline, since);
    since = until;
  }
  if (open !== undefined) breaches.push({ deadline: open, endedAt: undefined });
  return breaches;
}

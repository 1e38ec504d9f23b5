/** What one check found. A check that examined nothing has failed: `examined` says how much there was. */
export interface Finding {
  /** Such as `412 imports in 98 files`. */
  readonly examined: string;
  readonly problems: readonly string[];
  /** Why the check did not run here. It is said, and never taken for a check that found nothing. */
  readonly notRun?: string;
}

export interface Check {
  readonly name: string;
  readonly run: (root: string) => Promise<Finding>;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Adds the problem of having had nothing to look at. */
export function withSubjects(count: number, finding: Finding): Finding {
  if (count > 0) return finding;
  return {
    ...finding,
    problems: [...finding.problems, 'There was nothing to examine: the check looks in the wrong place.'],
  };
}

import type { Finding } from '../../simulator/checkers/checker.ts';

/** What a run came to; `failed` when it came to no end. */
export type Ended = { readonly findings: readonly Finding[] } | { readonly failed: string };

/** What was wrong with a run, each with the invariant that it breaks. */
export function troublesOf(played: Ended): string[] {
  if ('failed' in played) return [`the run came to no end: ${played.failed}`];
  return played.findings.flatMap(({ invariant, violations }) => violations.map((one) => `${invariant}: ${one}`));
}

/** The invariants that a run broke. One that came to no end broke that alone: its checkers have said nothing. */
export function brokenIn(played: Ended): readonly string[] {
  if ('failed' in played) return ['it came to no end'];
  return played.findings.flatMap(({ invariant, violations }) => (violations.length > 0 ? [invariant] : []));
}

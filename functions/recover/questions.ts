import type { Policy } from '../policy/policy.ts';
import { checksFor, defaultChecks, type ResolvedChecks } from '../policy/resolve.ts';
import type { Recovery } from './plan.ts';

/**
 * What is asked of recovered data: the resource's own checks. Of paths that were named only whether they are there and
 * read to their end, since everything else is missing on purpose.
 */
export function questionsFor(policy: Policy, { checks, kind, paths }: Recovery): ResolvedChecks {
  if (paths === null) return checksFor(policy, checks, kind);
  return {
    name: null,
    checks: { ...defaultChecks('files'), mustExist: [...paths], checksums: 'all' },
    because: `only ${paths.join(', ')} were recovered, so only they are asked for`,
    finding: null,
  };
}

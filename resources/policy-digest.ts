import { createHash } from 'node:crypto';
import { type Policy, policyJson } from '../functions/policy/policy.ts';

/** Tells one policy from another, whatever its file is called: what a stack was deployed with is in it. */
export function policyDigest(policy: Policy): string {
  const text = policyJson({ ...policy, file: '' });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The digest in the description of a function that was deployed with it; undefined when there is none. */
export function digestIn(description: string | undefined): string | undefined {
  return /policy ([0-9a-f]{16})\b/.exec(description ?? '')?.[1];
}

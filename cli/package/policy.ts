import { readFile } from 'node:fs/promises';
import type { Policy } from '../../functions/policy/policy.ts';
import { problemLine, readPolicy } from '../../functions/policy/read.ts';

/** Thrown for a policy file that is missing or wrong. The message has a line for each problem. */
export class PolicyUnusable extends Error {
  override readonly name = 'PolicyUnusable';
}

export async function readPolicyFile(file: string): Promise<{ text: string; policy: Policy }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PolicyUnusable(`${file} cannot be read (${error.code}). Name the policy with --policy FILE.`);
  });
  const read = readPolicy(text, file);
  if (read.ok) return { text, policy: read.policy };
  throw new PolicyUnusable(read.problems.map(problemLine).join('\n'));
}

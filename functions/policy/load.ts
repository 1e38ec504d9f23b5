import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { required, type Seam } from '../platform/seam.ts';
import { type Policy, parsePolicyJson } from './policy.ts';

/** Reads the policy that was packaged beside the functions. Reads POLICY_FILE; Lambda sets LAMBDA_TASK_ROOT. */
export function loadPolicy(seam: Seam): Policy {
  const { environment } = seam;
  return parsePolicyJson(
    readFileSync(join(required(environment, 'LAMBDA_TASK_ROOT'), required(environment, 'POLICY_FILE')), 'utf8'),
  );
}

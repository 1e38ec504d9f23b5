import type { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { NotYet } from '../platform/errors.ts';
import type { Checks, FileChecks } from '../policy/policy.ts';
import { defaultChecks } from '../policy/resolve.ts';
import type { FileAnswer } from '../probes/contract.ts';
import { askProbe } from '../restore/ask.ts';
import { ProbeFailed } from '../restore/errors.ts';
import type { Plan, Reached } from '../restore/plan.ts';
import { fileAnswer, filesUnderWay } from './answers.ts';
import type { Asked } from './ask-database.ts';

/** The file probe keeps its progress on the scratch file system, so it is simply asked again. */
export async function askFiles(
  { functions, probe }: { readonly functions: LambdaClient; readonly probe: string },
  of: { plan: Plan; way: Extract<Reached, { by: 'mount' }>; checks: Checks },
): Promise<Asked> {
  const checks: FileChecks = of.checks.of === 'files' ? of.checks : defaultChecks('files');
  const { version, reachedAt } = of.way;
  const answer = await askProbe(
    functions,
    { function: probe, version },
    {
      ask: 'files',
      drill: of.plan.drill,
      salt: of.plan.resource,
      mustExist: checks.mustExist,
      checksums: checks.checksums,
      ...(checks.owner !== null && { owner: checks.owner }),
      ...(checks.mode !== null && { mode: checks.mode }),
    },
  );
  const parsed = z.discriminatedUnion('done', [fileAnswer, filesUnderWay]).safeParse(answer);
  if (!parsed.success) throw new ProbeFailed('The file probe answered what no file probe answers.');
  if (!parsed.data.done) throw new NotYet(`The probe has dealt with ${parsed.data.files} files and goes on.`);
  const told = parsed.data as FileAnswer;
  // Files can be used from the moment their file system is mounted; reading them all is integrity, timed apart.
  return { measures: { of: 'files', answer: told }, answeredAt: reachedAt, endedAt: told.endedAt };
}

import * as z from 'zod/mini';
import { ledgerOf } from '../ledger/ledger.ts';
import { lambda, work } from '../platform/lambda.ts';
import { loadPolicy } from '../policy/load.ts';
import type { CheckResult, Verdict } from '../proof/compare.ts';
import { lastPass } from '../proof/last-pass.ts';
import { answeredMeasures, measureStore } from '../proof/measures.ts';
import { judge } from '../proof/verdict.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { answered, reached, run } from '../restore/plan.ts';
import { between } from '../restore/timings.ts';
import { attemptOf } from './attempt.ts';
import { type Contents, contentsOf } from './contents.ts';
import { recovery, restoring } from './plan.ts';
import { questionsFor } from './questions.ts';

/** What was found out about the recovered data. */
export interface Judged {
  readonly verdict: Verdict;
  readonly because: readonly string[];
  readonly checks: readonly CheckResult[];
  readonly contents: Contents;
}

/** Judges what the probe answered as a drill does. It writes no proof: what is recovered may be changed from now on. */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const policy = loadPolicy(seam);
  const store = measureStore(seam);

  return work(
    z.object({ ...run, recovery, restored: restoring, reached, answered }),
    async ({ recovery: chosen, restored, reached: way, answered: asked, ...caller }): Promise<Judged> => {
      const attempt = await attemptOf(ledger, caller, chosen, seam.clock.now());
      const { resource, way: from, paths } = chosen;
      const { checks, because: checksBecause, finding } = questionsFor(policy, chosen);
      const measures = await answeredMeasures(store, asked);
      const last =
        paths === null ? await lastPass(ledger, store, { resource, instant: from.instant }, attempt) : undefined;
      const judgement = judge({ checks, measures, last, instant: from.instant, finding });
      await addDrillFindings(ledger, attempt, {
        ...judgement,
        checks: judgement.checks.map((check) => ({ ...check, because: [check.because] })),
        checksBecause,
        timings: {
          questions: between(way.reachedAt, asked.answeredAt),
          integrity: between(asked.answeredAt, asked.endedAt),
          usable: between(restored.startedAt, asked.answeredAt),
        },
        measures: asked.measures,
      });
      return {
        verdict: judgement.verdict,
        because: judgement.because.slice(0, 5).map((words) => words.slice(0, 1000)),
        checks: judgement.checks.slice(0, 50).map((check) => ({ ...check, because: check.because.slice(0, 500) })),
        contents: contentsOf(measures, asked.measures),
      };
    },
  );
});

import * as z from 'zod/mini';
import { ledgerOf } from '../ledger/ledger.ts';
import { moveDeadline } from '../objectives/move.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { loadPolicy } from '../policy/load.ts';
import { rtoAt } from '../policy/owners.ts';
import { checksFor } from '../policy/resolve.ts';
import type { Measures } from '../proof/answers.ts';
import type { Verdict } from '../proof/compare.ts';
import { changeSince } from '../proof/judge-file-changes.ts';
import { lastPass } from '../proof/last-pass.ts';
import { answeredMeasures, measureStore } from '../proof/measures.ts';
import { earlierFiles, judge, type LastPass } from '../proof/verdict.ts';
import { addDrillFindings } from '../restore/findings.ts';
import { answered, plan, reached, restored, run } from '../restore/plan.ts';
import { timingsOf } from '../restore/timings.ts';
import { attemptOf } from './attempt.ts';
import { writeProof } from './proof.ts';

/** Judges what the probe answered, writes the findings, and the proof if it is one. Its answer is the verdict. */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const policy = loadPolicy(seam);
  const store = measureStore(seam);
  const here = {
    region: required(seam.environment, 'AWS_REGION'),
    account: required(seam.environment, 'ACCOUNT_ID'),
  };

  return work(
    z.object({ ...run, plan, restored, reached, answered }),
    async (event): Promise<{ verdict: Verdict; because: readonly string[] }> => {
      const { plan: chosen, restored: ended, reached: way, answered: asked } = event;
      const attempt = await attemptOf(ledger, event, chosen, seam.clock.now());
      const { resource, kind, instant } = chosen;
      const { checks, because: checksBecause, finding } = checksFor(policy, chosen.checks, kind);
      const measures = await answeredMeasures(store, asked);
      const last = await lastPass(ledger, store, chosen, attempt);
      const judgement = judge({ checks, measures, last, instant, finding });

      const knowsTier = Object.hasOwn(policy.tiers, chosen.tier);
      const { timings, rtoSeconds } = timingsOf({ restored: ended, reached: way, answered: asked });
      await addDrillFindings(ledger, attempt, {
        ...judgement,
        checks: judgement.checks.map((check) => ({ ...check, because: [check.because] })),
        checksBecause,
        timings,
        restoreJob: ended.job,
        rtoSeconds,
        rtoBoundSeconds: knowsTier ? (rtoAt(policy, chosen.tier, here)?.boundSeconds ?? null) : null,
        restored:
          way.by === 'connection'
            ? { engine: way.engine, engineVersion: way.engineVersion, instanceClass: way.instanceClass }
            : { probeVersion: way.version },
        measures: asked.measures,
      });
      if (judgement.verdict === 'PASS') {
        const now = seam.clock.now();
        await writeProof(ledger, {
          resource,
          recoveryPoint: chosen.recoveryPoint,
          instant,
          provenAt: now.toISOString(),
          attempt,
          measures: { object: asked.measures, ...headlines(measures, last, instant) },
        });
        await moveDeadline(ledger, { resource, objective: 'proof', instant, now });
      }
      return {
        verdict: judgement.verdict,
        because: judgement.because.slice(0, 5).map((words) => words.slice(0, 1000)),
      };
    },
  );
});

/** The few numbers that a person wants to see beside a proof, and those that the next drill is held against. */
function headlines(measures: Measures, last: LastPass | undefined, instant: string): Record<string, number> {
  if (measures.of === 'files') {
    const { files, bytes, digests } = measures.answer;
    const change = changeSince(digests, earlierFiles(last, instant));
    return { files, bytes, ...(change && { changedShare: change.share, changedInSeconds: change.seconds }) };
  }
  const { tables } = measures.answer;
  const rows = tables.reduce((sum, table) => sum + (typeof table.rows === 'number' ? table.rows : 0), 0);
  return { tables: tables.length, rows };
}

import * as z from 'zod/mini';
import { execution } from '../platform/door.ts';
import { lambda, work } from '../platform/lambda.ts';
import { concludeExecution, concludingOf } from './conclusion.ts';

/** On Step Functions' status changes: closes the attempts of an execution that has ended. */
export const handler = lambda((seam) => {
  const parts = concludingOf(seam);
  return work(z.looseObject({ detail: z.looseObject({ executionArn: execution }) }), async ({ detail }) => {
    const concluded = await concludeExecution(parts, detail.executionArn);
    for (const { attempt, outcome, verdict, record } of concluded) {
      seam.log.info('An attempt is closed.', { attempt, outcome, verdict, record });
    }
    return { concluded };
  });
});

import * as z from 'zod/mini';
import { evidenceOf } from '../evidence/evidence.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { execution, instant, text } from '../platform/door.ts';
import { lambda, work } from '../platform/lambda.ts';
import { askSilence, overview } from './ask-silence.ts';

const input = z.strictObject({
  /** What the console proposes as an input has this and nothing else. */
  Comment: z.optional(z.unknown()),
  resource: z.optional(text),
  kind: z.optional(text),
  until: z.optional(text),
  because: z.optional(z.string()),
});

/** Takes a page over, or announces maintenance. With nothing it changes nothing, and answers what is open and silent. */
export const handler = lambda((seam) => {
  const parts = { ledger: ledgerOf(seam), evidence: evidenceOf(seam), clock: seam.clock };
  return work(
    z.object({ execution, startedAt: instant, input }),
    async ({ execution: by, startedAt, input: { Comment: _, ...asked } }) => {
      if (Object.keys(asked).length === 0) return overview(parts);
      const silenced = await askSilence(parts, { by, startedAt, input: asked });
      seam.log.info('Silence was asked for.', { ...silenced });
      return { silenced };
    },
  );
});

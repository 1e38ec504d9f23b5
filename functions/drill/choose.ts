import * as z from 'zod/mini';
import { pointReader } from '../account/points.ts';
import { addFindings, openAttempt } from '../jobs/attempt.ts';
import { type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { type ProofRow, proofKey } from '../ledger/proof.ts';
import { type ResourceRow, resourceKey, rosterPartition } from '../ledger/resource.ts';
import { filled } from '../platform/door.ts';
import { InputRejected } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { NothingToRestore } from '../restore/errors.ts';
import { type Plan, run } from '../restore/plan.ts';
import { drillIdOf } from '../scratch/birth.ts';
import { choosePoint, longestUnproven, type Wish } from './choice.ts';

/** The machine's own time limit, after which the sweep takes what is left. */
const drillSeconds = 24 * 3600;

/** The first step of a drill: which resource, and which of its recovery points in this Region's vault. */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const points = pointReader(seam);
  const policy = loadPolicy(seam);

  return work(
    z.object({
      ...run,
      // Strict: a slip in a name would be silently about another resource or point.
      input: z.strictObject({
        resource: z.optional(filled),
        point: z.optional(filled),
        instant: z.optional(filled),
        scheduledAt: z.optional(z.string()),
        /** The console puts one into the input that it suggests. */
        Comment: z.optional(z.unknown()),
      }),
    }),
    async ({ execution, redriveCount, input }): Promise<Plan & { because: string }> => {
      const now = seam.clock.now();
      const { attempt } = await openAttempt(ledger, { execution, redriveCount }, 'drill', now);
      const wish = wishOf(input);
      const row = await resourceOf(ledger, input.resource);
      const { resource, kind, tier } = row;
      await addFindings(ledger, attempt, { resource, kind, tier });

      const drill = drillIdOf(attempt);
      const { point, because } = choosePoint(await points.of(resource), wish);
      if (point === undefined) {
        const trouble = `There is nothing to restore for ${resource}: ${because}`;
        await addFindings(ledger, attempt, {
          findings: { drill: { drill, verdict: 'FAIL', because: [trouble], checks: [], timings: {} } },
        });
        throw new NothingToRestore(`${trouble}.`);
      }
      const chosen = { drill, recoveryPoint: point.arn, instant: point.instant };
      await addFindings(ledger, attempt, { findings: { drill: { ...chosen, chosenBecause: because } } });
      return {
        ...chosen,
        resource,
        kind,
        tier,
        checks: row.checks ?? null,
        vault: point.vault,
        chosenAt: now.toISOString(),
        ...settingsOf(policy, tier),
        goneBy: new Date(now.getTime() + drillSeconds * 1000).toISOString(),
        because,
      };
    },
  );
});

/** What the policy says of restoring databases of the tier. A tier that it no longer has says nothing. */
function settingsOf(policy: Policy, tier: string): Pick<Plan, 'settings'> {
  const settings = Object.hasOwn(policy.tiers, tier) ? policy.tiers[tier]?.drill?.restore : undefined;
  return settings === undefined ? {} : { settings };
}

function wishOf(input: {
  resource?: string | undefined;
  point?: string | undefined;
  instant?: string | undefined;
}): Wish {
  const { resource, point, instant } = input;
  const named = point === undefined ? 'instant' : 'point';
  if ((point !== undefined || instant !== undefined) && resource === undefined) {
    throw new InputRejected(`${named}: name the resource it belongs to as well, as "resource".`);
  }
  if (point !== undefined && instant !== undefined) {
    throw new InputRejected('instant: a point is named as well. Leave one of them out.');
  }
  if (point !== undefined) return { is: 'point', arn: point };
  if (instant === undefined) return { is: 'newest' };
  const milliseconds = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new InputRejected(`instant: '${instant}' is not an instant. Write it like 2026-01-31T09:30:00Z.`);
  }
  return { is: 'instant', instant: new Date(milliseconds).toISOString() };
}

/** The resource that was named, or the one whose proof is the oldest. It has to be on this Region's roster. */
async function resourceOf(ledger: Ledger, named: string | undefined): Promise<ResourceRow> {
  if (named !== undefined) {
    const row = await ledger.get<ResourceRow>(resourceKey(named));
    if (row !== undefined) return row;
    throw new InputRejected(
      `resource: ${named} is not on this Region's roster. Name a protected resource by its ARN at home.`,
    );
  }
  const roster = await ledger.list<ResourceRow>(rosterPartition);
  const candidates = await Promise.all(
    roster.map(async (row) => ({
      ...row,
      provenInstant: (await ledger.get<ProofRow>(proofKey(row.resource)))?.instant,
    })),
  );
  const chosen = longestUnproven(candidates)?.resource;
  const row = roster.find(({ resource }) => resource === chosen);
  if (row !== undefined) return row;
  throw new InputRejected(
    "resource: none was named, and this Region's roster is empty. Tag a resource with lifeboat:tier.",
  );
}

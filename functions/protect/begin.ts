import { BackupClient } from '@aws-sdk/client-backup';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { newestUsable, pointReader } from '../account/points.ts';
import { readArn } from '../account/resource.ts';
import { tagReader } from '../account/tagged.ts';
import { addFindings, openAttempt } from '../jobs/attempt.ts';
import { type DeadlineRow, deadlineKey } from '../ledger/deadline.ts';
import { type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { filled, run } from '../platform/door.ts';
import { InputRejected } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { loadPolicy } from '../policy/load.ts';
import { partitionOf } from '../policy/place.ts';
import { askedBy, resolveTier, retiredTier } from '../policy/resolve.ts';
import { leaveLane, runningJob, takeLane } from './lane.ts';
import { planOf } from './plan.ts';
import { turnOf } from './turn.ts';

/** The first step of `protect`: which resource, by which rules, and whether it is our turn. */
export const handler = lambda((seam) => {
  const policy = loadPolicy(seam);
  const ledger = ledgerOf(seam);
  const backup = seam.client(BackupClient);
  const sfn = seam.client(SFNClient);
  const tags = tagReader(seam);
  const points = pointReader(seam);
  const here = {
    partition: partitionOf(required(seam.environment, 'AWS_REGION')),
    account: required(seam.environment, 'ACCOUNT_ID'),
    vault: required(seam.environment, 'BACKUP_VAULT'),
  };

  return work(
    z.object({
      ...run,
      // Strict: a slip in a name would be silently about another resource.
      input: z.strictObject({
        resource: z.optional(filled),
        scheduledAt: z.optional(z.string()),
        /** The console puts one into the input that it suggests. */
        Comment: z.optional(z.unknown()),
      }),
    }),
    async ({ execution, redriveCount, input }) => {
      const now = seam.clock.now();
      const { attempt } = await openAttempt(ledger, { execution, redriveCount }, 'protect', now);
      const resource = input.resource ?? (await mostOverdue(ledger));
      const kind = readArn(resource)?.kind;
      if (kind === undefined) {
        throw new InputRejected(
          `resource: ${resource} is not the ARN of an EFS file system, RDS instance or Aurora cluster.`,
        );
      }
      const tagged = await tags.one(resource);
      const asked = tagged === undefined ? null : askedBy(tagged.tags);
      if (asked === null) {
        throw new InputRejected(`resource: ${resource} carries no tag lifeboat:tier. Tag it, and start this again.`);
      }
      if (asked.tier === retiredTier) {
        throw new InputRejected(`resource: ${resource} is retired by its tag. Tag it with a tier to back it up again.`);
      }
      const resolution = resolveTier(policy, asked, kind);
      if (!resolution.ok) throw new InputRejected(`resource: ${resolution.finding.words}.`);
      const { tierName, tier } = resolution.settings;
      await addFindings(ledger, attempt, { resource, kind, tier: tierName });

      const plan = planOf(tier, here);
      if (plan === undefined) {
        throw new InputRejected(
          `resource: the tier ${tierName} has no backup: another plan makes its recovery points.`,
        );
      }
      const busy =
        (await takeLane({ ledger, sfn }, { resource, execution, now: now.toISOString() })) ??
        (await runningJob(backup, resource));
      const newest = busy === undefined ? undefined : newestUsable(await points.of(resource));
      const turn = turnOf({
        busy,
        newestInstant: newest?.instant,
        everySeconds: plan.everySeconds,
        rpoSeconds: tier.objectives.rpo,
        now: now.toISOString(),
      });
      if (turn.turn === 'coalesced') {
        await leaveLane(ledger, resource, execution);
        await addFindings(ledger, attempt, { findings: { protect: { outcome: 'COALESCED', because: turn.because } } });
      }
      return { ...turn, resource, tier: tierName, backup: plan.backup, copies: plan.copies };
    },
  );
});

/** For a start without a resource: the one whose recovery point at home is the oldest. */
async function mostOverdue(ledger: Ledger): Promise<string> {
  const roster = await ledger.list<ResourceRow>(rosterPartition);
  const ages = await Promise.all(
    roster.map(async ({ resource, firstSeenAt }) => ({
      resource,
      from: (await ledger.get<DeadlineRow>(deadlineKey(resource, 'rpo')))?.countsFrom ?? firstSeenAt,
    })),
  );
  const [oldest] = ages.sort((one, other) => one.from.localeCompare(other.from));
  if (oldest === undefined) {
    throw new InputRejected(
      'resource: none was named, and the roster is empty. Tag a resource with lifeboat:tier, or name one.',
    );
  }
  return oldest.resource;
}

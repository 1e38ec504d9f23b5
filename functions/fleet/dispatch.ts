import { ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { databaseReader } from '../account/databases.ts';
import { readArn } from '../account/resource.ts';
import { tagReader } from '../account/tagged.ts';
import { addFindings, openAttempt } from '../jobs/attempt.ts';
import { type DeadlineRow, deadlineKey } from '../ledger/deadline.ts';
import type { Candidate } from '../ledger/fleet.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { count, instant, run, text } from '../platform/door.ts';
import { InputRejected, messageOf, nameOf } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { loadPolicy } from '../policy/load.ts';
import { askedBy } from '../policy/resolve.ts';
import {
  batchSize,
  type Counts,
  executionName,
  leftOf,
  mostInFlight,
  NobodyToServe,
  noCounts,
  progressAfter,
  startsAtOnce,
} from './batch.ts';
import { keepList, readList } from './list.ts';
import { type Order, orderOf } from './order.ts';

const counts = z.object({
  candidates: count,
  started: count,
  already: count,
  notDue: count,
  failed: count,
});

/** Starts one execution for each resource, a hundred at a time: the first batch finds whom, and the others go by its list. */
export const handler = lambda((seam) => {
  const policy = loadPolicy(seam);
  const ledger = ledgerOf(seam);
  const sfn = seam.client(SFNClient);
  const tags = tagReader(seam);
  const databases = databaseReader(seam);
  const part = required(seam.environment, 'LIFEBOAT_PART') === 'home' ? 'home' : 'copy';
  const region = required(seam.environment, 'AWS_REGION');
  /** Only home has a `protect`: a copy Region backs nothing up. */
  const machineOf = (workflow: Order['workflow']) =>
    required(seam.environment, workflow === 'protect' ? 'PROTECT_MACHINE_ARN' : 'DRILL_MACHINE_ARN');

  /**
   * What carries a tier and is no database that Lifeboat protects, as `reconcile` finds it too. Unanswered nobody is left
   * out: a backup that fails is told, one that is not started is not.
   */
  const othersOf = async (arns: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    try {
      return await databases.others(arns);
    } catch (error) {
      const facts = { error: nameOf(error), message: messageOf(error) };
      seam.log.error('RDS does not say which databases are members of clusters: all are served.', facts);
      return new Map();
    }
  };

  /** What is tagged and can be protected, or is expected already. */
  const tagged = async (): Promise<{ resource: string; tier: string | undefined }[]> => {
    const found = await tags.all();
    const others = await othersOf(found.map(({ arn }) => arn));
    const expected = new Set((await ledger.list<ResourceRow>(rosterPartition)).map(({ resource }) => resource));
    return found
      .filter(({ arn }) => expected.has(arn) || (readArn(arn) !== undefined && !others.has(arn)))
      .map(({ arn, tags }) => ({ resource: arn, tier: askedBy(tags)?.tier }));
  };

  /** At home the tags say what there is; a copy Region has its roster alone, and goes on when home is gone. */
  const candidatesOf = async ({ tiers }: Order): Promise<Candidate[]> => {
    const asked = part === 'home' ? await tagged() : await ledger.list<ResourceRow>(rosterPartition);
    return asked
      .flatMap(({ resource, tier }) => (tier !== undefined && tiers.includes(tier) ? [{ resource, tier }] : []))
      .sort((one, other) => (one.resource < other.resource ? -1 : 1));
  };

  const isOverdue = async (order: Order, { resource, tier: name }: Candidate, now: Date): Promise<boolean> => {
    const objective = order.workflow === 'protect' ? 'rpo' : 'proof';
    const row = await ledger.get<DeadlineRow>(deadlineKey(resource, objective));
    if (row === undefined) return true;
    const tier = policy.tiers[name];
    const everySeconds = (order.workflow === 'protect' ? tier?.backup : tier?.drill)?.everySeconds ?? 0;
    return now.getTime() - Date.parse(row.countsFrom) >= everySeconds * 1000;
  };

  const start = async (order: Order, resource: string): Promise<'started' | 'already' | 'failed'> => {
    try {
      await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: machineOf(order.workflow),
          name: executionName(resource, order.scheduledAt),
          input: JSON.stringify({ resource, scheduledAt: order.scheduledAt }),
        }),
      );
      return 'started';
    } catch (error) {
      if (nameOf(error) === 'ExecutionAlreadyExists') return 'already';
      seam.log.error('An execution could not be started.', {
        resource,
        error: nameOf(error),
        message: messageOf(error),
      });
      return 'failed';
    }
  };

  const inFlight = async (order: Order): Promise<number> => {
    const { executions } = await sfn.send(
      new ListExecutionsCommand({
        stateMachineArn: machineOf(order.workflow),
        statusFilter: 'RUNNING',
        maxResults: 1000,
      }),
    );
    return executions?.length ?? 0;
  };

  return work(
    z.object({
      ...run,
      startedAt: instant,
      // Strict: a slip in a name would start what is overdue everywhere instead.
      input: z.strictObject({
        workflow: z.optional(z.string()),
        tier: z.optional(z.string()),
        scheduledAt: z.optional(z.string()),
        /** The console puts one into the input that it suggests. */
        Comment: z.optional(z.unknown()),
      }),
      progress: z.nullable(z.looseObject({ after: z.nullable(text), counts })),
    }),
    async ({ execution, redriveCount, startedAt, input, progress }) => {
      const now = seam.clock.now();
      const { attempt } = await openAttempt(ledger, { execution, redriveCount }, 'fleet', now);
      const ordered = orderOf(policy, { part, region }, input, startedAt);
      if (!ordered.ok) throw new InputRejected(`${ordered.problem}.`);
      const { order } = ordered;

      const room = mostInFlight - (await inFlight(order));
      if (progress !== null && room <= 0 && leftOf(progress.counts) > 0) {
        const { after, counts } = progress;
        return progressAfter({ counts, after, left: leftOf(counts), isFull: true });
      }
      const kept = progress === null ? undefined : await readList(ledger, execution);
      const candidates = kept ?? (await candidatesOf(order));
      if (progress === null) await keepList(ledger, execution, candidates, now);
      const mayBeEmpty = order.tiers.every((name) => policy.tiers[name]?.mayBeEmpty === true);
      if (candidates.length === 0 && !mayBeEmpty) {
        throw new NobodyToServe(`No resource of ${order.tiers.join(', ')} was found in ${region}.`);
      }
      const after = progress?.after ?? null;
      const left = candidates.filter(({ resource }) => after === null || resource > after);
      const batch = left.slice(0, Math.max(0, Math.min(batchSize, room)));
      const tally = { ...(progress?.counts ?? { ...noCounts, candidates: candidates.length }) } as {
        -readonly [Name in keyof Counts]: Counts[Name];
      };
      const dealWith = async (candidate: Candidate) =>
        !order.onlyOverdue || (await isOverdue(order, candidate, now)) ? start(order, candidate.resource) : 'notDue';
      for (let from = 0; from < batch.length; from += startsAtOnce) {
        const outcomes = await Promise.all(batch.slice(from, from + startsAtOnce).map(dealWith));
        for (const outcome of outcomes) tally[outcome] += 1;
      }
      const next = progressAfter({
        counts: tally,
        after: batch.at(-1)?.resource ?? after,
        left: left.length - batch.length,
        isFull: room <= batch.length,
      });
      await addFindings(ledger, attempt, {
        findings: { fleet: { workflow: order.workflow, tiers: order.tiers, ...tally } },
      });
      return next;
    },
  );
});

import { type ExecutionStatus, ListExecutionsCommand, paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { databaseReader } from '../account/databases.ts';
import { hereOf } from '../account/here.ts';
import { type PointReader, pointReader } from '../account/points.ts';
import { tagReader } from '../account/tagged.ts';
import { episodesOf } from '../episodes/episodes.ts';
import { evidenceOf } from '../evidence/evidence.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { filled } from '../platform/door.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { loadPolicy } from '../policy/load.ts';
import { acceptCheck } from './check-look.ts';
import { concludingOf } from './conclusion.ts';
import { machinesOf } from './machines.ts';
import { reconcileAll } from './reconcile-all.ts';
import { checkRetire } from './retire.ts';
import { type QuestionParts, questions } from './truth.ts';

const badEndings: readonly ExecutionStatus[] = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/**
 * Hourly: rebuilds the ledger from AWS. Invoke it at home with `{"retire": ["ARN"]}` to retire resources that are deleted
 * and cannot be tagged `lifeboat:tier=retired` any more, and with `{"accept": ["vault"]}` when a change of the vault's policy
 * or lock, of which it told, is meant.
 */
export const handler = lambda((seam) => {
  const policy = loadPolicy(seam);
  const here = hereOf(seam);
  const sfn = seam.client(SFNClient);
  const tags = tagReader(seam);
  const databases = databaseReader(seam);
  const asked: QuestionParts = {
    points: pointReader(seam),
    ledger: ledgerOf(seam),
    evidence: evidenceOf(seam),
    part: here.part,
    others: {},
  };
  const machines = machinesOf(here.part, policy);

  const machineArn = (machine: string) =>
    `arn:${here.partition}:states:${here.region}:${here.account}:stateMachine:lifeboat-${machine}`;

  /** The newest hundred of each kind: who has more failed runs than that in a day is paged by other means. */
  const endedBadlySince = async (instant: Date): Promise<string[]> => {
    const ended: string[] = [];
    for (const machine of machines) {
      const stateMachineArn = machineArn(machine);
      for (const statusFilter of badEndings) {
        const { executions } = await sfn.send(
          new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 100 }),
        );
        for (const { executionArn, stopDate } of executions ?? []) {
          if (executionArn !== undefined && stopDate !== undefined && stopDate >= instant) ended.push(executionArn);
        }
      }
    }
    return ended;
  };

  const running = async (): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    for (const machine of machines) {
      const pages = paginateListExecutions(
        { client: sfn, pageSize: 1000 },
        { stateMachineArn: machineArn(machine), statusFilter: 'RUNNING' },
      );
      for await (const { executions } of pages) {
        for (const { executionArn, redriveCount } of executions ?? []) {
          if (executionArn !== undefined) found.set(executionArn, redriveCount ?? 0);
        }
      }
    }
    return found;
  };

  const parts = {
    ledger: ledgerOf(seam),
    ledgerIn: (region: string) => ledgerOf(seam, region),
    episodes: episodesOf(seam),
    questions: questions(asked),
    points: asked.points,
    questionsOver: (points: PointReader) => questions({ ...asked, points }),
    vault: required(seam.environment, 'BACKUP_VAULT'),
    clock: seam.clock,
    log: seam.log,
    policy,
    here,
    concluding: concludingOf(seam),
    tagged: () => tags.all(),
    others: (arns: readonly string[]) => databases.others(arns),
    endedBadlySince,
    running,
  };

  // Strict: a slip in a name would retire or accept nothing, without a word.
  const input = z.strictObject({
    retire: z._default(z.array(filled), []),
    accept: z._default(z.array(z.enum(['vault'])), []),
  });
  return work(input, async ({ retire, accept }, invocation) => {
    await checkRetire(parts, retire);
    for (const check of accept) await acceptCheck(parts.ledger, check);
    return reconcileAll(parts, retire, () => invocation.getRemainingTimeInMillis());
  });
});

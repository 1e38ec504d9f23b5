import * as z from 'zod/mini';
import { newestUsable, pointReader } from '../account/points.ts';
import { readArn } from '../account/resource.ts';
import { moveDeadline } from '../objectives/move.ts';
import { lambda, work } from '../platform/lambda.ts';
import { answer, waitingOf } from './await.ts';
import { rememberedJob } from './describe.ts';
import { readJobEvent } from './event.ts';

/**
 * Resumes the execution that waits for a job, and moves the deadline that a new recovery point moves. AWS Backup's
 * events come minutes late, twice or never, so the job itself is asked: the event only says when to ask.
 */
export const handler = lambda((seam) => {
  const waiting = waitingOf(seam);
  const points = pointReader(seam);

  return work(
    z.looseObject({ 'detail-type': z.string(), detail: z.record(z.string(), z.unknown()) }),
    async (event) => {
      const told = readJobEvent(event);
      if (told.is === 'nothing') return { outcome: 'ignored', because: told.because };
      const job = await rememberedJob(waiting.backup, told.kind, told.job);
      if (job === undefined) {
        seam.log.warn('An event is about a job that AWS Backup does not know.', { kind: told.kind, job: told.job });
        return { outcome: 'ignored', because: `AWS Backup knows no ${told.kind} job ${told.job}` };
      }
      if (job.state === 'under way') return { outcome: 'ignored', because: `AWS Backup says ${job.awsState}` };
      const resumed = await answer(waiting, told.kind, told.job, job);
      const resource = event.detail.resourceArn;
      if (
        told.kind === 'backup' &&
        job.state === 'done' &&
        typeof resource === 'string' &&
        readArn(resource) !== undefined
      ) {
        const newest = newestUsable(await points.of(resource));
        if (newest !== undefined) {
          await moveDeadline(waiting.ledger, {
            resource,
            objective: 'rpo',
            instant: newest.instant,
            now: seam.clock.now(),
          });
        }
      }
      return { outcome: resumed ? 'resumed' : 'nobody waited', job: told.job, state: job.awsState };
    },
  );
});

import * as z from 'zod/mini';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import type { FileAnswer, FilesUnderWay, LeaveAnswer, MarkAnswer } from './contract.ts';
import { leave, mark, readNotes, restoredDirectory, WrongPlace, writeNotes } from './place.ts';
import { answerOf, fromNotes, goOn, newSurvey, type SurveyNotes, toNotes } from './survey.ts';
import { codeOf } from './trouble.ts';

/** Thrown when the file system could not be asked. Its message holds a code only: the system's words hold paths. */
class ProbeFailed extends Error {
  override readonly name = 'ProbeFailed';
}

const question = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('mark'), drill: z.string() }),
  z.object({ ask: z.literal('leave'), drill: z.string() }),
  z.object({
    ask: z.literal('files'),
    drill: z.string(),
    salt: z.string(),
    mustExist: z.array(z.string()),
    checksums: z.enum(['sample', 'all', 'none']),
    owner: z.optional(z.object({ user: z.number(), group: z.nullable(z.number()) })),
    mode: z.optional(z.number()),
  }),
]);

/** What the probe keeps to answer in before Lambda ends it. */
const reserveMilliseconds = 30_000;

/**
 * Reads a restored file system, from inside the sealed network. It is only ever asked as a published version whose mount
 * cannot change. Answers counts and digests; when its time runs out it notes on the scratch file system how far it came.
 */
export const handler = lambda((seam) => {
  const mountPath = required(seam.environment, 'MOUNT_PATH');

  return work(question, async (asked, invocation): Promise<MarkAnswer | LeaveAnswer | FilesUnderWay | FileAnswer> => {
    const hasTime = () => invocation.getRemainingTimeInMillis() > reserveMilliseconds;
    try {
      const root = seam.mount(mountPath);
      if (asked.ask === 'mark') {
        mark(root, asked.drill);
        return { marked: asked.drill };
      }
      if (asked.ask === 'leave') return { left: asked.drill, directory: leave(root, asked.drill) };
      const directory = restoredDirectory(root, asked.drill);
      const notes = readNotes<SurveyNotes>(root);
      const survey = notes === undefined ? newSurvey() : fromNotes(notes);
      goOn(directory, asked, survey, hasTime);
      if (survey.phase !== 'done') {
        writeNotes(root, toNotes(survey));
        return { done: false, files: survey.phase === 'counting' ? survey.files : survey.read };
      }
      return answerOf(survey, asked, { root: directory, endedAt: seam.clock.now().toISOString() });
    } catch (error) {
      if (error instanceof WrongPlace) throw error;
      throw new ProbeFailed(`The file system could not be asked: ${codeOf(error)}.`);
    }
  });
});

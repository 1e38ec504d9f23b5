import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { type Episodes, episodesOf, type Trouble } from '../episodes/episodes.ts';
import { type Appended, type Evidence, evidenceOf } from '../evidence/evidence.ts';
import { type AttemptRow, attemptId, attemptKey, attemptsPartition } from '../ledger/attempt.ts';
import { pipeline } from '../ledger/episode.ts';
import { type LaneRow, laneKey } from '../ledger/lane.ts';
import { type Key, type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { retiredKey } from '../ledger/pipeline.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { lookSoon, moveDeadline } from '../objectives/move.ts';
import { nameOf } from '../platform/errors.ts';
import type { Clock, Seam } from '../platform/seam.ts';
import { effectsOf } from './effects.ts';
import { type Ended, endedAttempts, type Told } from './ended.ts';
import { withLeftBehind } from './left-behind.ts';
import { recordOf } from './record-of.ts';
import { foldRunNow } from './storm-keeping.ts';
import { addToTrend, withTrend } from './trend.ts';

export interface Concluding {
  readonly ledger: Ledger;
  readonly evidence: Evidence;
  readonly episodes: Episodes;
  readonly clock: Clock;
  /** Asks Step Functions; undefined when it does not know the execution. */
  readonly describe: (execution: string) => Promise<Told>;
}

/** Reads what `evidenceOf` and `episodesOf` read. */
export function concludingOf(seam: Seam): Concluding {
  const sfn = seam.client(SFNClient);
  return {
    ledger: ledgerOf(seam),
    evidence: evidenceOf(seam),
    episodes: episodesOf(seam),
    clock: seam.clock,
    describe: async (executionArn) => {
      try {
        return await sfn.send(new DescribeExecutionCommand({ executionArn }));
      } catch (error) {
        if (nameOf(error) === 'ExecutionDoesNotExist') return undefined;
        throw error;
      }
    },
  };
}

export interface Concluded {
  readonly attempt: string;
  readonly outcome: Ended['outcome'];
  readonly verdict: string;
  readonly record: 'written' | 'there already';
}

/** Whether Step Functions says that an execution has ended; one that it does not know has. */
export function hasEnded(told: Told): boolean {
  return told === undefined || (told.status !== 'RUNNING' && told.status !== 'PENDING_REDRIVE');
}

/**
 * Closes every attempt of an execution that has ended: its record, its proof, its episodes, its lane, and last its row.
 * Step Functions is asked, whatever an event said. Each step may be repeated, so a duplicate event and a run that died
 * half-way come to the same end; the row stands until all is done, and `reconcile` finds what was left.
 */
export async function concludeExecution(parts: Concluding, execution: string): Promise<Concluded[]> {
  const told = await parts.describe(execution);
  const prefix = attemptId(execution, 0).replace(/0$/, '');
  const rows = await parts.ledger.list<AttemptRow>(attemptsPartition, prefix);
  const concluded: Concluded[] = [];
  for (const ended of endedAttempts(execution, told, rows, parts.clock.now())) {
    const closed = await close(parts, ended, hasEnded(told));
    if (closed !== undefined) concluded.push(closed);
  }
  return concluded;
}

/** A redrive of the execution may run by now, and goes on in the lane. */
async function close(parts: Concluding, ended: Ended, isOver: boolean): Promise<Concluded | undefined> {
  const { ledger, evidence, episodes } = parts;
  if (ended.row === undefined) {
    if (await isRecorded(parts, ended)) return undefined;
    await openLate(ledger, ended);
  }
  const draft = await withLeftBehind(ledger, await withTrend(ledger, recordOf(ended)));
  const appended = await evidence.append(draft, ended.since);
  const content = appended.record.content.what === 'attempt' ? appended.record.content : draft.content;
  const { resource } = draft;

  await moveProof(parts, resource, content);
  if (content.rto !== undefined) {
    const { endedAt, rto } = content;
    await addToTrend(ledger, resource, { attempt: draft.id, endedAt, seconds: rto.seconds });
  }
  const retired = (await ledger.get(retiredKey(resource))) !== undefined;
  const context = { input: ended.input, meanwhile: appended.meanwhile, retired };
  for (const effect of effectsOf({ id: draft.id, resource, content }, context)) {
    if (effect.do === 'resolve') await episodes.resolve(effect);
    else await episodes.open(await withItsStorm(parts, effect));
  }
  if (isOver) await releaseLane(ledger, resource, ended.execution);
  await removeAttempt(ledger, attemptKey(ended.attempt));
  return { attempt: draft.id, outcome: content.outcome, verdict: content.verdict.is, record: wordOf(appended) };
}

/** A run that was stopped, not one whose data is bad, may be one of many by one cause, which are told as one. */
async function withItsStorm(parts: Concluding, trouble: Trouble): Promise<Trouble> {
  const { subject, kind, facts } = trouble;
  if (subject === pipeline || (kind !== 'drill' && kind !== 'protect') || facts?.cause === undefined) return trouble;
  const storm = await foldRunNow(parts, { workflow: kind, resource: subject, cause: facts.cause });
  return storm === undefined ? trouble : { ...trouble, storm };
}

/**
 * Whether an attempt without a row has its record already. Where neither row nor input says what it worked on, its
 * record may stand in any chain of this place. That is rare: a start by hand without a resource that failed.
 */
async function isRecorded({ evidence, ledger }: Concluding, ended: Ended): Promise<boolean> {
  const subjects =
    ended.resource === undefined
      ? [pipeline, ...(await ledger.list<ResourceRow>(rosterPartition)).map(({ resource }) => resource)]
      : [ended.resource, pipeline];
  for (const subject of ended.workflow === 'fleet' ? [pipeline] : subjects) {
    const records = await evidence.since(subject, ended.since);
    if (records.some(({ id }) => id === ended.attempt)) return true;
  }
  return false;
}

/** A proof moves its deadline; the end of a backup makes the watch ask AWS, since events may have been lost. */
async function moveProof(
  { ledger, clock }: Concluding,
  resource: string,
  content: ReturnType<typeof recordOf>['content'],
): Promise<void> {
  const now = clock.now();
  if (content.verdict.is === 'PROTECTED') await lookSoon(ledger, { resource, objective: 'rpo', now });
  const instant = content.points.find(({ as }) => as === 'drilled')?.instant;
  if (content.verdict.is === 'PASS' && instant !== undefined) {
    await moveDeadline(ledger, { resource, objective: 'proof', instant, now });
  }
}

/** Gives the lane up that an ended execution holds. */
export async function releaseLane(ledger: Ledger, resource: string, execution: string): Promise<boolean> {
  const held = await ledger.get<LaneRow>(laneKey(resource));
  return held?.execution === execution && (await ledger.remove(held));
}

/**
 * A run that died before it could open its attempt gets its row now: the row stands until all is done, whoever dies on
 * the way, while the record alone would say that it is.
 */
async function openLate(ledger: Ledger, ended: Ended): Promise<void> {
  const { attempt, workflow, execution, redriveCount, resource, since } = ended;
  await ledger.create<AttemptRow>({
    ...attemptKey(attempt),
    attempt,
    workflow,
    execution,
    redriveCount,
    ...(resource !== undefined && { resource }),
    openedAt: since,
  });
}

/** What an attempt wrote after its execution ended is not part of it: the row goes as it is now. */
async function removeAttempt(ledger: Ledger, key: Key): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const fresh = await ledger.get<AttemptRow>(key);
    if (fresh === undefined || (await ledger.remove(fresh))) return;
  }
  throw new Error(`The row of the attempt ${key.sk} changed under every one of five removals.`);
}

function wordOf({ written }: Appended): Concluded['record'] {
  return written ? 'written' : 'there already';
}

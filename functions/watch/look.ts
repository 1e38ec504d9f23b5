import type { Episodes } from '../episodes/episodes.ts';
import { type DeadlineRow, deadlineKey } from '../ledger/deadline.ts';
import { type EpisodeFacts, type EpisodeRow, episodeKey } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ResourceRow, resourceKey } from '../ledger/resource.ts';
import { cannotTellBoundSeconds, nextLook, nextTry } from '../objectives/next-look.ts';
import { type Standing, standingOf } from '../objectives/standing.ts';
import type { Clock } from '../platform/seam.ts';
import { inWords } from '../policy/duration.ts';
import { type Questions, type Truth, truthOf } from './truth.ts';

/**
 * What one look at one deadline came to. `moved`: it holds until later; `opened`, `stillOpen`, `resolved`: its episode;
 * `cannotTell`: AWS gave no answer; `overtaken`: somebody else has just seen to it.
 */
export type Look = 'moved' | 'opened' | 'stillOpen' | 'resolved' | 'cannotTell' | 'overtaken';

export interface LookParts {
  readonly ledger: Ledger;
  readonly episodes: Episodes;
  readonly questions: Questions;
  readonly clock: Clock;
}

/**
 * Asks AWS how one objective stands and makes the ledger and the episode say so. The row is replaced before its episode
 * is touched: whoever loses the race for the row touches nothing, and whoever dies in between left a row that is due
 * again within minutes, so the next look finishes the work.
 */
export async function lookAt(parts: LookParts, row: DeadlineRow): Promise<Look> {
  const { ledger, questions, clock } = parts;
  const truth = await truthOf(questions, row, clock.now());
  const now = clock.now();
  if (!truth.known) return noAnswer(parts, row, truth, now);

  const measured = { ...row, instant: truth.instant };
  const standing = standingOf(measured, now);
  const { instant: _, looks, cannotTellSince, ...kept } = row;
  const counted = {
    ...kept,
    ...(truth.instant !== undefined && { instant: truth.instant }),
    countsFrom: standing.countsFrom,
    deadline: standing.deadline,
  };
  const at = now.toISOString();

  if (standing.standing === 'met') {
    if (!(await ledger.replace<DeadlineRow>({ ...counted, dueAt: standing.deadline }))) return 'overtaken';
    await answersAgain(parts, row, at);
    const relief = { subject: row.resource, kind: row.objective, because: standing.because, at };
    return (await parts.episodes.resolve(relief)) === 'resolved' ? 'resolved' : 'moved';
  }

  const next = (looks ?? 0) + 1;
  const broken = { ...counted, looks: next, dueAt: nextLook(next, now) };
  if (!(await ledger.replace<DeadlineRow>(broken))) return 'overtaken';
  await answersAgain(parts, row, at);
  return tellBroken(parts, row, standing, truth.instant, at);
}

async function tellBroken(
  parts: LookParts,
  row: DeadlineRow,
  standing: Standing,
  instant: string | undefined,
  at: string,
): Promise<Look> {
  const { ledger, episodes } = parts;
  const resource = await ledger.get<ResourceRow>(resourceKey(row.resource));
  const cause = await likelyCause(ledger, row);
  const facts: EpisodeFacts = {
    ...(resource !== undefined && { tier: resource.tier }),
    ...(instant !== undefined && { instant }),
    ...(cause !== undefined && { cause }),
    since: standing.deadline,
    ageSeconds: standing.ageSeconds,
    boundSeconds: row.boundSeconds,
  };
  const { resource: subject, objective: kind } = row;
  const opened = await episodes.open({ subject, kind, severity: 'page', because: standing.because, facts, at });
  if (opened !== 'opened') return 'stillOpen';
  // Somebody may have found it well while the episode was being opened, and then nobody would look for a long time.
  const fresh = await ledger.get<DeadlineRow>(deadlineKey(subject, row.objective));
  if (fresh !== undefined && fresh.looks === undefined) await ledger.replace<DeadlineRow>({ ...fresh, dueAt: at });
  return 'opened';
}

/** Why nothing newer came to be, as far as the ledger knows: the words of what failed, or that nothing did. */
async function likelyCause(ledger: Ledger, { resource, objective }: DeadlineRow): Promise<string | undefined> {
  const kind = ({ rpo: 'protect', proof: 'drill' } as const)[objective as 'rpo' | 'proof'];
  if (kind === undefined) return undefined;
  const failed = await ledger.get<EpisodeRow>(episodeKey(resource, kind));
  if (failed?.status === 'open') return failed.facts.cause ?? failed.because;
  return kind === 'protect'
    ? 'no run of lifeboat-protect is known to have failed: perhaps none was started'
    : 'no drill is known to have failed: perhaps none was started';
}

async function noAnswer(
  parts: LookParts,
  row: DeadlineRow,
  truth: Extract<Truth, { known: false }>,
  now: Date,
): Promise<Look> {
  const at = now.toISOString();
  const since = row.cannotTellSince ?? at;
  const waiting = { ...row, cannotTellSince: since, dueAt: nextTry(now) };
  if (!(await parts.ledger.replace<DeadlineRow>(waiting))) return 'overtaken';
  const forSeconds = (now.getTime() - Date.parse(since)) / 1000;
  if (forSeconds >= cannotTellBoundSeconds) {
    await parts.episodes.open({
      subject: row.resource,
      kind: `cannot-tell:${row.objective}`,
      severity: 'page',
      because: `AWS has given no answer about ${row.objective} for ${inWords(forSeconds)}; nobody knows whether it holds`,
      facts: { since, cause: truth.because },
      at,
    });
  }
  return 'cannotTell';
}

async function answersAgain({ episodes }: LookParts, row: DeadlineRow, at: string): Promise<void> {
  if (row.cannotTellSince === undefined) return;
  const kind = `cannot-tell:${row.objective}` as const;
  await episodes.resolve({ subject: row.resource, kind, because: 'AWS answers again', at });
}

import { ordinaryShard } from '../ledger/deadline.ts';
import { pipeline } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  type CheckName,
  type CheckRow,
  checkKey,
  checkNames,
  checkPrefix,
  pipelinePartition,
} from '../ledger/pipeline.ts';
import { nextLook } from '../objectives/next-look.ts';
import { messageOf, nameOf } from '../platform/errors.ts';
import { inWords } from '../policy/duration.ts';
import type { Look, LookParts } from './look.ts';

/** What a check of the pipeline came to. */
export interface Checked {
  /** What somebody has to mend, by its code; empty when all is well. */
  readonly findings: readonly { readonly code: string; readonly words: string }[];
  /** In which words it explains that objectives break, where it does. */
  readonly cause?: string;
  /** How it is now, of what may only change on purpose. */
  readonly now?: Readonly<Record<string, string>>;
}

/** One question about the pipeline itself. It throws when there is no answer. `before` is what was first seen. */
export type Check = (before: Readonly<Record<string, string>> | undefined) => Promise<Checked>;

export type Checks = Readonly<Record<CheckName, Check>>;

/**
 * For how long a check may stay without an answer before somebody is told: longer than for objectives, which page, and
 * short against the hours that it takes until what it would find breaks an objective.
 */
export const checkSilentBoundSeconds = 60 * 60;

/**
 * Makes sure that every check stands in the ledger, so that one that nobody ever asks is seen as well. Answers those
 * that stood there before.
 */
export async function expectChecks(ledger: Ledger, now: Date): Promise<CheckRow[]> {
  const rows = await ledger.list<CheckRow>(pipelinePartition, checkPrefix);
  for (const check of checkNames) {
    if (rows.some((row) => row.check === check)) continue;
    await ledger.create<CheckRow>({
      ...checkKey(check),
      check,
      answeredAt: now.toISOString(),
      open: [],
      dueShard: ordinaryShard,
      dueAt: unansweredAt(now),
    });
  }
  return rows;
}

/** What is different from when it was first seen is meant: from the next time on that is how it has to be. */
export async function acceptCheck(ledger: Ledger, check: CheckName): Promise<boolean> {
  const row = await ledger.get<CheckRow>(checkKey(check));
  if (row === undefined) return false;
  const { baseline: _, ...rest } = row;
  return ledger.replace<CheckRow>(rest);
}

/** What one run of the checks came to. `asked` is the sum of the other four. */
export interface ChecksAsked {
  readonly asked: number;
  readonly well: number;
  readonly wrong: number;
  readonly silent: number;
  readonly overtaken: number;
}

/** Asks every check. One that gets no answer stops no other. */
export async function askChecks(parts: CheckParts): Promise<ChecksAsked> {
  const { ledger, clock } = parts;
  const stood = await expectChecks(ledger, clock.now());
  const isFirst = stood.length < checkNames.length;
  const rows = isFirst ? await ledger.list<CheckRow>(pipelinePartition, checkPrefix) : stood;
  const counts = { asked: 0, well: 0, wrong: 0, silent: 0, overtaken: 0 };
  for (const row of rows) {
    counts.asked += 1;
    counts[await askCheck(parts, row)] += 1;
  }
  return counts;
}

export interface CheckParts extends Pick<LookParts, 'ledger' | 'episodes' | 'clock'> {
  readonly checks: Checks;
}

/** Asks one check, and makes its findings and its row say what came of it. */
async function askCheck(
  { ledger, episodes, clock, checks }: CheckParts,
  row: CheckRow,
): Promise<'well' | 'wrong' | 'silent' | 'overtaken'> {
  const { silentBecause: _, silentSince, cause: causeBefore, baseline: before, ...kept } = row;
  let checked: Checked;
  try {
    checked = await checks[row.check](before);
  } catch (error) {
    // What it found last stays open, and stays a cause: no answer makes nothing well.
    const silentBecause = `${nameOf(error)}: ${messageOf(error)}`;
    return (await ledger.replace<CheckRow>({ ...row, silentBecause })) ? 'silent' : 'overtaken';
  }

  const now = clock.now();
  const at = now.toISOString();
  // Whoever dies in between has left the codes of all that may be open by then.
  const known = [...new Set([...row.open, ...checked.findings.map(({ code }) => code)])];
  const isNews = known.length > row.open.length;
  if (isNews && !(await ledger.replace<CheckRow>({ ...row, open: known }))) return 'overtaken';
  const codes = checked.findings.map(({ code }) => code);
  // What a later version looks at as well has to stay as it is first seen.
  const baseline = checked.now === undefined ? before : { ...checked.now, ...before };
  for (const { code, words } of checked.findings) {
    await episodes.open({ subject: pipeline, kind: `finding:${code}`, severity: 'notice', because: words, at });
  }
  for (const code of row.open.filter((one) => !codes.includes(one))) {
    await episodes.resolve({ subject: pipeline, kind: `finding:${code}`, because: 'it is mended', at });
  }
  // The watch opened it, whose clock may be ahead of ours: then the next run ends it.
  const isSilent =
    silentSince !== undefined &&
    (await episodes.resolve({ ...silenceOf(row), because: 'AWS answers again', at })) === 'newer trouble';
  const next: CheckRow = {
    ...kept,
    ...(isSilent && { silentSince }),
    answeredAt: at,
    open: codes,
    ...(checked.cause !== undefined && { cause: { words: checked.cause, since: causeBefore?.since ?? at } }),
    ...(baseline !== undefined && { baseline }),
    dueAt: unansweredAt(now),
  };
  if (!(await ledger.replace<CheckRow>({ ...next, version: row.version + (isNews ? 1 : 0) }))) return 'overtaken';
  return codes.length > 0 ? 'wrong' : 'well';
}

/** For the watch: a check that is due has had no answer for too long. */
export async function lookAtSilentCheck(
  { ledger, episodes, clock }: Pick<LookParts, 'ledger' | 'episodes' | 'clock'>,
  row: CheckRow,
): Promise<Look> {
  const now = clock.now();
  const silentSeconds = (now.getTime() - Date.parse(row.answeredAt)) / 1000;
  // Whoever dies in between has left word that its episode may be open.
  const silentSince = row.silentSince ?? now.toISOString();
  if (!(await ledger.replace<CheckRow>({ ...row, silentSince, dueAt: nextLook(steady, now) }))) return 'overtaken';
  const opened = await episodes.open({
    ...silenceOf(row),
    severity: 'notice',
    because: `nobody knows how the pipeline's ${row.check} stands: there has been no answer for ${inWords(silentSeconds)}`,
    facts: {
      since: row.answeredAt,
      cause: row.silentBecause ?? 'no run of lifeboat-check is known to have asked: perhaps none was started',
    },
    at: now.toISOString(),
  });
  return opened === 'opened' ? 'opened' : 'stillOpen';
}

/** The longest step of `nextLook`. */
const steady = 5;

function silenceOf({ check }: CheckRow) {
  return { subject: pipeline, kind: `cannot-tell:${check}` as const };
}

function unansweredAt(now: Date): string {
  return new Date(now.getTime() + checkSilentBoundSeconds * 1000).toISOString();
}

import { type AttemptRow, attemptId, attemptKey, type Workflow } from '../ledger/attempt.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Which run of which workflow is asking: the state machine hands this to its first function. */
export interface Run {
  readonly execution: string;
  readonly redriveCount: number;
}

/**
 * Opens the attempt in the ledger, once: a function that is retried, or its twin, finds it there. From here on the
 * attempt ends in exactly one terminal record, whatever becomes of its execution.
 */
export async function openAttempt(ledger: Ledger, run: Run, workflow: Workflow, now: Date): Promise<AttemptRow> {
  const attempt = attemptId(run.execution, run.redriveCount);
  const key = attemptKey(attempt);
  const found = await ledger.get<AttemptRow>(key);
  if (found !== undefined) return found;
  await ledger.create<AttemptRow>({
    ...key,
    attempt,
    workflow,
    execution: run.execution,
    redriveCount: run.redriveCount,
    openedAt: now.toISOString(),
  });
  const opened = await ledger.get<AttemptRow>(key);
  if (opened === undefined) throw new Error(`The attempt ${attempt} was opened and is not in the ledger.`);
  return opened;
}

/** What an attempt came to know of its subject and its results. */
export type Learned = Partial<Pick<AttemptRow, 'resource' | 'kind' | 'tier' | 'findings'>>;

/**
 * Adds what an attempt has found to its row; findings are merged by their names. Does nothing when the attempt is
 * closed already: its terminal record is written, and what comes later is not part of it.
 */
export async function addFindings(ledger: Ledger, attempt: string, learned: Learned): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const row = await ledger.get<AttemptRow>(attemptKey(attempt));
    if (row === undefined) return;
    const findings = { ...row.findings, ...learned.findings };
    if (await ledger.replace<AttemptRow>({ ...row, ...learned, findings })) return;
  }
  throw new Error(`The row of the attempt ${attempt} changed under every one of five writes.`);
}

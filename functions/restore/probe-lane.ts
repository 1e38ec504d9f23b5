import type { Ledger, Row } from '../ledger/ledger.ts';

/**
 * Pointing the file probe at a file system and publishing the version are two calls with a wait between. The lane keeps
 * another drill from pointing it elsewhere in between; it is not what keeps them apart: a version that was published
 * with another mount is never used.
 */
interface ProbeLaneRow extends Row {
  readonly drill: string;
  readonly takenAt: string;
}

/** After this long its holder has died: an update of a function takes a minute or two. */
const heldForSeconds = 600;

const laneKeyOf = (probe: string) => ({ pk: 'PROBE', sk: probe });

/** Whether the drill holds the lane from now on. */
export async function takeProbeLane(ledger: Ledger, probe: string, drill: string, now: Date): Promise<boolean> {
  const key = laneKeyOf(probe);
  const held = await ledger.get<ProbeLaneRow>(key);
  const row = { ...key, drill, takenAt: now.toISOString() };
  if (held === undefined) return ledger.create<ProbeLaneRow>(row);
  if (held.drill === drill) return true;
  if (now.getTime() - Date.parse(held.takenAt) < heldForSeconds * 1000) return false;
  return ledger.replace<ProbeLaneRow>({ ...row, version: held.version });
}

export async function leaveProbeLane(ledger: Ledger, probe: string, drill: string): Promise<void> {
  const held = await ledger.get<ProbeLaneRow>(laneKeyOf(probe));
  if (held?.drill === drill) await ledger.remove(held);
}

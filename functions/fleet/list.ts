import { type Candidate, type FleetRow, fleetKey, fleetPartition } from '../ledger/fleet.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** An ARN is at most some 150 bytes long here, a row of DynamoDB 400 KB. */
const onOnePage = 1_000;
/** A failed execution can be redriven for a fortnight. */
const keptSeconds = 15 * 86_400;
const mostTries = 5;

/** Keeps whom a fleet found. May be repeated: the last list that was kept whole counts. */
export async function keepList(
  ledger: Ledger,
  execution: string,
  candidates: readonly Candidate[],
  now: Date,
): Promise<void> {
  const pages = Math.ceil(candidates.length / onOnePage);
  const expiresAt = Math.floor(now.getTime() / 1000) + keptSeconds;
  for (let page = 0; page < pages; page += 1) {
    const key = fleetKey(execution, page);
    const row = { ...key, candidates: candidates.slice(page * onOnePage, (page + 1) * onOnePage), pages, expiresAt };
    let isKept = await ledger.create<FleetRow>(row);
    for (let tries = 0; !isKept; tries += 1) {
      if (tries === mostTries) throw new Error(`The list of ${execution} changed under every one of ${tries} writes.`);
      const before = await ledger.get<FleetRow>(key);
      isKept =
        before === undefined
          ? await ledger.create<FleetRow>(row)
          : await ledger.replace<FleetRow>({ ...row, version: before.version });
    }
  }
}

/** Whom a fleet found when it began; undefined when no whole list is kept. */
export async function readList(ledger: Ledger, execution: string): Promise<Candidate[] | undefined> {
  const rows = await ledger.list<FleetRow>(fleetPartition(execution));
  const pages = rows[0]?.pages ?? 0;
  if (pages === 0 || rows.length < pages) return undefined;
  return rows.slice(0, pages).flatMap(({ candidates }) => candidates);
}

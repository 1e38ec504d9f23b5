import type { Ledger } from '../ledger/ledger.ts';
import { type ScratchRow, scratchKey, scratchPartition } from '../ledger/scratch.ts';

/** What a drill is about to create. Instants are ISO 8601. */
export type Announced = Pick<ScratchRow, 'drill' | 'resource' | 'attempt' | 'execution' | 'what' | 'name' | 'goneBy'> &
  Partial<Pick<ScratchRow, 'id' | 'subnets'>>;

/**
 * Writes down that something is about to be created, before the call that creates it. A second registration of the same
 * thing finds the first, which is what a retried function needs.
 */
export async function register(ledger: Ledger, thing: Announced, now: Date): Promise<ScratchRow> {
  const key = scratchKey(thing.drill, thing.what);
  const found = await ledger.get<ScratchRow>(key);
  if (found !== undefined) return sameName(found, thing);
  await ledger.create<ScratchRow>({ ...key, ...thing, registeredAt: now.toISOString() });
  const row = await ledger.get<ScratchRow>(key);
  if (row === undefined)
    throw new Error(`The ${thing.what} of drill ${thing.drill} was registered and is not in the ledger.`);
  return sameName(row, thing);
}

function sameName(row: ScratchRow, thing: Announced): ScratchRow {
  if (row.name === thing.name) return row;
  throw new Error(`The register holds the ${thing.what} '${row.name}' for drill ${thing.drill}, not '${thing.name}'.`);
}

/** Adds what became known of a registered thing. Does nothing when it was torn down already. */
export async function note(
  ledger: Ledger,
  of: Pick<ScratchRow, 'drill' | 'what'>,
  known: Partial<Pick<ScratchRow, 'id' | 'restoreJob'>>,
): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const row = await ledger.get<ScratchRow>(scratchKey(of.drill, of.what));
    if (row === undefined) return;
    const isKnown = (known.id ?? row.id) === row.id && (known.restoreJob ?? row.restoreJob) === row.restoreJob;
    if (isKnown || (await ledger.replace<ScratchRow>({ ...row, ...known }))) return;
  }
  throw new Error(`The row of the ${of.what} of drill ${of.drill} changed under every one of five writes.`);
}

/** Takes a thing that is gone out of the register. */
export async function strike(ledger: Ledger, row: ScratchRow): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const now = await ledger.get<ScratchRow>(row);
    if (now === undefined || (await ledger.remove(now))) return;
  }
  throw new Error(`The row of the ${row.what} of drill ${row.drill} changed under every one of five writes.`);
}

/** What is registered for one drill, in the order in which it has to go: what stands on something before it. */
export async function registeredFor(ledger: Ledger, drill: string): Promise<ScratchRow[]> {
  const rows = await ledger.list<ScratchRow>(scratchPartition, `${drill}#`);
  return rows.sort(inOrderOfRemoval);
}

/** All scratch of this Region. */
export async function allRegistered(ledger: Ledger): Promise<ScratchRow[]> {
  const rows = await ledger.list<ScratchRow>(scratchPartition);
  return rows.sort((one, other) => one.drill.localeCompare(other.drill) || inOrderOfRemoval(one, other));
}

const removalOrder: Readonly<Record<ScratchRow['what'], number>> = {
  'probe-version': 0,
  'sealed-mount': 1,
  'file-system': 1,
  database: 2,
  'cluster-instance': 3,
  cluster: 4,
};

function inOrderOfRemoval(one: ScratchRow, other: ScratchRow): number {
  return removalOrder[one.what] - removalOrder[other.what];
}

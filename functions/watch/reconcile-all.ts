import { hearSilences } from '../episodes/silences.ts';
import { type EpisodeRow, episodesPartition } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RetiredRow } from '../ledger/pipeline.ts';
import { retiredPartition } from '../ledger/pipeline.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { routineDone } from '../ledger/routine.ts';
import { type TurnRow, turnKey } from '../ledger/turn.ts';
import { LifeboatError, messageOf, nameOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import { expectChecks } from './check-look.ts';
import { type Look, type Seen, settle } from './look.ts';
import {
  checkRoster,
  checkScratch,
  closeAttempts,
  discover,
  type Reconciling,
  reconcileResource,
  regionsToTell,
  retireResource,
  tellCopy,
  tellFindings,
  withoutMeans,
} from './reconciliation.ts';
import type { Found } from './roster.ts';
import { tellings } from './tellings.ts';
import { firstTurn, inTurn, type Turn, turnAfter } from './turn.ts';

/** Thrown when a part of the reconciliation failed. The other parts were done; the next run does all of them again. */
export class ReconcileIncomplete extends LifeboatError {
  override readonly name = 'ReconcileIncomplete';
}

/** What one run came to. `looked` is the sum of the eight outcomes of a look; `left` resources were not reached. */
export type Reconciled = Record<Look, number> & {
  resources: number;
  added: number;
  retired: number;
  findings: number;
  regionsTold: number;
  looked: number;
  attemptsOpen: number;
  attemptsClosed: number;
  lanesReleased: number;
  left: number;
};

/**
 * A resource takes a read of the ledger and a list of AWS Backup for each vault, some 90 ms each. AWS publishes no rate for
 * those lists, so no more are under way than ten thousand resources need to be reached well within 900 s.
 */
const width = 8;
/** For what comes after the resources: telling what is broken. */
const reserveMilliseconds = 60_000;

/**
 * Rebuilds the ledger from AWS. Each part is done whatever becomes of the others, so that a list call that fails does
 * not keep attempts open or a copy Region untold; at the end any failure fails the run.
 */
export async function reconcileAll(
  parts: Reconciling & { readonly log: Log },
  retire: readonly string[],
  remainingMilliseconds: () => number,
): Promise<Reconciled> {
  const { ledger, log, here } = parts;
  const failures: string[] = [];
  const findings: Found[] = [];
  const counts: Reconciled = {
    resources: 0,
    added: 0,
    retired: 0,
    findings: 0,
    regionsTold: 0,
    looked: 0,
    moved: 0,
    opened: 0,
    stillOpen: 0,
    resolved: 0,
    folded: 0,
    cannotTell: 0,
    overtaken: 0,
    ended: 0,
    attemptsOpen: 0,
    attemptsClosed: 0,
    lanesReleased: 0,
    left: 0,
  };
  const failed = (what: string, error: unknown) => {
    log.error('A part of the reconciliation failed.', { what, error: nameOf(error), message: messageOf(error) });
    failures.push(`${what}: ${nameOf(error)}: ${messageOf(error)}`);
  };
  const broken: Seen[] = [];
  const count = (look: Look) => {
    counts.looked += 1;
    counts[look] += 1;
  };
  const part = async (what: string, does: () => Promise<void>): Promise<void> => {
    try {
      await does();
    } catch (error) {
      failed(what, error);
    }
  };
  let mayEndFindings = here.part === 'copy';

  await part('the checks', async () => {
    await expectChecks(ledger, parts.clock.now());
  });
  if (here.part === 'home') {
    await part('the discovery of resources', async () => {
      const { findings: found, trustworthy, ...numbers } = await discover(parts, retire);
      Object.assign(counts, numbers);
      findings.push(...found);
      mayEndFindings = trustworthy;
    });
  } else {
    await part('the age of the roster', async () => {
      await checkRoster(parts);
    });
  }
  for (const region of regionsToTell(parts)) {
    await part(`the roster of ${region}`, async () => {
      await tellCopy(parts, region);
      counts.regionsTold += 1;
    });
  }
  let running: ReadonlyMap<string, number> = new Map();
  await part('what runs', async () => {
    running = await parts.running();
  });
  await part('the attempts', async () => {
    const { open, closed } = await closeAttempts(parts, running);
    counts.attemptsOpen = open;
    counts.attemptsClosed = closed;
  });
  await part('the retired resources', async () => {
    for (const row of await ledger.list<RetiredRow>(retiredPartition)) await retireResource(parts, row);
  });
  await part('the roster', async () => {
    const roster = await ledger.list<ResourceRow>(rosterPartition);
    counts.resources = roster.length;
    findings.push(...withoutMeans(parts, roster));
    const turn = await ledger.get<TurnRow>(turnKey);
    const order = inTurn(roster, turn ?? firstTurn);
    const once = { running, open: await openEpisodes(ledger) };
    const each = async (resource: ResourceRow) => {
      const { looks, broken: toTell, findings: found, lane } = await reconcileResource(parts, resource, once);
      looks.forEach(count);
      broken.push(...toTell);
      findings.push(...found);
      if (lane === 'released') counts.lanesReleased += 1;
    };
    counts.left = await sideBySide([...order.isNew, ...order.others], width, each, {
      mayGoOn: () => remainingMilliseconds() > reserveMilliseconds,
      failed: ({ resource }, error) => failed(resource, error),
    });
    await keepTurn(ledger, turn, turnAfter(order, roster.length - counts.left, turn ?? firstTurn));
    if (counts.left > 0) {
      throw new Error(
        `${counts.left} of ${roster.length} resources were not reached in time; the next run begins with them`,
      );
    }
  });
  await part('what is broken', async () => {
    const tell = await tellings(parts, broken);
    await sideBySide(
      broken,
      width,
      async (seen) => {
        count(await settle(parts, seen, tell(seen.row)));
      },
      { mayGoOn: () => true, failed: ({ row }, error) => failed(row.resource, error) },
    );
  });
  await part('the silences', async () => {
    await hearSilences(ledger, parts.clock.now());
  });
  await part('the findings', async () => {
    counts.findings = findings.length;
    await tellFindings(parts, findings, mayEndFindings && failures.length === 0);
  });
  await part('the scratch that was left', () => checkScratch(parts));

  if (here.part === 'copy')
    await part('the note of its end', () => routineDone(ledger, 'reconcile', parts.clock.now()));

  log.info('The reconciliation is over.', counts);
  if (failures.length > 0) {
    throw new ReconcileIncomplete(`${failures.length} parts failed. ${failures.slice(0, 5).join(' ')}`);
  }
  return counts;
}

async function openEpisodes(ledger: Ledger): Promise<ReadonlySet<string>> {
  const open = (await ledger.list<EpisodeRow>(episodesPartition)).filter(({ status }) => status === 'open');
  return new Set(open.map(({ sk }) => sk));
}

/** Two runs at once may both write: then one of them tells the next where to begin, and either is right. */
async function keepTurn(ledger: Ledger, before: TurnRow | undefined, turn: Turn): Promise<void> {
  if (before === undefined) await ledger.create<TurnRow>({ ...turnKey, ...turn });
  else if (before.after !== turn.after || before.newAfter !== turn.newAfter) {
    await ledger.replace<TurnRow>({ ...before, ...turn });
  }
}

import { type Here, hereOf } from '../account/here.ts';
import { alertOf } from '../alert/alert-of.ts';
import { type Publish, publisher } from '../alert/publish.ts';
import { type Evidence, evidenceOf } from '../evidence/evidence.ts';
import { shardOf } from '../ledger/deadline.ts';
import { type EpisodeFacts, type EpisodeKind, type EpisodeRow, episodeKey, type Severity } from '../ledger/episode.ts';
import { type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { messageOf, NotYet, nameOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { Clock, Seam } from '../platform/seam.ts';
import { type Duty, dutyOf, isLeased, leaseFrom, withDone } from './duty.ts';
import { recordOf } from './record-of.ts';

/** Something is wrong. */
export interface Trouble {
  readonly subject: string;
  readonly kind: EpisodeKind;
  readonly severity: Severity;
  readonly because: string;
  readonly facts?: EpisodeFacts;
  /** When it was so (ISO 8601): an episode that was resolved by something newer is not opened again. */
  readonly at: string;
  /** What saw it, such as an attempt: asked twice, it counts once. */
  readonly occasion?: string;
}

/** Something is well again. */
export interface Relief {
  readonly subject: string;
  readonly kind: EpisodeKind;
  readonly because: string;
  /** When it was so (ISO 8601): an episode in which newer trouble was seen stays open. */
  readonly at: string;
}

export type Opened = 'opened' | 'extended' | 'counted already' | 'over already';
export type Resolved = 'resolved' | 'not open' | 'newer trouble';

/** Opens, extends and resolves episodes; each may be repeated by anybody at any time. */
export interface Episodes {
  /** Of all who see the same trouble one opens the episode and sends its page. */
  open(trouble: Trouble): Promise<Opened>;
  resolve(relief: Relief): Promise<Resolved>;
  /** Does what a run that died, or an SNS that refused, left undone. `false`: it is left undone still. */
  settle(row: EpisodeRow): Promise<boolean>;
}

export interface EpisodeParts {
  readonly ledger: Ledger;
  readonly publish: Publish;
  readonly evidence: Evidence;
  readonly clock: Clock;
  readonly here: Here;
  readonly log: Log;
}

/** Reads what `publisher`, `evidenceOf`, `ledgerOf` and `hereOf` read. */
export function episodesOf(seam: Seam): Episodes {
  return episodes({
    ledger: ledgerOf(seam),
    publish: publisher(seam),
    evidence: evidenceOf(seam),
    clock: seam.clock,
    here: hereOf(seam),
    log: seam.log,
  });
}

const mostTries = 8;

/**
 * The row is written first and says that nobody was told; then SNS is asked; then the row says that it accepted. So a
 * page is never lost, and sent twice only when a run dies between SNS's yes and the mark. The row's place in the due
 * index is a lease: who wrote it has its duties alone until then, and after that `watch` takes them up.
 */
export function episodes(parts: EpisodeParts): Episodes {
  const { ledger, publish, evidence, clock, here, log } = parts;

  const perform: Readonly<Record<Exclude<Duty, 'nothing'>, (row: EpisodeRow) => Promise<unknown>>> = {
    'tell opened': (row) => publish(alertOf(row, 'opened', here)),
    'tell resolved': (row) => publish(alertOf(row, 'resolved', here)),
    'write evidence': (row) => evidence.append(recordOf(row), row.openedAt),
  };

  /** Marks a duty as done on whatever the row is by now; the row then, or undefined when it is another episode's. */
  const mark = async (row: EpisodeRow, duty: Duty): Promise<EpisodeRow | undefined> => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const fresh = await ledger.get<EpisodeRow>(row);
      if (fresh === undefined || fresh.openedAt !== row.openedAt) return undefined;
      if (dutyOf(fresh) !== duty) return fresh;
      const done = withDone(fresh, duty);
      if (await ledger.replace<EpisodeRow>(done)) return { ...done, version: done.version + 1 };
    }
    throw new Error(`The episode ${row.sk} changed under every one of ${mostTries} writes.`);
  };

  /** Does all duties of a row whose lease we hold. What fails is left to `watch`, at its next firing. */
  const carryOut = async (first: EpisodeRow): Promise<boolean> => {
    let row: EpisodeRow | undefined = first;
    try {
      while (row !== undefined) {
        const duty = dutyOf(row);
        if (duty === 'nothing') return true;
        await perform[duty](row);
        row = await mark(row, duty);
      }
      return true;
    } catch (error) {
      const facts = { subject: first.subject, kind: first.kind, error: nameOf(error), message: messageOf(error) };
      log.error('An episode could not be told or recorded; the watch tries again.', facts);
      await giveUpLease(first);
      return false;
    }
  };

  const giveUpLease = async (row: EpisodeRow): Promise<void> => {
    const fresh = await ledger.get<EpisodeRow>(row);
    if (fresh === undefined || fresh.openedAt !== row.openedAt || dutyOf(fresh) === 'nothing') return;
    await ledger.replace<EpisodeRow>({ ...fresh, dueAt: clock.now().toISOString() });
  };

  const settle = async (row: EpisodeRow): Promise<boolean> => {
    const now = clock.now();
    const fresh = await ledger.get<EpisodeRow>(row);
    if (fresh === undefined || dutyOf(fresh) === 'nothing' || isLeased(fresh, now)) return true;
    const leased = { ...fresh, dueShard: shardOf(fresh.subject), dueAt: leaseFrom(now) };
    if (!(await ledger.replace<EpisodeRow>(leased))) return true;
    return carryOut({ ...leased, version: leased.version + 1 });
  };

  const open = async (trouble: Trouble): Promise<Opened> => {
    const { subject, kind, severity, because, facts = {}, at, occasion } = trouble;
    const key = episodeKey(subject, kind);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const now = clock.now();
      const found = await ledger.get<EpisodeRow>(key);
      if (found?.status === 'open') {
        if (occasion !== undefined && found.occasion === occasion) return 'counted already';
        const lastSeenAt = later(found.lastSeenAt, at);
        const seen = { ...found, seen: found.seen + 1, lastSeenAt, ...(occasion !== undefined && { occasion }) };
        if (await ledger.replace<EpisodeRow>(seen)) return 'extended';
        continue;
      }
      if (found?.wellSince !== undefined && found.wellSince >= at) return 'over already';
      if (found !== undefined && dutyOf(found) !== 'nothing') {
        // The last episode's end has to be told and recorded before its row can be used again.
        const settled = isLeased(found, now) ? false : await settle(found);
        if (!settled) throw new NotYet(`The end of the last episode ${found.sk} is not told yet: try again.`);
        continue;
      }
      const row = {
        ...key,
        subject,
        kind,
        status: 'open' as const,
        openedAt: now.toISOString(),
        severity,
        because,
        facts,
        seen: 1,
        lastSeenAt: at,
        ...(occasion !== undefined && { occasion }),
        told: 'not yet' as const,
        evidence: 'not yet' as const,
        dueShard: shardOf(subject),
        dueAt: leaseFrom(now),
      };
      const won =
        found === undefined
          ? await ledger.create<EpisodeRow>(row)
          : await ledger.replace<EpisodeRow>({ ...row, version: found.version });
      if (!won) continue;
      await carryOut({ ...row, version: (found?.version ?? 0) + 1 });
      return 'opened';
    }
    throw new Error(`The episode ${key.sk} changed under every one of ${mostTries} writes.`);
  };

  const resolve = async ({ subject, kind, because, at }: Relief): Promise<Resolved> => {
    const key = episodeKey(subject, kind);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const now = clock.now();
      const found = await ledger.get<EpisodeRow>(key);
      if (found === undefined || found.status === 'resolved') return 'not open';
      if (found.lastSeenAt > at) return 'newer trouble';
      const leasedByAnother = isLeased(found, now);
      const row: EpisodeRow = {
        ...found,
        status: 'resolved',
        resolvedAt: now.toISOString(),
        wellSince: at,
        resolvedBecause: because,
        dueShard: shardOf(subject),
        dueAt: leasedByAnother && found.dueAt !== undefined ? found.dueAt : leaseFrom(now),
      };
      if (!(await ledger.replace<EpisodeRow>(row))) continue;
      // Whoever has the lease is about to tell the opening, and goes on with the end.
      if (!leasedByAnother) await carryOut({ ...row, version: row.version + 1 });
      return 'resolved';
    }
    throw new Error(`The episode ${key.sk} changed under every one of ${mostTries} writes.`);
  };

  return { open, resolve, settle };
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}

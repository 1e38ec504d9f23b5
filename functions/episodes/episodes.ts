import { type Here, hereOf } from '../account/here.ts';
import { alertOf } from '../alert/alert-of.ts';
import { NotDelivered, type Publish, publisher, type Receipt } from '../alert/publish.ts';
import { type Evidence, evidenceOf } from '../evidence/evidence.ts';
import { type EpisodeFacts, type EpisodeKind, type EpisodeRow, episodeKey, type Severity } from '../ledger/episode.ts';
import { type Ledger, ledgerOf } from '../ledger/ledger.ts';
import { type ResourceRow, resourceKey } from '../ledger/resource.ts';
import type { StormKind } from '../ledger/storm.ts';
import { isOlder } from '../objectives/age.ts';
import { messageOf, NotYet, nameOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { type Clock, required, type Seam } from '../platform/seam.ts';
import { dutyOf, isLeased, leaseFrom, messageFor, noLater, placed } from './duty.ts';
import { escalationsMoved, escalationsOf, underSilence } from './quiet.ts';
import { recordOf } from './record-of.ts';
import { silenceOver } from './silences.ts';

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
  /** The storm that tells of it. An episode that a storm tells of is told by itself once trouble comes without it. */
  readonly storm?: StormKind;
}

/** Something is well again. */
export interface Relief {
  readonly subject: string;
  readonly kind: EpisodeKind;
  readonly because: string;
  /** When it was so (ISO 8601): an episode in which newer trouble was seen stays open. */
  readonly at: string;
  /** The data instant that it is about, ISO 8601: an episode about newer data stays open. */
  readonly instant?: string;
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
  /** How long a page may stay open before it is told again. */
  readonly escalateAfterSeconds: number;
}

/** Reads ESCALATE_AFTER_SECONDS and what `publisher`, `evidenceOf`, `ledgerOf` and `hereOf` read. */
export function episodesOf(seam: Seam): Episodes {
  return episodes({
    ledger: ledgerOf(seam),
    publish: publisher(seam),
    evidence: evidenceOf(seam),
    clock: seam.clock,
    here: hereOf(seam),
    log: seam.log,
    escalateAfterSeconds: Number(required(seam.environment, 'ESCALATE_AFTER_SECONDS')),
  });
}

const mostTries = 8;
const mostNotes = 4;

/**
 * The row is written first and says that nobody was told; then SNS is asked; then the row says what it accepted. So a
 * page is never lost, and sent twice only when a run dies between SNS's yes and the mark. Whoever holds the row's lease
 * has its duties alone until then, and after that `watch` takes them up. What SNS refuses is tried again at the next
 * firing of `watch`, from then on in the peer Region too.
 */
export function episodes(parts: EpisodeParts): Episodes {
  const { ledger, publish, evidence, clock, here, log, escalateAfterSeconds } = parts;

  /** Changes whatever the row is by now; the row then, or undefined when it is another episode's. */
  const change = async (row: EpisodeRow, how: (fresh: EpisodeRow) => EpisodeRow): Promise<EpisodeRow | undefined> => {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const fresh = await ledger.get<EpisodeRow>(row);
      if (fresh === undefined || fresh.openedAt !== row.openedAt) return undefined;
      const changed = how(fresh);
      if (changed === fresh) return fresh;
      const next = placed(changed, clock.now());
      if (await ledger.replace<EpisodeRow>(next)) return { ...next, version: next.version + 1 };
    }
    throw new Error(`The episode ${row.sk} changed under every one of ${mostTries} writes.`);
  };

  /** Sends one message and notes what SNS accepted, and whether it refused. The row then. */
  const tell = async (row: EpisodeRow, duty: Tell): Promise<EpisodeRow | undefined> => {
    const message = messageFor(row, duty);
    const had = (row.deliveries ?? []).filter((one) => one.message === message).map(({ channel }) => channel);
    const alert = alertOf(row, phases[duty], here, clock.now().toISOString());
    const noted = (fresh: EpisodeRow, receipts: readonly Receipt[]): EpisodeRow => ({
      ...fresh,
      deliveries: [...(fresh.deliveries ?? []), ...receipts.map((receipt) => ({ message, ...receipt }))],
    });
    let receipts: readonly Receipt[];
    try {
      receipts = await publish(alert, { had, insist: row.refusals !== undefined });
    } catch (error) {
      const { times = 0, since = clock.now().toISOString() } = row.refusals ?? {};
      const refusals = { times: times + 1, since, because: messageOf(error) };
      const accepted = error instanceof NotDelivered ? error.receipts : [];
      await insisting(() => change(row, (fresh) => ({ ...noted(fresh, accepted), refusals })));
      throw error;
    }
    return insisting(() =>
      change(row, (fresh) => {
        const { refusals: _, ...rest } = noted(fresh, receipts);
        // It may have ended while SNS was asked, or somebody else told it: then the next duty is another one.
        const isStill = dutyOf(fresh, clock.now()) === duty && messageFor(fresh, duty) === message;
        return isStill ? afterTelling(rest, duty, clock.now(), escalateAfterSeconds) : rest;
      }),
    );
  };

  /** Somebody may have asked for silence since the row was written. */
  const heardSilence = async (row: EpisodeRow): Promise<EpisodeRow | undefined> => {
    const silence = await silenceOver(ledger, row.subject, row.kind, clock.now());
    if (silence === undefined) return undefined;
    return change(row, (fresh) => underSilence(fresh, silence, clock.now()));
  };

  /** Does all duties of a row whose lease we hold. What fails is left to `watch`, at its next firing. */
  const carryOut = async (first: EpisodeRow): Promise<boolean> => {
    let row: EpisodeRow | undefined = first;
    try {
      while (row !== undefined) {
        const duty = dutyOf(row, clock.now());
        if (duty === 'nothing') return true;
        if (duty === 'write evidence') {
          await evidence.append(recordOf(row), row.openedAt);
          row = await change(row, (fresh) => ({ ...fresh, evidence: 'written' }));
          continue;
        }
        const silenced: EpisodeRow | undefined = row.status === 'open' ? await heardSilence(row) : undefined;
        row = silenced ?? (await tell(row, duty));
      }
      return true;
    } catch (error) {
      const facts = { subject: first.subject, kind: first.kind, error: nameOf(error), message: messageOf(error) };
      log.error('An episode could not be told or recorded; the watch tries again.', facts);
      await change(first, withoutLease);
      return false;
    }
  };

  const settle = async (row: EpisodeRow): Promise<boolean> => {
    const now = clock.now();
    const fresh = await ledger.get<EpisodeRow>(row);
    if (fresh === undefined || isLeased(fresh, now)) return true;
    const leased = placed({ ...fresh, leasedUntil: leaseFrom(now) }, now);
    // Another may have been quicker: then it has the duties.
    if (!(await ledger.replace<EpisodeRow>(leased))) return true;
    return carryOut({ ...leased, version: leased.version + 1 });
  };

  const open = async (trouble: Trouble): Promise<Opened> => {
    const { subject, kind, severity, because, facts = {}, at, occasion, storm } = trouble;
    const key = episodeKey(subject, kind);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const now = clock.now();
      const found = await ledger.get<EpisodeRow>(key);
      if (found?.status === 'open') {
        if (occasion !== undefined && found.occasion === occasion) return 'counted already';
        const isItsOwn = found.storm !== undefined && storm === undefined;
        const next = isItsOwn ? outOfStorm(extended(found, trouble), because) : extended(found, trouble);
        if (!(await ledger.replace<EpisodeRow>(noLater(placed(next, now), found)))) continue;
        // What fails here the watch does.
        if (isItsOwn) await settle(found);
        return 'extended';
      }
      const isOfNewerData = isOlder(found?.wellInstant, facts.unproven);
      if (found?.wellSince !== undefined && found.wellSince >= at && !isOfNewerData) return 'over already';
      if (found !== undefined && dutyOf(found, now) !== 'nothing') {
        // The last episode's end has to be told and recorded before its row can be used again.
        const settled = isLeased(found, now) ? false : await settle(found);
        if (!settled) throw new NotYet(`The end of the last episode ${found.sk} is not told yet: try again.`);
        continue;
      }
      const name = (await ledger.get<ResourceRow>(resourceKey(subject)))?.name;
      const drawn: EpisodeRow = {
        ...key,
        subject,
        kind,
        status: 'open' as const,
        openedAt: now.toISOString(),
        severity,
        because,
        facts: { ...facts, ...(name !== undefined && { name }) },
        seen: 1,
        lastSeenAt: at,
        ...(occasion !== undefined && { occasion }),
        ...(storm !== undefined && { storm }),
        told: 'not yet' as const,
        evidence: 'not yet' as const,
        leasedUntil: leaseFrom(now),
        version: found?.version ?? 0,
      };
      const row: EpisodeRow = placed(drawn, now);
      const won = found === undefined ? await ledger.create<EpisodeRow>(row) : await ledger.replace<EpisodeRow>(row);
      if (!won) continue;
      await carryOut({ ...row, version: row.version + 1 });
      return 'opened';
    }
    throw new Error(`The episode ${key.sk} changed under every one of ${mostTries} writes.`);
  };

  const resolve = async ({ subject, kind, because, at, instant }: Relief): Promise<Resolved> => {
    const key = episodeKey(subject, kind);
    for (let tries = 0; tries < mostTries; tries += 1) {
      const now = clock.now();
      const found = await ledger.get<EpisodeRow>(key);
      if (found === undefined || found.status === 'resolved') return 'not open';
      if (found.lastSeenAt > at || isOlder(instant, found.facts.unproven)) return 'newer trouble';
      const leasedByAnother = isLeased(found, now);
      const ended: EpisodeRow = {
        ...found,
        status: 'resolved',
        resolvedAt: now.toISOString(),
        wellSince: at,
        ...(instant !== undefined && { wellInstant: instant }),
        resolvedBecause: because,
        leasedUntil: leasedByAnother && found.leasedUntil !== undefined ? found.leasedUntil : leaseFrom(now),
      };
      const row = placed(ended, now);
      if (!(await ledger.replace<EpisodeRow>(row))) continue;
      // Whoever has the lease is about to tell the opening, and goes on with the end.
      if (!leasedByAnother) await carryOut({ ...row, version: row.version + 1 });
      return 'resolved';
    }
    throw new Error(`The episode ${key.sk} changed under every one of ${mostTries} writes.`);
  };

  return { open, resolve, settle };
}

type Tell = 'tell opened' | 'tell escalated' | 'tell resolved';

const phases = { 'tell opened': 'opened', 'tell escalated': 'escalated', 'tell resolved': 'resolved' } as const;

/** The row once SNS has accepted a message for each of its topics. */
function afterTelling(episode: EpisodeRow, duty: Tell, now: Date, escalateAfterSeconds: number): EpisodeRow {
  if (duty === 'tell resolved') return { ...episode, told: 'resolved' };
  if (duty === 'tell opened') {
    return { ...episode, told: 'opened', escalations: escalationsOf(episode, escalateAfterSeconds, now) };
  }
  const at = now.toISOString();
  const left = (episode.escalations ?? []).filter((escalation) => escalation.at > at);
  return { ...episode, escalations: left, escalatedAt: at };
}

/** The same trouble was seen again: what is known of it is what was seen last, but since when it is so. */
function extended(found: EpisodeRow, { because, facts = {}, at, occasion }: Trouble): EpisodeRow {
  const { since = found.facts.since, ...newer } = facts;
  const unproven = isOlder(facts.unproven, found.facts.unproven) ? found.facts.unproven : facts.unproven;
  const known = { ...found.facts, ...newer, ...(unproven !== undefined && { unproven }) };
  const moved = { ...known, ...(since !== undefined && { since }) };
  return {
    ...found,
    seen: found.seen + 1,
    lastSeenAt: later(found.lastSeenAt, at),
    latest: because,
    facts: known,
    ...(found.escalations !== undefined && { escalations: escalationsMoved(found.escalations, moved) }),
    ...(occasion !== undefined && { occasion }),
  };
}

/** What its storm told of it is not what is wrong now, so it is told by itself. */
function outOfStorm({ storm: _, ...row }: EpisodeRow, because: string): EpisodeRow {
  return { ...row, because };
}

function withoutLease({ leasedUntil: _, ...row }: EpisodeRow): EpisodeRow {
  return row;
}

/**
 * What SNS accepted has to be noted, or it would be sent again: a ledger that throttles is asked a few times more than
 * the SDK does by itself.
 */
async function insisting<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === mostNotes) throw error;
    }
  }
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}

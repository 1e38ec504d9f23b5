import type { Evidence } from '../evidence/evidence.ts';
import { type EpisodeRow, episodesPartition, type Silence } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ResourceRow, resourceKey } from '../ledger/resource.ts';
import { type SilenceRow, silenceKey, silencesPartition } from '../ledger/silence.ts';
import { placed } from './duty.ts';
import { isQuiet, underSilence } from './quiet.ts';

/** No silence is longer: whoever needs more time says so again. */
export const longestSilenceDays = 7;

const mostTries = 8;

/**
 * The silence over an episode now, the one that ends last: asked for in this Region, or at home and come with the
 * roster.
 */
export async function silenceOver(
  ledger: Ledger,
  subject: string,
  kind: string,
  now: Date,
): Promise<Silence | undefined> {
  const [here, row] = await Promise.all([
    ledger.list<SilenceRow>(silencesPartition, `${subject}#`),
    ledger.get<ResourceRow>(resourceKey(subject)),
  ]);
  return longestOf([...here, ...(row?.silences ?? [])], kind, now);
}

function longestOf(silences: readonly Silence[], kind: string, now: Date): Silence | undefined {
  const at = now.toISOString();
  const [longest] = silences
    .filter((silence) => silence.until > at && (silence.kind === undefined || isOfKind(kind, silence.kind)))
    .sort((one, other) => (one.until > other.until ? -1 : 1));
  return longest === undefined ? undefined : silenceIn(longest);
}

/** `fleet` stands for `fleet:drill/gold` too. */
function isOfKind(kind: string, asked: string): boolean {
  return kind === asked || kind.startsWith(`${asked}:`);
}

function silenceIn({ kind, until, because, by }: Silence): Silence {
  return { ...(kind !== undefined && { kind }), until, because, by };
}

/** The silences in force that were asked for in this Region, by subject. */
export async function silencesInForce(ledger: Ledger, now: Date): Promise<Map<string, Silence[]>> {
  const found = new Map<string, Silence[]>();
  for (const row of await ledger.list<SilenceRow>(silencesPartition)) {
    if (row.until <= now.toISOString()) continue;
    found.set(row.subject, [...(found.get(row.subject) ?? []), silenceIn(row)]);
  }
  return found;
}

/** Asks for silence: its record first, since silence is evidence, then its row. May be repeated. */
export async function keepSilence(
  { ledger, evidence }: { ledger: Ledger; evidence: Evidence },
  asked: Omit<SilenceRow, 'pk' | 'sk' | 'version'>,
): Promise<void> {
  const { subject, kind, from, until, because, by } = asked;
  const id = `silence/${kind ?? 'all'}/${by}/${from}`;
  const content = { what: 'silence' as const, ...(kind !== undefined && { kind }), from, until, because, by };
  await evidence.append({ id, resource: subject, content }, from);
  const key = silenceKey(subject, kind, by === 'tag' ? 'tag' : 'console');
  for (let tries = 0; tries < mostTries; tries += 1) {
    const found = await ledger.get<SilenceRow>(key);
    const written =
      found === undefined
        ? await ledger.create<SilenceRow>({ ...key, ...asked })
        : await ledger.replace<SilenceRow>({ ...key, ...asked, version: found.version });
    if (written) return;
  }
  throw new Error(`The silence ${key.sk} changed under every one of ${mostTries} writes.`);
}

/**
 * Makes the open episodes know of the silences there are now, and of those that are not any more. Answers how many
 * changed. What is to be told then, `watch` tells at its next firing.
 */
export async function hearSilences(ledger: Ledger, now: Date, subject?: string): Promise<number> {
  let changed = 0;
  const prefix = subject === undefined ? undefined : `${subject}#`;
  for (const listed of await ledger.list<EpisodeRow>(episodesPartition, prefix)) {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const row = tries === 0 ? listed : await ledger.get<EpisodeRow>(listed);
      if (row === undefined || row.status !== 'open') break;
      const silence = await silenceOver(ledger, row.subject, row.kind, now);
      const known = isQuiet(row, now) ? row.silenced?.until : undefined;
      if (silence?.until === known) break;
      const next = placed(underSilence(row, silence, now), now);
      if (await ledger.replace<EpisodeRow>(next)) {
        changed += 1;
        break;
      }
    }
  }
  return changed;
}

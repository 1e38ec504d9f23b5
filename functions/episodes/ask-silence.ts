import { headlines } from '../alert/headlines.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { type EpisodeRow, episodesPartition, pipeline } from '../ledger/episode.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { InputRejected } from '../platform/errors.ts';
import type { Clock } from '../platform/seam.ts';
import { isQuiet } from './quiet.ts';
import { readEnd } from './silence-tag.ts';
import { hearSilences, keepSilence, longestSilenceDays, silencesInForce } from './silences.ts';

/** What somebody asks for: see the Comment of lifeboat-silence. */
export interface AskedSilence {
  readonly resource?: string | undefined;
  readonly kind?: string | undefined;
  readonly until?: string | undefined;
  readonly because?: string | undefined;
}

interface Parts {
  readonly ledger: Ledger;
  readonly evidence: Evidence;
  readonly clock: Clock;
}

const longestBecause = 500;

/**
 * Nobody is told of a resource's episodes until the instant that is asked for; `now` ends such a silence. `by` is the
 * execution and `startedAt` (ISO 8601) when it started: asked again by the same, it is the same silence.
 *
 * @throws InputRejected when the silence has no end, one too far away, no reason, or is about nothing known here
 */
export async function askSilence(
  parts: Parts,
  { by, startedAt, input }: { by: string; startedAt: string; input: AskedSilence },
): Promise<{ resource: string; kind: string; until: string; because: string; episodes: number }> {
  const { ledger, evidence, clock } = parts;
  const { kind } = input;
  const because = input.because?.trim() ?? '';
  if (input.resource === undefined) throw new InputRejected(`resource is missing: write an ARN, or ${pipeline}.`);
  if (because === '' || because.length > longestBecause) {
    throw new InputRejected(`because: say in 1 to ${longestBecause} characters who works on what.`);
  }
  if (kind !== undefined && !Object.hasOwn(headlines, kind.split(':')[0] ?? kind)) {
    throw new InputRejected(
      `kind: '${kind}' is none. Leave it out, or write one of ${Object.keys(headlines).join(', ')}.`,
    );
  }
  const from = new Date(startedAt).toISOString();
  const end = input.until === 'now' ? ({ ok: true, until: from } as const) : readEnd(input.until ?? '', clock.now());
  if (!end.ok) {
    throw new InputRejected(`The input ${end.words}. A silence has an end, at most ${longestSilenceDays} days away.`);
  }
  const { until } = end;
  if (until < from) throw new InputRejected(`until: ${until} has passed. To end a silence write "now".`);
  const subject = await subjectOf(ledger, input.resource);
  await keepSilence({ ledger, evidence }, { subject, ...(kind !== undefined && { kind }), from, until, because, by });
  const episodes = await hearSilences(ledger, clock.now(), subject);
  return { resource: subject, kind: kind ?? 'all', until, because, episodes };
}

/** Who is meant: an ARN of the roster or of an open episode, or the name that a person calls a resource by. */
async function subjectOf(ledger: Ledger, resource: string): Promise<string> {
  if (resource === pipeline) return pipeline;
  const roster = await ledger.list<ResourceRow>(rosterPartition);
  const found = roster.filter(({ resource: arn, name }) => arn === resource || name === resource);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.resource;
  if (found.length > 1) {
    throw new InputRejected(`resource: ${found.length} resources are called '${resource}': write the ARN.`);
  }
  const episodes = await ledger.list<EpisodeRow>(episodesPartition, `${resource}#`);
  if (episodes.some(({ status }) => status === 'open')) return resource;
  throw new InputRejected(
    `resource: '${resource}' is not in the roster of this Region, and nothing is open for it. Write the ARN that a page calls Subject, or ${pipeline}.`,
  );
}

/** What is open and what is silent in this Region. */
export async function overview({ ledger, clock }: Pick<Parts, 'ledger' | 'clock'>): Promise<object> {
  const now = clock.now();
  const episodes = await ledger.list<EpisodeRow>(episodesPartition);
  const inForce = await silencesInForce(ledger, now);
  return {
    open: episodes
      .filter(({ status }) => status === 'open')
      .map((row) => ({
        resource: row.subject,
        kind: row.kind,
        severity: row.severity,
        openedAt: row.openedAt,
        because: row.latest ?? row.because,
        told: row.told !== 'not yet',
        ...(isQuiet(row, now) && { silentUntil: row.silenced?.until }),
      })),
    silences: [...inForce].flatMap(([resource, list]) => list.map((silence) => ({ resource, ...silence }))),
  };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArn } from '../../functions/account/resource.ts';
import type { EvidenceRecord } from '../../functions/evidence/record.ts';
import { type Source, sourcesOf } from '../verify/source.ts';
import type { AccountResource } from './context.ts';

/** What evidence tells of one drill. Instants are ISO 8601. */
export interface Drilled {
  /** The ARN of the resource. */
  readonly resource: string;
  /** What people call it, where what lies beside the evidence tells. */
  readonly name?: string;
  readonly region: string;
  readonly endedAt: string;
  readonly verdict: string;
  /** The moment whose data was drilled. */
  readonly dataInstant?: string;
  readonly point?: string;
  /** From the restore's start until questions were answered; only where the drill came so far. */
  readonly rtoSeconds?: number;
}

/** Recovery times as drills measured them in one Region. */
export interface MeasuredRto {
  readonly region: string;
  readonly latestSeconds: number;
  readonly slowestSeconds: number;
  readonly drills: number;
  readonly latestAt: string;
}

const readAtOnce = 32;

/**
 * The drills that evidence tells of, the newest first. `given` is a directory or a bucket, as `lifeboat verify` takes it.
 *
 * @throws NothingToVerify when there is no evidence there
 */
export async function drilledIn(given: string): Promise<Drilled[]> {
  const names = await namesBeside(given);
  const found: Drilled[] = [];
  for (const source of await sourcesOf(given)) {
    for (const record of await recordsOf(source)) {
      const drilled = drillOf(record);
      const name = names.get(record.resource);
      if (drilled !== undefined) found.push({ ...drilled, ...(name !== undefined && { name }) });
    }
  }
  return found.sort((one, other) => (one.endedAt < other.endedAt ? 1 : -1));
}

async function recordsOf(source: Source): Promise<EvidenceRecord[]> {
  const keys = (await source.keys()).filter((key) => /^evidence\/.+\.json$/.test(key) && !key.includes('/pipeline/'));
  const records: EvidenceRecord[] = [];
  for (let from = 0; from < keys.length; from += readAtOnce) {
    const texts = await Promise.all(keys.slice(from, from + readAtOnce).map((key) => source.read(key)));
    for (const text of texts) records.push(JSON.parse(text) as EvidenceRecord);
  }
  return records;
}

/** What a record of evidence tells of a drill; undefined when it tells of something else. */
export function drillOf({ resource, location, content }: EvidenceRecord): Drilled | undefined {
  if (content.what !== 'attempt' || content.workflow !== 'drill') return undefined;
  const point = content.points.find(({ as }) => as === 'drilled');
  return {
    resource,
    region: location.split('/')[1] ?? location,
    endedAt: content.endedAt,
    verdict: content.verdict.is,
    ...(point?.instant !== undefined && { dataInstant: point.instant }),
    ...(point !== undefined && { point: point.arn }),
    ...(content.rto !== undefined && { rtoSeconds: content.rto.seconds }),
  };
}

/** A run of `npm start -- --out DIR` leaves the names of its resources beside the evidence. */
async function namesBeside(given: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(given, 'summary.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return new Map();
  const { resources = [] } = JSON.parse(text) as { resources?: { name: string; arn: string }[] };
  return new Map(resources.map(({ arn, name }) => [arn, name]));
}

/** The drills of one resource, the newest first. */
export function drillsOf(drilled: readonly Drilled[], { arn, id, kind, name }: AccountResource): Drilled[] {
  return drilled.filter((one) => {
    if (one.resource === arn || one.name === name) return true;
    const read = readArn(one.resource);
    return id !== undefined && read?.id === id && read.kind === kind;
  });
}

/** What drills measured of a resource: in this Region, or wherever it was if none measured here. */
export function measuredRto(drills: readonly Drilled[], region: string): MeasuredRto | undefined {
  const timed = drills.filter(({ rtoSeconds }) => rtoSeconds !== undefined);
  const here = timed.filter((one) => one.region === region);
  const counted = here.length > 0 ? here : timed.filter((one) => one.region === timed[0]?.region);
  const [latest] = counted;
  if (latest?.rtoSeconds === undefined) return undefined;
  return {
    region: latest.region,
    latestSeconds: latest.rtoSeconds,
    slowestSeconds: Math.max(...counted.map(({ rtoSeconds }) => rtoSeconds ?? 0)),
    drills: counted.length,
    latestAt: latest.endedAt,
  };
}

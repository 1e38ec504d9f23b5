import { hadEffect, type TraceEntry } from '../world/trace.ts';

/** What a checker needs of an attempt's record in the evidence. Instants in milliseconds since 1970. */
export interface AttemptRecord {
  /** The attempt's id. */
  readonly id: string;
  readonly region: string;
  readonly resource: string;
  readonly workflow: string;
  readonly execution: string;
  readonly outcome: string;
  readonly openedAt: number;
  readonly endedAt: number;
  readonly verdict: string | undefined;
  readonly because: readonly string[];
  readonly checks: readonly { readonly name: string; readonly verdict: string }[];
  /** The jobs of AWS Backup that it names, by their ids. */
  readonly jobs: readonly string[];
  /** What it says of its scratch. */
  readonly scratch: string | undefined;
  /** What it says that may still come there, or why it is left. */
  readonly scratchBecause: readonly string[];
  /** The drilled point and its data instant as the record claims it. */
  readonly point: string | undefined;
  readonly instant: number | undefined;
}

/** Reads an attempt's record from the call that wrote it; undefined for everything else. */
export function recordOf(entry: TraceEntry): AttemptRecord | undefined {
  if (entry.kind !== 'call' || entry.operation !== 'PutObject' || !hadEffect(entry)) return undefined;
  const { Key, Body } = entry.input as { Key: string; Body: string | Uint8Array };
  if (!Key.startsWith('evidence/')) return undefined;
  const record = JSON.parse(typeof Body === 'string' ? Body : Buffer.from(Body).toString('utf8')) as {
    id: string;
    resource: string;
    content: {
      what: string;
      workflow: string;
      execution: string;
      outcome: string;
      openedAt: string;
      endedAt: string;
      verdict?: { is: string; because: string[] };
      checks?: { name: string; verdict: string }[];
      jobs?: { id: string }[];
      scratch?: string;
      scratchBecause?: string[];
      points?: { as: string; arn: string; instant?: string }[];
    };
  };
  const { content } = record;
  if (content.what !== 'attempt') return undefined;
  const drilled = content.points?.find(({ as }) => as === 'drilled');
  return {
    id: record.id,
    region: entry.region,
    resource: record.resource,
    workflow: content.workflow,
    execution: content.execution,
    outcome: content.outcome,
    openedAt: Date.parse(content.openedAt),
    endedAt: Date.parse(content.endedAt),
    verdict: content.verdict?.is,
    because: content.verdict?.because ?? [],
    checks: content.checks ?? [],
    jobs: (content.jobs ?? []).map(({ id }) => id),
    scratch: content.scratch,
    scratchBecause: content.scratchBecause ?? [],
    point: drilled?.arn,
    instant: drilled?.instant === undefined ? undefined : Date.parse(drilled.instant),
  };
}

import type { TraceEntry } from '../world/trace.ts';

/** A page that SNS accepted. Instants in milliseconds since 1970. */
export interface Page {
  readonly at: number;
  readonly region: string;
  readonly phase: 'opened' | 'resolved';
  readonly subject: string;
  readonly kind: string;
  readonly openedAt: string;
}

/** Reads a page from the call that published it; undefined for notices and everything else. */
export function pageOf(entry: TraceEntry): Page | undefined {
  if (entry.kind !== 'call' || entry.operation !== 'Publish' || entry.error !== undefined) return undefined;
  const { Message } = entry.input as { Message: string };
  const alert = JSON.parse((JSON.parse(Message) as { https: string }).https) as Omit<Page, 'at' | 'region'> & {
    severity: string;
  };
  if (alert.severity !== 'page') return undefined;
  return {
    at: Date.parse(entry.at) + entry.took,
    region: entry.region,
    phase: alert.phase,
    subject: alert.subject,
    kind: alert.kind,
    openedAt: alert.openedAt,
  };
}

import { hadEffect, type TraceEntry } from '../world/trace.ts';
import { alarmMessageOf } from './alarm-message.ts';

/** A page that SNS accepted. Instants in milliseconds since 1970. */
export interface Page {
  readonly at: number;
  readonly region: string;
  readonly phase: 'opened' | 'escalated' | 'resolved';
  readonly subject: string;
  readonly kind: string;
  readonly openedAt: string;
  /** SNS accepted it, and nobody heard that it did: it has to be sent again. */
  readonly unheard?: true;
}

/** Reads a page from the call that published it; undefined for notices and everything else. */
export function pageOf(entry: TraceEntry): Page | undefined {
  if (entry.kind !== 'call' || entry.operation !== 'Publish' || !hadEffect(entry)) return undefined;
  const alarm = alarmMessageOf(entry);
  if (alarm !== undefined) return alarm.severity === 'page' ? { ...alarm, subject: 'pipeline' } : undefined;
  const { TopicArn, Message, MessageStructure } = entry.input as Partial<Record<string, string>> & { Message: string };
  // Topics for chat and pagers carry the same page in shapes of their own.
  if (MessageStructure !== 'json') return undefined;
  const alert = JSON.parse((JSON.parse(Message) as { https: string }).https) as Omit<Page, 'at' | 'region'> & {
    severity: string;
    location: { region: string };
  };
  if (alert.severity !== 'page') return undefined;
  // What goes to another topic wakes nobody, whatever it says of itself.
  if (TopicArn !== undefined && !TopicArn.endsWith('-page')) return undefined;
  return {
    at: Date.parse(entry.at) + entry.took,
    // Whose episode it is: the peer Region's topic carries what SNS refuses here.
    region: alert.location.region,
    phase: alert.phase,
    subject: alert.subject,
    kind: alert.kind,
    openedAt: alert.openedAt,
    ...(entry.unheard && { unheard: true }),
  };
}

import { alarmMessageOf } from '../checkers/alarm-message.ts';
import type { CallEntry, TraceEntry } from '../world/trace.ts';

/** A message that SNS accepted, read back from the trace. Instants are ISO 8601. */
export interface Message {
  /** When SNS accepted it. */
  readonly at: string;
  readonly severity: 'page' | 'notice';
  readonly phase: 'opened' | 'escalated' | 'resolved';
  readonly region: string;
  /** The resource's ARN, or `pipeline`. */
  readonly subject: string;
  readonly kind: string;
  /** When the episode was opened; of an alarm, which does not say so, its ARN. */
  readonly openedAt: string;
  readonly since: string;
  /** Why it was opened, or what ended it. */
  readonly because: string;
  /** What people get. */
  readonly title: string;
  readonly text: string;
}

/** The message that a call published; undefined for every other entry, and for one that SNS refused. */
export function messageOf(entry: TraceEntry): Message | undefined {
  if (entry.kind !== 'call' || entry.service !== 'SNS' || entry.operation !== 'Publish') return undefined;
  if (entry.error !== undefined) return undefined;
  const alarm = alarmMessageOf(entry);
  if (alarm !== undefined) {
    const at = new Date(alarm.at).toISOString();
    return { ...alarm, at, subject: 'pipeline', since: at };
  }
  // Topics for chat and pagers have shapes of their own, and the same alert.
  if ((entry.input as { MessageStructure?: string }).MessageStructure !== 'json') return undefined;
  return readMessage(entry);
}

function readMessage(entry: CallEntry): Message {
  const { Subject, Message } = entry.input as { Subject: string; Message: string };
  const shapes = JSON.parse(Message) as { default: string; https: string };
  const alert = JSON.parse(shapes.https) as {
    phase: Message['phase'];
    severity: Message['severity'];
    subject: string;
    kind: string;
    openedAt: string;
    since: string;
    because: string;
    location: { region: string };
    escalated?: { because: string };
    resolved?: { because: string };
  };
  return {
    at: new Date(Date.parse(entry.at) + entry.took).toISOString(),
    severity: alert.severity,
    phase: alert.phase,
    // The peer Region's topic carries what SNS refuses here.
    region: alert.location.region,
    subject: alert.subject,
    kind: alert.kind,
    openedAt: alert.openedAt,
    since: alert.since,
    because: alert.resolved?.because ?? alert.escalated?.because ?? alert.because,
    title: Subject,
    text: shapes.default,
  };
}

import { type CallEntry, hadEffect, type TraceEntry } from '../world/trace.ts';

/** What CloudWatch published when an alarm changed its state, read back from the trace. */
export interface AlarmMessage {
  /** When SNS accepted it, milliseconds since 1970. */
  readonly at: number;
  readonly severity: 'page' | 'notice';
  readonly phase: 'opened' | 'resolved';
  readonly region: string;
  /** `alarm:` and the alarm's name. */
  readonly kind: string;
  /** The alarm's ARN: its messages do not say when its episode was opened, and it has one at a time. */
  readonly openedAt: string;
  readonly because: string;
  readonly title: string;
  /** The whole message, as people get it. */
  readonly text: string;
}

/**
 * The message of an alarm that SNS accepted; undefined for everything else, for its further copies to chat and pagers, and
 * for an alarm that had never looked before and finds all well: nothing is over then.
 */
export function alarmMessageOf(entry: TraceEntry): AlarmMessage | undefined {
  if (entry.kind !== 'call' || entry.operation !== 'Publish' || !hadEffect(entry)) return undefined;
  if (entry.caller.name !== 'cloudwatch.amazonaws.com') return undefined;
  return readMessage(entry);
}

/** Reads which change of an alarm nobody was told of, since its topic took no message: the kind of its page, and its Region. */
export function alarmGivenUp(
  entry: TraceEntry,
): { readonly kind: string; readonly region: string; readonly phase: 'opened' | 'resolved' } | undefined {
  if (entry.kind !== 'world' || entry.what !== 'An alarm could not tell its topic') return undefined;
  const { alarm, region, state } = entry.detail as Readonly<Record<'alarm' | 'region' | 'state', string>>;
  return { kind: `alarm:${alarm}`, region, phase: state === 'ALARM' ? 'opened' : 'resolved' };
}

const severities: Readonly<Record<string, AlarmMessage['severity']>> = {
  'lifeboat-page': 'page',
  'lifeboat-notices': 'notice',
};

function readMessage(entry: CallEntry): AlarmMessage | undefined {
  const { TopicArn, Subject, Message } = entry.input as { TopicArn: string; Subject: string; Message: string };
  const severity = severities[TopicArn.split(':')[5] ?? ''];
  const told = JSON.parse(Message) as Readonly<
    Record<'AlarmName' | 'AlarmArn' | 'AlarmDescription' | 'NewStateValue' | 'OldStateValue' | 'NewStateReason', string>
  >;
  const isFirst = told.OldStateValue === 'INSUFFICIENT_DATA' && told.NewStateValue !== 'ALARM';
  if (severity === undefined || isFirst) return undefined;
  const phase = told.NewStateValue === 'ALARM' ? 'opened' : 'resolved';
  return {
    at: Date.parse(entry.at) + entry.took,
    severity,
    phase,
    region: entry.region,
    kind: `alarm:${told.AlarmName}`,
    openedAt: told.AlarmArn,
    because: phase === 'opened' ? told.AlarmDescription : told.NewStateReason,
    title: Subject,
    text: Message,
  };
}

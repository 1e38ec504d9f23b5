import type { Reading } from './duration.ts';
import type { ChatChannel, Receiver } from './policy.ts';

/** Reads who is told: an e-mail address or an https endpoint. */
export function parseReceiver(written: unknown): Reading<Receiver> {
  const mend = 'write an e-mail address or an https:// address';
  if (typeof written !== 'string') return { ok: false, problem: 'is not a receiver', mend };
  const to = written.trim();
  if (to.startsWith('arn:')) {
    return {
      ok: false,
      problem: `'${to}' cannot be told: SNS topics, queues and functions of your own are not supported yet`,
      mend: `${mend}, or subscribe your queue or function to the topic lifeboat-page of each Region yourself`,
    };
  }
  if (to.startsWith('http://')) {
    return { ok: false, problem: `'${to}' is not encrypted`, mend: `use https: ${to.replace('http:', 'https:')}` };
  }
  if (to.startsWith('https://')) {
    return URL.canParse(to)
      ? { ok: true, value: { via: 'https', to } }
      : { ok: false, problem: `'${to}' is not an address`, mend: 'write it as https://events.example.com/lifeboat' };
  }
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(to)
    ? { ok: true, value: { via: 'email', to } }
    : { ok: false, problem: `'${to}' is not a receiver`, mend };
}

/** Reads an https endpoint that takes CloudWatch alarms from SNS, such as PagerDuty's and Opsgenie's. */
export function parseAlarmReceiver(written: unknown): Reading<Receiver> {
  const read = parseReceiver(written);
  if (!read.ok || read.value.via === 'https') return read;
  return {
    ok: false,
    problem: `'${read.value.to}' is not an https address`,
    mend: 'write the address of its CloudWatch integration, such as https://events.pagerduty.com/integration/KEY/enqueue',
  };
}

/** Reads a chat channel by the ids that Slack shows: `slack:WORKSPACE/CHANNEL`. */
export function parseChatChannel(written: unknown): Reading<ChatChannel> {
  const [, workspace, channel] =
    (typeof written === 'string' ? /^slack:([A-Z0-9]{9,11})\/([A-Z0-9]{9,11})$/.exec(written.trim()) : null) ?? [];
  if (workspace !== undefined && channel !== undefined)
    return { ok: true, value: { via: 'slack', workspace, channel } };
  return {
    ok: false,
    problem: typeof written === 'string' ? `'${written.trim()}' is not a chat channel` : 'is not a chat channel',
    mend: 'write the ids that Slack shows, as slack:T0123ABCD/C0123ABCD',
  };
}

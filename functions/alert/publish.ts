import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Channel, Delivery } from '../ledger/episode.ts';
import { messageOf as errorWords, LifeboatError, nameOf } from '../platform/errors.ts';
import { required, type Seam } from '../platform/seam.ts';
import { alarmOf } from './alarm.ts';
import type { Alert } from './alert.ts';
import { chatOf } from './chat.ts';
import { messageOf, subjectOf } from './shapes.ts';

/** One message that SNS accepted. */
export type Receipt = Pick<Delivery, 'channel' | 'region' | 'at' | 'messageId'>;

/** Thrown when SNS did not accept a message for every topic. Those that it did accept are told. */
export class NotDelivered extends LifeboatError {
  override readonly name = 'NotDelivered';
  readonly receipts: readonly Receipt[];
  constructor(message: string, receipts: readonly Receipt[], options: { cause: unknown }) {
    super(message, options);
    this.receipts = receipts;
  }
}

export interface PublishOptions {
  /** The channels that have the message already. */
  readonly had?: readonly Channel[];
  /** SNS has refused it before: if it does again here, the same topics in the peer Region are asked. */
  readonly insist?: boolean;
}

/** Tells people. Answers what SNS accepted, throws `NotDelivered` when any topic's message was refused. */
export type Publish = (alert: Alert, options?: PublishOptions) => Promise<readonly Receipt[]>;

/**
 * One alert, several shapes, a topic for each. Pages go to PAGE_TOPIC_ARN and notices to NOTICE_TOPIC_ARN: people get
 * text, programs (HTTPS, SQS, Lambda) get JSON. Where the policy names receivers, pages go to PAGERDUTY_TOPIC_ARN as
 * CloudWatch alarms, and both to CHAT_TOPIC_ARN. What resolves goes where it was opened. PEER_REGION has topics of the
 * same names, with the same receivers. The last three may be empty.
 */
export function publisher(seam: Seam): Publish {
  const { clock } = seam;
  const topics = {
    page: required(seam.environment, 'PAGE_TOPIC_ARN'),
    notice: required(seam.environment, 'NOTICE_TOPIC_ARN'),
    pagerduty: given(seam.environment.PAGERDUTY_TOPIC_ARN),
    chat: given(seam.environment.CHAT_TOPIC_ARN),
  };
  const peer = given(seam.environment.PEER_REGION);
  const client = seam.client(SNSClient);
  const clientThere = peer === undefined ? undefined : seam.client(SNSClient, { region: peer });

  const send = async (message: Shaped, insist: boolean): Promise<Receipt> => {
    const { channel, ...input } = message;
    const here = regionOf(input.TopicArn);
    const accepted = (region: string, messageId = '') => ({
      channel,
      region,
      at: clock.now().toISOString(),
      messageId,
    });
    try {
      return accepted(here, (await client.send(new PublishCommand(input))).MessageId);
    } catch (error) {
      if (!insist || peer === undefined || clientThere === undefined) throw error;
      const there = { ...input, TopicArn: input.TopicArn.replace(`:${here}:`, `:${peer}:`) };
      return accepted(peer, (await clientThere.send(new PublishCommand(there))).MessageId);
    }
  };

  return async (alert, { had = [], insist = false } = {}) => {
    const messages = shapesOf(alert, topics, clock.now().toISOString());
    const receipts: Receipt[] = [];
    const refused: { channel: Channel; error: unknown }[] = [];
    for (const message of messages) {
      if (had.includes(message.channel)) continue;
      try {
        receipts.push(await send(message, insist));
      } catch (error) {
        refused.push({ channel: message.channel, error });
      }
    }
    const [first] = refused;
    if (first === undefined) return receipts;
    const channels = refused.map(({ channel }) => channel).join(', ');
    const words = `${nameOf(first.error)}: ${errorWords(first.error)}`;
    throw new NotDelivered(`SNS did not accept the message for ${channels}: ${words}`, receipts, {
      cause: first.error,
    });
  };
}

interface Shaped {
  readonly channel: Channel;
  readonly TopicArn: string;
  readonly Subject: string;
  readonly Message: string;
  readonly MessageStructure?: string;
}

function shapesOf(
  alert: Alert,
  topics: { page: string; notice: string; pagerduty: string | undefined; chat: string | undefined },
  at: string,
): Shaped[] {
  const subject = subjectOf(alert);
  const shapes: Shaped[] = [
    {
      channel: 'people',
      TopicArn: topics[alert.severity],
      Subject: subject,
      MessageStructure: 'json',
      Message: messageOf(alert),
    },
  ];
  if (topics.pagerduty !== undefined && alert.severity === 'page') {
    const alarm = alarmOf(alert, at);
    shapes.push({ channel: 'pagerduty', TopicArn: topics.pagerduty, Subject: alarm.subject, Message: alarm.message });
  }
  if (topics.chat !== undefined) {
    shapes.push({ channel: 'chat', TopicArn: topics.chat, Subject: subject, Message: chatOf(alert) });
  }
  return shapes;
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function regionOf(topic: string): string {
  return topic.split(':')[3] ?? '';
}

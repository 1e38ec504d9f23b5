import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { required, type Seam } from '../platform/seam.ts';
import type { Alert } from './alert.ts';
import { jsonOf, subjectOf, textOf } from './shapes.ts';

/** Tells people. Returns when SNS has accepted the message, throws when it has not. */
export type Publish = (alert: Alert) => Promise<void>;

/**
 * Pages go to PAGE_TOPIC_ARN, notices to NOTICE_TOPIC_ARN; what resolves goes where it was opened. People get text,
 * programs (HTTPS, SQS, Lambda) get JSON.
 */
export function publisher(seam: Seam): Publish {
  const client = seam.client(SNSClient);
  const topics = {
    page: required(seam.environment, 'PAGE_TOPIC_ARN'),
    notice: required(seam.environment, 'NOTICE_TOPIC_ARN'),
  };
  return async (alert) => {
    const text = textOf(alert);
    const json = JSON.stringify(jsonOf(alert));
    await client.send(
      new PublishCommand({
        TopicArn: topics[alert.severity],
        Subject: subjectOf(alert),
        MessageStructure: 'json',
        Message: JSON.stringify({ default: text, http: json, https: json, sqs: json, lambda: json }),
      }),
    );
  };
}

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { Alert } from '../../../functions/alert/alert.ts';
import { publisher } from '../../../functions/alert/publish.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { account, home, orders } from '../watch-world.ts';

const sns = mockClient(SNSClient);
beforeEach(() => {
  sns.reset();
});

const topic = (name: string) => `arn:aws:sns:${home}:${account}:${name}`;
const seam = {
  environment: { PAGE_TOPIC_ARN: topic('lifeboat-page'), NOTICE_TOPIC_ARN: topic('lifeboat-notices') },
  client: (Client: new (configuration: object) => unknown) => new Client({ region: home, maxAttempts: 1 }),
} as unknown as Seam;

const alert = (severity: Alert['severity']): Alert => ({
  phase: 'opened',
  severity,
  id: 'id',
  subject: orders,
  name: 'orders',
  kind: 'rpo',
  location: { account, region: home },
  headline: 'recovery points too old (rpo)',
  because: 'there is none',
  since: '2026-03-02T00:00:00.000Z',
  openedAt: '2026-03-02T00:00:00.000Z',
  next: [],
});

describe('a message', () => {
  test('goes to the topic of its severity, as text for people and as JSON for programs', async () => {
    sns.on(PublishCommand).resolves({ MessageId: '1' });
    const publish = publisher(seam);
    await publish(alert('page'));
    await publish(alert('notice'));
    const [page, notice] = sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    expect(page).toMatchObject({ TopicArn: topic('lifeboat-page'), MessageStructure: 'json' });
    expect(notice).toMatchObject({ TopicArn: topic('lifeboat-notices') });
    const shapes = JSON.parse(page?.Message ?? '{}') as Record<string, string>;
    expect(shapes.default).toMatch(/^orders: recovery points too old/);
    expect(JSON.parse(shapes.https ?? '{}')).toMatchObject({
      version: 1,
      kind: 'rpo',
      phase: 'opened',
      subject: orders,
    });
  });

  test('that SNS refuses is an error, so that it is tried again', async () => {
    sns.on(PublishCommand).rejects(new Error('InternalError'));
    await expect(publisher(seam)(alert('page'))).rejects.toThrow('InternalError');
  });
});

import { describe, expect, test } from '@jest/globals';
import { goodPolicy, problemsOf } from './policies.ts';

const integration = 'https://events.pagerduty.com/integration/0123456789abcdef/enqueue';
const alerts = (more: string) => ({ alerts: `alerts: { page: [ oncall@example.com ], ${more} }` });

describe('who gets pages in a shape of their own', () => {
  test('is nobody unless the policy names them', () => {
    expect(goodPolicy().alerts).not.toHaveProperty('pagerduty');
    expect(goodPolicy().alerts).not.toHaveProperty('chat');
  });

  test('may be a CloudWatch integration and a channel of Slack', () => {
    expect(
      goodPolicy(alerts(`pagerduty: [ "${integration}" ], chat: [ slack:T0123ABCD/C0123ABCD ]`)).alerts,
    ).toMatchObject({
      pagerduty: [{ via: 'https', to: integration }],
      chat: [{ via: 'slack', workspace: 'T0123ABCD', channel: 'C0123ABCD' }],
    });
  });

  test.each([
    ['pagerduty: [ oncall@example.com ]', 'alerts.pagerduty[0]', "'oncall@example.com' is not an https address"],
    ['pagerduty: []', 'alerts.pagerduty', 'is an empty list'],
    ['notices: []', 'alerts.notices', 'is an empty list'],
    ['pagerduty: [ "http://events.pagerduty.com/x" ]', 'alerts.pagerduty[0]', 'is not encrypted'],
    ['chat: [ "#oncall" ]', 'alerts.chat[0]', "'#oncall' is not a chat channel"],
    ['chat: [ slack:oncall ]', 'alerts.chat[0]', "'slack:oncall' is not a chat channel"],
    ['chat: slack:T0123ABCD/C0123ABCD', 'alerts.chat', 'not a list'],
  ])('%s is refused with the mend', (written, field, problem) => {
    expect(problemsOf(alerts(written))).toEqual([
      expect.objectContaining({ field, problem: expect.stringContaining(problem), mend: expect.stringMatching(/\w/) }),
    ]);
  });
});

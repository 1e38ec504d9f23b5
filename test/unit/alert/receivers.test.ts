import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { alarmName, alarmOf } from '../../../functions/alert/alarm.ts';
import { chatOf } from '../../../functions/alert/chat.ts';
import { messageOf } from '../../../functions/alert/shapes.ts';
import { account, copyRegion, orders } from '../watch-world.ts';
import { anyAlert, escalatedAlert, pageAlert, resolvedAlert } from './alerts.ts';

const at = '2026-03-02T12:00:41.000Z';
const alarm = (alert = pageAlert()) => JSON.parse(alarmOf(alert, at).message) as Record<string, unknown>;

describe('what PagerDuty is sent', () => {
  test('has every field of a CloudWatch alarm, as CloudWatch writes them', () => {
    expect(alarm()).toEqual({
      AlarmName: alarmName(pageAlert()),
      AlarmDescription: expect.stringMatching(/^orders: copies too old \(copy_rpo\)\. 1\. Back it up now/),
      AWSAccountId: account,
      AlarmConfigurationUpdatedTimestamp: '2026-03-02T12:00:40.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason:
        'The newest usable copy here is 14 hours old. 14 hours where 12 hours are allowed: 2 hours too much. Likely cause: Access Denied trying to call AWS Backup service.',
      StateChangeTime: '2026-03-02T12:00:41.000+0000',
      Region: 'EU (Ireland)',
      AlarmArn: `arn:aws:cloudwatch:${copyRegion}:${account}:alarm:${alarmName(pageAlert())}`,
      OldStateValue: 'OK',
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      Trigger: expect.objectContaining({
        MetricName: 'copy_rpo',
        Namespace: 'Lifeboat',
        StatisticType: 'Statistic',
        Statistic: 'MAXIMUM',
        Dimensions: [{ name: 'Subject', value: orders }],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 43_200,
      }),
    });
  });

  test('opens, repeats and closes one incident: the name stays, state and subject change together', () => {
    const names = [pageAlert(), escalatedAlert(), resolvedAlert()].map((alert) => alarm(alert).AlarmName);
    expect(new Set(names).size).toBe(1);
    expect(alarm(escalatedAlert())).toMatchObject({ NewStateValue: 'ALARM', OldStateValue: 'ALARM' });
    expect(alarm(resolvedAlert())).toMatchObject({
      NewStateValue: 'OK',
      OldStateValue: 'ALARM',
      NewStateReason: 'Newer data is there.',
      StateChangeTime: '2026-03-02T15:00:00.000+0000',
    });
    expect(alarmOf(pageAlert(), at).subject).toMatch(/^ALARM: "Lifeboat copy_rpo: orders .*" in EU \(Ireland\)$/);
    expect(alarmOf(resolvedAlert(), at).subject).toMatch(/^OK: "Lifeboat copy_rpo: orders .*" in EU \(Ireland\)$/);
  });

  test('tells incidents apart by resource, kind and Region, however alike their names are', () => {
    const long = (end: string) => `${'x'.repeat(400)}${end}`;
    const alerts = [
      pageAlert(),
      pageAlert({ kind: 'proof' }),
      pageAlert({ location: { account, region: 'eu-central-1' } }),
      pageAlert({ subject: `${orders}-2` }),
      pageAlert({ name: long('a'), subject: long('a') }),
      pageAlert({ name: long('b'), subject: long('b') }),
    ];
    expect(new Set(alerts.map(alarmName)).size).toBe(alerts.length);
    // The next episode of the same kind opens under the same name: the last one was closed.
    expect(alarmName(pageAlert({ openedAt: '2026-04-01T00:00:00.000Z' }))).toBe(alarmName(pageAlert()));
  });

  test('calls a Region that it does not know by its code', () => {
    expect(alarm(pageAlert({ location: { account, region: 'eu-south-9' } })).Region).toBe('eu-south-9');
  });
});

describe('what Amazon Q is sent', () => {
  const chat = (alert = pageAlert()) => JSON.parse(chatOf(alert)) as Record<string, Record<string, unknown>>;

  test('is its schema for custom notifications', () => {
    const message = chat();
    expect(message).toMatchObject({ version: '1.0', source: 'custom' });
    expect(message.content).toEqual({
      textType: 'client-markdown',
      title: ':rotating_light: orders: copies too old (copy_rpo)',
      description: expect.stringContaining('*What:* The newest usable copy here is 14 hours old.'),
      nextSteps: [
        expect.stringContaining('start an execution of lifeboat-protect'),
        'See in EventBridge Scheduler that its schedules are enabled',
      ],
      keywords: ['page', 'copy_rpo', copyRegion],
    });
    expect(Object.keys(message.metadata ?? {}).sort()).toEqual([
      'additionalContext',
      'eventType',
      'relatedResources',
      'summary',
      'threadId',
    ]);
  });

  test('keeps the messages of an episode in one thread, each with an id of its own', () => {
    const messages = [pageAlert(), escalatedAlert(), resolvedAlert()].map(chat);
    expect(new Set(messages.map(({ metadata }) => metadata?.threadId)).size).toBe(1);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(3);
    expect(messages.at(-1)?.content?.nextSteps).toBeUndefined();
  });

  test('lets no name of a resource call a channel', () => {
    expect(chatOf(pageAlert({ name: '<!channel>', because: '<@U1> & <https://x|y>' }))).not.toMatch(/<[!@h]/);
  });
});

describe('what programs are sent', () => {
  const published = JSON.parse(readFileSync('docs/schema/alert.schema.json', 'utf8'));
  const schema = z.fromJSONSchema(published);
  const json = (alert = pageAlert()) => JSON.parse((JSON.parse(messageOf(alert)) as { https: string }).https);

  test('is as the published schema says, in every phase', () => {
    for (const alert of [pageAlert(), escalatedAlert(), resolvedAlert(), pageAlert({ severity: 'notice', next: [] })]) {
      expect(schema.safeParse(json(alert)).error?.issues ?? []).toEqual([]);
    }
    fc.assert(
      fc.property(anyAlert, (alert) => schema.safeParse(json(alert)).success),
      { numRuns: 40, seed: 7 },
    );
  });

  test('has no member that the schema does not tell of', () => {
    const strange = (value: unknown, told: Told | undefined, at: string): string[] => {
      if (Array.isArray(value)) return value.flatMap((item) => strange(item, told?.items, `${at}[]`));
      if (typeof value !== 'object' || value === null) return told === undefined ? [at] : [];
      if (told?.properties === undefined) return typeof told?.additionalProperties === 'object' ? [] : [at];
      return Object.entries(value).flatMap(([name, inner]) => strange(inner, told.properties?.[name], `${at}.${name}`));
    };
    for (const alert of [pageAlert(), escalatedAlert(), resolvedAlert()]) {
      expect(strange(json(alert), published, '')).toEqual([]);
    }
    expect(strange({ ...json(), subjct: 'x', location: { planet: 'y' } }, published, '')).toEqual([
      '.location.planet',
      '.subjct',
    ]);
  });

  test('does not fit the schema when a member is missing or of another type, and does when one is new', () => {
    const good = json() as Record<string, unknown>;
    const { because: _, ...without } = good;
    for (const bad of [without, { ...good, phase: 'open' }, { ...good, because: 5 }, { ...good, version: 2 }]) {
      expect(schema.safeParse(bad).success).toBe(false);
    }
    expect(schema.safeParse({ ...good, newer: 1 }).success).toBe(true);
  });
});

interface Told {
  readonly properties?: Readonly<Record<string, Told>>;
  readonly items?: Told;
  readonly additionalProperties?: unknown;
}

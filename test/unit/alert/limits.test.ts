import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alarmOf } from '../../../functions/alert/alarm.ts';
import { chatOf } from '../../../functions/alert/chat.ts';
import { cut, plain } from '../../../functions/alert/plain.ts';
import { messageOf, subjectOf } from '../../../functions/alert/shapes.ts';
import { anyAlert, anyWords, pageAlert } from './alerts.ts';

const at = '2026-03-02T12:00:41.000Z';
const runs = { numRuns: 50, seed: 20_260_302 };
const broken = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

interface Chat {
  readonly content: { title: string; description: string; nextSteps?: string[]; keywords: string[] };
}

describe('whatever an alert says, in whatever script', () => {
  test('its subjects have 1 to 99 printable ASCII characters, a letter first', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        for (const subject of [subjectOf(alert), alarmOf(alert, at).subject]) {
          expect(subject).toMatch(/^[A-Z][\x20-\x7e]{0,98}$/);
        }
      }),
      runs,
    );
  });

  test('SNS takes its message: 262,144 bytes at most, JSON with a text for everybody', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        const message = messageOf(alert);
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
        const { default: text, https } = JSON.parse(message) as Record<string, string>;
        expect(text).not.toBe('');
        // Line breaks are the layout's own; nothing in an alert makes one, or any other control character.
        expect(text?.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
        expect(text).not.toMatch(broken);
        expect(JSON.parse(https ?? '')).toMatchObject({ version: 1, phase: alert.phase, severity: alert.severity });
      }),
      runs,
    );
  });

  test('a CloudWatch alarm keeps its lengths, and state and subject agree', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        const { subject, message } = alarmOf(alert, at);
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
        const alarm = JSON.parse(message) as Record<string, string>;
        expect(alarm.AlarmName).toMatch(/^[\x20-\x7e]{1,255}$/);
        expect(alarm.AlarmDescription?.length).toBeLessThanOrEqual(1_024);
        expect(alarm.NewStateReason?.length).toBeLessThanOrEqual(1_023);
        expect(alarm.NewStateValue).toBe(alert.phase === 'resolved' ? 'OK' : 'ALARM');
        expect(subject.startsWith(`${alarm.NewStateValue}: `)).toBe(true);
      }),
      runs,
    );
  });

  test('a chat message keeps the lengths that Amazon Q takes, and calls nobody', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        const message = chatOf(alert);
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
        const { content } = JSON.parse(message) as Chat;
        expect(content.title.length).toBeLessThanOrEqual(250);
        expect(content.description.length).toBeGreaterThan(0);
        expect(content.description.length).toBeLessThanOrEqual(8_000);
        for (const step of content.nextSteps ?? []) expect(step.length).toBeLessThanOrEqual(350);
        for (const word of content.keywords) expect(word.length).toBeLessThanOrEqual(75);
        expect(`${content.title}${content.description}`).not.toMatch(/<|>/);
        expect(message).not.toMatch(broken);
      }),
      runs,
    );
  });

  test('words are cut between characters, at the length that is asked for and never beyond', () => {
    fc.assert(
      fc.property(anyWords, fc.integer({ min: 20, max: 400 }), (words, longest) => {
        const short = cut(plain(words), longest);
        expect(short.length).toBeLessThanOrEqual(longest);
        expect(short).not.toMatch(broken);
        if (plain(words).length <= longest) expect(short).toBe(plain(words));
        else expect(short).toContain('(cut)');
      }),
      runs,
    );
  });
});

describe('at the limits themselves', () => {
  test.each([
    [98, 'x'.repeat(51)],
    [99, 'x'.repeat(52)],
    [99, 'x'.repeat(53)],
  ])('a subject of %i characters is told', (length, name) => {
    expect(subjectOf(pageAlert({ name, headline: 'recovery points too old (rpo)' })).length).toBe(length);
  });

  test('a message of AWS that fits is shown whole, as long as it may be', () => {
    const cause = `unknown trouble ${'x'.repeat(7_900)} end`;
    const { causeKind: _, ...alert } = pageAlert({ cause });
    const { default: text, https } = JSON.parse(messageOf(alert)) as Record<string, string>;
    expect(text).toContain(`Cause:   U${cause.slice(1)}.`);
    expect((JSON.parse(https ?? '') as { cause: string }).cause).toBe(cause);
  });

  test('a link is never cut, nor is what stands before it lost', () => {
    const link = `https://eu-west-1.console.aws.amazon.com/${'a'.repeat(240)}`;
    const words = 'w'.repeat(400);
    const steps = (alert: Parameters<typeof chatOf>[0]) => (JSON.parse(chatOf(alert)) as Chat).content.nextSteps ?? [];
    expect(steps(pageAlert({ next: [{ words, link }] }))[0]).toMatch(/^w+\.\.\.: https:.*a{240}$/);
    expect(steps(pageAlert({ next: [{ words, link: `${link}${'b'.repeat(200)}` }] }))[0]).toMatch(/^w{347}\.\.\.$/);
  });
});

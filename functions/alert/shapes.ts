import { ageInWords } from '../objectives/age.ts';
import type { Alert, NextStep } from './alert.ts';
import { ascii, cut, plainAlert } from './plain.ts';

/** SNS takes subjects of fewer than 100 characters, without line breaks or control characters. */
const longestSubject = 99;

/** SNS takes 262,144 bytes in all, message and the quoting of its parts included. */
const longestMessageBytes = 262_144;

/** How many characters each of an alert's words may have: the first of these with which the whole fits. */
const lengths = [16_000, 8_000, 4_000, 2_000, 1_000, 500, 250, 100] as const;

/** One line for subjects: ASCII, no control characters, begins with a letter. A long name gives way to what is wrong. */
export function subjectOf(alert: Alert): string {
  const { phase, severity, location, headline } = alert;
  const word = { opened: severity === 'page' ? 'PAGE' : 'NOTICE', escalated: 'ESCALATED', resolved: 'RESOLVED' }[phase];
  const rest = cut(ascii(`: ${headline}, ${location.region}`), 70, '...');
  return `${word} ${shortName(ascii(alert.name), longestSubject - word.length - 1 - rest.length)}${rest}`;
}

/** A name that fits: the id in brackets at its end is kept, since it tells what is meant. */
function shortName(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const id = / \(fs-[0-9a-f]+\)$/.exec(name)?.[0] ?? '';
  return id.length + 4 > longest ? cut(name, longest, '...') : cut(name, longest - id.length, '...') + id;
}

/** What a person reads, in plain text. */
export function textOf(alert: Alert): string {
  const { resolved, escalated } = alert;
  const lines = [
    `${alert.name}: ${alert.headline}`,
    '',
    `What:    ${sentence(alert.because)}`,
    ...(escalated === undefined ? [] : [`Again:   ${sentence(escalated.because)}`]),
    ...(alert.howBad === undefined ? [] : [`How bad: ${alert.howBad}.`]),
    `Since:   ${alert.since}`,
    ...(resolved === undefined
      ? []
      : [`Ended:   ${resolved.at}, after ${ageInWords(resolved.lastedSeconds)}. ${sentence(resolved.because)}`]),
    ...(alert.cause === undefined || resolved !== undefined ? [] : [`Cause:   ${causeLine(alert, alert.cause)}`]),
    `Where:   account ${alert.location.account}, ${alert.location.region}`,
    `Subject: ${alert.subject}`,
    ...(resolved === undefined ? nextLines(alert.next) : []),
    '',
    `${alert.kind}, opened ${alert.openedAt}`,
  ];
  return lines.join('\n');
}

/** What a program reads: docs/schema/alert.schema.json. Grows by new members only; `version` changes when one changes its meaning. */
export function jsonOf(alert: Alert): object {
  return { version: 1, source: 'lifeboat', ...alert };
}

/** The message of the topics for people: text, and JSON for programs. Whatever the alert says, SNS takes it. */
export function messageOf(alert: Alert): string {
  let message = '';
  const clean = plainAlert(alert, lengths[0]);
  for (const longest of lengths) {
    const fitting = plainAlert(clean, longest);
    const json = JSON.stringify(jsonOf(fitting));
    const text = textOf(fitting);
    message = JSON.stringify({ default: text, http: json, https: json, sqs: json, lambda: json });
    if (Buffer.byteLength(message) <= longestMessageBytes) return message;
  }
  return message;
}

function causeLine({ causeKind }: Alert, cause: string): string {
  return causeKind === undefined ? sentence(cause) : `${sentence(cause)} (${causeKind})`;
}

function nextLines(next: readonly NextStep[]): string[] {
  if (next.length === 0) return [];
  return [
    '',
    'What to do next:',
    ...next.flatMap(({ words, link, input }, index) => [
      `${index + 1}. ${words}${link === undefined ? '.' : ':'}`,
      ...(link === undefined ? [] : [`   ${link}`]),
      ...(input === undefined ? [] : [`   ${JSON.stringify(input)}`]),
    ]),
  ];
}

export function sentence(words: string): string {
  const text = words.trim();
  const [first = ''] = text;
  return `${first.toUpperCase()}${text.slice(first.length)}${/[.!?)]$/.test(text) ? '' : '.'}`;
}

import { ageInWords } from '../objectives/age.ts';
import type { Alert, NextStep } from './alert.ts';

/** SNS takes subjects of fewer than 100 characters, without line breaks or control characters. */
const longestSubject = 99;

/** SNS takes 262,144 bytes in all; a message carries the text and the JSON, and quoting may double a byte. */
const longestTextBytes = 32_768;

/** One line for subjects: ASCII, no control characters, begins with a letter. */
export function subjectOf(alert: Alert): string {
  const word = alert.phase === 'resolved' ? 'RESOLVED' : alert.severity === 'page' ? 'PAGE' : 'NOTICE';
  const line = `${word} ${alert.name}: ${alert.headline}, ${alert.location.region}`;
  const ascii = line
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= longestSubject ? ascii : `${ascii.slice(0, longestSubject - 3)}...`;
}

/** What a person reads, in plain text. */
export function textOf(alert: Alert): string {
  const { resolved } = alert;
  const lines = [
    `${alert.name}: ${alert.headline}`,
    '',
    `What:    ${sentence(alert.because)}`,
    ...(alert.howBad === undefined ? [] : [`How bad: ${alert.howBad}.`]),
    `Since:   ${alert.since}`,
    ...(resolved === undefined
      ? []
      : [`Ended:   ${resolved.at}, after ${ageInWords(resolved.lastedSeconds)}. ${sentence(resolved.because)}`]),
    ...(alert.cause === undefined || resolved !== undefined ? [] : [`Cause:   ${sentence(alert.cause)}`]),
    `Where:   account ${alert.location.account}, ${alert.location.region}`,
    `Subject: ${alert.subject}`,
    ...(resolved === undefined ? nextLines(alert.next) : []),
    '',
    `${alert.kind}, opened ${alert.openedAt}`,
  ];
  return withinBytes(lines.join('\n'), longestTextBytes);
}

/** What a program reads. Grows by new members only; `version` changes when one changes its meaning. */
export function jsonOf(alert: Alert): object {
  return { version: 1, source: 'lifeboat', ...alert };
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

function sentence(words: string): string {
  const text = words.trim();
  const first = text.charAt(0).toUpperCase();
  return `${first}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** Cuts at a character's boundary, and says that it did. */
function withinBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const mark = '\n(cut: the whole is in the evidence)';
  let kept = '';
  let bytes = Buffer.byteLength(mark);
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return `${kept}${mark}`;
}

import type { Alert, NextStep } from './alert.ts';
import { cut, plain } from './plain.ts';
import { sentence } from './shapes.ts';

/** Amazon Q Developer in chat applications, custom notifications: what longer is is dropped without a word. */
const longest = { title: 250, description: 8_000, nextStep: 350, keyword: 75, part: 1_500 } as const;
const mostSteps = 8;

const signs = { opened: ':rotating_light:', escalated: ':rotating_light:', resolved: ':white_check_mark:' } as const;

/** A message in the schema that Amazon Q shows in a chat channel. Messages of one episode share a thread. */
export function chatOf(alert: Alert): string {
  const { phase, severity, resolved, escalated, location } = alert;
  const sign = severity === 'page' || phase === 'resolved' ? signs[phase] : ':information_source:';
  const title = `${sign} ${safe(alert.name)}: ${safe(alert.headline)}`;
  const lines = [
    `*What:* ${part(alert.because)}`,
    ...(escalated === undefined ? [] : [`*Again:* ${part(escalated.because)}`]),
    ...(alert.howBad === undefined ? [] : [`*How bad:* ${part(alert.howBad)}`]),
    `*Since:* ${alert.since}`,
    ...(resolved === undefined ? [] : [`*Ended:* ${resolved.at}. ${part(resolved.because)}`]),
    ...(alert.cause === undefined || resolved !== undefined ? [] : [`*Cause:* ${part(alert.cause)}`]),
    `*Where:* account ${location.account}, ${location.region}`,
    `*Subject:* ${part(alert.subject)}`,
  ];
  const next = resolved === undefined ? alert.next.slice(0, mostSteps).map(step) : [];
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    id: cut(plain(`${alert.id}/${phase}`), 250),
    content: {
      textType: 'client-markdown',
      title: cut(title, longest.title),
      description: cut(lines.join('\n'), longest.description),
      ...(next.length > 0 && { nextSteps: next }),
      keywords: [severity, alert.kind, location.region].map((word) => cut(safe(word), longest.keyword)),
    },
    metadata: {
      threadId: cut(plain(alert.id), 250),
      summary: cut(title, longest.title),
      eventType: `lifeboat.${phase}`,
      relatedResources: [cut(plain(alert.subject), 1_000)],
      additionalContext: { severity, kind: cut(plain(alert.kind), 250), account: location.account },
    },
  });
}

/** The link is never cut: words give way, and a link that leaves them no room is left out. */
function step({ words, link, input }: NextStep): string {
  const said = safe(words);
  const tail = [...(link === undefined ? [] : [link]), ...(input === undefined ? [] : [safe(JSON.stringify(input))])];
  for (let count = tail.length; count > 0; count -= 1) {
    const rest = `: ${tail.slice(0, count).join(' ')}`;
    if (said.length + rest.length <= longest.nextStep) return said + rest;
  }
  if (link !== undefined && link.length <= longest.nextStep - 60) {
    return `${cut(said, longest.nextStep - link.length - 2, '...')}: ${link}`;
  }
  return cut(said, longest.nextStep, '...');
}

function part(words: string): string {
  return cut(safe(sentence(words)), longest.part);
}

/** A name that somebody gave a resource must not call a whole channel, or make a link of its own. */
function safe(words: string): string {
  return plain(words).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

import { alarmGivenUp } from './alarm-message.ts';
import type { Checker } from './checker.ts';
import type { Leave } from './compare.ts';
import { type Page, pageOf } from './page.ts';

/** A page is told again when it has been open for long, and when its bound has passed twice. What is known of it may move the latter. */
const mostEscalations = 4;

/**
 * Invariant 3, one page for each episode: of one subject, kind and Region at most one episode is open at a time, and
 * each opens and resolves with one message. What is told again belongs to the open one. A message that SNS accepted while
 * its answer was lost comes once more, the same in every word that names the episode: no sender can know better.
 */
export function onePage(leave: Leave = {}): Checker {
  const open = new Map<string, Page>();
  const violations: string[] = [];
  let pages = 0;
  let again = 0;
  let repeated = 0;
  const unheard = new Set<string>();
  /** Alarms whose beginning CloudWatch could tell nobody: whether that may be others ask. Their end may be told all the same. */
  const untold = new Set<string>();
  const sent = new Set<string>();
  /** How often each open page was told again. */
  const louder = new Map<string, number>();
  return {
    invariant: '3 one page for each episode',
    operations: ['Publish'],
    see: (entry) => {
      const givenUp = alarmGivenUp(entry);
      if (givenUp !== undefined) {
        const key = `${givenUp.kind} of pipeline in ${givenUp.region}`;
        if (givenUp.phase === 'opened') untold.add(key);
        else open.delete(key);
      }
      const page = pageOf(entry);
      if (page === undefined) return;
      pages += 1;
      const key = `${page.kind} of ${page.subject} in ${page.region}`;
      const before = open.get(key);
      const at = new Date(page.at).toISOString();
      const message = `${key} ${page.openedAt} ${page.phase}`;
      if (page.phase !== 'escalated' && unheard.delete(message)) {
        repeated += 1;
        return;
      }
      // One that was long on its way comes after the one that was sent in its place.
      if (page.unheard && page.phase !== 'escalated' && sent.has(message)) {
        repeated += 1;
        return;
      }
      if (page.phase !== 'escalated' && sent.has(message) && leave.mayRepeat?.(page.region, page.at) === true) {
        repeated += 1;
        return;
      }
      sent.add(message);
      // An alarm has no episodes that could be told apart: after its end it may come again.
      if (page.kind.startsWith('alarm:'))
        sent.delete(`${key} ${page.openedAt} ${page.phase === 'opened' ? 'resolved' : 'opened'}`);
      if (page.unheard) unheard.add(message);
      if (page.phase === 'opened') {
        if (before !== undefined) violations.push(`${key}: paged again at ${at}, while open since ${before.openedAt}`);
        open.set(key, page);
      } else if (page.phase === 'escalated') {
        again += 1;
        const times = (louder.get(`${key} ${page.openedAt}`) ?? 0) + 1;
        louder.set(`${key} ${page.openedAt}`, times);
        if (times === mostEscalations + 1) violations.push(`${key}: told again more than ${mostEscalations} times`);
        // Told again, louder: a message of the open episode, and no page of its own.
        if (before === undefined) violations.push(`${key}: told again at ${at}, and nothing was open`);
        else if (before.openedAt !== page.openedAt)
          violations.push(`${key}: ${at} tells another episode than the open one again`);
      } else {
        if (before === undefined && !untold.delete(key))
          violations.push(`${key}: resolved at ${at}, and nothing was open`);
        else if (before !== undefined && before.openedAt !== page.openedAt)
          violations.push(`${key}: ${at} resolves another episode than the open one`);
        open.delete(key);
      }
    },
    look: () => {},
    conclude: () => ({
      invariant: '3 one page for each episode',
      examined: { pages, 'of them told again': again, 'open at the end': open.size, 'sent again unheard': repeated },
      violations,
    }),
  };
}

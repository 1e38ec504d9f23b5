import type { Model } from '../model.ts';
import { type Html, html } from './html.ts';
import { sign } from './signs.ts';
import { counted, instant, monthWords, sentence, span, time, title } from './words.ts';

/** How many reasons the first screen holds; the rest is a link away. */
const mostListed = 8;

/** What cannot be trusted of this page, before anything that it claims. */
export function unread({ troubles }: Model): Html | undefined {
  if (troubles.length === 0) return undefined;
  const shown = troubles.slice(0, 20);
  return html`<section class="unread" aria-labelledby="unread"><h2 id="unread">${sign('unknown')}This report could not read all of the evidence</h2>
    <p>What it says below is what could be read. It is not green, whatever that says.</p>
    <ul>${shown.map(({ of, words }) => html`<li><code>${of}</code> ${words}</li>`)}</ul>
    ${troubles.length > shown.length && html`<p>And ${troubles.length - shown.length} more.</p>`}</section>`;
}

export function first(model: Model): Html {
  const { verdict, resources, counts } = model;
  const troubled = resources.filter(({ state }) => state !== 'ok');
  const account = model.places[0]?.location.split('/')[0] ?? '';
  return html`<section class="first ${verdict.state}" aria-labelledby="verdict">
    <p class="eyebrow">Account ${account} · ${model.month !== undefined && html`${monthWords(model.month)}, in UTC · `}as of ${time(model.at)} UTC</p>
    <h1 id="verdict">${sign(verdict.state)}<span>${verdict.says}</span></h1>
    <p class="lede">${lede(model)}</p>
    ${verdict.because.length > 0 && html`<ul class="why">${verdict.because.map((words) => html`<li>${sentence(words)}</li>`)}</ul>`}
    ${
      troubled.length > 0 &&
      html`<ul class="why">${troubled
        .slice(0, mostListed)
        .map(
          (one) =>
            html`<li><a href="#r${resources.indexOf(one)}">${title(one.name)}</a> ${sentence(one.because[0] ?? '')}${one.because.length > 1 && html` <small>and ${counted(one.because.length - 1, 'more reason')}</small>`}</li>`,
        )}</ul>${troubled.length > mostListed && html`<p><a href="#resources">And ${troubled.length - mostListed} more.</a></p>`}`
    }
    <dl class="tiles">
      ${tile('Resources', html`${counts.resources.ok}<small> of ${resources.length}</small>`, 'recoverable now')}
      ${tile('Objectives', html`${counts.objectives.met}<small> of ${counts.objectives.all}</small>`, 'hold')}
      ${tile('Drills', html`${counts.drills.PASS}<small> of ${total(counts.drills)}</small>`, 'passed in the period')}
      ${tile('Longest restore', html`${slowest(model)}`, 'in the last drill of each')}
      ${tile('Open', html`${model.open.length}`, counted(model.open.filter(({ severity }) => severity === 'page').length, 'page'))}
    </dl></section>`;
}

function tile(name: string, value: Html, more: string): Html {
  return html`<div><dt>${name}</dt><dd><b>${value}</b> <span>${more}</span></dd></div>`;
}

function lede({ verdict, resources, from, at, counts, month }: Model): string {
  const until = month === undefined ? ' on' : ` until ${instant(at, from.slice(0, 4))}, UTC`;
  const period = `From ${instant(from, at.slice(0, 4))}${until}: ${counted(counts.backups, 'backup')}, ${counted(counts.copies, 'copy', 'copies')}, ${counted(total(counts.drills), 'drill')}.${isCutShort(month, at) ? ' The evidence ends before the month does.' : ''}`;
  if (verdict.state !== 'ok') return period;
  const all = resources.length === 1 ? 'The one resource' : `Each of ${resources.length} resources`;
  return `${all} was restored in a drill and its data checked, within the bounds that the policy sets. ${period}`;
}

function isCutShort(month: string | undefined, at: string): boolean {
  const [year, number] = (month ?? '').split('-').map(Number);
  return year !== undefined && number !== undefined && Date.parse(at) < Date.UTC(year, number, 1);
}

function slowest({ resources }: Model): string {
  const times = resources.flatMap(({ trend }) => trend.at(-1)?.seconds ?? []);
  return times.length === 0 ? '–' : span(Math.max(...times));
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

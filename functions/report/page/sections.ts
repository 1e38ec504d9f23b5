import { headlineOf } from '../../alert/headlines.ts';
import type { EpisodeModel, Model, Survival } from '../model.ts';
import { failures } from '../survive.ts';
import { type Html, html } from './html.ts';
import { axis, timeline } from './plots.ts';
import { manyResources } from './resource.ts';
import { sign } from './signs.ts';
import { counted, regionOf, sentence, span, time, title } from './words.ts';

const columnNames = Object.values(failures);

/** What is left after each failure, for each resource, and what would be lost. */
export function matrix({ resources }: Model): Html {
  const many = resources.length > manyResources;
  const shown = many ? resources.slice(0, manyResources) : resources;
  const rest = resources.slice(shown.length);
  return html`<section id="failures" aria-labelledby="h-failures"><h2 id="h-failures">What survives what</h2>
    <p class="hint">What would be lost if it happened now: all that is younger than the newest data that is left. What the evidence does not show is not counted.</p>
    ${many && reasons(resources)}${matrixTable(shown, many)}
    ${rest.length > 0 && html`<details><summary>${counted(rest.length, 'more resource')}</summary>${matrixTable(rest, many)}</details>`}</section>`;
}

function matrixTable(resources: Model['resources'], many: boolean): Html {
  const cell = many ? briefCell : fullCell;
  return html`<table role="table" class="cards matrix"><caption>Each failure, and what each resource would lose</caption><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Resource</th>${columnNames.map(
    (name) => html`<th role="columnheader" scope="col">${name}</th>`,
  )}</tr></thead><tbody role="rowgroup">${resources.map(
    ({ name, survival }) =>
      html`<tr${!many && html` role="row"`}><th${!many && html` role="rowheader"`} scope="row">${title(name)}</th>${survival.map(cell)}</tr>`,
  )}</tbody></table>`;
}

const survivalState = { yes: 'ok', no: 'bad', unproven: 'waiting', unknown: 'unknown' } as const;

function lossWords({ survives: is, losesSeconds }: Survival): string {
  if (is === 'no') return 'everything';
  if (is === 'unknown') return 'nobody can tell';
  return losesSeconds === 0 ? 'nothing' : span(losesSeconds ?? 0);
}

function fullCell(one: Survival): Html {
  const { failure, survives: is, because } = one;
  const label = { yes: 'survives', unproven: 'survives, not proven', no: 'does not survive', unknown: 'not known' }[is];
  return html`<td role="cell" data-label="${failures[failure]}">${sign(survivalState[is], label)}<b>${lossWords(one)}</b><small>${is === 'unproven' && 'not proven; '}${because}</small></td>`;
}

function briefCell(one: Survival): Html {
  return html`<td class="${survivalState[one.survives]}">${lossWords(one)}${one.survives === 'unproven' && ', not proven'}</td>`;
}

/** Among many, why something would be lost is said once. */
function reasons(resources: Model['resources']): Html | false {
  const lost = resources.flatMap(({ survival }) => survival.filter(({ survives: is }) => is === 'no'));
  const grouped = [...Map.groupBy(lost, ({ failure, because }) => `${failures[failure]}: ${because}`)];
  return (
    grouped.length > 0 &&
    html`<ul class="plain">${grouped.slice(0, 20).map(([words, of]) => html`<li><b>${counted(of.length, 'resource')} lost.</b> ${sentence(words)}</li>`)}</ul>`
  );
}

export function timelines({ resources, from, at }: Model): Html {
  const period = { from: Date.parse(from), to: Date.parse(at) };
  const many = resources.length > manyResources;
  const columns = many ? 100 : 480;
  const lane = (resource: Model['resources'][number], index: number) => {
    const { name, timeline: events } = resource;
    const troubled = events.drills.filter(({ verdict }) => verdict !== 'PASS').length;
    const words = [
      counted(events.backups.length, 'backup'),
      counted(events.copies.length, 'copy', 'copies'),
      `${counted(events.drills.length, 'drill')}${troubled === 0 ? '' : `, ${troubled} not passed`}`,
      ...(events.recoveries.length === 0 ? [] : [counted(events.recoveries.length, 'recovery', 'recoveries')]),
      ...(events.failures.length === 0 ? [] : [counted(events.failures.length, 'failed backup')]),
      counted(events.episodes.length, 'episode'),
    ].join(', ');
    return html`<li><a href="#r${index}">${name.replace(/ \(fs-[0-9a-f]+\)$/, '')}</a>${timeline(events, period, columns, many ? undefined : `${name}: ${words}`)}<small>${words}</small></li>`;
  };
  const isRecovered = resources.some(({ timeline: { recoveries } }) => recoveries.length > 0);
  const shown = many ? resources.slice(0, manyResources) : resources;
  const rest = resources.slice(shown.length);
  return html`<section id="timeline" aria-labelledby="h-timeline"><h2 id="h-timeline">What happened when</h2>
    <ul class="legend"><li><svg class="key"><rect class="page" y="4" width="20" height="7" rx="1.5"/></svg>page open</li><li><svg class="key"><rect class="notice" y="4" width="20" height="7" rx="1.5"/></svg>notice open</li><li><svg class="key"><rect class="b" x="8" y="4" width="3" height="6"/></svg>backup</li><li><svg class="key"><rect class="c" x="8" y="4" width="3" height="6"/></svg>copy</li><li><svg class="key"><circle class="p" cx="10" cy="7.5" r="3.5"/></svg>drill passed</li><li><svg class="key"><text class="x" x="10" y="12">×</text></svg>failed</li><li><svg class="key"><text class="q" x="10" y="12">?</text></svg>suspect</li><li><svg class="key"><text class="q" x="10" y="12">○</text></svg>not tested</li>${isRecovered && html`<li><svg class="key"><text class="r" x="10" y="12">▲</text></svg>recovered for real</li><li><svg class="key"><text class="x" x="10" y="12">▽</text></svg>recovery not done</li>`}</ul>
    <div class="lanes">${axis(period)}<ul>${shown.map(lane)}</ul>
    ${rest.length > 0 && html`<details><summary>${counted(rest.length, 'more resource')}</summary>${axis(period)}<ul>${rest.map((one, index) => lane(one, shown.length + index))}</ul></details>`}</div></section>`;
}

/** How many ended episodes the page holds. Open ones are always there. */
const mostEnded = 200;

export function messages({ episodes, counts, at }: Model): Html {
  const year = at.slice(0, 4);
  const open = episodes.filter(({ resolvedAt }) => resolvedAt === undefined);
  const pages = episodes.filter(({ resolvedAt, severity }) => resolvedAt !== undefined && severity === 'page');
  const notices = episodes.filter(({ resolvedAt, severity }) => resolvedAt !== undefined && severity === 'notice');
  const shownPages = pages.slice(0, mostEnded);
  const shownNotices = notices.slice(0, mostEnded);
  const left = episodes.length - open.length - shownPages.length - shownNotices.length;
  return html`<section id="messages" aria-labelledby="h-messages"><h2 id="h-messages">Who was told what, and when</h2>
    <p class="hint">${counted(counts.pages, 'page')} and ${counted(counts.notices, 'notice')}. Each is one trouble from its beginning to its end, however often it was seen.</p>
    ${open.length > 0 && episodeTable('Open now', open, year)}
    ${shownPages.length > 0 ? episodeTable('Pages that are over', shownPages, year) : html`<p>No page ended in this period.</p>`}
    ${shownNotices.length > 0 && html`<details><summary>${counted(notices.length, 'notice')} that are over</summary>${episodeTable('Notices that are over', shownNotices, year)}</details>`}
    ${left > 0 && html`<p class="hint">${left} older ones are in the evidence.</p>`}</section>`;
}

function episodeTable(caption: string, episodes: readonly EpisodeModel[], year: string): Html {
  return html`<table role="table" class="cards"><caption>${caption}</caption><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">What</th><th role="columnheader" scope="col">Opened</th><th role="columnheader" scope="col">Delivered</th><th role="columnheader" scope="col">Ended</th></tr></thead><tbody role="rowgroup">${episodes.map(
    (
      one,
    ) => html`<tr role="row"><td role="cell" data-label="What"><b>${title(one.name)}</b> ${headlineOf(one.kind)} <small>${one.severity}, ${regionOf(one.location)}, seen ${counted(one.seen, 'time')}. ${sentence(one.because)}</small></td>
      <td role="cell" data-label="Opened">${time(one.openedAt, year)}</td><td role="cell" data-label="Delivered">${delivered(one, year)}</td><td role="cell" data-label="Ended">${
        one.resolvedAt === undefined
          ? html`<b>open</b>`
          : html`${time(one.resolvedAt, year)} <small>after ${span((Date.parse(one.resolvedAt) - Date.parse(one.openedAt)) / 1000)}. ${sentence(one.resolvedBecause ?? '')}</small>`
      }</td></tr>`,
  )}</tbody></table>`;
}

function delivered({ deliveries, openedAt, silenced, escalatedAt }: EpisodeModel, year: string): Html {
  const first = deliveries.find(({ message }) => message === 'opened');
  const after = first === undefined ? 0 : (Date.parse(first.at) - Date.parse(openedAt)) / 1000;
  const again = deliveries.filter(({ message }) => message.startsWith('escalated'));
  const channels = [...new Set(deliveries.map(({ channel, region }) => `${channel} in ${region}`))];
  return html`${first === undefined ? html`<b>${silenced === undefined ? 'not delivered' : 'silenced'}</b>` : html`${time(first.at, year)} <small>${after < 1 ? 'at once' : `after ${span(after)}`}, to ${channels.join(', ')}</small>`}
    ${again.length > 0 && html`<small>and again ${again.map(({ at }, index) => html`${index > 0 && ', '}${time(at, year)}`)}</small>`}
    ${again.length === 0 && escalatedAt !== undefined && html`<small>escalated ${time(escalatedAt, year)}</small>`}
    ${silenced !== undefined && html`<small>silence until ${time(silenced.until, year)}: ${silenced.because}</small>`}`;
}

const mostUntested = 300;

export function untested({ untested: list, resources }: Model): Html {
  const shown = list.slice(0, mostUntested);
  const grouped = [...Map.groupBy(shown, ({ what, because }) => `${what}\n${because}`).values()];
  return html`<section id="untested" aria-labelledby="h-untested"><h2 id="h-untested">What was not tested, and why</h2>${
    list.length === 0
      ? html`<p>Of ${counted(resources.length, 'resource')}, everything that the policy asks for was tested.</p>`
      : html`<ul class="plain">${grouped.map((group) => {
          const [one] = group;
          const names = group.map(({ name }) => name);
          const shownNames = names.slice(0, 12).join(', ');
          return html`<li><b>${one?.what}</b> of ${shownNames}${names.length > 12 && ` and ${names.length - 12} more`} <small>${sentence(one?.because ?? '')}</small></li>`;
        })}</ul>${list.length > shown.length && html`<p class="hint">And ${list.length - shown.length} more.</p>`}`
  }</section>`;
}

export function evidence({ places, from, at }: Model): Html {
  const year = at.slice(0, 4);
  return html`<section id="evidence" aria-labelledby="h-evidence"><h2 id="h-evidence">What this page is made of</h2>
    <p>Of records alone, each chained to the one before it by its hash, in buckets where nothing can be written over. This page read them from ${time(from, year)} on, and checked form, hash and order of each.</p>
    <table role="table" class="cards"><caption>Evidence that was read</caption><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Location</th><th role="columnheader" scope="col">Records</th><th role="columnheader" scope="col">Daily seals</th><th role="columnheader" scope="col">How it stands</th></tr></thead><tbody role="rowgroup">${places.map(
      ({ location, part, chains, records, read, seals, standing, stale, troubles }) =>
        html`<tr role="row"><th role="rowheader" scope="row">${location} <small>${part ?? ''}</small></th><td role="cell" data-label="Records">${read} of ${records} in ${counted(chains, 'chain')}${troubles.length > 0 && html` <b>${counted(troubles.length, 'trouble')}</b>`}</td><td role="cell" data-label="Daily seals">${
          seals.count === 0 ? 'none yet' : `${seals.count}, ${seals.first} to ${seals.last}`
        }${seals.missed.length > 0 && html` <b>missing: ${seals.missed.join(', ')}</b>`}</td><td role="cell" data-label="How it stands">${standing === undefined ? html`<b>no record</b>` : html`as of ${time(standing.at, year)}`}${stale !== undefined && html` <b>${stale}</b>`}</td></tr>`,
    )}</tbody></table>
    <p>Check it yourself, without us: <code>npx lifeboat verify DIR</code> with a copy of the buckets, and <code>npx lifeboat report DIR</code> writes this page again.</p></section>`;
}

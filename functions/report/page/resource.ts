import type { DrillModel, Model, ResourceModel, ResourcePlace } from '../model.ts';
import { brief } from './brief.ts';
import { type Html, html } from './html.ts';
import { bar, trend } from './plots.ts';
import { badge, sign, verdictBadge, verdictState, verdictWords } from './signs.ts';
import { bound, counted, kindWords, objectiveWords, regionOf, sentence, span, time, title } from './words.ts';

/** Beyond so many resources each is folded, and says of its checks only what did not pass. */
export const manyResources = 40;

export function resources(model: Model): Html {
  const many = model.resources.length > manyResources;
  const one = many ? brief : full;
  return html`<section id="resources" aria-labelledby="h-resources"><h2 id="h-resources">Each resource</h2>
    <p class="hint">A bar is the age of what would be recovered from; the mark at its end is the bound.</p>
    ${model.resources.map((resource, index) => one(resource, index, model.at.slice(0, 4)))}</section>`;
}

function full(resource: ResourceModel, index: number, year: string): Html {
  const { state, because, places, drills, name } = resource;
  return html`<article class="resource ${state}" id="r${index}" aria-labelledby="n${index}">
    <header><h3 id="n${index}">${title(name)}</h3><p>${about(resource)}</p>${badge(state)}</header>
    ${state !== 'ok' && html`<ul class="why">${because.map((words) => html`<li>${sentence(words)}</li>`)}</ul>`}
    <div class="columns"><div>${places.map((place) => objectives(place, true))}</div>
    <div>${route(resource, year)}${recoveryTime(resource, 60)}</div></div>
    ${score(resource)}${drills.length > 0 && checks(resource, year)}</article>`;
}

export function about({ kind, tier }: ResourceModel): string {
  return `${kindWords[kind] ?? kind}, ${tier}`;
}

export function objectives({ location, part, objectives: list }: ResourcePlace, labelled: boolean): Html {
  return html`<h4>${regionOf(location)} <small>${part === 'home' ? 'home' : 'copy'}</small></h4><ul class="objectives">${list.map(
    (one) => {
      const { objective, boundSeconds, ageSeconds, is, instant } = one;
      const words =
        is === 'not told'
          ? 'not told'
          : instant === undefined
            ? is === 'broken'
              ? 'there is none'
              : 'none yet, not due'
            : `${span(ageSeconds)} of ${bound(boundSeconds)}`;
      return html`<li><span>${objectiveWords[objective]} <code>${objective}</code></span><span>${is !== 'met' && sign(is === 'broken' ? 'bad' : 'unknown', is)}${words}</span>${bar(one, labelled)}</li>`;
    },
  )}</ul>`;
}

/** Home, each copy, proof: what backups go through until somebody may rely on them. */
function route({ places, timeline, proof, drills, rules }: ResourceModel, year: string): Html {
  const step = (name: string, where: string, value: Html | string | undefined, state: string) =>
    html`<li class="${state}"><b>${name}</b> <span>${where}</span><span>${value}</span></li>`;
  const newest = (place: ResourcePlace, names: readonly string[]) =>
    place.objectives.find(({ objective }) => names.includes(objective));
  const [last] = drills;
  return html`<h4>The way of a backup</h4><ol class="route">${places.map((place) => {
    const of = newest(place, ['rpo', 'copy_rpo']);
    const count = place.part === 'home' ? timeline.backups.length : timeline.copies.length;
    const nouns = place.part === 'home' ? counted(count, 'backup') : counted(count, 'copy', 'copies');
    const value = of?.instant === undefined ? 'nothing yet' : html`data of ${time(of.instant, year)}`;
    return step(
      place.part === 'home' ? 'Home' : 'Copy',
      `${regionOf(place.location)}, ${nouns}`,
      value,
      of === undefined ? 'unknown' : of.is === 'broken' ? 'bad' : 'ok',
    );
  })}${
    rules?.drill === null
      ? step('Proof', 'none', 'the tier has no drill', 'waiting')
      : step(
          'Proof',
          last === undefined ? 'none yet' : `last drill ${verdictWords[last.verdict]}`,
          proof === undefined
            ? 'nothing proven in this period'
            : html`data of ${time(proof.instant, year)}, proven ${time(proof.endedAt, year)}`,
          last === undefined ? 'waiting' : verdictState[last.verdict],
        )
  }</ol>`;
}

export function recoveryTime({ trend: points, rtoBoundSeconds }: ResourceModel, mostPoints: number): Html | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const before = points.slice(-11, -1).map(({ seconds }) => seconds);
  const usual = before.length === 0 ? undefined : before.reduce((sum, one) => sum + one, 0) / before.length;
  const change =
    usual === undefined
      ? 'the first drill'
      : Math.abs(last.seconds - usual) < usual * 0.1
        ? 'as the drills before'
        : `${last.seconds > usual ? 'longer' : 'shorter'} than ${span(usual)}, the mean before`;
  return html`<h4>Recovery time</h4><p class="figure"><b>${span(last.seconds)}</b>${rtoBoundSeconds !== undefined && html` of ${bound(rtoBoundSeconds)}`} <small>${change}</small></p>${trend(points, rtoBoundSeconds, mostPoints)}`;
}

export function figures(lines: ResourceModel['score']): Html {
  return html`<span class="figures" aria-hidden="true">${lines.map(
    ({ figure, met: is }) =>
      html`<i class="${is === true ? 'ok' : is === false ? 'bad' : 'unknown'}">${figure.trim()}</i>`,
  )}</span> 3-2-1-1-0: ${lines.filter(({ met: is }) => is === true).length} of 5`;
}

function score({ score: lines }: ResourceModel): Html {
  return html`<details class="score"><summary>${figures(lines)}</summary><ul>${lines.map(
    ({ asks, met: is, because }) =>
      html`<li>${sign(is === true ? 'ok' : is === false ? 'bad' : 'unknown', is === true ? 'met' : is === false ? 'not met' : 'not known')}<span>${asks}<small>${because}</small></span></li>`,
  )}</ul></details>`;
}

function checks({ drills, drillCount }: ResourceModel, year: string): Html {
  const rest = drillCount - drills.length;
  return html`<details class="drills"><summary>${drillCount === 1 ? '1 drill and its checks' : `${drillCount} drills and their checks`}</summary>${drills.map((drill) => oneDrill(drill, year))}
    ${rest > 0 && html`<p class="hint">${counted(rest, 'more drill')} of the period: the evidence holds their checks.</p>`}</details>`;
}

function oneDrill(drill: DrillModel, year: string): Html {
  const { verdict, endedAt, location, because, checks: list, rtoSeconds, instant, restored, scratch, timings } = drill;
  const stages = Object.entries(timings).filter(([stage]) => stage !== 'rto');
  return html`<div class="drill"><h4>${verdictBadge(verdict)} ${time(endedAt, year)} <small>${regionOf(location)}${instant !== undefined && html`, data of ${time(instant, year)}`}</small></h4>
    <p>${sentence(because.join('; '))}${rtoSeconds !== undefined && ` Restored and answering in ${span(rtoSeconds)}.`}${restored !== undefined && restored !== '' && ` As ${restored}.`}${scratch === 'not gone' && ' Its scratch was left behind.'}${stages.length > 0 && html` <small>${stages.map(([stage, seconds]) => `${stage} ${span(seconds)}`).join(', ')}</small>`}</p>
    ${list.length > 0 && html`<ul class="checks">${list.map((check) => html`<li>${sign(verdictState[check.verdict], verdictWords[check.verdict])}<span>${check.name}<small>${check.because.join(', ')}</small></span></li>`)}</ul>`}</div>`;
}

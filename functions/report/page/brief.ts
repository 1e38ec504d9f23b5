import type { DrillModel, ResourceModel } from '../model.ts';
import { type Html, html } from './html.ts';
import { about, figures, objectives, recoveryTime } from './resource.ts';
import { badge, verdictWords } from './signs.ts';
import { counted, instant, regionOf, sentence, span, title } from './words.ts';

const mostReasons = 4;
const mostChecks = 12;
const mostPoints = 19;

/**
 * A resource among many: folded, and everything in few bytes, so that a thousand of them and a year fit into one page. Of its
 * checks it names those that passed, and says why only of the others.
 */
export function brief(resource: ResourceModel, index: number, year: string): Html {
  const { state, because, places, score, drills, name, drillCount } = resource;
  const [last] = drills;
  const unmet = score.filter(({ met }) => met !== true);
  return html`<details class="resource ${state}" id="r${index}"><summary><h3>${title(name)}</h3> <span>${about(resource)}</span> ${badge(state)}</summary>
    ${state !== 'ok' && html`<ul class="why">${because.slice(0, mostReasons).map((words) => html`<li>${sentence(words)}</li>`)}${because.length > mostReasons && html`<li>And ${because.length - mostReasons} more.</li>`}</ul>`}
    <div class="columns"><div>${places.map((place) => objectives(place, false))}</div><div><p>${way(resource, year)}</p>${recoveryTime(resource, mostPoints)}</div></div>
    <p>${figures(score)}${unmet.length > 0 && html` <small>Not ${unmet.map(({ asks }) => asks).join(', ')}.</small>`}</p>
    ${last !== undefined && html`<p>${lastDrill(last, year)}${drillCount > 1 && ` The evidence holds the checks of ${counted(drillCount - 1, 'other drill')}.`}</p>`}</details>`;
}

/** Home, copies, proof. */
function way({ places, timeline, proof }: ResourceModel, year: string): string {
  const stages = places.map(({ part, location }) =>
    part === 'home'
      ? `${counted(timeline.backups.length, 'backup')} in ${regionOf(location)}`
      : `${counted(timeline.copies.length, 'copy', 'copies')} in ${regionOf(location)}`,
  );
  const proven =
    proof === undefined
      ? 'nothing proven in this period'
      : `proven ${instant(proof.endedAt, year)}, with data of ${instant(proof.instant ?? '', year)}`;
  return [...stages, proven].join(' → ');
}

function lastDrill({ verdict, endedAt, location, checks, because, rtoSeconds }: DrillModel, year: string): Html {
  const passed = checks.filter((check) => check.verdict === 'PASS').map(({ name }) => name);
  const others = checks.filter((check) => check.verdict !== 'PASS').slice(0, mostChecks);
  const more = passed.length > mostChecks ? ` and ${passed.length - mostChecks} more` : '';
  return html`Last drill ${verdictWords[verdict]} ${instant(endedAt, year)} in ${regionOf(location)}. ${verdict !== 'PASS' && sentence(because.join('; '))}${rtoSeconds !== undefined && ` Answering in ${span(rtoSeconds)}.`}${passed.length > 0 && ` Passed: ${passed.slice(0, mostChecks).join(', ')}${more}.`}${others.map(({ name, verdict: is, because: why }) => html` <b>${verdictWords[is]}:</b> ${name} <small>${why.join(', ')}</small>`)}`;
}

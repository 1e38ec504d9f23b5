import type { Model, RecoveryModel } from '../model.ts';
import { type Html, html } from './html.ts';
import { verdictWords } from './signs.ts';
import { counted, regionOf, sentence, span, time, title } from './words.ts';

/** How many recoveries the page holds. */
const most = 100;

/** Recoveries for real: no drill, somebody needed the data. Absent while nobody did. */
export function recoveries({ recoveries: list, at }: Model): Html | undefined {
  if (list.length === 0) return undefined;
  const year = at.slice(0, 4);
  const left = list.length - most;
  return html`<section id="recoveries" aria-labelledby="h-recoveries"><h2 id="h-recoveries">What was recovered for real</h2>
    <table role="table" class="cards"><caption>Recoveries that somebody asked for</caption><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">What</th><th role="columnheader" scope="col">Ended</th><th role="columnheader" scope="col">Data of</th><th role="columnheader" scope="col">Came to</th></tr></thead><tbody role="rowgroup">${list.slice(0, most).map((one) => row(one, year))}</tbody></table>
    ${left > 0 && html`<p class="hint">${counted(left, 'older one')} in the evidence.</p>`}</section>`;
}

function row(one: RecoveryModel, year: string): Html {
  const { name, location, as, endedAt, openedAt, instant, usableSeconds, done, because, checks } = one;
  const told = checks.map((check) => `${check.name} ${verdictWords[check.verdict]}`);
  const took = span((Date.parse(endedAt) - Date.parse(openedAt)) / 1000);
  return html`<tr role="row"><td role="cell" data-label="What"><b>${name === '' ? 'Nothing was chosen' : title(name)}</b> <small>in ${regionOf(location)}${as !== undefined && `, as ${as}`}</small></td><td role="cell" data-label="Ended">${time(endedAt, year)} <small>after ${took}${usableSeconds !== undefined && `, the data answering after ${span(usableSeconds)}`}</small></td><td role="cell" data-label="Data of">${instant === undefined ? 'not on record' : time(instant, year)}</td><td role="cell" data-label="Came to"><b>${done ? 'recovered' : 'not done'}</b> <small>${sentence(because.join('; '))}${told.length > 0 && ` Checks: ${told.join(', ')}.`}</small></td></tr>`;
}

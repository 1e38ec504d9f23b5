import type { DrillVerdict } from '../../evidence/record.ts';
import type { State } from '../model.ts';
import { type Html, html } from './html.ts';
import { stateWords } from './words.ts';

/** Signs differ by their form, so that nobody has to tell colours apart. Drawn once, used everywhere. */
export const definitions = (
  more: Html,
): Html => html`<svg width="0" height="0" aria-hidden="true" focusable="false" class="defs"><defs>
  <symbol id="ok" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8"/><path d="M4.2 8.4l2.6 2.6 5-5.4" class="on"/></symbol>
  <symbol id="bad" viewBox="0 0 16 16"><path d="M5 0h6l5 5v6l-5 5H5l-5-5V5z"/><path d="M5 5l6 6M11 5l-6 6" class="on"/></symbol>
  <symbol id="waiting" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" class="ring"/><path d="M8 4v4.4l2.8 1.8" class="hand"/></symbol>
  <symbol id="unknown" viewBox="0 0 16 16"><path d="M8 0l8 8-8 8-8-8z"/><path d="M5.9 6.2a2.1 2.1 0 1 1 3 1.9c-.7.3-.9.7-.9 1.4M8 11.6v.2" class="on"/></symbol>
  <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-paper"/><rect width="3" height="6" class="hatch-ink"/></pattern>
  ${more}
</defs></svg>`;

export function sign(state: State, label?: string): Html {
  return label === undefined
    ? html`<svg class="sign ${state}" aria-hidden="true"><use href="#${state}"/></svg>`
    : html`<svg class="sign ${state}" role="img" aria-label="${label}"><use href="#${state}"/></svg>`;
}

export function badge(state: State): Html {
  return html`<span class="badge ${state}">${sign(state)}${stateWords[state]}</span>`;
}

export const verdictState: Readonly<Record<DrillVerdict, State>> = {
  PASS: 'ok',
  FAIL: 'bad',
  SUSPECT: 'unknown',
  NOT_TESTED: 'waiting',
};

export const verdictWords: Readonly<Record<DrillVerdict, string>> = {
  PASS: 'passed',
  FAIL: 'failed',
  SUSPECT: 'suspect',
  NOT_TESTED: 'not tested',
};

export function verdictBadge(verdict: DrillVerdict): Html {
  const state = verdictState[verdict];
  return html`<span class="badge ${state}">${sign(state)}${verdictWords[verdict]}</span>`;
}

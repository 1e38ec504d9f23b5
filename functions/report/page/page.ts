import { createHash } from 'node:crypto';
import type { Model } from '../model.ts';
import { first, unread } from './first.ts';
import { html } from './html.ts';
import { shared } from './plots.ts';
import { recoveries } from './recoveries.ts';
import { manyResources, resources } from './resource.ts';
import { evidence, matrix, messages, timelines, untested } from './sections.ts';
import { definitions } from './signs.ts';
import { style } from './style.ts';
import { instant, monthWords, stateWords } from './words.ts';

/**
 * The page: one document that loads nothing and runs nothing. Its own policy says so to the browser: no script, no image, no
 * font, no request, and no style but the one whose hash it names.
 */
export function pageOf(model: Model): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const { markup } =
    html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><meta name="generator" content="Lifeboat"><title>${stateWords[model.verdict.state]}: ${model.verdict.says} Lifeboat, ${model.month === undefined ? instant(model.at) : monthWords(model.month)}</title><style>${{ markup: style }}</style></head><body>
    <a class="skip" href="#verdict">To the verdict</a>${definitions(shared({ from: Date.parse(model.from), to: Date.parse(model.at) }))}
    <header class="top"><p><svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="8.5" class="in" pathLength="21.2"/></svg>Lifeboat</p>
    <nav aria-label="Parts of this page"><ul><li><a href="#resources">Resources</a></li><li><a href="#failures">Failures</a></li><li><a href="#timeline">Timeline</a></li><li><a href="#messages">Messages</a></li><li><a href="#untested">Not tested</a></li><li><a href="#evidence">Evidence</a></li></ul></nav></header>
    <main${model.resources.length > manyResources && html` class="many"`}>${unread(model)}${first(model)}${resources(model)}${matrix(model)}${timelines(model)}${messages(model)}${recoveries(model)}${untested(model)}${evidence(model)}</main>
    <footer class="foot"><p>All times are UTC. Made from evidence alone, for ${instant(model.at)}.${model.month !== undefined && ` The month of ${monthWords(model.month)} begins and ends at midnight UTC.`}</p></footer></body></html>`;
  return `<!doctype html>${markup}\n`;
}

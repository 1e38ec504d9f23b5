import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Made, makeReport } from '../../functions/report/make.ts';
import type { Out } from '../verify/command.ts';
import { NothingToVerify, type Source, sourcesOf } from '../verify/source.ts';
import { shelfOf } from './shelf.ts';

export const usage = `Usage: lifeboat report DIR|BUCKET... [--out FILE] [--month YYYY-MM]

Makes the page that people read: is everything recoverable, and if not, what is not. From evidence alone.

  DIR        what npm start -- --out DIR left, or a copy of evidence buckets
  BUCKET     s3://NAME or NAME: read with the credentials that the AWS SDK finds by default
  --out      where the page goes; default report.html
  --month    one month of it, such as 2026-01; default everything that is there

Exit code: 0 if everything is recoverable, 1 if not or if nobody can tell, 2 if there was no evidence to read.`;

/** Thrown for options that cannot be used; the message names the mend. */
class Unusable extends Error {
  override readonly name = 'Unusable';
}

export async function reportCommand(args: readonly string[], out: Out): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, month: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      out.say(usage);
      return 0;
    }
    if (positionals.length === 0) throw new Unusable(`Give a directory or a bucket.\n\n${usage}`);
    const sources = (await Promise.all(positionals.map(sourcesOf))).flat();
    const made = await reportOf(sources, values.month, Date.now());
    const file = values.out ?? 'report.html';
    writeFileSync(file, made.page);
    const { verdict, troubles } = made.model;
    out.say(`${verdict.says} ${verdict.because.join('; ')}`.trim());
    for (const { of, words } of troubles.slice(0, 20)) out.say(`  not read  ${of}: ${words}`);
    out.say(`${file}: ${Math.ceil(Buffer.byteLength(made.page) / 1000)} kB`);
    return verdict.state === 'ok' ? 0 : 1;
  } catch (error) {
    out.complain(wordsOf(error));
    return 2;
  }
}

/** Reads the sources and makes the page. `now` in milliseconds since 1970 counts for buckets in use only. */
export async function reportOf(sources: readonly Source[], month: string | undefined, now: number): Promise<Made> {
  const buckets = await Promise.all(sources.map(async (source) => ({ shelf: await shelfOf(source) })));
  const period: { readonly from?: string; readonly to?: string } = month === undefined ? {} : monthOf(month);
  const isLive = sources.some(({ live }) => live);
  const until = isLive ? new Date(now).toISOString() : undefined;
  const at = [period.to, until].flatMap((one) => one ?? []).sort()[0];
  const made = await makeReport(buckets, { ...period, ...(at !== undefined && { at }) });
  if (made.model.places.length === 0) {
    throw new NothingToVerify(`${sources.map(({ name }) => name).join(', ')}: there is no evidence to report.`);
  }
  return made;
}

/** The first instant of a month and of the one after it. */
export function monthOf(month: string): { readonly from: string; readonly to: string } {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined || number === undefined)
    throw new Unusable(`--month ${month}: write a month such as 2026-01.`);
  const from = new Date(Date.UTC(Number(year), Number(number) - 1, 1));
  const to = new Date(Date.UTC(Number(year), Number(number), 1));
  return { from: from.toISOString(), to: to.toISOString() };
}

function wordsOf(error: unknown): string {
  if (error instanceof NothingToVerify || error instanceof Unusable) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    return `${error.message.split('. ')[0]}. See lifeboat report --help.`;
  }
  return `No report could be made. ${error.name}: ${error.message}`;
}

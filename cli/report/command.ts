import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Made, makeReport } from '../../functions/report/make.ts';
import type { Trouble } from '../../functions/report/read.ts';
import { type Month, MonthUnusable, monthOf } from '../pack/month.ts';
import { instantOf, monthMade, packFiles } from '../pack/pack.ts';
import { type Slice, sliceOf } from '../pack/slice.ts';
import { NoRoom, roomFor, thisProgram, writePack } from '../pack/write.ts';
import type { Out } from '../verify/command.ts';
import { packIn } from '../verify/pack.ts';
import { NothingToVerify, type Source, sourcesOf } from '../verify/source.ts';
import { shelfOf } from './shelf.ts';

export const usage = `Usage: lifeboat report DIR|BUCKET... [--out FILE] [--month YYYY-MM [--pack DIR]]

Makes the page that people read: is everything recoverable, and if not, what is not. From evidence alone.

  DIR        what npm start -- --out DIR left, a copy of evidence buckets, or a pack
  BUCKET     s3://NAME or NAME: read with the credentials that the AWS SDK finds by default
  --out      where the page goes; default report.html
  --month    one month of it in UTC, such as 2026-01; default everything that is there
  --pack     the month's pack for an auditor, into this new directory: the page, the records with their chain and seals,
             a table of all attempts, what is shown for which control, and how to verify all of it

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
      options: {
        out: { type: 'string' },
        month: { type: 'string' },
        pack: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      out.say(usage);
      return 0;
    }
    if (positionals.length === 0) throw new Unusable(`Give a directory or a bucket.\n\n${usage}`);
    const { pack, out: file = pack === undefined ? 'report.html' : undefined } = values;
    const packs = (await Promise.all(positionals.map(packIn))).flatMap((facts) => facts ?? []);
    // A pack tells of its own month, and of what could not be read when it was made.
    const month = values.month ?? (packs.length === positionals.length ? packs[0]?.month : undefined);
    const known = packs.flatMap(({ troubles }) => troubles);
    if (pack !== undefined && month === undefined)
      throw new Unusable('--pack needs --month: a pack is that of a month.');
    if (pack !== undefined) await roomFor(pack);
    const sources = (await Promise.all(positionals.map(sourcesOf))).flat();
    const made =
      pack === undefined || month === undefined
        ? await reportOf(sources, month, Date.now(), known)
        : await packed(await ofMonth(sources, monthOf(month), Date.now(), known), pack);
    if (file !== undefined) writeFileSync(file, made.page);
    const { verdict, troubles } = made.model;
    out.say(`${verdict.says} ${verdict.because.join('; ')}`.trim());
    for (const { of, words } of troubles.slice(0, 20)) out.say(`  not read  ${of}: ${words}`);
    if (pack !== undefined) out.say(`${pack}: the pack of ${month}. Check it with lifeboat verify ${pack}`);
    if (file !== undefined) out.say(`${file}: ${Math.ceil(Buffer.byteLength(made.page) / 1000)} kB`);
    return verdict.state === 'ok' ? 0 : 1;
  } catch (error) {
    out.complain(wordsOf(error));
    return 2;
  }
}

/** Reads the sources and makes the page. `now` in milliseconds since 1970 counts for buckets in use only. */
export async function reportOf(
  sources: readonly Source[],
  month: string | undefined,
  now: number,
  known: readonly Trouble[] = [],
): Promise<Made> {
  if (month !== undefined) return monthMade(await ofMonth(sources, monthOf(month), now, known));
  const buckets = await Promise.all(sources.map(async (source) => ({ shelf: await shelfOf(source) })));
  const isLive = sources.some(({ live }) => live);
  const made = await makeReport(buckets, isLive ? { at: new Date(now).toISOString() } : {});
  if (made.model.places.length === 0) {
    throw new NothingToVerify(`${sources.map(({ name }) => name).join(', ')}: there is no evidence to report.`);
  }
  return made;
}

async function ofMonth(
  sources: readonly Source[],
  month: Month,
  now: number,
  known: readonly Trouble[],
): Promise<{ readonly month: Month; readonly at: string; readonly slice: Slice }> {
  const found = await sliceOf(sources, month);
  const slice = { ...found, troubles: [...known, ...found.troubles] };
  const live = sources.some((source) => source.live);
  return { month, slice, at: instantOf(month, slice, live, now) };
}

async function packed(of: Awaited<ReturnType<typeof ofMonth>>, directory: string): Promise<Made> {
  const { files, made } = await packFiles({ ...of, madeBy: await thisProgram() });
  await writePack(directory, files);
  return made;
}

function wordsOf(error: unknown): string {
  const isOurs = [NothingToVerify, Unusable, MonthUnusable, NoRoom].some((kind) => error instanceof kind);
  if (error instanceof Error && isOurs) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    return `${error.message.split('. ')[0]}. See lifeboat report --help.`;
  }
  return `No report could be made. ${error.name}: ${error.message}`;
}

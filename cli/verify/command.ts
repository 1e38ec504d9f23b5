import { parseArgs } from 'node:util';
import { isWholePack, packIn, packLines, verifyPack } from './pack.ts';
import { NothingToVerify, sourcesOf } from './source.ts';
import { isWhole, type Verified, verifyBucket } from './verify.ts';
import { linesOf } from './words.ts';

export const usage = `Usage: lifeboat verify DIR|BUCKET|PACK [--json]

Checks the evidence: every chain's hashes, order and gaps, its end against the daily seals, and the days without a seal.
Names the first broken link of each chain.

  DIR       what npm start -- --out DIR left, or a copy of an evidence bucket
  BUCKET    s3://NAME or NAME: read with the credentials that the AWS SDK finds by default
  PACK      the month's pack, as lifeboat report --pack writes it: its files, pages and table as well
  --json    print what was found as JSON

Exit code: 0 if every chain is whole, 1 if a link is broken, 2 if nothing could be verified.`;

/** Where the words go. */
export interface Out {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Answers the exit code: 0 whole, 1 broken, 2 nothing was verified. */
export async function verifyCommand(args: readonly string[], out: Out): Promise<0 | 1 | 2> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      out.say(usage);
      return 0;
    }
    const [given, ...more] = positionals;
    if (given === undefined || more.length > 0) throw new NothingToVerify(`Give one directory or bucket.\n\n${usage}`);
    const facts = await packIn(given);
    if (facts !== undefined) {
      const pack = await verifyPack(given, facts);
      if (values.json === true) out.say(JSON.stringify(pack, null, 2));
      else for (const line of [...packLines(pack), ...linesOf([pack.evidence])]) out.say(line);
      return isWholePack(pack) ? 0 : 1;
    }
    const found: Verified[] = [];
    for (const source of await sourcesOf(given)) found.push(await verifyBucket(source, Date.now()));
    if (values.json === true) out.say(JSON.stringify(found, null, 2));
    else for (const line of linesOf(found)) out.say(line);
    return found.every(isWhole) ? 0 : 1;
  } catch (error) {
    out.complain(wordsOf(error));
    return 2;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof NothingToVerify) return error.message;
  if (!(error instanceof Error)) return String(error);
  // What parseArgs says goes on to explain how to write a positional that begins with a dash.
  if ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return `${error.message.split('. ')[0]}. See lifeboat verify --help.`;
  return `Nothing could be verified. ${error.name}: ${error.message}`;
}

import { inWords } from '../../functions/policy/duration.ts';
import type { Model } from '../../functions/report/model.ts';
import { monthWords } from '../../functions/report/page/words.ts';
import type { Trouble } from '../../functions/report/read.ts';
import { columns } from './attempts.ts';
import type { Month } from './month.ts';

export interface Facts {
  readonly month: Month;
  readonly model: Model;
  readonly troubles: readonly Trouble[];
  readonly attempts: number;
  readonly records: { readonly inMonth: number; readonly neighbours: number };
  readonly seals: readonly {
    readonly place: string;
    readonly first: string;
    readonly last: string;
    readonly count: number;
  }[];
  /** Why the end of the month is not held by a seal, one sentence for each place. */
  readonly unsealed: readonly string[];
}

const mostTroubles = 50;

/** What stands before anything else in each text of a pack that is not whole; empty when it is. */
export function bannerOf(troubles: readonly Trouble[]): string {
  if (troubles.length === 0) return '';
  const more = troubles.length > mostTroubles ? `\n> - and ${troubles.length - mostTroubles} more` : '';
  return `> **This evidence is not whole.** Part of it could not be read, or does not hold. Take nothing in this pack for shown
> before that is explained.
>
${troubles
  .slice(0, mostTroubles)
  .map(({ of, words }) => `> - \`${plain(of)}\`: ${plain(words)}`)
  .join('\n')}${more}

`;
}

export function readmeText({ month, model, troubles, attempts, records, seals, unsealed }: Facts): string {
  const { verdict, counts, at } = model;
  const account = [...new Set(model.places.map(({ location }) => location.split('/')[0]))].join(', ');
  const drills = Object.values(counts.drills).reduce((sum, count) => sum + count, 0);
  const isEarly = at < month.to;
  const lines = (of: readonly string[]) => of.map((line) => `- ${line}`).join('\n');
  return `${bannerOf(troubles)}# Recoverability, ${monthWords(month.name)}, account ${account}

**${verdict.says}** That is how it stood at ${at}${verdict.because.length > 0 ? `, and:\n\n${lines(verdict.because.map(plain))}` : '.'}

The month is that of UTC: from ${month.from}, and before ${month.to}. A record belongs to it if it was written in it.
${isEarly ? `\n**The evidence ends before the month does**, at ${at}. Of the rest of the month this pack says nothing.\n` : ''}${unsealed.map((words) => `\n**Not sealed to the end**: ${words}.\n`).join('')}
| | |
|---|---|
| resources | ${model.resources.length}: ${counts.resources.ok} recoverable, ${counts.resources.bad} not as promised, ${counts.resources.waiting} not proven, ${counts.resources.unknown} of which nobody can tell |
| objectives | ${counts.objectives.met} of ${counts.objectives.all} hold |
| backups, copies | ${counts.backups}, ${counts.copies} |
| drills | ${drills}: ${counts.drills.PASS} passed, ${counts.drills.FAIL} failed, ${counts.drills.SUSPECT} suspect, ${counts.drills.NOT_TESTED} not tested |
| recoveries for real | ${model.recoveries.length} |
| pages, notices | ${counts.pages}, ${counts.notices} |

## What is here

| file | what |
|---|---|
| \`index.html\` | the page that people read. One file; it loads nothing and runs nothing |
| \`attempts.csv\` | every attempt whose record was written in the month: ${attempts} rows |
| \`controls.md\` | what of this is evidence for which control of SOC 2, ISO/IEC 27001 and DORA, and what is not shown |
| \`VERIFY.md\` | how to check all of it without us |
| \`evidence/\` | the records, with their bytes as they stand in the bucket: a folder for each account and Region, in it one for each chain |
| \`seals/\` | the daily seals that hold them |
| \`pack.json\` | which month this is, and from which evidence |
| \`SHA256SUMS\` | the SHA-256 of every file but itself |

**Records**: ${records.inMonth} of the month, and ${records.neighbours} neighbours. Each chain begins with the record that the last seal before the
month holds, and ends with the one that the first seal after it holds, so that the chain of the month can be checked alone,
and nothing can be left out of its middle or its end. A chain that has no record in the month is here with the one record
that the seals hold. Neighbours are neither in the table nor on the page.

${seals.length === 0 ? '**Seals**: none.' : `**Seals**: ${seals.map(({ place, first, last, count }) => `${count} of ${place}, ${first} to ${last}`).join('; ')}.`}

**Not here**: content of restored data, which is in no evidence; the counts and digests that checks compared (\`measures/\` in
the bucket, named by the records); pages of single days; recovery points; who read a message.

## The columns of attempts.csv

Comma-separated as RFC 4180 has it, UTF-8, CRLF after each row, the names of the columns in the first. Instants are ISO 8601 in UTC.
An empty cell: the record does not say. A text that a spreadsheet would take for a formula has an apostrophe before it,
since names and causes come from anywhere; control characters are spaces. The record has the text as it was.

| column | means |
|---|---|
${columns.map(({ name, means }) => `| \`${name}\` | ${means} |`).join('\n')}

## Words

| word | means |
|---|---|
| drill | a recovery point was restored into a sealed network, its data was asked, and all of it was taken down |
| recovery point | one backup of one resource in a vault of AWS Backup |
| proof | a drill that passed, as old as the data that it restored |
| episode | one trouble from its beginning to its end; a page wakes somebody, a notice can wait |
| PASS | at least one check ran on the restored data and passed, and none did not pass |

Objectives of the resources of this month:

${lines(objectives(model))}
`;
}

function objectives({ resources }: Model): string[] {
  const all = resources.flatMap(({ name, places }) =>
    places.flatMap(({ location, objectives: list }) =>
      list.map(
        ({ objective, boundSeconds, is }) =>
          `${plain(name)}: ${objective} in ${location} at most ${inWords(boundSeconds)}: ${is === 'met' ? 'holds' : is}`,
      ),
    ),
  );
  const most = 200;
  if (all.length === 0) return ['none'];
  return all.length <= most ? all : [...all.slice(0, most), `and ${all.length - most} more, on the page`];
}

/** Names and causes come from anywhere: here they are text on one line, and no markup. */
function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
    .replace(/[<>`|[\]\\*]/g, (sign) => ({ '<': '&lt;', '>': '&gt;', '`': "'" })[sign] ?? `\\${sign}`);
}

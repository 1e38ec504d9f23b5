import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OptionsRejected } from '../options.ts';
import { PolicyUnusable, readPolicyFile } from '../package/policy.ts';
import { NothingToVerify } from '../verify/source.ts';
import { AccountUnusable, readAccount } from './account.ts';
import { instant } from './aws.ts';
import { type Context, contextOf } from './context.ts';
import { drilledIn } from './measured.ts';
import { isRunbookName, nearestRunbook, runbookFor, runbookNames } from './names.ts';
import { renderRunbook } from './render.ts';
import { runbookOf } from './runbook.ts';

export const usage = `Usage: lifeboat runbook [NAME] [options]

Prints a runbook as Markdown, with the names, Regions, commands and inputs of your account. Without NAME it lists them.

  --policy FILE     the rules; default policy.yml
  --account FILE    what there is; default examples/week/account.yml. Make one with:
                    aws resourcegroupstaggingapi get-resources --tag-filters Key=lifeboat:tier --output json > account.json
                    or write it: docs/runbooks/README.md
  --resource NAME   this resource alone; repeatable
  --evidence DIR    times as drills measured them: a directory that --out left, or an evidence bucket
  --at INSTANT      when it failed, like 2026-01-31T09:30:00Z; default now
  --before INSTANT  the last moment whose data was good
  --write DIR       write all of them into this directory, to print on paper
  --json            print the steps as JSON, for a program that follows them
  --help            this text

Exit code: 0 if it was printed, 2 if not.`;

/** Where the words go. */
export interface Out {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

const defaultAccount = 'examples/week/account.yml';

/** Answers the exit code: 0 printed, 2 not. `now` is in milliseconds since 1970. */
export async function runbookCommand(args: readonly string[], out: Out, now = Date.now()): Promise<0 | 2> {
  try {
    const { values, positionals } = parsed(args);
    if (values.help === true) {
      out.say(usage);
      return 0;
    }
    const [name, ...more] = positionals;
    if (values.write !== undefined) {
      if (name !== undefined) throw new OptionsRejected('--write writes all of them: leave the name out.');
      await writeAll(values.write, values, now);
      out.say(`${runbookNames.length} runbooks are in ${values.write}.`);
      sayIfExample(values, out);
      return 0;
    }
    if (name === undefined) {
      out.say(list());
      return 0;
    }
    if (more.length > 0) throw new OptionsRejected(`Give one name, and not ${positionals.join(' ')}.`);
    if (!isRunbookName(name)) {
      const meant = nearestRunbook(name);
      const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
      throw new OptionsRejected(`There is no runbook ${name}.${hint}\n\n${list()}`);
    }
    const context = await contextFor(values, now);
    const runbook = runbookOf(name, context);
    if (values.json === true) out.say(JSON.stringify(runbook, null, 2));
    else out.say(renderRunbook(runbook, printedBy(name, values, context)).trimEnd());
    sayIfExample(values, out);
    return 0;
  } catch (error) {
    if (!refusals.some((kind) => error instanceof kind)) throw error;
    out.complain((error as Error).message);
    return 2;
  }
}

/** Names and inputs of an example must not pass for one's own in the middle of a failure. */
function sayIfExample({ account, write }: Values, out: Out): void {
  if (account !== undefined) return;
  const what = write === undefined ? 'This is the runbook' : 'These are the runbooks';
  out.complain(
    `${what} of the example, ${defaultAccount}. For your own give --account FILE: see lifeboat runbook --help.`,
  );
}

/** One file for each runbook, named after it. */
async function writeAll(directory: string, values: Values, now: number): Promise<void> {
  const context = await contextFor(values, now);
  await mkdir(directory, { recursive: true });
  for (const name of runbookNames) {
    await writeFile(
      join(directory, `${name}.md`),
      renderRunbook(runbookOf(name, context), printedBy(name, values, context)),
    );
  }
}

/** What somebody can mend in what they gave. */
const refusals = [OptionsRejected, PolicyUnusable, AccountUnusable, NothingToVerify];

function list(): string {
  const width = Math.max(...runbookNames.map((name) => name.length)) + 2;
  const lines = runbookNames.map((name) => `  ${name.padEnd(width)}${runbookFor[name]}`);
  return ['Runbooks. Print one with: npx lifeboat runbook NAME', '', ...lines].join('\n');
}

type Values = ReturnType<typeof parsed>['values'];

async function contextFor(values: Values, now: number): Promise<Context> {
  const { policy } = await readPolicyFile(values.policy ?? 'policy.yml');
  const file = values.account ?? defaultAccount;
  if (values.account === undefined && !existsSync(file)) {
    throw new OptionsRejected(`Name the account with --account FILE: there is no ${defaultAccount} here.`);
  }
  const account = await readAccount(file, policy.home);
  const at = values.at === undefined ? instant(now) : instantOf('--at', values.at, now);
  const lastGood = values.before === undefined ? undefined : instantOf('--before', values.before, Date.parse(at));
  const drilled = values.evidence === undefined ? undefined : await drilledIn(values.evidence);
  const context = contextOf({ policy, account, drilled, at, lastGood });
  return values.resource === undefined ? context : narrowed(context, values.resource);
}

/** Only the resources that were asked for. */
function narrowed(context: Context, asked: readonly string[]): Context {
  const known = context.resources;
  for (const one of asked) {
    if (known.some(({ name, id, arn }) => [name, id, arn].includes(one))) continue;
    const bare = context.unprotected.find(({ name }) => name === one);
    const why = bare === undefined ? '' : ` It is in the account, and ${bare.because}: nothing can bring it back.`;
    throw new OptionsRejected(
      `--resource ${one}: no resource of ${context.account.file} that a tier takes has this name.${why} There are ${known.map(({ name }) => name).join(', ')}.`,
    );
  }
  const resources = known.filter(({ name, id, arn }) => asked.some((one) => [name, id, arn].includes(one)));
  return { ...context, resources, unprotected: [] };
}

/** An instant in the past, since nothing can be recovered as of the future. */
function instantOf(option: string, written: string, latest: number): string {
  const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new OptionsRejected(`${option} ${written}: write an instant in UTC, like 2026-01-31T09:30:00Z.`);
  }
  if (milliseconds > latest) {
    throw new OptionsRejected(
      `${option} ${written} is after ${instant(latest)}: write ${option === '--at' ? 'when it failed' : 'a moment before it failed'}.`,
    );
  }
  return instant(milliseconds);
}

function printedBy(name: string, values: Values, { policy, account, evidence }: Context): string {
  const from = [policy.file, account.file, ...(evidence ? [`the evidence in ${values.evidence}`] : [])];
  return `Printed by \`npx lifeboat runbook ${name}\` from ${from.join(' and ')}. Print it again when one of them changes, and keep it on paper.`;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        policy: { type: 'string' },
        account: { type: 'string' },
        resource: { type: 'string', multiple: true },
        evidence: { type: 'string' },
        at: { type: 'string' },
        before: { type: 'string' },
        write: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new OptionsRejected(`${(error as Error).message.split(/\.\s|\.$/)[0]}. See lifeboat runbook --help.`);
  }
}

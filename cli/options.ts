import { parseArgs } from 'node:util';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly account: string | undefined;
  readonly policy: string;
  readonly sql: readonly string[];
  readonly files: readonly string[];
  readonly days: number | undefined;
  readonly seed: string;
  readonly out: string | undefined;
  readonly trace: string | undefined;
  readonly json: boolean;
  /** The runbook that is to be drilled, as it was written; `list` asks for their names. */
  readonly scenario: string | undefined;
}

export const usage = `Usage: npm start -- [options]

Plays Lifeboat in a simulated AWS account, on virtual time, with real databases and real files behind it.
Without options: a week of three applications (examples/week), in which two things go wrong.

  --sql FILE      protect a PostgreSQL database loaded from this SQL file (plain pg_dump output works); repeatable
  --files DIR     protect a file system that holds a copy of this directory; repeatable
  --account FILE  play this account file instead (YAML; see examples/week/account.yml)
  --policy FILE   the rules to deploy; default policy.yml
  --scenario NAME play a failure and follow its runbook to the end; --scenario list names them. Goes with --seed and
                  --trace alone: the account is examples/failures
  --days N        how many virtual days; default what the account file expects, else 3
  --seed TEXT     another seed is another week; default 1
  --out DIR       keep evidence, messages, the summary and report.html here
  --trace FILE    write a JSON line for each event of the world and each AWS call
  --json          print the summary as JSON instead of the story
  --help          this text

Exit code: 0 if all went as the scenario expects and no invariant broke, 1 if not, 2 for wrong options or files.`;

/** Thrown for options that cannot be used; the message names the option and the mend. */
export class OptionsRejected extends Error {
  override readonly name = 'OptionsRejected';
}

/** Reads the command line; undefined when help was asked for. */
export function readOptions(args: readonly string[]): StartOptions | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const { account, sql = [], files = [], days, seed = '1', scenario } = values;
  if (scenario !== undefined) {
    const other = Object.keys(values).find((option) => !['scenario', 'seed', 'trace'].includes(option));
    if (other !== undefined) {
      throw new OptionsRejected(`--scenario and --${other} do not go together: leave --${other} out.`);
    }
  }
  if (account !== undefined && (sql.length > 0 || files.length > 0)) {
    throw new OptionsRejected(
      '--account and --sql or --files do not go together: write the resources into the account file.',
    );
  }
  const count = days === undefined ? undefined : Number(days);
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= 366)) {
    throw new OptionsRejected(`--days ${days}: write a whole number of days from 1 to 366.`);
  }
  if (seed === '') throw new OptionsRejected('--seed is empty: write some text or number.');
  return {
    account,
    policy: values.policy ?? 'policy.yml',
    sql,
    files,
    days: count,
    seed,
    out: values.out,
    trace: values.trace,
    json: values.json ?? false,
    scenario,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        account: { type: 'string' },
        policy: { type: 'string' },
        sql: { type: 'string', multiple: true },
        files: { type: 'string', multiple: true },
        days: { type: 'string' },
        seed: { type: 'string' },
        out: { type: 'string' },
        trace: { type: 'string' },
        json: { type: 'boolean' },
        scenario: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new OptionsRejected(`${(error as Error).message.split(/\.\s|\.$/)[0]}. See npm start -- --help.`);
  }
}

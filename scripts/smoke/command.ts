import { parseArgs } from 'node:util';
import { readPrices } from '../../cli/prices/prices.ts';
import { messageOf, nameOf } from '../../functions/platform/errors.ts';
import { type Kind, kinds } from '../../functions/policy/kind.ts';
import { costAtMost } from './bill.ts';
import { type Outside, resourceName, type Wanted } from './outside.ts';
import { play } from './play.ts';
import { reasonsAgainst } from './refuse.ts';

export const usage = `Usage: npm run smoke -- --account ID --page EMAIL [options]

Tries Lifeboat in a REAL AWS account: deploys both Regions, makes one small resource of each kind, backs each up, drills its
copy, verifies the evidence, and takes everything down. It costs money, and takes hours. Use an account in which nothing is.

  --account ID    whose credentials you mean to use, twelve digits; another account is refused
  --page EMAIL    who gets the pages of the run
  --home REGION   default eu-central-1
  --copy REGION   default eu-west-1
  --kinds LIST    default efs,rds,aurora
  --hours N       after so many hours it stops and takes everything down; default 6, at most 12
  --usd N         refuse to begin if it could cost more; default 5
  --dry-run       say what would be done and what it would cost; look into the account, and change nothing
  --yes           do it

Exit code: 0 all went well, 1 something did not, 2 nothing was begun.`;

export interface Asked {
  readonly wanted: Wanted;
  readonly page: string;
  readonly mode: 'dry run' | 'do it';
}

/** Reads the command line; the message of what it throws is for a person. */
export function readAsked(args: readonly string[]): Asked | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      account: { type: 'string' },
      page: { type: 'string' },
      home: { type: 'string', default: 'eu-central-1' },
      copy: { type: 'string', default: 'eu-west-1' },
      kinds: { type: 'string', default: kinds.join(',') },
      hours: { type: 'string', default: '6' },
      usd: { type: 'string', default: '5' },
      'dry-run': { type: 'boolean' },
      yes: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const { account = '', page = '', home, copy } = values;
  const [hours, usd] = [Number(values.hours), Number(values.usd)];
  const named = values.kinds.split(',');
  const problems = [
    !/^\d{12}$/.test(account) && '--account: write the twelve digits of the account that you mean',
    !page.includes('@') && '--page: write the e-mail address that gets the pages',
    home === copy && '--copy: another Region than --home',
    !(hours > 0 && hours <= 12) && '--hours: a number up to 12',
    !(usd > 0 && usd <= 50) && '--usd: a number up to 50',
    named.some((name) => !kinds.includes(name as Kind)) && `--kinds: of ${kinds.join(', ')}`,
    values.yes !== true &&
      values['dry-run'] !== true &&
      'This costs money. Give --dry-run to see what it would do, --yes to do it',
    values.yes === true && values['dry-run'] === true && '--yes and --dry-run do not go together',
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const wanted = { account, home, copy, kinds: named as Kind[], hours, usd };
  return { wanted, page, mode: values.yes === true ? 'do it' : 'dry run' };
}

/** Answers the exit code. */
export async function smoke({ wanted, mode }: Asked, outside: Outside): Promise<0 | 1 | 2> {
  const { say } = outside;
  const prices = readPrices();
  const cost = costAtMost(wanted, prices);
  say(
    `In the account ${wanted.account}, for at most ${wanted.hours} hours and about ${cost} USD (prices of ${prices.asOf}):`,
  );
  say(`  deploy Lifeboat to ${wanted.copy} (copy) and ${wanted.home} (home), with rules of its own`);
  say(`  make in ${wanted.home}, called ${resourceName}: ${wanted.kinds.join(', ')}`);
  say('  for each: one lifeboat-protect, one lifeboat-drill of its copy; then verify the evidence of both Regions');
  say('  remove the resources, what drills left, and both stacks; say what is kept');
  try {
    if (cost > wanted.usd) {
      say(
        `Nothing was begun. It could cost ${cost} USD, and --usd allows ${wanted.usd}: fewer --hours, or fewer --kinds.`,
      );
      return 2;
    }
    const against = await reasonsAgainst(wanted, outside);
    if (against.length > 0) {
      say('Nothing was begun. This account is no place for it:');
      for (const reason of against) say(`  ${reason}`);
      return 2;
    }
  } catch (error) {
    say(`Nothing was begun. ${nameOf(error)}: ${messageOf(error)}`);
    return 2;
  }
  if (mode === 'dry run') {
    say('This was a dry run: nothing was changed.');
    return 0;
  }
  const { ok, failures, left, kept } = await play(wanted, outside);
  say(ok ? 'All went well.' : 'NOT all went well:');
  for (const failure of failures) say(`  ${failure}`);
  if (left.length > 0) say('Could NOT be removed, and may cost money:');
  for (const one of left) say(`  ${one}`);
  say('Kept on purpose:');
  for (const one of kept) say(`  ${one}`);
  return ok ? 0 : 1;
}

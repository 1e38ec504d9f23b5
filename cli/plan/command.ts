import { parseArgs } from 'node:util';
import { messageOf, nameOf } from '../../functions/platform/errors.ts';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import { PolicyUnusable, readPolicyFile } from '../package/policy.ts';
import { readPrices } from '../prices/prices.ts';
import type { PlannedAccount } from './account.ts';
import { AccountUnreadable, readAccount } from './account-aws.ts';
import { readPlannedAccount } from './account-file.ts';
import { planOf } from './plan.ts';
import { resourcePlan } from './tiers.ts';
import { planLines } from './words.ts';

export const usage = `Usage: lifeboat plan [--policy FILE] [--account FILE] [--resource NAME] [--json]

Says what a policy means for an account: what is backed up, copied, kept and drilled, and when; what is tagged wrongly;
where quotas make it infeasible, and by how much; what a month costs. It changes nothing.

  --policy FILE     the rules; default policy.yml
  --account FILE    an account file (see examples/fleet/account.yml); without it the account is read with the
                    credentials that the AWS SDK finds by default
  --resource NAME   say what holds for this one resource, and why, and nothing else
  --json            print the plan as JSON; docs/plan.md has its shape

Exit code: 0 if nothing is wrong, 1 if something is, 2 if nothing could be planned.`;

/** What the command needs of the outside. */
export interface Outside {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Makes SDK clients for the account; only asked for without an account file. */
  readonly client: ClientFactory;
  readonly now: () => Date;
}

class NothingToPlan extends Error {
  override readonly name = 'NothingToPlan';
}

export async function planCommand(args: readonly string[], outside: Outside): Promise<0 | 1 | 2> {
  const { say, complain } = outside;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        policy: { type: 'string', default: 'policy.yml' },
        account: { type: 'string' },
        resource: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      say(usage);
      return 0;
    }
    const { policy } = await readPolicyFile(values.policy);
    let account: PlannedAccount;
    if (values.account === undefined) account = await readAccount(policy, outside.client, outside.now());
    else {
      const read = readPlannedAccount(values.account);
      if (!read.ok) throw new NothingToPlan(read.problems.join('\n'));
      account = read.account;
    }
    if (values.resource !== undefined) {
      const found = resourcePlan(policy, account, values.resource);
      if (found === undefined)
        throw new NothingToPlan(`--resource ${values.resource}: ${account.from} has no such resource.`);
      if (values.json === true) say(JSON.stringify(found, null, 2));
      else for (const line of [`${found.name} (${found.is})`, ...found.because.map((one) => `  ${one}`)]) say(line);
      return found.tier === null ? 1 : 0;
    }
    const plan = planOf(policy, account, readPrices());
    if (values.json === true) say(JSON.stringify(plan, null, 2));
    else for (const line of planLines(plan)) say(line);
    return plan.ok ? 0 : 1;
  } catch (error) {
    complain(wordsOf(error));
    return 2;
  }
}

function wordsOf(error: unknown): string {
  const ours = [NothingToPlan, PolicyUnusable, AccountUnreadable];
  if (ours.some((kind) => error instanceof kind)) return messageOf(error);
  if (String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS'))
    return `${messageOf(error).split('. ')[0]}. See lifeboat plan --help.`;
  return `Nothing could be planned. ${nameOf(error)}: ${messageOf(error)}`;
}

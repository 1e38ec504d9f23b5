import { parseArgs } from 'node:util';
import { messageOf, nameOf } from '../../functions/platform/errors.ts';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import { PolicyUnusable, readPolicyFile } from '../package/policy.ts';
import { diagnose } from './doctor.ts';
import type { FirewallReader } from './firewall.ts';
import { diagnosisLines } from './words.ts';

export const usage = `Usage: lifeboat doctor [--policy FILE] [--this-account] [--json]

Reads the account with the credentials that the AWS SDK finds by default and says what would fail tonight, with the mend
of each, in every Region of the policy. It changes nothing: it sends only Describe, Get and List calls.

  --policy FILE    the rules; default policy.yml
  --this-account   leave out copies in other accounts, where doctor has to be run with their credentials
  --json           print what was found as JSON; docs/doctor.md has its shape

Exit code: 0 if every check was asked and is well, 1 if something is wrong or cannot be told, 2 if nothing was asked.`;

export interface Outside {
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly client: ClientFactory;
  readonly now: () => Date;
  readonly firewall?: FirewallReader;
}

export async function doctorCommand(args: readonly string[], outside: Outside): Promise<0 | 1 | 2> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        policy: { type: 'string', default: 'policy.yml' },
        'this-account': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      outside.say(usage);
      return 0;
    }
    const { policy } = await readPolicyFile(values.policy);
    const diagnosis = await diagnose({
      policy,
      client: outside.client,
      now: outside.now(),
      ...(outside.firewall !== undefined && { firewall: outside.firewall }),
      thisAccountOnly: values['this-account'] ?? false,
    });
    if (values.json === true) outside.say(JSON.stringify(diagnosis, null, 2));
    else for (const line of diagnosisLines(diagnosis)) outside.say(line);
    return diagnosis.ok ? 0 : 1;
  } catch (error) {
    outside.complain(wordsOf(error));
    return 2;
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof PolicyUnusable) return error.message;
  if (String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS'))
    return `${messageOf(error).split('. ')[0]}. See lifeboat doctor --help.`;
  return `Nothing could be asked. ${nameOf(error)}: ${messageOf(error)}`;
}

import { AwsError, type Call, NotModelled } from '../../world/region.ts';
import type { Vault } from './state.ts';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * Refuses what the vault's access policy denies to the role that signs the call. Only denials to everybody (`*`) are
 * read, with a condition on `aws:PrincipalArn` at most; whoever calls without a role, an operator, is not held by it.
 */
export function mustBeAllowed(vault: Vault, action: string, { caller, region }: Call): void {
  if (vault.accessPolicy === undefined || caller.role === undefined) return;
  const role = caller.role;
  const { Statement: written = [] } = JSON.parse(vault.accessPolicy) as { Statement?: Statement | Statement[] };
  for (const statement of [written].flat()) {
    if (statement.Effect !== 'Deny') continue;
    if (![statement.Action ?? []].flat().some((one) => matches(one, `backup:${action}`))) continue;
    if (statement.Principal !== '*' && JSON.stringify(statement.Principal) !== '{"AWS":"*"}') {
      throw new NotModelled('a denial in a vault policy to anybody but *');
    }
    if (!Object.entries(statement.Condition ?? {}).every(([operator, keys]) => holds(operator, keys, role))) continue;
    throw new AwsError(
      'AccessDeniedException',
      `User: ${role} is not authorized to perform: backup:${action} on resource: ${vault.arn} with an explicit deny in a resource-based policy`,
      403,
      { Code: 'AccessDeniedException', Type: 'Client' },
    );
  }

  function holds(operator: string, keys: Readonly<Record<string, string | readonly string[]>>, principal: string) {
    if (!/^(Arn|String)Not(Equals|Like)$/.test(operator)) {
      throw new NotModelled(`the condition ${operator} in a vault policy of ${region.name}`);
    }
    return Object.entries(keys).every(([key, values]) => {
      if (key.toLowerCase() !== 'aws:principalarn') throw new NotModelled(`the condition key ${key} in a vault policy`);
      return ![values].flat().some((value) => matches(value, principal));
    });
  }
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(text);
}

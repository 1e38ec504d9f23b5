import { NotYet } from '../platform/errors.ts';
import { Unreachable } from './errors.ts';

/** A database in these states takes connections; in the last two it is still moving blocks in the background. */
const usable: readonly string[] = ['available', 'storage-initialization', 'storage-optimization'];

/** States that do not end by themselves. */
const hopeless: readonly string[] = [
  'failed',
  'deleting',
  'inaccessible-encryption-credentials',
  'incompatible-create',
  'incompatible-network',
  'incompatible-option-group',
  'incompatible-parameters',
  'incompatible-restore',
  'insufficient-capacity',
  'restore-error',
  'storage-full',
];

/**
 * Goes on when what RDS calls by this status can be used.
 *
 * @param what such as `The restored cluster`
 * @throws Unreachable when it never will, NotYet while it may
 */
export function mustBeUsable(what: string, status: string | undefined): void {
  if (status !== undefined && usable.includes(status)) return;
  const words = `${what} is ${status ?? 'in no known state'}.`;
  if (status !== undefined && hopeless.includes(status)) throw new Unreachable(words);
  throw new NotYet(words);
}

/** Whether the only security group is the sealed one, and it holds. */
export function isSealed(
  groups:
    | readonly { readonly VpcSecurityGroupId?: string | undefined; readonly Status?: string | undefined }[]
    | undefined,
  securityGroup: string,
): boolean {
  const all = groups ?? [];
  return (
    all.length > 0 && all.every(({ VpcSecurityGroupId: id, Status }) => id === securityGroup && Status === 'active')
  );
}

/** The database that exists where none was named when the instance or cluster was created. */
export function defaultDatabase(engine: string): string {
  return engine.includes('postgres') ? 'postgres' : 'mysql';
}

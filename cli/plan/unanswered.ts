import { nameOf } from '../../functions/platform/errors.ts';

const refusals = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized|Forbidden/;
const nobody =
  /Credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|AuthFailure|InvalidSignature|SSO|TokenProvider/;
const network = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|TimeoutError|NetworkingError/;

/** What to do about a call that AWS did not answer. */
export function mendOfUnanswered(error: unknown, rights: readonly string[]): string {
  const name = nameOf(error);
  if (nobody.test(name))
    return 'give credentials of the account: AWS_PROFILE, aws sso login, or what else the AWS SDK finds';
  if (refusals.test(name)) return `give credentials that may ${rights.join(', ')}, and ask again`;
  if (network.test(`${name} ${(error as { code?: unknown }).code}`))
    return 'look whether this machine reaches AWS, and ask again';
  return `ask again; it takes ${rights.join(', ')}`;
}

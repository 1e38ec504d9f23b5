import { NotModelled } from '../../world/region.ts';
import { timing } from '../timing.ts';
import type { BackupState } from './state.ts';

/** What an idempotency token of an operation began: the request as JSON, its answer, and when. */
export interface Begun {
  readonly request: string;
  readonly answer: object;
  readonly at: number;
}

/**
 * Runs a request once for each idempotency token: a retry with the token gets the first answer and does nothing.
 * What AWS does with one token and two different requests is not documented, so that is refused by name.
 */
export function once<Answer extends object>(
  state: BackupState,
  operation: string,
  input: { readonly IdempotencyToken?: string | undefined },
  run: () => Answer,
): Answer {
  const { IdempotencyToken: token, ...request } = input;
  if (token === undefined) return run();
  const key = `${operation} ${token}`;
  const text = JSON.stringify(request);
  const now = state.region.world.now();
  const before = state.tokens.get(key);
  if (before !== undefined && now - before.at < timing.backup.token) {
    if (before.request === text) return answered(before) as Answer;
    throw new NotModelled(
      `one idempotency token for two different requests of ${operation}: ${before.request} and ${text}`,
    );
  }
  const answer = run();
  state.tokens.set(key, { request: text, answer, at: now });
  return answer;
}

/** The answer as it was given: what was kept is JSON, in which a date is a text. */
function answered({ answer }: Begun): object {
  const { CreationDate: created } = answer as { readonly CreationDate?: string };
  return { ...answer, ...(created !== undefined && { CreationDate: new Date(created) }) };
}

import { NotModelled } from '../../world/region.ts';
import { timing } from '../timing.ts';
import type { BackupState } from './state.ts';

/**
 * Runs a request once for each idempotency token: a retry with the token gets the first answer and does nothing.
 * What AWS does with one token and two different requests is not documented, so that is refused by name.
 */
export function once<Answer>(
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
  for (const [old, { at }] of state.tokens) {
    if (now - at < timing.backup.token) break;
    state.tokens.delete(old);
  }
  const before = state.tokens.get(key);
  if (before !== undefined) {
    if (before.request === text) return before.answer as Answer;
    throw new NotModelled(
      `one idempotency token for two different requests of ${operation}: ${before.request} and ${text}`,
    );
  }
  const answer = run();
  state.tokens.set(key, { request: text, answer, at: now });
  return answer;
}

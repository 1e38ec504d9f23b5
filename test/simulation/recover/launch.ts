import { playedOnce } from '../../session/played.ts';
import { printed } from '../drill/launch.ts';
import { recovery } from '../shared-runs.ts';
import type { Wanted } from './account.ts';
import type { Played } from './play.ts';

/** Plays the recoveries of one kind. Rejects with what it said when it failed. */
export async function playRecoveries(kind: Wanted): Promise<Played> {
  return printed(await playedOnce(recovery(kind), { listened: true }));
}

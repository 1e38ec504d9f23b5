import { FOLDER } from '../session/played.ts';

/** Runs that more than one test asks about, as parameters of Node: playedOnce plays each once for all of them. */

/** The week of `npm start`. */
export const week = ['cli/start.ts', '--seed', '1', '--trace', `${FOLDER}/trace.jsonl`, '--out', `${FOLDER}/out`];

/** Six days in which drills stop, then backups. */
export const kept = keeping('kept');

/** The table of drills. Two columns share a process: there are three, and two processors. */
export const drillTables = [
  ['test/simulation/drill/play-table.ts', 'rds postgres'],
  ['test/simulation/drill/play-table.ts', 'efs', 'aurora postgres'],
] as const;

export const scratch = ['test/simulation/scratch-run.ts'];

export const recovery = (kind: 'aurora' | 'efs' | 'rds') => ['test/simulation/recover/play.ts', kind];

/** An account of test/simulation/keep for six days. */
export function keeping(account: 'kept' | 'left' | 'lost'): readonly string[] {
  const file = (name: string) => `test/simulation/keep/${name}.yml`;
  const options = ['--account', file(account), '--policy', file('policy'), '--days', '6', '--json'];
  return ['cli/start.ts', ...options, '--out', `${FOLDER}/out`];
}

/** Accounts from so many seeds, days each. `npm run simulate` plays any number of whole months. */
export const seeds = process.env.LIFEBOAT_SEEDS ?? '20';
export const days = process.env.LIFEBOAT_DAYS ?? '4';
export const generated = ['cli/simulate.ts', '--seeds', seeds, '--days', days];

/** Every so many single faults of all are played; with 1 each strikes the first call of each operation by each caller. */
export const every = Number(process.env.LIFEBOAT_SITES_EVERY ?? '60');
export const singleFaults = ['cli/simulate.ts', '--exhaustive', '--every', String(every), '--json'];

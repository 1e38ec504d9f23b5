import { type Ran, run } from '../session/played.ts';
import type { Outcome } from './together.ts';

/** Runs `npm run simulate` as a user does, in processes of its own. */
export function simulate(...options: readonly string[]): Promise<Ran> {
  return run(['cli/simulate.ts', ...options]);
}

/** What comes of each of these options of `npm run simulate`, one run each, in processes that they share. */
export async function playTogether(options: readonly (readonly string[])[]): Promise<Outcome[]> {
  const { output, errors } = await run(['test/simulation/together.ts', JSON.stringify(options)]);
  if (errors !== '') throw new Error(errors);
  const outcomes = JSON.parse(output) as Outcome[];
  if (outcomes.length !== options.length) throw new Error(`${outcomes.length} outcomes of ${options.length} runs.`);
  return outcomes;
}

/** How many of something were examined over all accounts, as the last lines tell. */
export function examined(output: string, what: string): number {
  const [, count] = new RegExp(`Examined: .*?(\\d+) ${what}[,.]`).exec(output) ?? [];
  return Number(count ?? Number.NaN);
}

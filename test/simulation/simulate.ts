import { type Ran, run } from '../session/played.ts';

/** Runs `npm run simulate` as a user does, in processes of its own. */
export function simulate(...options: readonly string[]): Promise<Ran> {
  return run(['cli/simulate.ts', ...options]);
}

/** How many of something were examined over all accounts, as the last lines tell. */
export function examined(output: string, what: string): number {
  const [, count] = new RegExp(`Examined: .*?(\\d+) ${what}[,.]`).exec(output) ?? [];
  return Number(count ?? Number.NaN);
}

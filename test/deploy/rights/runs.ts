import { playedOnce, run } from '../../session/played.ts';
import { printed } from '../../simulation/drill/launch.ts';
import { drillTables, kept, recovery, scratch, week } from '../../simulation/shared-runs.ts';

const here = 'test/deploy/rights';

/** Every workflow, and the ways in which each fails, as far as simulations play them: what is asked in none of these is not known to be needed. Other tests ask about most of them too. */
const runs: readonly (readonly string[])[] = [
  week,
  scratch,
  ...drillTables,
  kept,
  ['cli/simulate.ts', '--seeds', '1', '--from', '18', '--days', '3', '--fault', 'topics-refuse'],
  recovery('rds'),
  recovery('aurora'),
  recovery('efs'),
  [`${here}/play-operator.ts`],
];

/** Plays all of them, two at a time, and answers the folders with what they asked of AWS. */
export async function playAll(): Promise<{ folders: string[]; failed: string[]; played: number }> {
  const waiting = [...runs];
  const folders: string[] = [];
  const failed: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { asked, exitCode, errors } = await playedOnce(next, { listened: true });
      if (exitCode === 0) folders.push(asked);
      else failed.push(`${next.join(' ')} ended with ${exitCode}:\n${errors.slice(-2000)}`);
    }
  };
  await Promise.all([work(), work()]);
  return { folders, failed, played: runs.length };
}

/** What judge.ts says of those folders. */
export async function judge<Judged>(folders: readonly string[]): Promise<Judged> {
  return printed(await run([`${here}/judge.ts`, ...folders]));
}

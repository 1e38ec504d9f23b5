import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../cli/package/service.ts';
import type { Setting, SmallOrder, SmallPlayed } from '../../cli/simulate/order.ts';
import { settingOf, withTaskRoot } from '../../cli/simulate/setting.ts';
import { pointsOf, swarmOrder } from '../../cli/simulate/swarm.ts';
import type { Defect } from './defect.ts';
import { defects } from './index.ts';
import { EditDoesNotApply, plantDefect } from './plant.ts';

const policyFile = 'simulator/scenarios/small/policy.yml';

export const usage = `Usage: npm run bench -- defects [--only NAME] [--seeds N] [--jobs N]

Plants mistakes in a copy of the product, one at a time, and lets the swarm look for each: seed after seed, until an
invariant breaks. The product without any has to hold on every seed that was needed.

  --only NAME  these alone: names that hold NAME, several with commas
  --seeds N    how many seeds at the most; default 200
  --jobs N     how many defects at once; default 1`;

/** What became of one defect. */
export interface Looked {
  readonly defect: Defect;
  /** The first seed that finds it; undefined when none does. */
  readonly seed: number | undefined;
  /** The invariants that broke then, by their names. */
  readonly by: readonly string[];
  readonly words: string;
}

/** Looks for every defect, and prints what found it and after how many seeds. Answers whether all were found. */
export function benchDefects(say: (line: string) => void, args: readonly string[]): Promise<boolean> {
  const options = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, seeds: { type: 'string' }, jobs: { type: 'string' } },
  }).values;
  const most = Number(options.seeds ?? 200);
  const jobs = Number(options.jobs ?? 1);
  const names = (options.only ?? '').split(',');
  const chosen = defects.filter(({ name }) => names.some((one) => name.includes(one)));
  if (chosen.length === 0 || !(most > 0) || !(jobs > 0)) {
    say(usage);
    return Promise.resolve(false);
  }
  return withTaskRoot(async (taskRoot) => {
    const setting = await settingOf(policyFile, taskRoot);
    const plain = player(setting);
    try {
      const calm = await plain.play({ what: 'small', seed: '1' });
      if ('failed' in calm || calm.sites === undefined)
        throw new Error(`The account without a defect: ${brokenIn(calm)}`);
      const points = pointsOf(calm.sites);
      const found: Looked[] = [];
      const left = [...chosen];
      const lane = async () => {
        for (let defect = left.shift(); defect !== undefined; defect = left.shift()) {
          const looked = await lookFor(defect, setting, (seed) => swarmOrder(String(seed), points), most);
          found.push(looked);
          say(lineOf(looked, most));
        }
      };
      await Promise.all(Array.from({ length: jobs }, lane));

      const needed = Math.max(0, ...found.map(({ seed = 0 }) => seed));
      const broken: string[] = [];
      for (let seed = 1; seed <= needed; seed += 1) {
        const played = await plain.play(swarmOrder(String(seed), points));
        if (brokenIn(played).length > 0) broken.push(`seed ${seed} without any defect: ${wordsOf(played)}`);
      }
      for (const words of broken) say(words);
      const seeds = found.flatMap(({ seed }) => seed ?? []).sort((one, other) => one - other);
      const median = seeds[Math.floor((seeds.length - 1) / 2)];
      say('');
      say(`${seeds.length} of ${found.length} defects were found, after ${median ?? 'no'} seeds in the median.`);
      say(`Without a defect ${needed - broken.length} of ${needed} seeds hold.`);
      return seeds.length === found.length && broken.length === 0;
    } finally {
      plain.close();
    }
  });
}

async function lookFor(
  defect: Defect,
  setting: Setting,
  order: (seed: number) => SmallOrder,
  most: number,
): Promise<Looked> {
  let planted: ReturnType<typeof plantDefect>;
  try {
    planted = plantDefect(defect, setting);
  } catch (error) {
    if (!(error instanceof EditDoesNotApply)) throw error;
    return { defect, seed: undefined, by: [], words: error.message };
  }
  const { play, close } = player(planted.setting);
  try {
    for (let seed = 1; seed <= most; seed += 1) {
      const played = await play(order(seed));
      const by = brokenIn(played);
      if (by.length > 0) return { defect, seed, by, words: wordsOf(played) };
    }
    return { defect, seed: undefined, by: [], words: '' };
  } finally {
    close();
    planted.close();
  }
}

/** A process of its own that plays one order after another: sources are loaded once in each. */
function player(setting: Setting): { play(order: SmallOrder): Promise<SmallPlayed>; close(): void } {
  let worker: ChildProcess | undefined;
  const begin = (): ChildProcess => {
    const begun = fork(join(root, 'cli/simulate/worker.ts'), {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [...process.execArgv, '--max-semi-space-size=64'],
    });
    begun.send({ setting }, () => {});
    return begun;
  };
  return {
    play: (order) =>
      new Promise((resolve) => {
        const at = worker ?? begin();
        worker = at;
        let said = '';
        const hear = (bytes: Buffer) => {
          said += bytes;
        };
        const settle = (played: SmallPlayed) => {
          at.off('message', settle);
          at.off('exit', died);
          at.stderr?.off('data', hear);
          resolve(played);
        };
        const died = (code: number | null) => {
          worker = undefined;
          settle({ failed: `the process ended with code ${code}: ${said.slice(-500)}` });
        };
        at.stderr?.on('data', hear);
        at.on('message', settle);
        at.on('exit', died);
        // One that is gone says so by its end.
        at.send({ order }, () => {});
      }),
    close: () => void worker?.kill(),
  };
}

function brokenIn(played: SmallPlayed): string[] {
  if ('failed' in played) return [`the run came to no end`];
  return played.findings.filter(({ violations }) => violations.length > 0).map(({ invariant }) => invariant);
}

function wordsOf(played: SmallPlayed): string {
  if ('failed' in played) return played.failed.split('\n')[0] ?? '';
  return played.findings.flatMap(({ violations }) => violations)[0] ?? '';
}

function lineOf({ defect: { name, what }, seed, by, words }: Looked, most: number): string {
  if (seed === undefined)
    return words === '' ? `NOT FOUND in ${most}  ${name}: ${what}` : `NOT PLANTED  ${name}: ${words}`;
  return `${String(seed).padStart(4)}  ${name.padEnd(28)} ${by.join('; ')}\n      ${words.slice(0, 240)}`;
}

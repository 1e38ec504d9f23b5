import { parseArgs } from 'node:util';
import type { Setting, SmallOrder, SmallPlayed } from '../../cli/simulate/order.ts';
import { settingOf, withTaskRoot } from '../../cli/simulate/setting.ts';
import { pointsOf, swarmOrder } from '../../cli/simulate/swarm.ts';
import type { Defect } from './defect.ts';
import { defects } from './index.ts';
import { digestOfSources, type Kept, keptIn } from './kept.ts';
import { type Looked, lineOf, summaryOf } from './looked.ts';
import { EditDoesNotApply, plantDefect } from './plant.ts';
import { type Player, player } from './player.ts';

const policyFile = 'simulator/scenarios/small/policy.yml';

export const usage = `Usage: npm run bench -- defects [options]

Plants mistakes in a copy of the product, one at a time, and lets the swarm look for each: seed after seed, until an
invariant breaks. The product without any has to hold on every seed that found one.

  --only NAME     these alone: names that hold NAME, several with commas
  --seeds N       how many seeds at the most; default 200
  --jobs N        how many defects at once; default 1
  --minutes N     how long one defect is looked for at the most, in real time; default 15
  --results FILE  write each result there as it comes, and do not play again what stands there and is still true

A result is printed as it comes. Interrupted (^C), it tells what was found until then.
Exit code: 0 if all were found, 1 if not or if a defect has lost its place.`;

/** One run takes a second or two: one that takes so long will never end. Seconds of real time. */
const longestRun = 180;

interface Options {
  readonly chosen: readonly Defect[];
  readonly most: number;
  readonly jobs: number;
  readonly minutes: number;
  readonly results: string | undefined;
}

function optionsOf(args: readonly string[]): Options | undefined {
  const text = { type: 'string' } as const;
  const options = parseArgs({
    args: [...args],
    options: { only: text, seeds: text, jobs: text, minutes: text, results: text },
  }).values;
  const names = (options.only ?? '').split(',');
  const chosen = defects.filter(({ name }) => names.some((one) => name.includes(one)));
  const [most, jobs, minutes] = [options.seeds ?? 200, options.jobs ?? 1, options.minutes ?? 15].map(Number);
  if (most === undefined || jobs === undefined || minutes === undefined) return undefined;
  if (chosen.length === 0 || !(most > 0) || !(jobs > 0) || !(minutes > 0)) return undefined;
  return { chosen, most, jobs, minutes, results: options.results };
}

/** Looks for every defect, and prints what found it and after how many seeds. Answers whether all were found. */
export function benchDefects(say: (line: string) => void, args: readonly string[]): Promise<boolean> {
  const options = optionsOf(args);
  if (options === undefined) {
    say(usage);
    return Promise.resolve(false);
  }
  const { chosen, jobs } = options;
  return withTaskRoot(async (taskRoot) => {
    const setting = await settingOf(policyFile, taskRoot);
    const kept = keptIn(options.results, digestOfSources());
    const plain = player(setting, longestRun);
    let interrupted = false;
    const interrupt = () => {
      interrupted = true;
      say('Interrupted: what is under way is ended.');
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    try {
      const points = await callsOf(plain);
      const order = (seed: number) => swarmOrder(String(seed), points);
      const clean = new Map<number, string>();
      let last: Promise<unknown> = Promise.resolve();
      /** Played once for each seed, one after another. */
      const breaksWithout = (seed: number): Promise<string> => {
        const words = last.then(async () => {
          const known = clean.get(seed) ?? (await withoutDefect(plain, order(seed), kept));
          clean.set(seed, known);
          return known;
        });
        last = words.catch(() => {});
        return words;
      };
      const all: Looked[] = [];
      const left = [...chosen];
      const lane = async () => {
        for (let defect = left.shift(); defect !== undefined && !interrupted; defect = left.shift()) {
          const how = { ...options, setting, kept, order, breaksWithout, goesOn: () => !interrupted };
          // Whatever goes wrong with one, the others are looked for.
          const gaveUp = (error: unknown): Looked => ({ defect, is: 'given up', words: String(error) });
          const looked = await lookFor(defect, how).catch(gaveUp);
          if (looked === undefined) return;
          all.push(looked);
          say(lineOf(looked));
        }
      };
      await Promise.all(Array.from({ length: jobs }, lane));

      const { lines, good } = summaryOf(all, chosen.length, clean);
      say('');
      for (const line of lines) say(line);
      return good && !interrupted;
    } finally {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      plain.close();
    }
  });
}

/** Every fault at every call of the account without a defect. */
async function callsOf(plain: Player) {
  const answer = await plain.play({ what: 'small', seed: '1' });
  if ('gaveUp' in answer) throw new Error(`The account without a defect: ${answer.gaveUp}`);
  const calm = answer.played;
  if ('failed' in calm || calm.sites === undefined || brokenIn(calm).length > 0)
    throw new Error(`The account without a defect: ${wordsOf(calm)}`);
  return pointsOf(calm.sites);
}

/** What breaks in a run without a defect; an empty text if nothing does. */
async function withoutDefect(plain: Player, order: SmallOrder, kept: Kept): Promise<string> {
  const known = kept.get<string>(order);
  if (known !== undefined) return known;
  const answer = await plain.play(order);
  if ('gaveUp' in answer) return answer.gaveUp;
  const words = brokenIn(answer.played).length > 0 ? wordsOf(answer.played) || 'broken' : '';
  kept.put(order, words);
  return words;
}

/** Undefined where somebody interrupted it. */
async function lookFor(
  defect: Defect,
  how: Pick<Options, 'most' | 'minutes'> & {
    readonly setting: Setting;
    readonly kept: Kept;
    readonly order: (seed: number) => SmallOrder;
    /** What breaks on a seed without any defect; an empty text if nothing does. */
    readonly breaksWithout: (seed: number) => Promise<string>;
    readonly goesOn: () => boolean;
  },
): Promise<Looked | undefined> {
  const { most, minutes, kept } = how;
  const known = kept.get<Looked>({ defect });
  if (known?.is === 'found' && known.seed <= most && (await how.breaksWithout(known.seed)) === '') return known;
  if (known?.is === 'not found' && known.seeds >= most) return known;
  let planted: ReturnType<typeof plantDefect>;
  try {
    planted = plantDefect(defect, how.setting);
  } catch (error) {
    if (!(error instanceof EditDoesNotApply)) throw error;
    return { defect, is: 'not planted', words: error.message };
  }
  const { play, close } = player(planted.setting, longestRun);
  const until = performance.now() + minutes * 60_000;
  try {
    for (let seed = 1; seed <= most; seed += 1) {
      const answer = await play(how.order(seed));
      if (!how.goesOn()) return undefined;
      if ('gaveUp' in answer) return { defect, is: 'given up', words: `seed ${seed}: ${answer.gaveUp}` };
      const by = brokenIn(answer.played);
      if (by.length > 0 && (await how.breaksWithout(seed)) === '') {
        const found: Looked = { defect, is: 'found', seed, by, words: wordsOf(answer.played) };
        kept.put({ defect }, found);
        return found;
      }
      if (seed < most && performance.now() > until)
        return { defect, is: 'given up', words: `not found in ${seed} seeds, and its ${minutes} minutes are over` };
    }
    kept.put({ defect }, { defect, is: 'not found', seeds: most });
    return { defect, is: 'not found', seeds: most };
  } finally {
    close();
    planted.close();
  }
}

function brokenIn(played: SmallPlayed): string[] {
  if ('failed' in played) return [`the run came to no end`];
  return played.findings.filter(({ violations }) => violations.length > 0).map(({ invariant }) => invariant);
}

function wordsOf(played: SmallPlayed): string {
  if ('failed' in played) return played.failed.split('\n')[0] ?? '';
  return played.findings.flatMap(({ violations }) => violations)[0] ?? '';
}

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import {
  allFaults,
  type FaultName,
  isFaultName,
  isWeatherName,
  type WeatherName,
  weatherNames,
} from '../../simulator/faults/index.ts';
import { isPlantedName, type PlantedName, planted } from '../../simulator/faults/planted.ts';
import { readSite } from '../../simulator/faults/sites/site.ts';
import { type SiteFault, strikeNames } from '../../simulator/faults/sites/strikes.ts';
import { OptionsRejected } from '../options.ts';
import { modeOf } from './modes.ts';

/** What `npm run simulate` was asked for. */
export interface SimulateOptions {
  /** The seeds, one account each. */
  readonly seeds: readonly string[];
  readonly days: number;
  /** How many resources each begins with; drawn when left out. */
  readonly resources?: number;
  /** The faults that each account is put under, one after another; `undefined` is none. `drawn`: each seed draws its own. */
  readonly faults: readonly (FaultName | undefined)[] | 'drawn';
  /** Which of the incidents that were drawn for a generated account happen, counted from 1; all when left out. */
  readonly incidents?: readonly number[];
  readonly plant: PlantedName | undefined;
  /** How many of the runs that break are played again until they are short. */
  readonly shorten: number;
  readonly jobs: number;
  readonly json: boolean;
  /** Where the trace of a single run is to be written. */
  readonly trace?: string;
  /** Set when single calls are struck in the small account, instead of generated ones. */
  readonly sites: SitesOptions | undefined;
}

/** Which calls are struck. */
export type SitesOptions =
  | { readonly mode: 'exhaustive'; readonly every: number; readonly calls: 'first' | 'all'; readonly only?: string }
  | { readonly mode: 'pairs'; readonly count: number }
  | { readonly mode: 'all pairs'; readonly every: number }
  | { readonly mode: 'swarm' }
  | {
      readonly mode: 'replay';
      readonly faults: readonly SiteFault[];
      readonly weather: readonly WeatherName[];
    };

export const usage = `Usage: npm run simulate -- [options]

Draws accounts and their troubles from seeds, lets Lifeboat watch over them on synthetic data, and holds every page and
every silence against the truth.

  --seeds N      how many accounts; default 20
  --from N       the first seed; default 1. The account of a seed is always the same
  --months N     how many months of 28 days each lasts; default 1
  --days N       how many days instead
  --resources N  how many resources each begins with; drawn from 3 to 12 when left out
  --fault NAME   put them under a fault: ${Object.keys(allFaults).join(', ')},
                 or all: each account under each of them; or drawn: each seed draws one of them, or none
  --incidents L  of one account: these of its incidents alone, such as 3,7, or none. A failure that was made short prints them
  --plant NAME   plant a defect that the checkers have to find: ${Object.keys(planted).join(', ')}
  --exhaustive   instead: each fault at the first call of each operation by each function and machine, one at a time,
                 in a small account in which everything happens once
  --calls all    with --exhaustive: also at a call in the middle, and at the last
  --every N      with --exhaustive or --pairs all: each Nth of these runs alone
  --only TEXT    with --exhaustive: sites whose words hold TEXT alone
  --pairs N      instead: N pairs of such faults, at any of their calls, drawn from --from; or all: every two of those of
                 --exhaustive, over a million
  --swarm        instead: for each seed such faults at up to three calls, and up to five of those of --weather
  --at "SITE=FAULT"  instead: this fault at this site; repeatable. A failure prints it
                 faults: ${strikeNames.join(', ')}
  --weather NAME     with --at, or instead: one of those of --fault, or of what else goes on for a while; repeatable.
                 These play the seed of --from, and as many more as --seeds says
                 ${weatherNames.filter((name) => !isFaultName(name)).join(', ')}
  --shorten N    play the first N broken generated accounts, or runs of --pairs or --swarm, again with ever less that goes
                 wrong, and print the least that still breaks the same; default 3. Not with --json of generated accounts
  --calm         instead: the small account without any fault, as --at and --weather play it
  --trace FILE   of one account, or of one run of --at, --weather or --calm: write what happened, a JSON line each
  --jobs N       how many at once; default one for each core
  --json         print the findings as JSON
  --help         this text

An option that what is played would not heed is refused.

Exit code: 0 if no invariant broke, and every fault that was asked for struck: in each account of --fault, at each call of
--exhaustive, and in one run at least of --at and --weather. What --pairs, --swarm and drawn choose by chance may find
nothing to strike; it is counted. 1 if not; 2 for wrong options.`;

/** Reads the command line; undefined when help was asked for. */
export function readOptions(args: readonly string[]): SimulateOptions | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const sites = sitesOf(values);
  const first = whole('--from', values.from, 1, 1_000_000_000) ?? 1;
  const count = whole('--seeds', values.seeds, 1, 100_000) ?? (sites?.mode === 'replay' ? 1 : 20);
  const months = whole('--months', values.months, 1, 24);
  const days = whole('--days', values.days, 2, 366);
  if (months !== undefined && days !== undefined) throw new OptionsRejected('--months and --days: write one of them.');
  const resources = whole('--resources', values.resources, 1, 1_000);
  const { fault, plant, trace, json = false } = values;
  if (plant !== undefined && !isPlantedName(plant)) {
    throw new OptionsRejected(`--plant ${plant}: write one of ${Object.keys(planted).join(', ')}.`);
  }
  const isOne = count === 1 && (sites === undefined ? fault !== 'all' : sites.mode === 'replay');
  if (trace !== undefined && !isOne) throw new OptionsRejected('--trace: a trace is of one run, such as --seeds 1.');
  const incidents = incidentsOf(values.incidents);
  if (incidents !== undefined && count !== 1)
    throw new OptionsRejected('--incidents: each account has its own. Write --seeds 1 too.');
  const shorten = whole('--shorten', values.shorten, 0, 100);
  const printsEach = json && sites === undefined;
  if (printsEach && shorten !== undefined)
    throw new OptionsRejected('--shorten: it does not go with --json of generated accounts. Leave one of them out.');
  return {
    seeds: Array.from({ length: count }, (_, index) => String(first + index)),
    days: days ?? 28 * (months ?? 1),
    ...(resources !== undefined && { resources }),
    faults: faultsOf(fault),
    ...(incidents !== undefined && { incidents }),
    plant,
    shorten: shorten ?? (printsEach ? 0 : 3),
    jobs: whole('--jobs', values.jobs, 1, 256) ?? availableParallelism(),
    json,
    ...(trace !== undefined && { trace }),
    sites,
  };
}

function sitesOf(values: ReturnType<typeof parsed>): SitesOptions | undefined {
  const { pairs, at = [], weather = [], calls = 'first', only } = values;
  const every = whole('--every', values.every, 1, 100_000) ?? 1;
  switch (modeOf(values)) {
    case 'generated accounts':
      return undefined;
    case '--at and --weather':
    case '--calm':
      return { mode: 'replay', faults: at.map(siteFaultOf), weather: weather.map(weatherOf) };
    case '--swarm':
      return { mode: 'swarm' };
    case '--pairs all':
      return { mode: 'all pairs', every };
    case '--pairs N':
      return { mode: 'pairs', count: whole('--pairs', pairs, 1, 10_000_000) ?? 1 };
    case '--exhaustive':
      if (calls !== 'first' && calls !== 'all') throw new OptionsRejected(`--calls ${calls}: write first or all.`);
      return { mode: 'exhaustive', every, calls, ...(only !== undefined && { only }) };
  }
}

function siteFaultOf(text: string): SiteFault {
  const [words = '', strike = ''] = text.split('=');
  const site = readSite(words);
  const name = strikeNames.find((one) => one === strike);
  if (site !== undefined && name !== undefined) return { site, strike: name };
  throw new OptionsRejected(
    `--at ${text}: write a site and a fault as a failure prints them, such as "eu-west-1 lifeboat-watch DynamoDB.Query 0=throttled".`,
  );
}

function weatherOf(name: string): WeatherName {
  if (isWeatherName(name)) return name;
  throw new OptionsRejected(`--weather ${name}: write one of ${weatherNames.join(', ')}.`);
}

function faultsOf(fault: string | undefined): SimulateOptions['faults'] {
  if (fault === undefined) return [undefined];
  if (fault === 'drawn') return 'drawn';
  if (fault === 'all') return Object.keys(allFaults).filter(isFaultName);
  if (isFaultName(fault)) return [fault];
  throw new OptionsRejected(`--fault ${fault}: write all, drawn, or one of ${Object.keys(allFaults).join(', ')}.`);
}

function incidentsOf(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  if (text === 'none') return [];
  const numbers = text.split(',').map(Number);
  if (numbers.every((number) => Number.isInteger(number) && number >= 1)) return [...new Set(numbers)];
  throw new OptionsRejected(`--incidents ${text}: write none, or numbers such as 3,7.`);
}

function whole(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new OptionsRejected(`${option} ${text}: write a whole number from ${least} to ${most}.`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        months: { type: 'string' },
        days: { type: 'string' },
        resources: { type: 'string' },
        fault: { type: 'string' },
        incidents: { type: 'string' },
        plant: { type: 'string' },
        shorten: { type: 'string' },
        jobs: { type: 'string' },
        exhaustive: { type: 'boolean' },
        calls: { type: 'string' },
        every: { type: 'string' },
        only: { type: 'string' },
        pairs: { type: 'string' },
        swarm: { type: 'boolean' },
        at: { type: 'string', multiple: true },
        weather: { type: 'string', multiple: true },
        calm: { type: 'boolean' },
        trace: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new OptionsRejected(`${(error as Error).message.split(/\.\s|\.$/)[0]}. See npm run simulate -- --help.`);
  }
}

import type { FaultName, WeatherName } from '../../simulator/faults/index.ts';
import type { PlantedName } from '../../simulator/faults/planted.ts';
import type { SiteFault } from '../../simulator/faults/sites/strikes.ts';
import type { Month, MonthOptions } from '../../simulator/scenarios/generated/month.ts';
import type { Small } from '../../simulator/scenarios/small/small.ts';

/** What is the same for every account. */
export type Setting = Pick<MonthOptions, 'policy' | 'stacks' | 'taskRoot' | 'sourceRoot'>;

/** One account to play. */
export interface Order {
  readonly what: 'account';
  readonly seed: string;
  readonly days: number;
  /** How many resources it begins with; drawn when left out. */
  readonly resources?: number;
  readonly fault?: FaultName | undefined;
  /** Which of the incidents that were drawn happen, counted from 1; all when left out. */
  readonly incidents?: readonly number[];
  readonly plant?: PlantedName | undefined;
  /** Whether a digest of the whole trace is asked for: it takes as long as the rest. */
  readonly digest: boolean;
  /** Where the trace of the run is to be written. */
  readonly trace?: string;
}

/** What became of a generated account; `failed` when the run itself came to no end. */
export type Played = (Month & { readonly trace?: string }) | { readonly seed: string; readonly failed: string };

/** The small account to play, under faults at their sites, or without any to find the sites. */
export interface SmallOrder {
  readonly what: 'small';
  readonly seed: string;
  readonly faults?: readonly SiteFault[];
  readonly weather?: readonly WeatherName[];
  /** A defect that the checkers have to find. */
  readonly plant?: PlantedName;
  /** Where the trace of the run is to be written. */
  readonly trace?: string;
}

/** What became of a small account; `failed` when the run itself came to no end. */
export type SmallPlayed = Small | { readonly failed: string };

import type { FaultName } from '../../simulator/faults/index.ts';
import type { PlantedName } from '../../simulator/faults/planted.ts';
import type { Month, MonthOptions } from '../../simulator/scenarios/generated/month.ts';

/** What is the same for every account. */
export type Setting = Pick<MonthOptions, 'policy' | 'stacks' | 'taskRoot' | 'sourceRoot'>;

/** One account to play. */
export interface Order {
  readonly seed: string;
  readonly days: number;
  readonly fault?: FaultName | undefined;
  readonly plant?: PlantedName | undefined;
  /** Whether a digest of the whole trace is asked for: it takes as long as the rest. */
  readonly digest: boolean;
}

export type Played = Month & { readonly trace?: string };

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one unit costs, and where that was read. */
export interface Price {
  readonly usd: number;
  readonly unit: string;
  readonly source: string;
  /** Units of each month that cost nothing. */
  readonly freePerMonth?: number;
}

export type PriceName =
  | 'alarm'
  | 'auroraBackup'
  | 'auroraStorage'
  | 'auroraTransfer'
  | 'dashboard'
  | 'dynamodbRead'
  | 'dynamodbWrite'
  | 'efsBackupCold'
  | 'efsBackupWarm'
  | 'efsRestoreWarm'
  | 'efsStandard'
  | 'efsTransfer'
  | 'key'
  | 'lambdaArm'
  | 'lambdaRequest'
  | 'message'
  | 'metric'
  | 'metricRequest'
  | 'rdsBackup'
  | 'rdsStorage'
  | 'rdsTransfer'
  | 's3Get'
  | 's3Put'
  | 'schedule'
  | 'stateTransition';

type Hour = { readonly usd: number; readonly source: string };

/** The price table: one Region's prices in US dollars, as of one month. Other Regions cost up to a third more. */
export interface Prices {
  readonly asOf: string;
  readonly region: string;
  readonly currency: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly prices: Readonly<Record<PriceName, Price>>;
  readonly instanceHours: {
    readonly rds: Readonly<Record<string, Hour>>;
    readonly aurora: Readonly<Record<string, Hour>>;
    readonly otherwise: { readonly rds: string; readonly aurora: string };
  };
}

export function readPrices(): Prices {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8')) as Prices;
}

/** How many times `large` each size is: AWS doubles the price with the size. */
const sizes: Readonly<Record<string, number>> = { micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1, xlarge: 2 };

/** What an hour of an instance class costs. A family that the table does not have counts as the usual one of its kind. */
export function hourOf(prices: Prices, kind: 'rds' | 'aurora', instanceClass: string): { usd: number; known: boolean } {
  const [, family = '', size = ''] = instanceClass.split('.');
  const table = prices.instanceHours[kind];
  const found = table[family];
  const usual = table[prices.instanceHours.otherwise[kind]];
  const [, times] = /^(\d+)xlarge$/.exec(size) ?? [];
  const factor = times === undefined ? sizes[size] : Number(times) * 2;
  return {
    usd: (found ?? usual ?? { usd: 0 }).usd * (factor ?? 1),
    known: found !== undefined && factor !== undefined,
  };
}

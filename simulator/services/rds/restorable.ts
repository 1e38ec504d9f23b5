import { timing } from '../timing.ts';
import type { DbInstance } from './state.ts';

const day = 24 * 3_600_000;

/**
 * The window of point-in-time recovery: transaction logs are kept every five minutes, so its end lags by up to that.
 * Undefined while the instance has no automated backup.
 */
export function restorableWindow(instance: DbInstance, now: number): { earliest: number; latest: number } | undefined {
  const { restorableFrom, backupRetentionDays } = instance;
  if (restorableFrom === undefined || backupRetentionDays === 0) return undefined;
  const latest = restorableFrom + Math.floor((now - restorableFrom) / timing.rds.logs) * timing.rds.logs;
  return { earliest: Math.max(restorableFrom, latest - backupRetentionDays * day), latest };
}

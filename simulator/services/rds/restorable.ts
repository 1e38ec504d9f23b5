import { timing } from '../timing.ts';
import type { DbCluster, DbInstance } from './state.ts';

const day = 24 * 3_600_000;

/**
 * The window of an Aurora cluster: Aurora backs up without a pause, and its newest instant is at most five minutes old
 * (documented). Undefined while the cluster is being made.
 */
export function clusterWindow(cluster: DbCluster, at: number): { earliest: number; latest: number } | undefined {
  const { createdAt, backupRetentionDays, windowStuckAt } = cluster;
  if (createdAt === undefined) return undefined;
  const now = Math.min(at, windowStuckAt ?? at);
  const latest = createdAt + Math.floor((now - createdAt) / timing.rds.logs) * timing.rds.logs;
  return { earliest: Math.max(createdAt, latest - backupRetentionDays * day), latest };
}

/**
 * The window of point-in-time recovery: transaction logs are kept every five minutes, so its end lags by up to that.
 * Undefined while the instance has no automated backup.
 */
export function restorableWindow(instance: DbInstance, at: number): { earliest: number; latest: number } | undefined {
  const { restorableFrom, backupRetentionDays, deletedAt, windowStuckAt } = instance;
  const now = Math.min(at, deletedAt ?? at, windowStuckAt ?? at);
  if (restorableFrom === undefined || backupRetentionDays === 0 || now < restorableFrom) return undefined;
  const latest = restorableFrom + Math.floor((now - restorableFrom) / timing.rds.logs) * timing.rds.logs;
  return { earliest: Math.max(restorableFrom, latest - backupRetentionDays * day), latest };
}

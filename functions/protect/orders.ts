import * as z from 'zod/mini';
import { count, text } from '../platform/door.ts';

// What `begin` orders and the steps after it carry out. The execution hands it on, and each step checks it at its door.

/** AWS Backup takes no fewer and no more. */
const days = z.int().check(z.gte(1), z.lte(36_500));

/** How long a recovery point is kept, as AWS Backup's jobs take it. */
const lifecycle = z.object({
  DeleteAfterDays: z.optional(days),
  MoveToColdStorageAfterDays: z.optional(days),
});

/** What AWS Backup is told for one backup. Minutes and days as its API takes them. */
export const backupOrder = z.object({
  startWindowMinutes: count,
  completeWindowMinutes: count,
  lifecycle,
});

/** What AWS Backup is told for one copy. `to` is the destination as people name it, e.g. `eu-west-1`. */
export const copyOrder = z.object({
  to: text,
  vaultArn: z
    .string()
    .check(
      z.regex(
        /^arn:[\w-]{1,20}:backup:[\w-]{1,30}:\d{12}:backup-vault:[\w-]{2,50}$/,
        'must be the ARN of a backup vault',
      ),
    ),
  lifecycle,
});

export type Lifecycle = Readonly<z.infer<typeof lifecycle>>;
export type BackupOrder = Readonly<z.infer<typeof backupOrder>>;
export type CopyOrder = Readonly<z.infer<typeof copyOrder>>;

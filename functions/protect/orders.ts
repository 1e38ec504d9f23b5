import * as z from 'zod/mini';

// What `begin` orders and the steps after it carry out. The execution hands it on, and each step checks it at its door.

/** How long a recovery point is kept, as AWS Backup's jobs take it. */
const lifecycle = z.object({
  DeleteAfterDays: z.optional(z.number()),
  MoveToColdStorageAfterDays: z.optional(z.number()),
});

/** What AWS Backup is told for one backup. Minutes and days as its API takes them. */
export const backupOrder = z.object({
  startWindowMinutes: z.number(),
  completeWindowMinutes: z.number(),
  lifecycle,
});

/** What AWS Backup is told for one copy. `to` is the destination as people name it, e.g. `eu-west-1`. */
export const copyOrder = z.object({ to: z.string(), vaultArn: z.string(), lifecycle });

export type Lifecycle = Readonly<z.infer<typeof lifecycle>>;
export type BackupOrder = Readonly<z.infer<typeof backupOrder>>;
export type CopyOrder = Readonly<z.infer<typeof copyOrder>>;

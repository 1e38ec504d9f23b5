import * as z from 'zod/mini';

// What the states of a drill hand to one another. It is small, holds no secret, and is checked at each door.

/** What is drilled, decided once. Instants are ISO 8601. */
export const plan = z.object({
  drill: z.string().check(z.regex(/^[0-9a-f]{20}$/, 'is not the id of a drill')),
  resource: z.string(),
  kind: z.enum(['efs', 'rds', 'aurora']),
  tier: z.string(),
  /** The value of the resource's tag `lifeboat:checks`. */
  checks: z.nullable(z.string()),
  recoveryPoint: z.string(),
  vault: z.string(),
  instant: z.string(),
  chosenAt: z.string(),
  goneBy: z.string(),
  /** What the policy says of restoring a database; null is the source's class and the engine's own groups. */
  settings: z.optional(
    z.object({
      instanceClass: z.nullable(z.string()),
      parameterGroup: z.nullable(z.string()),
      optionGroup: z.nullable(z.string()),
    }),
  ),
});
export type Plan = z.infer<typeof plan>;

/** How the restore ended, as the callback tells it. */
export const restored = z.looseObject({
  job: z.string(),
  startedAt: z.string(),
  completedAt: z.string(),
  createdResource: z.optional(z.string()),
});
export type Restored = z.infer<typeof restored>;

/** How to ask what was restored. The password is derived where it is used. */
export const reached = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('connection'),
    host: z.string(),
    port: z.number(),
    user: z.string(),
    /** The one it was created with. The policy may name another. */
    database: z.string(),
    engine: z.string(),
    engineVersion: z.string(),
    instanceClass: z.string(),
    reachedAt: z.string(),
  }),
  z.object({
    by: z.literal('mount'),
    version: z.string().check(z.regex(/^[1-9]\d*$/, 'is not a published version')),
    reachedAt: z.string(),
  }),
]);
export type Reached = z.infer<typeof reached>;

/** Where the answers lie, and when they came. */
export const answered = z.object({
  measures: z.string(),
  /** When the resource could be used and its questions were answered: the end of the recovery time. */
  answeredAt: z.string(),
  endedAt: z.string(),
});
export type Answered = z.infer<typeof answered>;

/** Which run of the drill is asking. */
export const run = { execution: z.string(), redriveCount: z.number() };

/** What a state caught: the names that the States Language gives them. */
export const caught = z.object({ Error: z.nullable(z.string()), Cause: z.nullable(z.string()) });
export type Caught = z.infer<typeof caught>;

import * as z from 'zod/mini';
import { count, instant, text } from '../platform/door.ts';

export { run } from '../platform/door.ts';

// What the states of a drill hand to one another. It is small, holds no secret, and is checked at each door.

/** What is drilled, decided once. Instants are ISO 8601. */
export const plan = z.object({
  drill: z.string().check(z.regex(/^[0-9a-f]{20}$/, 'is not the id of a drill')),
  resource: text,
  kind: z.enum(['efs', 'rds', 'aurora']),
  tier: text,
  /** The value of the resource's tag `lifeboat:checks`. */
  checks: z.nullable(text),
  recoveryPoint: text,
  vault: text,
  instant,
  chosenAt: instant,
  goneBy: instant,
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
  job: text,
  startedAt: instant,
  completedAt: instant,
  createdResource: z.optional(text),
});
export type Restored = z.infer<typeof restored>;

/** How to ask what was restored. The password is derived where it is used. */
export const reached = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('connection'),
    host: text,
    port: count,
    user: text,
    /** The one it was created with. The policy may name another. */
    database: text,
    engine: text,
    engineVersion: text,
    instanceClass: text,
    reachedAt: instant,
  }),
  z.object({
    by: z.literal('mount'),
    version: z.string().check(z.regex(/^[1-9]\d*$/, 'is not a published version')),
    reachedAt: instant,
  }),
]);
export type Reached = z.infer<typeof reached>;

/** Where the answers lie, and when they came. */
export const answered = z.object({
  measures: text,
  /** When the resource could be used and its questions were answered: the end of the recovery time. */
  answeredAt: instant,
  endedAt: instant,
});
export type Answered = z.infer<typeof answered>;

/** What a state caught: the names that the States Language gives them. */
export const caught = z.object({ Error: z.nullable(z.string()), Cause: z.nullable(z.string()) });
export type Caught = z.infer<typeof caught>;

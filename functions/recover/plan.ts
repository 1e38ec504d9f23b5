import * as z from 'zod/mini';
import { count, instant, text } from '../platform/door.ts';
import type { Plan } from '../restore/plan.ts';

// What the states of a recovery hand to one another. It is small, holds no secret, and is checked at each door.

const id = (kind: 'sg' | 'subnet') =>
  z.string().check(z.regex(new RegExp(`^${kind}-[0-9a-z]{1,40}$`), `must be an id like ${kind}-0a1b2c3d`));

const proof = z.object({ recoveryPoint: text, instant, provenAt: instant, region: text });

const source = z.discriminatedUnion('is', [
  z.object({ is: z.literal('instance'), id: text }),
  z.object({ is: z.literal('cluster'), id: text, engine: text }),
  z.object({ is: z.literal('automated backups'), arn: text }),
]);

const way = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('point'),
    instant,
    recoveryPoint: text,
    vault: text,
    proven: z.nullable(proof),
    because: z.string(),
  }),
  z.object({
    by: z.literal('window'),
    instant,
    from: source,
    proven: z.nullable(proof),
    because: z.string(),
  }),
]);

/** What is recovered, decided once, before anything is created. Instants are ISO 8601. */
export const recovery = z.object({
  is: z.literal('a recovery'),
  /** Names the scratch of the check, and what the password is derived from. */
  id: z.string().check(z.regex(/^[0-9a-f]{20}$/, 'is not the id of a recovery')),
  /** The value of the tag `lifeboat:recovered`. */
  execution: text,
  redriveCount: count,
  startedAt: instant,
  goneBy: instant,
  resource: text,
  kind: z.enum(['efs', 'rds', 'aurora']),
  tier: text,
  checks: z.nullable(text),
  region: text,
  name: text,
  way,
  network: z.object({
    subnetGroup: z.nullable(text),
    securityGroups: z.array(id('sg')),
    subnets: z.array(id('subnet')),
    because: z.string(),
  }),
  paths: z.nullable(z.array(z.string())),
  settings: z.object({
    instanceClass: z.nullable(z.string()),
    parameterGroup: z.nullable(z.string()),
    optionGroup: z.nullable(z.string()),
  }),
  alternatives: z.array(
    z.object({
      what: z.string(),
      dataInstant: z.nullable(z.string()),
      proven: z.boolean(),
      input: z.record(z.string(), z.string()),
      because: z.string(),
    }),
  ),
});
export type Recovery = z.infer<typeof recovery>;

/** When the restoring began, and what it was asked of. */
export const restoring = z.looseObject({ job: text, startedAt: instant });
export type Restoring = z.infer<typeof restoring>;

/** What the probe and the judge came to; null where it did not get so far. */
export const judged = z.nullable(
  z.object({ verdict: z.string(), because: z.array(z.string()), checks: z.array(z.unknown()), contents: z.unknown() }),
);

/** The shape in which the rooms that a recovery shares with drills know what they work for. */
export function asPlan(chosen: Recovery): Plan {
  const { id: drill, resource, kind, tier, checks, way, startedAt, goneBy, settings } = chosen;
  const at = way.by === 'point' ? way : { recoveryPoint: '', vault: '' };
  return {
    drill,
    resource,
    kind,
    tier,
    checks,
    recoveryPoint: at.recoveryPoint,
    vault: at.vault,
    instant: way.instant,
    chosenAt: startedAt,
    goneBy,
    settings,
  };
}

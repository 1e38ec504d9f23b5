import { z } from 'zod';
import type { Reading } from './duration.ts';
import {
  daysOf,
  durationOf,
  filledList,
  list,
  mapping,
  maybe,
  oneOf,
  optional,
  quoted,
  readBoolean,
  readText,
  required,
} from './fields.ts';
import { type Kind, kinds } from './kind.ts';
import { parsePlace, parseRegion } from './place.ts';
import type { Drill, Objective, Objectives, Policy, Tier } from './policy.ts';
import { parseReceiver } from './receiver.ts';

// Only used where a policy.yml is read: when packaging and in the CLI. Lambdas import policy.json through policy.ts.

const escalateAfterSeconds = 30 * 60;
const hour = 3_600;

/** What stands at the top of the file. Tiers and checks are read one by one, so that one mistake hides no other. */
export const fileSchema = mapping(
  {
    home: required(parseRegion, 'eu-central-1'),
    alerts: mapping(
      {
        page: filledList(required(parseReceiver, 'oncall@example.com'), '[ oncall@example.com ]'),
        notices: maybe(list(required(parseReceiver, 'team@example.com'), '[ team@example.com ]')),
        escalate_after: optional(durationOf({ least: 60, why: 'the watch looks once a minute' }), '30 minutes'),
      },
      'alerts: { page: [ oncall@example.com ] }',
    ).transform((written): Policy['alerts'] => ({
      page: written.page,
      notices: written.notices ?? [],
      escalateAfterSeconds: written.escalate_after ?? escalateAfterSeconds,
    })),
    tiers: z.optional(z.unknown()),
    checks: z.optional(z.unknown()),
  },
  'home, alerts, tiers and checks',
);

/** A backup cannot be promised more often than a job starts, and nothing that follows from it can either. */
const hourly = { least: hour, why: 'AWS Backup may take an hour to start a job' };

const objectivesSchema = mapping(
  {
    rpo: optional(durationOf(hourly), '9 hours'),
    copy_rpo: optional(durationOf(hourly), '12 hours'),
    pitr_rpo: optional(durationOf({ least: 10 * 60, why: 'RDS sends its logs every 5 minutes' }), '15 minutes'),
    proof: optional(durationOf(hourly), '48 hours'),
    rto: optional(durationOf({ least: 60, why: 'no restore takes less' }), '4 hours'),
  },
  '{ rpo: 9 hours, proof: 48 hours }',
).transform((written): Objectives => {
  const named = Object.entries(written).filter((entry): entry is [Objective, number] => entry[1] !== null);
  return Object.fromEntries(named);
});

/** The longest lifecycle of AWS Backup is a hundred years, which the reader of durations holds already. */
const keep = daysOf(1, 'AWS Backup keeps for a day at least');

const coldAfter = daysOf(8, 'points that go to cold storage sooner make the next backup a full one');

export const tierSchema = mapping(
  {
    kinds: maybe(filledList(required(readKind, 'efs'), '[ efs ]')),
    may_be_empty: optional(readBoolean, 'true'),
    backup: maybe(
      mapping(
        {
          every: required(durationOf({ ...hourly, wholeMinutes: true }), '6 hours'),
          keep: required(keep, '14 days'),
          cold_after: optional(coldAfter, '30 days'),
        },
        '{ every: 6 hours, keep: 14 days }',
      ).transform((written) => ({
        everySeconds: written.every,
        keepDays: written.keep,
        coldAfterDays: written.cold_after,
      })),
    ),
    copies: maybe(
      list(
        mapping(
          {
            to: required(parsePlace, 'eu-west-1'),
            keep: optional(keep, '35 days'),
            cold_after: optional(coldAfter, '30 days'),
          },
          '{ to: eu-west-1, keep: 35 days }',
        ).transform((written) => ({ to: written.to, keepDays: written.keep, coldAfterDays: written.cold_after })),
        '[ { to: eu-west-1, keep: 35 days } ]',
      ),
    ),
    drill: maybe(
      mapping(
        {
          every: required(durationOf({ least: hour, why: 'a restore needs its time', wholeMinutes: true }), '1 day'),
          from: required(readDrillPlace, 'home, or the place of a copy'),
        },
        '{ every: 1 day, from: eu-west-1 }',
      ).transform((written): Drill => ({ everySeconds: written.every, from: written.from })),
    ),
    objectives: objectivesSchema,
  },
  '{ backup: …, drill: …, objectives: … }',
).transform(
  (written): Tier => ({
    kinds: kinds.filter((kind) => written.kinds?.includes(kind) ?? true),
    mayBeEmpty: written.may_be_empty ?? false,
    backup: written.backup,
    copies: written.copies ?? [],
    drill: written.drill,
    objectives: written.objectives,
  }),
);

function readKind(written: unknown): Reading<Kind> {
  return oneOf(...kinds)(written);
}

function readDrillPlace(written: unknown): Reading<Drill['from']> {
  return written === 'home' ? { ok: true, value: 'home' } : parsePlace(written);
}

/** The names of tiers and checks are values of tags, and tiers are parts of the names of schedules. */
export function readName(written: unknown): Reading<string> {
  const text = readText(written);
  if (!text.ok || /^[a-z][a-z0-9-]{0,29}$/.test(text.value)) return text;
  return {
    ok: false,
    problem: `${quoted(written)} cannot be a name`,
    mend: 'use at most 30 small letters, digits and hyphens, a letter first',
  };
}

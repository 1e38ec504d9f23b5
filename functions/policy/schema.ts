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
import type { Copy, Drill, Objective, Objectives, Policy, RecoveryNetwork, Tier } from './policy.ts';
import { parseAlarmReceiver, parseChatChannel, parseReceiver } from './receiver.ts';

// Only used where a policy.yml is read: when packaging and in the CLI. Lambdas import policy.json through policy.ts.

const escalateAfterSeconds = 30 * 60;
const anIntegration = 'https://events.pagerduty.com/integration/KEY/enqueue';
const aChannel = 'slack:T0123ABCD/C0123ABCD';
const hour = 3_600;

/** What stands at the top of the file. Tiers and checks are read one by one, so that one mistake hides no other. */
export const fileSchema = mapping(
  {
    home: required(parseRegion, 'eu-central-1'),
    alerts: mapping(
      {
        page: filledList(required(parseReceiver, 'oncall@example.com'), '[ oncall@example.com ]'),
        notices: maybe(filledList(required(parseReceiver, 'team@example.com'), '[ team@example.com ]')),
        pagerduty: maybe(filledList(required(parseAlarmReceiver, anIntegration), `[ ${anIntegration} ]`)),
        chat: maybe(filledList(required(parseChatChannel, aChannel), `[ ${aChannel} ]`)),
        escalate_after: optional(durationOf({ least: 60, why: 'the watch looks once a minute' }), '30 minutes'),
        all_well: optional(oneOf('daily'), 'daily'),
      },
      'alerts: { page: [ oncall@example.com ] }',
    ).transform((written): Policy['alerts'] => ({
      page: written.page,
      // A notice that nobody hears would be a silence.
      notices: written.notices ?? written.page,
      ...(written.pagerduty !== null && { pagerduty: written.pagerduty }),
      ...(written.chat !== null && { chat: written.chat }),
      escalateAfterSeconds: written.escalate_after ?? escalateAfterSeconds,
      ...(written.all_well !== null && { allWell: written.all_well }),
    })),
    tiers: z.optional(z.unknown()),
    checks: z.optional(z.unknown()),
    recovery: z.optional(z.unknown()),
    lock: optional(oneOf('governance', 'compliance'), 'compliance'),
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
    replica_rpo: optional(
      durationOf({ least: 10 * 60, why: 'a replica of a quiet database says nothing for 5 minutes' }),
      '30 minutes',
    ),
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
            point_in_time: optional(readBoolean, 'true'),
            replica: optional(readBoolean, 'true'),
          },
          '{ to: eu-west-1, keep: 35 days }',
        ).transform(
          (written): Copy => ({
            to: written.to,
            keepDays: written.keep,
            coldAfterDays: written.cold_after,
            ...(written.point_in_time === true && { pointInTime: true as const }),
            ...(written.replica === true && { replica: true as const }),
          }),
        ),
        '[ { to: eu-west-1, keep: 35 days } ]',
      ),
    ),
    drill: maybe(
      mapping(
        {
          every: required(durationOf({ least: hour, why: 'a restore needs its time', wholeMinutes: true }), '1 day'),
          from: required(readDrillPlace, 'home, or the place of a copy'),
          instance_class: optional(readInstanceClass, 'db.t4g.medium'),
          parameter_group: optional(readGroup, 'lifeboat-drill-postgres17'),
          option_group: optional(readGroup, 'lifeboat-drill-mysql84'),
        },
        '{ every: 1 day, from: eu-west-1 }',
      ).transform((written): Drill => {
        const { instance_class: instanceClass, parameter_group: parameterGroup, option_group: optionGroup } = written;
        const restore = { instanceClass, parameterGroup, optionGroup };
        const isSaid = Object.values(restore).some((value) => value !== null);
        return { everySeconds: written.every, from: written.from, ...(isSaid && { restore }) };
      }),
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

/** The network in one Region that `recover` puts databases and file systems into. */
export const recoverySchema = mapping(
  {
    subnet_group: optional(readSubnetGroup, 'apps'),
    security_groups: filledList(required(readId('sg'), 'sg-0a1b2c3d'), '[ sg-0a1b2c3d ]'),
    subnets: maybe(filledList(required(readId('subnet'), 'subnet-0a1b2c3d'), '[ subnet-0a1b2c3d ]')),
  },
  '{ subnet_group: apps, security_groups: [ sg-0a1b2c3d ] }',
).transform(
  (written): RecoveryNetwork => ({
    subnetGroup: written.subnet_group,
    securityGroups: written.security_groups,
    subnets: written.subnets ?? [],
  }),
);

function readSubnetGroup(written: unknown): Reading<string> {
  const text = readText(written);
  if (!text.ok || /^[a-zA-Z][a-zA-Z0-9 ._-]{0,254}$/.test(text.value)) return text;
  return {
    ok: false,
    problem: `${quoted(written)} cannot be the name of a DB subnet group`,
    mend: 'write the name of one that exists in that Region',
  };
}

function readId(prefix: 'sg' | 'subnet') {
  return (written: unknown): Reading<string> => {
    const text = readText(written);
    if (!text.ok || new RegExp(`^${prefix}-[0-9a-z-]+$`).test(text.value)) return text;
    return {
      ok: false,
      problem: `${quoted(written)} is no id of a ${prefix === 'sg' ? 'security group' : 'subnet'}`,
      mend: `write one such as ${prefix}-0a1b2c3d`,
    };
  };
}

function readKind(written: unknown): Reading<Kind> {
  return oneOf(...kinds)(written);
}

function readDrillPlace(written: unknown): Reading<Drill['from']> {
  return written === 'home' ? { ok: true, value: 'home' } : parsePlace(written);
}

/** A class as RDS writes it. A serverless one needs bounds on its capacity, which a drill does not set. */
function readInstanceClass(written: unknown): Reading<string> {
  const text = readText(written);
  if (!text.ok || /^db\.[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(text.value)) return text;
  return {
    ok: false,
    problem: `${quoted(written)} is no instance class that a drill can restore into`,
    mend: 'write one such as db.t4g.medium, or leave it out for that of the source',
  };
}

/** The name of a parameter or option group; `default.postgres17` and `default:mysql-8-4` are names too. */
function readGroup(written: unknown): Reading<string> {
  const text = readText(written);
  if (!text.ok || /^[a-zA-Z](?!.*--)[a-zA-Z0-9.:-]{0,254}$/.test(text.value)) return text;
  return {
    ok: false,
    problem: `${quoted(written)} cannot be the name of a group`,
    mend: 'write the name of one that exists where drills run, such as lifeboat-drill-postgres17',
  };
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

import { z } from 'zod';
import { parseDuration } from '../../functions/policy/duration.ts';
import { mapping, maybe, oneOf, optional, readText, required, say } from '../../functions/policy/fields.ts';
import { type Moment, parseMoment } from './moment.ts';

/** What a runbook is for: something that fails, is lost, or is done on purpose. `in` is a Region; null is home. */
export type Failure =
  | {
      readonly do: 'fail instance';
      readonly at: Moment;
      readonly of: string;
      /** Whether RDS replaces the host of an instance without a standby never. */
      readonly forGood: boolean;
    }
  | {
      readonly do: 'fail zone';
      readonly at: Moment;
      /** Its letter or its whole name. */
      readonly zone: string;
      readonly in: string | null;
      readonly forSeconds: number | null;
    }
  | { readonly do: 'fail region'; readonly at: Moment; readonly in: string | null; readonly forSeconds: number | null }
  | {
      readonly do: 'corrupt data';
      readonly at: Moment;
      readonly of: string;
      readonly sql: string | null;
      /** Files or directories whose bytes become zeros. */
      readonly zero: string | null;
    }
  | { readonly do: 'delete resource'; readonly at: Moment; readonly of: string; readonly keepBackups: boolean }
  | {
      readonly do: 'delete points';
      readonly at: Moment;
      readonly of: string;
      readonly in: string | null;
      readonly newest: number | null;
    }
  | {
      readonly do: 'ransomware';
      readonly at: Moment;
      readonly of: string;
      readonly forSeconds: number;
      readonly role: string;
      /** Whether the role may also lift locks and policies of vaults, or no more than delete points and shorten their lives. */
      readonly rights: 'points' | 'everything';
    }
  | { readonly do: 'lose account'; readonly at: Moment }
  | {
      readonly do: 'disable key' | 'delete key' | 'give key back';
      readonly at: Moment;
      readonly key: string;
      readonly in: string | null;
    };

export type FailureName = Failure['do'];

const text = (example: string) => required(readText, example);
const optionalText = (example: string) => optional(readText, example);
const moment = required(parseMoment, 'day 3 02:00');
const duration = required(parseDuration, '3 hours');
const act = <Name extends string>(...names: [Name, ...Name[]]) => required(oneOf(...names), names[0]);
const flag = z.boolean({ error: () => say('is not true or false', 'write true or false') });
const count = z.int({ error: () => say('is not a number', 'write it, such as 1') }).min(1, {
  error: () => say('is less than one', 'write it, such as 1'),
});

/** A resource of the account file, as far as an incident has to know it. */
interface Known {
  readonly kind: 'rds' | 'aurora' | 'efs';
  readonly name: string;
}

/** How each failure is written, and what it cannot be. A complaint is about a field, or about the whole. */
interface Written {
  readonly schema: z.ZodType<Failure>;
  readonly refuse?: (failure: never, of: Known | undefined) => { field: string; problem: string } | undefined;
}

const files = 'write it of a file system';
const ofFiles = (_: unknown, of: Known | undefined) =>
  of === undefined || of.kind === 'efs' ? undefined : { field: 'of', problem: say(`${of.name} has no files`, files) };

const written: Readonly<Record<FailureName, Written>> = {
  'fail instance': {
    schema: mapping(
      { at: moment, do: act('fail instance'), of: text('shop'), for_good: maybe(flag) },
      '{ at: day 3, do: fail instance, of: shop }',
    ).transform(({ for_good, ...rest }) => ({ ...rest, forGood: for_good ?? false })),
    refuse: (_: unknown, of) =>
      of?.kind === 'efs'
        ? { field: 'of', problem: say(`${of.name} is a file system, without an instance`, 'write it of a database') }
        : undefined,
  },
  'fail zone': {
    schema: mapping(
      { at: moment, do: act('fail zone'), zone: text('a'), in: optionalText('eu-central-1'), for: maybe(duration) },
      '{ at: day 3, do: fail zone, zone: a, for: 6 hours }',
    ).transform(({ for: forSeconds, ...rest }) => ({ ...rest, forSeconds })),
  },
  'fail region': {
    schema: mapping(
      { at: moment, do: act('fail region'), in: optionalText('eu-central-1'), for: maybe(duration) },
      '{ at: day 3, do: fail region, in: eu-central-1 }',
    ).transform(({ for: forSeconds, ...rest }) => ({ ...rest, forSeconds })),
  },
  'corrupt data': {
    schema: mapping(
      {
        at: moment,
        do: act('corrupt data'),
        of: text('shop'),
        sql: optionalText('delete from orders where id % 3 = 0'),
        zero: optionalText('data/names.nsf'),
      },
      '{ at: day 3, do: corrupt data, of: shop, sql: … }',
    ),
    refuse: ({ sql, zero }: Extract<Failure, { do: 'corrupt data' }>, of) => {
      if ((sql === null) === (zero === null))
        return { field: '', problem: say('needs what to corrupt', 'write either sql or zero') };
      if (of === undefined || (sql === null) === (of.kind === 'efs')) return undefined;
      return sql === null
        ? { field: 'zero', problem: say(`${of.name} is a database`, 'write sql') }
        : { field: 'sql', problem: say(`${of.name} is a file system`, 'write zero, and a path') };
    },
  },
  'delete resource': {
    schema: mapping(
      { at: moment, do: act('delete resource'), of: text('shop'), keep_backups: maybe(flag) },
      '{ at: day 3, do: delete resource, of: shop }',
    ).transform(({ keep_backups, ...rest }) => ({ ...rest, keepBackups: keep_backups ?? false })),
    refuse: ({ keepBackups }: Extract<Failure, { do: 'delete resource' }>, of) =>
      keepBackups && of !== undefined && of.kind !== 'rds'
        ? {
            field: 'keep_backups',
            problem: say('is modelled of RDS instances alone', 'leave it out, or write it of an instance'),
          }
        : undefined,
  },
  'delete points': {
    schema: mapping(
      { at: moment, do: act('delete points'), of: text('shop'), in: optionalText('eu-west-1'), newest: maybe(count) },
      '{ at: day 3, do: delete points, of: shop, in: eu-west-1, newest: 1 }',
    ),
  },
  ransomware: {
    schema: mapping(
      {
        at: moment,
        do: act('ransomware'),
        of: text('mail'),
        for: maybe(duration),
        role: optionalText('stolen-role'),
        rights: optional(oneOf('points', 'everything'), 'points'),
      },
      '{ at: day 3, do: ransomware, of: mail, for: 3 hours }',
    ).transform(({ for: lasts, role, rights, ...rest }) => ({
      ...rest,
      forSeconds: lasts ?? 3 * 3600,
      role: role ?? 'stolen-role',
      rights: rights ?? ('points' as const),
    })),
    refuse: ofFiles,
  },
  'lose account': {
    schema: mapping({ at: moment, do: act('lose account') }, '{ at: day 3, do: lose account }'),
  },
  'disable key': { schema: keyOf('disable key') },
  'delete key': { schema: keyOf('delete key') },
  'give key back': { schema: keyOf('give key back') },
};

function keyOf(name: 'disable key' | 'delete key' | 'give key back') {
  return mapping(
    { at: moment, do: act(name), key: text('alias/lifeboat-vault'), in: optionalText('eu-west-1') },
    `{ at: day 3, do: ${name}, key: alias/lifeboat-vault, in: eu-west-1 }`,
  );
}

export const failureNames = Object.keys(written) as FailureName[];

/** Whether an incident is one of these. */
export function isFailure(incident: { readonly do: string }): incident is Failure {
  return isFailureName(incident.do);
}

export function isFailureName(name: unknown): name is FailureName {
  return typeof name === 'string' && Object.hasOwn(written, name);
}

/** Reads a failure; what is wrong with it is told field by field. */
export function readFailure(
  name: FailureName,
  resources: readonly Known[],
  check: (schema: z.ZodType<Failure>) => Failure | undefined,
  complain: (field: string, problem: string) => void,
): Failure | undefined {
  const { schema, refuse } = written[name];
  const failure = check(schema);
  if (failure === undefined) return undefined;
  const of = 'of' in failure ? resources.find((one) => one.name === failure.of) : undefined;
  if ('of' in failure && of === undefined) {
    const names = resources.map((one) => one.name).join(', ');
    complain('of', say(`${failure.of} is no resource here`, `write one of ${names}`));
  }
  const refused = refuse?.(failure as never, of);
  if (refused !== undefined) complain(refused.field, refused.problem);
  return failure;
}

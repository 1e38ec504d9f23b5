import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { parseDuration, type Reading } from '../../functions/policy/duration.ts';
import {
  filledList,
  list,
  mapping,
  maybe,
  oneOf,
  optional,
  readText,
  required,
  say,
} from '../../functions/policy/fields.ts';
import { fieldName, whereIs } from '../../functions/policy/where.ts';
import { type Failure, failureNames, isFailureName, readFailure } from './failures.ts';
import { type Moment, parseMoment } from './moment.ts';

/** A database instance or file system of the account, and what stands behind it. Paths are absolute. */
/** What `Date.parse` would read by the clock of this machine is no instant. */
const instantInUtc = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

export type ResourceSpec = DatabaseSpec | FileSystemSpec;

export interface DatabaseSpec {
  readonly kind: 'rds' | 'aurora';
  readonly name: string;
  readonly database: string;
  readonly sql: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly workload: readonly SqlWork[];
  readonly multiAz?: boolean;
  /** The Region that has a read replica of it. */
  readonly replicaIn?: string;
  /** The replica's identifier; `NAME-replica` when left out. */
  readonly replica?: string;
  /** The Region that its automated backups are replicated to. */
  readonly backupsIn?: string;
  /** Its weekly maintenance window. */
  readonly maintenance?: string;
}

export interface FileSystemSpec {
  readonly kind: 'efs';
  readonly name: string;
  readonly directory: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly workload: readonly FileWork[];
}

/** SQL that the application runs again and again. */
export interface SqlWork {
  readonly everySeconds: number;
  readonly sql: string;
}

/** A file that the application writes again and again: `{n}` in path and text is the number of the write. */
export interface FileWork {
  readonly everySeconds: number;
  readonly path: string;
  readonly text: string;
  readonly how: 'append' | 'write';
}

/** Something that goes wrong, or right again, at a moment of the scenario. */
export type Incident =
  | {
      readonly do: 'damage copies';
      readonly at: Moment;
      readonly of: string;
      readonly in: string;
      /** For how long copies that arrive are damaged too. */
      readonly forSeconds: number;
      readonly sql: string | null;
      readonly file: string | null;
    }
  | {
      readonly do: 'stop schedule' | 'start schedule';
      readonly at: Moment;
      readonly schedule: string;
      readonly in: string;
    }
  | Failure;

/** One page and its resolution, with the span of time that each must fall into. */
export interface ExpectedPage {
  readonly resource: string;
  readonly location: string;
  readonly kind: string;
  readonly opened: Span;
  readonly resolved: Span | null;
}

export interface Span {
  readonly from: Moment;
  readonly to: Moment;
}

export interface AccountFile {
  readonly account: string;
  /** When the scenario begins, milliseconds since 1970. */
  readonly start: number;
  readonly resources: readonly ResourceSpec[];
  readonly incidents: readonly Incident[];
  /** Null: the file expects nothing in particular. */
  readonly expect: { readonly days: number; readonly pages: readonly ExpectedPage[] } | null;
}

export type AccountRead = { ok: true; account: AccountFile } | { ok: false; problems: string[] };

const text = (example: string) => required(readText, example);
const optionalText = (example: string) => optional(readText, example);
const duration = required((written) => {
  const reading = parseDuration(written);
  return reading.ok && reading.value < 60
    ? { ok: false, problem: 'is shorter than a minute', mend: 'write at least 1 minute' }
    : reading;
}, '30 minutes');
const moment = required(parseMoment, 'day 3 02:00');
const tags = z.record(z.string(), z.string({ error: () => say('is not a text', "write the tag's value in quotes") }), {
  error: () => say('is not a mapping of tags', 'write it as { lifeboat:tier: gold }'),
});

/** What `lifeboat plan` and `lifeboat runbook` read of the same file. It says nothing to the simulated account. */
const forOthers = {
  id: z.optional(z.unknown()),
  key: z.optional(z.unknown()),
  dns: z.optional(z.unknown()),
  gigabytes: z.optional(z.unknown()),
  changes_daily: z.optional(z.unknown()),
  files: z.optional(z.unknown()),
  class: z.optional(z.unknown()),
  encryption: z.optional(z.unknown()),
  automated_backups: z.optional(z.unknown()),
};

const database = mapping(
  {
    kind: required(oneOf('rds', 'aurora', 'efs'), 'rds'),
    name: text('shop'),
    engine: optional(oneOf('postgres', 'postgresql'), 'postgres'),
    database: optionalText('shop'),
    sql: filledList(text('data/shop.sql'), '[ data/shop.sql ]'),
    tags: maybe(tags),
    multi_az: maybe(z.boolean({ error: () => say('is not true or false', 'write true or false') })),
    replica_in: optionalText('eu-west-1'),
    replica: optionalText('shop-west'),
    backups_in: optionalText('eu-west-1'),
    maintenance: optional(windowOf, 'sun:03:00-sun:03:30'),
    workload: maybe(list(mapping({ every: duration, sql: text('insert into …') }, '{ every: …, sql: … }'), 'a list')),
    ...forOthers,
  },
  '{ kind: rds, name: shop, sql: [ data/shop.sql ] }',
);

const fileSystem = mapping(
  {
    kind: required(oneOf('rds', 'efs'), 'efs'),
    name: text('mail'),
    directory: text('data/mail'),
    tags: maybe(tags),
    one_zone: maybe(
      z.literal(false, { error: () => say('is not modelled', 'write false, for a file system in every zone') }),
    ),
    ...forOthers,
    workload: maybe(
      list(
        mapping(
          {
            every: duration,
            append_to: optionalText('log.txt'),
            write: optionalText('mail/{n}.txt'),
            text: text('hello'),
          },
          '{ every: 1 hour, append_to: log.txt, text: … }',
        ),
        'a list',
      ),
    ),
  },
  '{ kind: efs, name: mail, directory: data/mail }',
);

const damage = mapping(
  {
    at: moment,
    do: required(oneOf('damage copies'), 'damage copies'),
    of: text('shop'),
    in: text('eu-west-1'),
    for: maybe(duration),
    sql: optionalText('delete from orders where id % 3 = 0'),
    file: optionalText('data/names.nsf'),
  },
  '{ at: day 3, do: damage copies, of: shop, in: eu-west-1, sql: … }',
);

const schedule = mapping(
  {
    at: moment,
    do: required(oneOf('stop schedule', 'start schedule'), 'stop schedule'),
    schedule: text('lifeboat-protect-gold'),
    in: text('eu-central-1'),
  },
  '{ at: day 5, do: stop schedule, schedule: lifeboat-protect-gold, in: eu-central-1 }',
);

const readAct = oneOf('damage copies', 'stop schedule', 'start schedule', ...failureNames);

const span = mapping({ from: moment, to: moment }, '{ from: day 3 05:00, to: day 3 06:00 }');

const file = mapping(
  {
    account: required(
      (written) =>
        typeof written === 'string' && /^\d{12}$/.test(written)
          ? { ok: true, value: written }
          : {
              ok: false,
              problem: 'is not an AWS account',
              mend: "write twelve digits in quotes, such as '123456789012'",
            },
      "'123456789012'",
    ),
    start: required((written) => {
      const text = written instanceof Date && !Number.isNaN(written.getTime()) ? written.toISOString() : written;
      const instant = typeof text === 'string' && instantInUtc.test(text) ? Date.parse(text) : Number.NaN;
      return Number.isNaN(instant)
        ? { ok: false, problem: 'is not an instant', mend: 'write it like 2026-01-05T00:00:00Z' }
        : { ok: true, value: instant };
    }, '2026-01-05T00:00:00Z'),
    resources: filledList(z.unknown(), '- { kind: rds, name: shop, sql: [ data/shop.sql ] }'),
    incidents: maybe(list(z.unknown(), '- { at: day 3, do: damage copies, … }')),
    // For `lifeboat plan`.
    quotas: z.optional(z.unknown()),
    expect: maybe(
      mapping(
        {
          days: z.int({ error: () => say('is not a number of days', 'write it, such as 7') }).min(1, {
            error: () => say('is less than a day', 'write it, such as 7'),
          }),
          pages: list(
            mapping(
              {
                resource: text('shop'),
                location: text('eu-west-1'),
                kind: text('drill'),
                opened: span,
                resolved: maybe(span),
              },
              '{ resource: shop, location: eu-west-1, kind: drill, opened: …, resolved: … }',
            ),
            'a list of pages',
          ),
        },
        '{ days: 7, pages: [ … ] }',
      ),
    ),
  },
  "account: '123456789012', start: 2026-01-05T00:00:00Z, resources: …",
);

/** RDS takes at least half an hour, and names it so. */
function windowOf(written: unknown): Reading<string> {
  const text = typeof written === 'string' ? written.trim() : '';
  return /^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, problem: 'is no maintenance window', mend: 'write it like sun:03:00-sun:03:30' };
}

/** Reads an account file. Every problem is told at once, by line and field; paths are read from beside the file. */
export function readAccountFile(path: string): AccountRead {
  if (!existsSync(path)) return { ok: false, problems: [`${path}: there is no such file; name an account file.`] };
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => `${path}:${lines.linePos(error.pos[0]).line}  ${error.message}`),
    };
  }
  const problems: { line: number; words: string }[] = [];
  const complain = (at: readonly (string | number)[], message: string) => {
    const { line } = whereIs(document, lines, at);
    problems.push({ line, words: `${path}:${line}  ${fieldName(at)}: ${message.replace('\n', '; ')}` });
  };
  const check = <T>(schema: z.ZodType<T>, value: unknown, at: readonly (string | number)[]): T | undefined => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      const under = [...at, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) {
          complain(
            [...under, key],
            say('is not a field', `the fields here are ${issue.message.split(' ').join(', ')}`),
          );
        }
      } else complain(under, issue.message);
    }
    return undefined;
  };

  const folder = dirname(resolve(path));
  const found = (relative: string, what: 'file' | 'directory', at: readonly (string | number)[]): string => {
    const absolute = resolve(folder, relative);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat === undefined || (what === 'file' ? !stat.isFile() : !stat.isDirectory())) {
      complain(at, say(`there is no ${what} ${relative}`, `paths are read from beside ${path}`));
    }
    return absolute;
  };

  const written = (document.toJS() ?? {}) as Readonly<Record<string, unknown>>;
  const top = check(file, written, []);
  // Read even where something else at the top is wrong: all problems are told at once.
  const resources = listOf(written.resources).flatMap((raw, index): ResourceSpec[] => {
    const at = ['resources', index] as const;
    const kind = (raw as { kind?: unknown } | null)?.kind;
    if (kind === 'efs') {
      const spec = check(fileSystem, raw, at);
      if (spec === undefined) return [];
      const workload = (spec.workload ?? []).flatMap((one, number): FileWork[] => {
        const path = one.append_to ?? one.write;
        if (path === null || (one.append_to !== null && one.write !== null)) {
          complain([...at, 'workload', number], say('needs one path', 'write either append_to or write'));
          return [];
        }
        return [{ everySeconds: one.every, path, text: one.text, how: one.append_to === null ? 'write' : 'append' }];
      });
      const directory = found(spec.directory, 'directory', [...at, 'directory']);
      return [{ kind: 'efs', name: spec.name, directory, tags: spec.tags ?? {}, workload }];
    }
    const spec = check(database, raw, at);
    if (spec === undefined) return [];
    if (spec.kind === 'aurora') {
      const odd = (['multi_az', 'replica_in', 'replica', 'backups_in', 'maintenance'] as const).find(
        (field) => spec[field] !== null,
      );
      if (odd !== undefined)
        complain([...at, odd], say('is modelled of RDS instances alone', 'leave it out, or write kind: rds'));
    }
    return [
      {
        kind: spec.kind === 'aurora' ? 'aurora' : 'rds',
        name: spec.name,
        database: spec.database ?? spec.name,
        sql: spec.sql.map((one, number) => found(one, 'file', [...at, 'sql', number])),
        tags: spec.tags ?? {},
        ...(spec.multi_az !== null && { multiAz: spec.multi_az }),
        ...(spec.replica_in !== null && { replicaIn: spec.replica_in }),
        ...(spec.replica !== null && { replica: spec.replica }),
        ...(spec.backups_in !== null && { backupsIn: spec.backups_in }),
        ...(spec.maintenance !== null && { maintenance: spec.maintenance }),
        workload: (spec.workload ?? []).map(({ every, sql }) => ({ everySeconds: every, sql })),
      },
    ];
  });
  const names = resources.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index)
      complain(['resources', index, 'name'], say(`${name} is used twice`, 'give each resource its own'));
  });

  const incidents = listOf(written.incidents).flatMap((raw, index): Incident[] => {
    const at = ['incidents', index] as const;
    if ((raw as { do?: unknown } | null)?.do === 'damage copies') {
      const one = check(damage, raw, at);
      if (one === undefined) return [];
      if (!names.includes(one.of))
        complain([...at, 'of'], say(`${one.of} is no resource here`, `write one of ${names.join(', ')}`));
      if ((one.sql === null) === (one.file === null))
        complain(at, say('needs what to damage', 'write either sql or file'));
      return [
        {
          do: 'damage copies',
          at: one.at,
          of: one.of,
          in: one.in,
          forSeconds: one.for ?? 0,
          sql: one.sql,
          file: one.file,
        },
      ];
    }
    const failing = (raw as { do?: unknown } | null)?.do;
    if (isFailureName(failing)) {
      const one = readFailure(
        failing,
        resources,
        (schema) => check(schema, raw, at),
        (field, problem) => complain(field === '' ? at : [...at, field], problem),
      );
      return one === undefined ? [] : [one];
    }
    // What it does decides which fields it has: of an unknown act nothing else is worth a word.
    const act = (raw as { do?: unknown } | null)?.do;
    const known = readAct(act);
    if (!known.ok && act !== undefined) {
      complain([...at, 'do'], say(known.problem, known.mend));
      return [];
    }
    const one = check(schedule, raw, at);
    return one === undefined ? [] : [one];
  });

  (top?.expect?.pages ?? []).forEach(({ resource, opened, resolved }, index) => {
    const at = ['expect', 'pages', index] as const;
    if (resource !== 'pipeline' && !names.includes(resource))
      complain([...at, 'resource'], say(`${resource} is no resource here`, `write one of ${names.join(', ')}`));
    for (const [field, { from, to }] of Object.entries({ opened, ...(resolved !== null && { resolved }) })) {
      if (from > to) complain([...at, field], say('ends before it begins', 'write the earlier moment under from'));
    }
  });

  if (top === undefined || problems.length > 0) {
    problems.sort((one, other) => one.line - other.line);
    return { ok: false, problems: problems.map(({ words }) => words) };
  }
  return {
    ok: true,
    account: { account: top.account, start: top.start, resources, incidents, expect: top.expect },
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

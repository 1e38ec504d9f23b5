import { z } from 'zod';
import type { Reading } from './duration.ts';
import {
  durationOf,
  list,
  mapping,
  maybe,
  oneOf,
  optional,
  percentUpTo,
  quoted,
  readNumber,
  readText,
  required,
  say,
} from './fields.ts';
import type { Assertion, Bound, Checks, DatabaseChecks, FileChecks } from './policy.ts';
import { defaultChecks } from './resolve.ts';
import { parseSelect } from './sql.ts';

// Only used where a policy.yml is read: when packaging and in the CLI. Lambdas import policy.json through policy.ts.

const fall = percentUpTo(1);
const rise = percentUpTo(1_000);

const assertionSchema = mapping(
  {
    name: required(readText, 'orders exist'),
    sql: required(parseSelect, 'select count(*) from orders'),
    at_least: optional(readNumber, '1000'),
    at_most: optional(readNumber, '1000000'),
    equals: optional(readAnswer, '1'),
    no_older_than: optional(durationOf({}), '3 hours'),
    no_newer_than: optional(durationOf({ least: 0 }), '30 days'),
    may_drop: optional(fall, '20%'),
    may_grow: optional(rise, '50%'),
  },
  '{ name: orders exist, sql: "select count(*) from orders", at_least: 1000 }',
).transform((written, context): Assertion => {
  const refuse = (field: string, problem: string, mend: string) =>
    context.issues.push({ code: 'custom', input: written, path: [field], message: say(problem, mend) });
  const bounds: Bound[] = [];
  if (written.at_least !== null) bounds.push({ is: 'at_least', value: written.at_least });
  if (written.at_most !== null) bounds.push({ is: 'at_most', value: written.at_most });
  if (written.equals !== null) bounds.push({ is: 'equals', value: written.equals });
  if (written.no_older_than !== null) bounds.push({ is: 'no_older_than', seconds: written.no_older_than });
  if (written.no_newer_than !== null) bounds.push({ is: 'no_newer_than', seconds: written.no_newer_than });
  if (written.may_drop !== null) bounds.push({ is: 'may_drop', fraction: written.may_drop });
  if (written.may_grow !== null) bounds.push({ is: 'may_grow', fraction: written.may_grow });

  if (bounds.length === 0) {
    refuse('name', 'holds whatever the answer is', 'give it a bound, such as at_least: 1 or no_older_than: 3 hours');
  }
  const ofInstants = bounds.find((bound) => 'seconds' in bound);
  const ofNumbers = bounds.find((bound) => !('seconds' in bound));
  if (ofInstants !== undefined && ofNumbers !== undefined) {
    const problem = `takes the answer for an instant, and ${ofNumbers.is} takes it for a number or text`;
    refuse(ofInstants.is, problem, 'make two assertions of it');
  }
  if (written.at_least !== null && written.at_most !== null && written.at_least > written.at_most) {
    refuse('at_least', `${written.at_least} is more than at_most, ${written.at_most}`, 'swap them');
  }
  if (written.no_older_than !== null && written.no_newer_than !== null) {
    if (written.no_newer_than > written.no_older_than) {
      refuse('no_newer_than', 'asks for an older answer than no_older_than allows', 'swap them');
    }
  }
  return { name: written.name, sql: written.sql, bounds };
});

const rowCountsSchema = mapping(
  { may_drop: optional(fall, '20%'), may_grow: optional(rise, '300%') },
  '{ may_drop: 20% }',
);

const digestSchema = mapping(
  { equals_last_pass: maybe(z.unknown().transform(readTables)), equals: maybe(z.unknown().transform(readDigests)) },
  '{ equals_last_pass: [ public.countries ] }',
);

const databaseSchema = mapping(
  {
    database: optional(readText, 'orders'),
    assertions: maybe(list(assertionSchema, '[ { name: …, sql: …, at_least: … } ]')),
    integrity: optional(oneOf('full', 'none'), 'full'),
    row_counts: maybe(rowCountsSchema),
    may_vanish: maybe(list(required(readVanishing, 'public.events_*'), '[ public.events_* ]')),
    digest: maybe(digestSchema),
  },
  '{ database: orders, assertions: [ … ] }',
).transform((written, context): DatabaseChecks => {
  const assertions = written.assertions ?? [];
  assertions.forEach((assertion, index) => {
    if (assertions.findIndex((other) => other.name === assertion.name) < index) {
      const message = say(`'${assertion.name}' is the name of an assertion above`, 'give each its own name');
      context.issues.push({ code: 'custom', input: written, path: ['assertions', index, 'name'], message });
    }
  });
  if (written.digest !== null && written.integrity === 'none') {
    const message = say(
      'needs every row to be read, and integrity is none',
      'write integrity: full, or leave digest out',
    );
    context.issues.push({ code: 'custom', input: written, path: ['digest'], message });
  }
  const usual = defaultChecks('database');
  return {
    of: 'database',
    database: written.database,
    assertions,
    integrity: written.integrity ?? usual.integrity,
    rowCounts: {
      mayDrop: written.row_counts?.may_drop ?? usual.rowCounts.mayDrop,
      mayGrow: written.row_counts?.may_grow ?? usual.rowCounts.mayGrow,
    },
    mayVanish: written.may_vanish ?? usual.mayVanish,
    digest: {
      equalsLastPass: written.digest?.equals_last_pass ?? usual.digest.equalsLastPass,
      equals: written.digest?.equals ?? usual.digest.equals,
    },
  };
});

const fileSchema = mapping(
  {
    files: mapping(
      {
        must_exist: maybe(list(required(readPath, 'data/names.nsf'), '[ data/names.nsf ]')),
        checksums: optional(oneOf('sample', 'all', 'none'), 'sample'),
        owner: optional(readOwner, "'1000:1000'"),
        mode: optional(readMode, "'640'"),
        may_drop: optional(fall, '10%'),
        may_change: optional(fall, '50%'),
        may_turn_over: optional(fall, '20%'),
      },
      '{ must_exist: [ data/names.nsf ], checksums: sample }',
    ),
  },
  '{ files: { must_exist: [ data/names.nsf ] } }',
).transform((written, context): FileChecks => {
  const usual = defaultChecks('files');
  const mustExist = written.files.must_exist ?? [];
  const checksums = written.files.checksums ?? usual.checksums;
  const { owner, mode } = written.files;
  if (mustExist.length === 0 && checksums === 'none' && owner === null && mode === null) {
    const message = say('asks nothing of a restored file', 'name files in must_exist, or let checksums be sample');
    context.issues.push({ code: 'custom', input: written, path: ['files', 'checksums'], message });
  }
  return {
    of: 'files',
    mustExist,
    checksums,
    owner,
    mode,
    mayDrop: written.files.may_drop ?? usual.mayDrop,
    mayChange: written.files.may_change ?? usual.mayChange,
    mayTurnOver: written.files.may_turn_over ?? usual.mayTurnOver,
  };
});

/** The schema that fits one entry under `checks`: files are asked where it says `files`, else a database. */
export function checksSchemaFor(written: unknown): z.ZodType<Checks> {
  if (typeof written !== 'object' || written === null || !('files' in written)) return databaseSchema;
  const ofDatabases = ['database', 'assertions', 'integrity', 'row_counts', 'may_vanish', 'digest'].filter(
    (field) => field in written,
  );
  if (ofDatabases.length === 0) return fileSchema;
  const problem = `asks for files and for a database (${ofDatabases.join(', ')})`;
  const message = say(problem, 'make two entries: a resource holds either, and its tag lifeboat:checks names one');
  return z.never({ error: () => message });
}

function readAnswer(written: unknown): Reading<number | string> {
  const number = readNumber(written);
  return number.ok ? number : readText(written);
}

/** Names of tables as evidence names them, `schema.table`. */
function readTables(written: unknown, context: z.core.ParsePayload): 'all' | string[] {
  if (written === 'all') return 'all';
  const names = Array.isArray(written) ? written : [];
  const wrong = names.find((name) => !isTable(name));
  if (names.length > 0 && wrong === undefined) return names;
  const problem =
    wrong === undefined ? 'is neither all nor a list of tables' : `${quoted(wrong)} is not a table with its schema`;
  return refused(context, written, problem, 'write all, or tables such as [ public.countries ]');
}

/** Digests as evidence tells them, such as `pg1:249:-81…`, by table. */
function readDigests(written: unknown, context: z.core.ParsePayload): Record<string, string> {
  const mend = "write it as { public.countries: 'pg1:249:1234' }, with the digest that a drill has told";
  const isMapping = typeof written === 'object' && written !== null && !Array.isArray(written);
  const entries = isMapping ? Object.entries(written) : [];
  if (entries.length === 0) return refused(context, written, 'is not a mapping of tables and their digests', mend);
  for (const [table, digest] of entries) {
    if (!isTable(table)) return refused(context, written, `${quoted(table)} is not a table with its schema`, mend);
    if (typeof digest !== 'string' || !/^(pg|my)\d+:\d+:-?\d+$/.test(digest)) {
      return refused(context, written, `${quoted(digest)} is not a digest`, mend);
    }
  }
  return Object.fromEntries(entries);
}

function refused(context: z.core.ParsePayload, input: unknown, problem: string, mend: string): never {
  context.issues.push({ code: 'custom', input, message: say(problem, mend) } as never);
  return z.NEVER;
}

/** A table with its schema, or several by a pattern. One for a whole schema would let everything vanish. */
function readVanishing(written: unknown): Reading<string> {
  if (isTable(written) && !/\.\**$/.test(written)) return { ok: true, value: written };
  const problem = isTable(written) ? 'would let every table of a schema vanish' : 'is not a table with its schema';
  return {
    ok: false,
    problem: `${quoted(written)} ${problem}`,
    mend: 'name what the application drops, such as public.events_*',
  };
}

const isTable = (name: unknown): name is string => typeof name === 'string' && /^[^.\s][^.]*\..*\S$/.test(name);

/** A user's number, or a user's and a group's. YAML takes `1000:1000` without quotes for a number in base 60. */
function readOwner(written: unknown): Reading<{ user: number; group: number | null }> {
  const text = typeof written === 'number' ? `${written}` : written;
  const [, user, group] = (typeof text === 'string' && /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text)) || [];
  if (user === undefined) {
    const problem = `${quoted(written)} is not the number of a user`;
    return { ok: false, problem, mend: "write it in quotes: '1000', or '1000:1000' for user and group" };
  }
  return { ok: true, value: { user: Number(user), group: group === undefined ? null : Number(group) } };
}

/** Permission bits in octal. They need quotes: YAML readers differ over numbers that begin with a zero. */
function readMode(written: unknown): Reading<number> {
  return typeof written === 'string' && /^0?[0-7]{3,4}$/.test(written)
    ? { ok: true, value: Number.parseInt(written, 8) }
    : {
        ok: false,
        problem: `${quoted(written)} is not a mode`,
        mend: "write permission bits in quotes, such as '640'",
      };
}

function readPath(written: unknown): Reading<string> {
  const text = readText(written);
  if (!text.ok) return text;
  const path = text.value;
  if (path.startsWith('/')) {
    const mend = `write ${path.replace(/^\/+/, '') || 'a path'}, from the root of the file system`;
    return { ok: false, problem: `${quoted(path)} begins with a slash`, mend };
  }
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    const mend = 'write the path in full, such as data/names.nsf';
    return { ok: false, problem: `${quoted(path)} is not a plain path`, mend };
  }
  if (/[*?]/.test(path)) {
    return {
      ok: false,
      problem: `${quoted(path)} holds a wildcard`,
      mend: 'name one file; checksums look at the others',
    };
  }
  return { ok: true, value: path };
}

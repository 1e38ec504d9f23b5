import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
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
import { parsePercent } from '../../functions/policy/percent.ts';
import { fieldName, whereIs } from '../../functions/policy/where.ts';
import type { PlannedAccount, PlannedResource } from './account.ts';
import { quotas } from './quotas.ts';

export type PlannedRead = { ok: true; account: PlannedAccount } | { ok: false; problems: string[] };

const kinds = ['rds', 'aurora', 'efs'] as const;

const count = (example: string) =>
  z.number({ error: () => say('is not a number', `write it, such as ${example}`) }).nonnegative({
    error: () => say('is less than nothing', `write it, such as ${example}`),
  });
const whole = (example: string) =>
  z.int({ error: () => say('is not a whole number', `write it, such as ${example}`) }).nonnegative({
    error: () => say('is less than nothing', `write it, such as ${example}`),
  });

/** The fields that `plan` reads, and those of accounts that are played or have runbooks, which say nothing to it. */
const resource = mapping(
  {
    name: required(readText, 'shop'),
    kind: required(readText, 'rds'),
    tags: maybe(
      z.record(z.string(), z.string({ error: () => say('is not a text', "write the tag's value in quotes") }), {
        error: () => say('is not a mapping of tags', 'write it as { lifeboat:tier: gold }'),
      }),
    ),
    repeat: maybe(whole('100').min(1, { error: () => say('repeats nothing', 'write at least 1') })),
    gigabytes: maybe(count('100')),
    changes_daily: optional(parsePercent, '3%'),
    files: maybe(whole('1000000')),
    class: optional(readText, 'db.r6g.large'),
    encryption: optional(oneOf('none', 'aws-managed key', 'customer key'), 'customer key'),
    automated_backups: maybe(whole('7')),
    engine: z.optional(z.unknown()),
    database: z.optional(z.unknown()),
    sql: maybe(list(z.string(), '[ data/shop.sql ]')),
    directory: z.optional(z.unknown()),
    workload: z.optional(z.unknown()),
    id: z.optional(z.unknown()),
    multi_az: z.optional(z.unknown()),
    one_zone: z.optional(z.unknown()),
    replica_in: z.optional(z.unknown()),
    replica: z.optional(z.unknown()),
    backups_in: z.optional(z.unknown()),
    maintenance: z.optional(z.unknown()),
    key: z.optional(z.unknown()),
    dns: z.optional(z.unknown()),
  },
  '{ kind: rds, name: shop }',
);

const quota = mapping({ most: maybe(whole('40')), used: maybe(whole('12')) }, '{ most: 100, used: 12 }');

const file = mapping(
  {
    account: maybe(z.string({ error: () => say('is not an AWS account', 'write twelve digits in quotes') })),
    resources: filledList(resource, '- { kind: rds, name: shop }'),
    quotas: maybe(
      z.record(
        z.string(),
        z.record(z.string(), quota, {
          error: () => say('is not a mapping of quotas', 'write { db_instances: { most: 100 } }'),
        }),
        { error: () => say('is not a mapping of Regions', 'write { eu-west-1: { db_instances: { most: 100 } } }') },
      ),
    ),
    start: z.optional(z.unknown()),
    incidents: z.optional(z.unknown()),
    expect: z.optional(z.unknown()),
  },
  'resources: [ … ]',
);

/**
 * Reads an account file for a plan. It is the same format as the account files that are played, and needs no data: a
 * resource may say how large it is, and `repeat: N` stands for N resources, whose `{n}` in the name counts from 1.
 */
export function readPlannedAccount(path: string): PlannedRead {
  if (!existsSync(path)) return { ok: false, problems: [`${path}: there is no such file; name an account file.`] };
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => `${path}:${lines.linePos(error.pos[0]).line}  ${error.message}`);
    return { ok: false, problems };
  }
  const read = file.safeParse(document.toJS() ?? {});
  const problems: { line: number; words: string }[] = [];
  const complain = (at: readonly (string | number)[], message: string) => {
    const { line } = whereIs(document, lines, at);
    problems.push({ line, words: `${path}:${line}  ${fieldName(at)}: ${message.replace('\n', '; ')}` });
  };
  for (const issue of read.error?.issues ?? []) {
    const at = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code !== 'unrecognized_keys') complain(at, issue.message);
    else {
      const mend = `the fields here are ${issue.message.split(' ').join(', ')}`;
      for (const key of issue.keys) complain([...at, key], say('is not a field', mend));
    }
  }
  // Of what is written, also where something else is wrong: all problems are told at once.
  const written = (document.toJS() ?? {}) as { quotas?: unknown; resources?: unknown };
  for (const [region, told] of entriesOf(written.quotas)) {
    for (const [name] of entriesOf(told)) {
      if (name in quotas) continue;
      complain(['quotas', region, name], say('is no quota', `the quotas are ${Object.keys(quotas).join(', ')}`));
    }
  }
  entriesOf(written.resources).forEach(([, one], index) => {
    const { repeat, name } = (one ?? {}) as { repeat?: unknown; name?: unknown };
    if (typeof repeat === 'number' && repeat > 1 && typeof name === 'string' && !name.includes('{n}')) {
      complain(['resources', index, 'name'], say('is one name for several', `write it with {n}, such as ${name}-{n}`));
    }
  });
  if (!read.success || problems.length > 0) {
    problems.sort((one, other) => one.line - other.line);
    return { ok: false, problems: problems.map(({ words }) => words) };
  }
  const folder = dirname(resolve(path));
  const told = Object.entries(read.data.quotas ?? {}).map(([region, names]) => [region, definedIn(names)] as const);
  return {
    ok: true,
    account: {
      id: read.data.account,
      from: path,
      resources: read.data.resources.flatMap((one) => repeated(one, folder)),
      quotas: Object.fromEntries(told),
      unread: [],
    },
  };
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

type Written = z.infer<typeof resource>;

function repeated(written: Written, folder: string): PlannedResource[] {
  const one: PlannedResource = {
    name: written.name,
    kind: kinds.find((kind) => kind === written.kind) ?? null,
    is: written.kind,
    tags: written.tags ?? {},
    gigabytes: written.gigabytes ?? bytesBehind(written, folder),
    changePerDay: written.changes_daily,
    files: written.files,
    instanceClass: written.class,
    encryption: written.encryption,
    automatedBackupDays: written.automated_backups,
  };
  if (written.repeat === null) return [one];
  return Array.from({ length: written.repeat }, (_, index) => ({
    ...one,
    name: written.name.replaceAll('{n}', String(index + 1)),
  }));
}

/** Of a resource of a file that is played: what the data on the disk has, in GB. */
function bytesBehind({ sql, directory }: Written, folder: string): number | null {
  const paths = [...(sql ?? []), ...(typeof directory === 'string' ? [directory] : [])];
  if (paths.length === 0) return null;
  const bytes = (path: string): number => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 0;
    if (!stat.isDirectory()) return stat.size;
    return readdirSync(path).reduce((sum, name) => sum + bytes(join(path, name)), 0);
  };
  return paths.reduce((sum, path) => sum + bytes(resolve(folder, path)), 0) / 1e9;
}

function definedIn(names: Readonly<Record<string, { most: number | null; used: number | null }>>) {
  return Object.fromEntries(
    Object.entries(names).map(([name, { most, used }]) => [
      name,
      { ...(most !== null && { most }), ...(used !== null && { used }) },
    ]),
  );
}

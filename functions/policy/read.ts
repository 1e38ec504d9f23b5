import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { checksSchemaFor } from './checks-schema.ts';
import { misfits } from './consistent.ts';
import { defaultedFields } from './defaulted.ts';
import { feasibility } from './feasible.ts';
import { say } from './fields.ts';
import { nearest } from './nearest.ts';
import { parseRegion } from './place.ts';
import { type Checks, type Policy, policyVersion, type RecoveryNetwork, type Tier } from './policy.ts';
import { fileSchema, readName, recoverySchema, tierSchema } from './schema.ts';
import { fieldName, type Path, pathOf, whereIs } from './where.ts';

// Only used where a policy.yml is read: when packaging and in the CLI. Lambdas import policy.json through policy.ts.

/** One thing that is wrong with a policy file: where, which field, what, and what to write. Lines count from 1. */
export type PolicyProblem = {
  file: string;
  line: number;
  column?: number;
  field: string;
  problem: string;
  mend: string;
};

export type PolicyRead = { ok: true; policy: Policy } | { ok: false; problems: PolicyProblem[] };

type Complain = (path: Path, message: string, of?: 'value' | 'name') => void;

/**
 * Reads and checks the text of a policy file. Either it is a policy that can be met, or every problem that was found
 * is told at once, in the order of the lines. `file` is the name that messages and reasons use.
 */
export function readPolicy(text: string, file: string): PolicyRead {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const problems: PolicyProblem[] = [];
  const complain: Complain = (path, message, of) => {
    const [problem = '', mend = ''] = message.split('\n');
    problems.push({ file, ...whereIs(document, lines, path, of), field: fieldName(path), problem, mend });
  };

  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.push({ file, line, column: col, field: '(the YAML)', ...yamlProblem(error.code, error.message) });
  }
  const torn = document.errors.some((error) => error.code !== 'DUPLICATE_KEY');
  const written = torn ? undefined : plainValue(document, complain);
  const policy = written === undefined ? undefined : checkedPolicy(written, file, complain);
  if (policy !== undefined && problems.length === 0) return { ok: true, policy };
  problems.sort((one, other) => one.line - other.line || (one.column ?? 0) - (other.column ?? 0));
  return { ok: false, problems };
}

/** A problem in one line, as the command line prints it. */
export function problemLine({ file, line, column, field, problem, mend }: PolicyProblem): string {
  return `${file}:${line}${column === undefined ? '' : `:${column}`}  ${field}: ${problem}; ${mend}`;
}

function plainValue(document: Document, complain: Complain): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    complain([], say('refers to an anchor that is not there, or to too many', 'write the values out'));
    return undefined;
  }
  if (value === null || value === undefined) {
    complain([], say('is empty', 'begin with home, alerts and tiers; docs/policy.md shows a whole file'));
    return undefined;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    complain(
      [],
      say('is not a mapping of fields', 'begin with home, alerts and tiers; docs/policy.md shows a whole file'),
    );
    return undefined;
  }
  return value as Record<string, unknown>;
}

function checkedPolicy(written: Record<string, unknown>, file: string, complain: Complain): Policy | undefined {
  const top = parsed(fileSchema, written, [], complain);
  // A tier is judged against home even where something else at the top is wrong.
  const home = top?.home ?? (typeof written.home === 'string' ? written.home : null);
  const tiers = named<Tier>('tiers', written, complain, (raw, path) => {
    const tier = parsed(tierSchema, raw, path, complain);
    if (tier === undefined) return undefined;
    const unmet = feasibility(tier).filter((ruling) => !ruling.holds);
    for (const { field, because, mend } of [...misfits(tier, home), ...unmet]) {
      complain([...path, ...pathOf(field)], say(because, mend));
    }
    return tier;
  });
  const checks = named<Checks>('checks', written, complain, (raw, path) =>
    parsed(checksSchemaFor(raw), raw, path, complain),
  );
  const recovery = named<RecoveryNetwork>('recovery', written, complain, (raw, path) =>
    parsed(recoverySchema, raw, path, complain),
  );
  if (top === undefined) return undefined;
  const { alerts } = top;
  return {
    version: policyVersion,
    file,
    home: top.home,
    alerts,
    tiers,
    checks,
    ...(Object.keys(recovery).length > 0 && { recovery }),
    ...(top.lock === 'compliance' && { lock: top.lock }),
    defaulted: defaultedFields(written),
  };
}

const examples = {
  tiers: 'gold: { backup: …, objectives: … }',
  checks: 'orders: { database: orders }',
  recovery: 'eu-west-1: { subnet_group: apps, security_groups: [ sg-0a1b2c3d ] }',
} as const;

/**
 * The entries of `tiers`, `checks` or `recovery`, each read by itself so that one mistake hides no other. A misspelt name of the
 * whole is told with the top of the file; what stands below it is read all the same.
 */
function named<T>(
  field: keyof typeof examples,
  file: Readonly<Record<string, unknown>>,
  complain: Complain,
  read: (raw: unknown, path: Path) => T | undefined,
): Record<string, T> {
  const key = Object.hasOwn(file, field) ? field : (Object.keys(file).find((name) => nearest(name, [field])) ?? field);
  const written = file[key];
  const entries: Record<string, T> = {};
  if (written === undefined && field !== 'tiers') return entries;
  const example = examples[field];
  if (written === undefined) complain([key], say('is missing', `write at least one tier, such as ${example}`));
  else if (written === null) complain([key], say('has no value', `write entries below it, such as ${example}`));
  else if (typeof written !== 'object' || Array.isArray(written)) {
    complain([key], say('is not a mapping of names', `write entries below it, such as ${example}`));
  } else if (Object.keys(written).length === 0) {
    complain([key], say('is empty', `write entries below it, such as ${example}`));
  } else {
    for (const [name, raw] of Object.entries(written)) {
      const path = [key, name];
      const good = field === 'recovery' ? parseRegion(name) : readName(name);
      if (!good.ok) complain(path, say(good.problem, good.mend), 'name');
      const entry = read(raw, path);
      if (entry !== undefined) entries[name] = entry;
    }
  }
  return entries;
}

/** What a schema makes of a value; undefined after telling what is wrong. */
function parsed<T>(schema: z.ZodType<T>, raw: unknown, path: Path, complain: Complain): T | undefined {
  const first = schema.safeParse(raw);
  if (first.success) return first.data;
  let rulesCanRun = true;
  const meantFields = new Set<string>();
  for (const issue of first.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = pathTo(path, issue);
    const known = issue.message.split(' ');
    for (const key of issue.keys) {
      const meant = nearest(key, known);
      complain([...holder, key], unknownField(meant, known), 'name');
      if (meant === undefined) continue;
      meantFields.add(fieldName([...holder, meant]));
      rulesCanRun = false;
    }
  }
  for (const issue of first.error.issues) {
    if (issue.code === 'unrecognized_keys') continue;
    rulesCanRun = false;
    const at = pathTo(path, issue);
    const misspelt = issue.message.startsWith('is missing\n') && meantFields.has(fieldName(at));
    if (!misspelt) complain(at, issue.message);
  }
  // Rules that compare fields would only confuse while a field is wrong or misspelt. A needless one does not matter.
  if (!rulesCanRun) return undefined;
  const known = structuredClone(raw);
  for (const issue of first.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = issue.path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown>)[part], known);
    for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  return parsed(schema, known, path, complain);
}

function pathTo(path: Path, issue: z.core.$ZodIssue): Path {
  return [...path, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
}

function unknownField(meant: string | undefined, known: readonly string[]): string {
  const mend = meant === undefined ? `the fields here are ${known.join(', ')}` : `did you mean ${meant}?`;
  return say('is not a field', mend);
}

function yamlProblem(code: string, message: string): { problem: string; mend: string } {
  const said = message.replace(/\s+/g, ' ').trim();
  switch (code) {
    case 'DUPLICATE_KEY':
      return { problem: 'this field is written twice in one mapping', mend: 'leave one of them out' };
    case 'TAB_AS_INDENT':
      return { problem: 'a tab indents this line, which YAML does not allow', mend: 'use spaces' };
    case 'BAD_INDENT':
      return { problem: `the indentation does not fit: ${said}`, mend: 'align the fields of one mapping' };
    case 'MULTIPLE_DOCS':
      return { problem: 'a second document begins here', mend: 'keep one policy in the file, without ---' };
    default:
      return { problem: `is not YAML: ${said}`, mend: 'mend the line, or quote the value if it holds : # or quotes' };
  }
}

import * as z from 'zod/mini';
import type { DatabaseAnswer, FileAnswer } from '../probes/contract.ts';

// A probe runs beside restored data. What it answers is checked before anything is made of it.

const trouble = z.object({
  is: z.literal('trouble'),
  code: z.string(),
  words: z.string(),
  of: z.enum(['data', 'access', 'question', 'time', 'other']),
});

const value = z.discriminatedUnion('is', [
  z.object({ is: z.literal('number'), number: z.number() }),
  z.object({ is: z.literal('instant'), instant: z.string() }),
  z.object({ is: z.literal('text'), sha256: z.string(), isEqual: z.nullable(z.boolean()) }),
  z.object({ is: z.literal('nothing') }),
  trouble,
]);

const named = z.array(z.object({ name: z.string(), trouble }));
const indexes = z.object({ checked: z.number(), damaged: named, untested: named });

const table = z.object({
  table: z.string(),
  rows: z.union([z.number(), trouble]),
  digest: z.optional(z.string()),
  indexes: z.optional(indexes),
});

const cursor = z.object({
  connectedAt: z.string(),
  assertions: z.number(),
  assertionsAnsweredAt: z.nullable(z.string()),
  tables: z.number(),
  within: z.nullable(
    z.object({
      table: z.string(),
      rows: z.number(),
      sum: z.string(),
      block: z.nullable(z.number()),
      checks: z.number(),
      indexes,
    }),
  ),
});

export const databaseAnswer = z.object({
  done: z.boolean(),
  endedAt: z.string(),
  connectedAt: z.string(),
  assertions: z.array(z.object({ name: z.string(), value })),
  assertionsAnsweredAt: z.nullable(z.string()),
  tables: z.array(table),
  tableCount: z.number(),
  next: z.optional(cursor),
});

const entry = z.tuple([z.string(), z.string(), z.string()]);

const digests = z.object({
  bucketsRead: z.number(),
  buckets: z.array(entry),
  sample: z.array(entry),
  directories: z.optional(z.array(entry)),
});

export const fileAnswer = z.object({
  done: z.literal(true),
  endedAt: z.string(),
  files: z.number(),
  bytes: z.number(),
  directories: z.number(),
  links: z.number(),
  read: z.number(),
  unreadable: z.record(z.string(), z.number()),
  required: z.array(z.enum(['there', 'missing', 'unreadable'])),
  strangers: z.optional(z.number()),
  otherModes: z.optional(z.number()),
  endings: z.optional(z.array(z.tuple([z.string(), z.number()]))),
  digests: z.optional(digests),
});

export const filesUnderWay = z.object({ done: z.literal(false), files: z.number() });

/** What a drill measured, as it is kept to compare the next one with. */
export type Measures =
  | { readonly of: 'database'; readonly answer: DatabaseAnswer }
  | { readonly of: 'files'; readonly answer: FileAnswer };

export const measures = z.discriminatedUnion('of', [
  z.object({ of: z.literal('database'), answer: databaseAnswer }),
  z.object({ of: z.literal('files'), answer: fileAnswer }),
]);

import { createHash } from 'node:crypto';
import type { Measures } from '../proof/answers.ts';

/** What was recovered, as counts and digests: those of two recoveries of one point are equal. */
export type Contents =
  | {
      readonly of: 'database';
      readonly tables: number;
      readonly rows: number;
      /** Each table's digest, as drills measure it. At most {@link mostTables}; all are in the measures. */
      readonly digests: Readonly<Record<string, string>>;
      readonly sha256: string;
      readonly measures: string;
    }
  | {
      readonly of: 'files';
      readonly files: number;
      readonly bytes: number;
      readonly sha256: string;
      readonly measures: string;
    };

const mostTables = 100;

/** @param object where the whole measures are kept */
export function contentsOf(measures: Measures, object: string): Contents {
  const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
  if (measures.of === 'files') {
    const { files, bytes, digests } = measures.answer;
    return { of: 'files', files, bytes, sha256: sha256(digests ?? null), measures: object };
  }
  const told = measures.answer.tables
    .map(({ table, rows, digest }) => ({ table, rows, digest: digest ?? 'not read' }))
    .sort((one, other) => (one.table < other.table ? -1 : 1));
  return {
    of: 'database',
    tables: told.length,
    rows: told.reduce((sum, { rows }) => sum + (typeof rows === 'number' ? rows : 0), 0),
    digests: Object.fromEntries(told.slice(0, mostTables).map(({ table, digest }) => [table, digest])),
    sha256: sha256(told.map(({ table, digest }) => [table, digest])),
    measures: object,
  };
}

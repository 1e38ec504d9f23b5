import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { edited, edits, type Json, runs } from './mutations.ts';
import { opened, unpacked } from './open.ts';

const root = join(import.meta.dirname, '../../..');
const files = readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .filter((file) => /^export const handler = lambda\(/m.test(readFileSync(join(root, 'functions', file), 'utf8')))
  .sort();

let folder = '';
beforeAll(() => {
  folder = unpacked();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crashes = /^(TypeError|RangeError|SyntaxError|ReferenceError|ZodError)$/;

describe.each(files)('functions/%s', (file) => {
  test('refuses what is no object by name, and asks AWS for nothing', async () => {
    const ask = await opened(file, folder);
    const noObjects = fc.oneof(
      fc.string({ maxLength: 50 }),
      fc.double(),
      fc.boolean(),
      fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(noObjects, async (event) => {
        const { error, calls } = await ask(event);
        expect(error?.name).toBe('InputRejected');
        expect(error?.message).toMatch(/the input: must be an object/);
        expect(calls).toEqual([]);
      }),
      runs(10),
    );
  });

  test('never crashes over any object', async () => {
    const ask = await opened(file, folder);
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 3 })), async (event) => {
        const { error, calls } = await ask(event);
        expect(error?.name ?? 'an answer').not.toMatch(crashes);
        // An error without a name of its own may only tell what AWS refused.
        if (error?.name === 'Error') expect(calls).not.toEqual([]);
      }),
      runs(25),
    );
  });
});

/** True questions to the probes, as a drill asks them. */
const questions: readonly (readonly [string, Json])[] = [
  [
    'probes/database.ts',
    {
      ask: 'data',
      drill: '0123456789abcdef0123',
      connection: {
        dialect: 'postgres',
        host: 'lifeboat-scratch-x.eu-central-1.rds.amazonaws.com',
        port: 5432,
        user: 'lifeboat',
        password: 'secret',
        database: 'orders',
      },
      assertions: [{ name: 'orders exist', sql: 'select count(*) from orders', equals: '0' }],
      integrity: 'full',
      from: {
        connectedAt: '2026-01-05T11:00:00.000Z',
        assertions: 1,
        assertionsAnsweredAt: null,
        tables: 2,
        within: null,
      },
    },
  ],
  ['probes/files.ts', { ask: 'mark', drill: '0123456789abcdef0123' }],
  [
    'probes/files.ts',
    {
      ask: 'files',
      drill: '0123456789abcdef0123',
      salt: 'arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-0a1b2c3d',
      mustExist: ['data/names.nsf'],
      checksums: 'sample',
      owner: { user: 1000, group: null },
      mode: 420,
    },
  ],
  ['probes/files.ts', { ask: 'leave', drill: '0123456789abcdef0123' }],
];

describe.each(questions)('a question to %s, edited', (file, question) => {
  test('is answered, or refused by name; nothing of it is told, and no path leads out of what was restored', async () => {
    const ask = await opened(file, folder);
    await fc.assert(
      fc.asyncProperty(edits, async (all) => {
        const { answer, error } = await ask(edited(question, all));
        expect(error?.name ?? 'an answer').toMatch(/^(an answer|InputRejected|ProbeFailed|WrongPlace)$/);
        expect(error?.message ?? '').not.toContain('secret');
        expect(JSON.stringify(answer ?? {})).not.toContain('names.nsf');
      }),
      runs(60),
    );
  });
});

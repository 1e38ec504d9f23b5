import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Check } from '../../cli/check/check.ts';
import { importOrder } from '../../cli/check/imports.ts';
import { machines } from '../../cli/check/machines.ts';
import { lint, types } from '../../cli/check/programs.ts';
import { tidy } from '../../cli/check/tidy.ts';
import { root } from '../../cli/package/service.ts';

const folders: string[] = [];

/** A repository of nothing but these files, checked. */
async function found(check: Check, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lifeboat-tidy-'));
  folders.push(folder);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return (await check.run(folder)).problems;
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

describe('npm run check', () => {
  test.each([importOrder, tidy, machines])(
    '$name is kept by this repository, and says how much it examined',
    async ({ run }) => {
      const { examined, problems } = await run(root);
      expect(problems).toEqual([]);
      expect(examined).toMatch(/^[1-9]/);
    },
  );

  test.each([importOrder, tidy, machines])('$name has not passed where there is nothing to examine', async (check) => {
    expect(await found(check, {})).toEqual(['There was nothing to examine: the check looks in the wrong place.']);
  });
});

describe('the import order', () => {
  const good = "import { a } from '../platform/errors.ts';\n";

  test.each([
    ['functions/ledger/row.ts', "import type { Tier } from '../policy/policy.ts';", 'policy/ comes after ledger/'],
    ['functions/ledger/row.ts', "export { tier } from '../policy/policy.ts';", 'policy/ comes after ledger/'],
    ['functions/ledger/row.ts', "let a: import('../policy/policy.ts').Tier;", 'policy/ comes after ledger/'],
    ['functions/drill/a.ts', "await import('../protect/begin.ts');", 'stages never import one another'],
    ['functions/jobs/a.ts', "import { a } from '../watch/a.ts';", 'watch/ is a stage'],
    ['functions/restore/a.ts', "import { a } from '../proof/a.ts';", 'proof/ comes after restore/'],
    ['functions/recover/a.ts', "import { a } from '../drill/a.ts';", 'stages never import one another'],
    [
      'functions/watch/a.ts',
      "import { a } from '../../simulator/world/world.ts';",
      'functions/ never imports simulator/',
    ],
    ['functions/probes/a.ts', "import { a } from '../ledger/row.ts';", 'probes import only platform/ and types'],
    ['functions/drill/a.ts', "import { a } from '../probes/contract.ts';", 'only types may be imported from probes/'],
    [
      'simulator/checkers/a.ts',
      "import type { A } from '../../functions/platform/seam.ts';",
      'a checker imports nothing',
    ],
    ['simulator/world/a.ts', "import { a } from '../../functions/ledger/row.ts';", 'simulator/ imports only types'],
  ])('finds in %s: %s', async (file, text, because) => {
    const problems = await found(importOrder, { 'functions/policy/a.ts': good, [file]: `// A line above.\n${text}\n` });
    expect(problems).toEqual([expect.stringContaining(because)]);
    expect(problems[0]).toMatch(new RegExp(`^${file}:2  `));
  });

  test.each([
    ['functions/drill/a.ts', "import type { Answer } from '../probes/contract.ts';"],
    ['functions/drill/a.ts', "import { a } from './b.ts'; import { b } from '../scratch/b.ts';"],
    [
      'functions/probes/a.ts',
      "import { a } from '../platform/lambda.ts'; import type { B } from '../policy/policy.ts';",
    ],
    ['functions/watch/a.ts', '// import { a } from "../protect/begin.ts";'],
    ['simulator/world/a.ts', "import type { Seam } from '../../functions/platform/seam.ts';"],
  ])('takes in %s: %s', async (file, text) => {
    expect(await found(importOrder, { 'functions/policy/b.ts': good, [file]: `${text}\n` })).toEqual([]);
  });
});

describe('tidiness', () => {
  test.each([
    ['const at = () => Date.now();', 'Date.now: take the time from seam.clock'],
    ['const at = () => new Date();', 'new Date() without an argument'],
    ['const at = () => Date();', 'Date(): take the time'],
    ['const at = () => performance.now();', 'performance.now: take the time'],
    ['const at = () => Math.random();', 'Math.random: take chance from seam.chance'],
    ["import { randomUUID } from 'node:crypto';", 'randomUUID: take chance from seam.chance'],
    ['const at = () => process.env.HOME;', 'process.env: read seam.environment'],
    ['let last = 0;', 'let at module level'],
    ['export const seen = new Map<string, string>();', 'an empty Map at module level'],
    ['const client = new BackupClient({});', 'a client at module level'],
    ['export const table = DynamoDBDocumentClient.from(other);', 'a client at module level'],
  ])('finds in a function: %s', async (text, because) => {
    const problems = await found(tidy, { 'functions/watch/a.ts': `// A line above.\n${text}\n` });
    expect(problems).toEqual([expect.stringContaining(`functions/watch/a.ts:2  ${because}`)]);
  });

  test.each([
    'const at = (text: string) => new Date(text);',
    "const names = new Set(['a', 'b']);",
    'export const build = (Client: new () => object) => { const seen = new Map(); return { seen, client: new Client() }; };',
    '// Date.now() and Math.random() in a comment',
    "const words = 'process.env and new Date()';",
  ])('takes in a function: %s', async (text) => {
    expect(await found(tidy, { 'functions/watch/a.ts': `${text}\n` })).toEqual([]);
  });

  test.each([
    'functions/watch/utils.ts',
    'simulator/helpers/a.ts',
    'cli/common.ts',
    'test/date-utils.ts',
    'bench/test-helper.mjs',
  ])('finds a name that says nothing: %s', async (file) => {
    const problems = await found(tidy, { 'functions/watch/a.ts': 'export {};\n', [file]: 'export {};\n' });
    expect(problems).toEqual([expect.stringContaining('says nothing: name the subject')]);
  });
});

describe('the state machines', () => {
  const good = {
    Comment: 'Takes {}.',
    QueryLanguage: 'JSONata',
    StartAt: 'Done',
    States: { Done: { Type: 'Succeed' } },
  };

  test.each([
    [{ ...good, StartAt: 'Nowhere' }, 'Nowhere'],
    [{ ...good, States: { Done: { Type: 'Pass', Next: 'Gone' } } }, 'Gone'],
    [{ ...good, States: { Done: { Type: 'Pass', InputPath: '$', End: true } } }, 'InputPath'],
    [{ ...good, Comment: undefined }, 'has no Comment'],
  ])('%# are refused with the reason', async (definition, because) => {
    const problems = await found(machines, { 'statemachines/a.asl.json': JSON.stringify(definition) });
    expect(problems.join('\n')).toContain(because);
    expect(problems[0]).toMatch(/^statemachines\/a\.asl\.json {2}/);
  });

  test('that are not JSON are refused', async () => {
    expect(await found(machines, { 'statemachines/a.asl.json': '{ "Comment": }' })).toEqual([
      expect.stringContaining('statemachines/a.asl.json  is not JSON'),
    ]);
  });
});

describe('the programs that check', () => {
  test('find a type that does not fit', async () => {
    const problems = await found(types, {
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "noEmit": true, "types": [] }, "files": ["a.ts"] }',
      'a.ts': 'export const count: number = "three";\n',
    });
    expect(problems).toEqual([expect.stringContaining('a.ts(1,14): error TS2322')]);
  });

  test('find what is not formatted, and what the linter refuses', async () => {
    const problems = await found(lint, {
      'biome.json': '{ "linter": { "rules": { "suspicious": { "noExplicitAny": "error" } } } }',
      'a.ts': 'export const a: any    = 1;\n',
    });
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^a\.ts:1 {2}lint.*noExplicitAny/),
        expect.stringMatching(/^a\.ts:\d {2}format/),
      ]),
    );
  });
});

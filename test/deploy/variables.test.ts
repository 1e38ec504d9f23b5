import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsed } from '../../cli/check/source.ts';
import { compileTemplate, stacksOf, type Template } from '../../cli/package.ts';
import { type Code, codesOf, readsIn } from './code.ts';
import { type DeployedFunction, functionsOf } from './template.ts';

/** What Lambda sets by itself. */
const ofLambda = [
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_REGION',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
];

let folder = '';
const templates: Record<string, Template> = {};
let codes: Map<string, Code>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-variables-'));
  const policyFile = 'policy.yml';
  for (const stack of await stacksOf(policyFile)) {
    templates[stack.part] = await compileTemplate({ ...stack, policyFile, outDir: folder });
  }
  const sources = new Set(
    Object.values(templates).flatMap((template) => functionsOf(template).map(({ source }) => source)),
  );
  codes = await codesOf([...sources]);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function differences(functions: readonly DeployedFunction[], codeFor: (source: string) => Code | undefined): string[] {
  return functions.flatMap(({ logicalId, source, variables }) => {
    const { reads, unclear }: Pick<Code, 'reads' | 'unclear'> = codeFor(source) ?? { reads: [], unclear: ['no code'] };
    return [
      ...unclear.map((what) => `${logicalId}: ${what}`),
      ...reads
        .filter((name) => !ofLambda.includes(name) && !variables.includes(name))
        .map((name) => `${logicalId} reads ${name}, which is not set`),
      ...variables
        .filter((name) => !reads.includes(name))
        .map((name) => `${logicalId} is given ${name}, which it does not read`),
    ];
  });
}

describe('the variables of the functions', () => {
  test.each(['home', 'copy'])('of the %s stack are those that their code reads, no more and no fewer', (part) => {
    const template = templates[part] as Template;
    const functions = functionsOf(template);
    expect(functions.length).toBeGreaterThan(10);
    expect(functions.flatMap(({ variables }) => variables).length).toBeGreaterThan(40);
    expect(differences(functions, (source) => codes.get(source))).toEqual([]);
  });

  test('that are forgotten, or given for nothing, are found', () => {
    const [one] = functionsOf(templates.home as Template).filter(({ variables }) => variables.includes('LEDGER_TABLE'));
    const planted = { ...(one as DeployedFunction), variables: ['NEVER_READ'] };
    const found = differences([planted], (source) => codes.get(source));
    expect(found).toContain(`${planted.logicalId} reads LEDGER_TABLE, which is not set`);
    expect(found).toContain(`${planted.logicalId} is given NEVER_READ, which it does not read`);
  });

  test.each([
    ["required(seam.environment, 'BACKUP_VAULT')", ['BACKUP_VAULT']],
    [
      "required(environment, drill ? 'DRILL_MACHINE_ARN' : 'PROTECT_MACHINE_ARN')",
      ['DRILL_MACHINE_ARN', 'PROTECT_MACHINE_ARN'],
    ],
    ['seam.environment.MOUNT_PATH', ['MOUNT_PATH']],
    ["environment['MOUNT_PATH']", ['MOUNT_PATH']],
    ['const { HOME_REGION: home } = seam.environment', ['HOME_REGION']],
  ])('are seen in %s', async (text, expected) => {
    expect(readsIn((await parsed('planted.ts', text)).statements)).toEqual({ reads: expected, unclear: [] });
  });

  test('are not guessed where their name is put together', async () => {
    const { statements } = await parsed('planted.ts', "required(environment, kind + '_topic'); environment[kind];");
    expect(readsIn(statements).unclear).toHaveLength(2);
  });
});

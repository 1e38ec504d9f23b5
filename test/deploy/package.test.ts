import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packagedOnce } from '../../cli/package/kept.ts';
import { readPolicyFile } from '../../cli/package/policy.ts';
import { compileTemplate, packagedPolicy, type Stack, stacksOf, type Template } from '../../cli/package.ts';
import { policyJson } from '../../functions/policy/policy.ts';
import { codesOf } from './code.ts';
import { danglingIn, functionsOf, referencesIn, resourcesOf } from './template.ts';
import { unzip } from './zip.ts';

const policyFile = 'policy.yml';
const budgetBytes = (clients: number) => (clients <= 2 ? 130_000 : 165_000);

interface Packaged extends Stack {
  readonly outDir: string;
  readonly zips: readonly string[];
  readonly text: string;
  readonly template: Template;
}

let folder = '';
let packaged: Packaged[] = [];
let files = new Map<string, Map<string, Buffer>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-package-'));
  packaged = await Promise.all(
    (await stacksOf(policyFile)).map(async (stack) => {
      const outDir = await packagedOnce({ ...stack, policyFile });
      const zips = readdirSync(outDir)
        .filter((file) => file.endsWith('.zip'))
        .sort();
      const text = readFileSync(join(outDir, 'cloudformation-template-update-stack.json'), 'utf8');
      return { ...stack, outDir, zips, text, template: JSON.parse(text) as Template };
    }),
  );
  files = new Map(
    packaged.flatMap(({ outDir, part, zips }) => zips.map((zip) => [`${part}/${zip}`, unzip(join(outDir, zip))])),
  );
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Our own words for what only a developer's machine has. */
const local = /localhost|127\.0\.0\.1|simulat/gi;

describe('npm run package', () => {
  test('packages home and every Region that a tier copies to', () => {
    expect(packaged.map(({ region, part }) => [region, part])).toEqual([
      ['eu-central-1', 'home'],
      ['eu-west-1', 'copy'],
    ]);
  });

  test('puts into each zip the handler and the policy, and nothing else', () => {
    const functions = packaged.flatMap(({ part, template }) =>
      functionsOf(template).map(({ logicalId, source }) => ({ part, logicalId, source })),
    );
    expect(functions.length).toBe(files.size);
    expect(files.size).toBeGreaterThan(25);
    for (const { part, logicalId, source } of functions) {
      const zip = logicalId.replace('LambdaFunction', '.zip').replace(/^./, (letter) => letter.toLowerCase());
      const names = [...(files.get(`${part}/${zip}`) ?? new Map()).keys()].sort();
      expect({ zip, names }).toEqual({ zip, names: [packagedPolicy, source.replace(/\.ts$/, '.js')] });
    }
  });

  test('points POLICY_FILE at the policy that was checked', async () => {
    const { policy } = await readPolicyFile(policyFile);
    const pointing = packaged.flatMap(({ template }) =>
      resourcesOf(template, 'AWS::Lambda::Function').flatMap(({ properties }) => {
        const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
        return Object.hasOwn(Variables, 'POLICY_FILE') ? [Variables.POLICY_FILE] : [];
      }),
    );
    expect(pointing.length).toBeGreaterThan(5);
    expect(new Set(pointing)).toEqual(new Set([packagedPolicy]));
    for (const zip of files.values()) expect(zip.get(packagedPolicy)?.toString()).toBe(policyJson(policy));
  });

  test('leaves no word of a developer’s own machine in any bundle', () => {
    const found = [...files].flatMap(([zip, contents]) =>
      [...contents].flatMap(([name, bytes]) =>
        [...bytes.toString().matchAll(local)].map(([word]) => `${zip} ${name} ${word}`),
      ),
    );
    const bytes = [...files.values()]
      .flatMap((contents) => [...contents.values()])
      .reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThan(3_000_000);
    expect(found).toEqual([]);
    expect('an endpoint on LocalHost, 127.0.0.1, simulated'.match(local)).toHaveLength(3);
  });

  test('keeps every bundle within its budget: 130 kB gzipped with up to two SDK clients, 165 kB with more', async () => {
    const sources = new Map(packaged.flatMap(({ template }) => functionsOf(template).map((one) => [one.source, one])));
    const codes = await codesOf([...sources.keys()]);
    const over: string[] = [];
    for (const [zip, contents] of files) {
      for (const [name, bytes] of contents) {
        if (!name.endsWith('.js')) continue;
        const clients = codes.get(name.replace(/\.js$/, '.ts'))?.clients.length ?? 0;
        const size = gzipSync(bytes, { level: 9 }).length;
        if (size > budgetBytes(clients)) over.push(`${zip}: ${size} bytes gzipped with ${clients} clients`);
      }
    }
    expect(over).toEqual([]);
  }, 60_000);

  test('gives the same bytes for the same function in every Region', () => {
    const shared = [...files].filter(([zip]) => zip.startsWith('copy/'));
    expect(shared.length).toBeGreaterThan(10);
    const digests = (contents: ReadonlyMap<string, Buffer> = new Map()) =>
      [...contents].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]);
    for (const [zip, contents] of shared) {
      expect([zip, digests(files.get(zip.replace('copy/', 'home/')))]).toEqual([zip, digests(contents)]);
    }
  });

  test('gives the template that the simulated account is made from, but for the instant of its upload', async () => {
    for (const { region, part, text } of packaged) {
      const compiled = await compileTemplate({ region, part, policyFile, outDir: folder });
      const upload = /"serverless\/lifeboat\/main\/\d{13}-[^/]*Z\//g;
      expect(text.match(upload)?.length).toBeGreaterThan(10);
      expect(JSON.parse(text.replaceAll(upload, '"serverless/lifeboat/main/compiled/'))).toEqual(compiled);
    }
  }, 60_000);
});

describe.each(['home', 'copy'])('the %s template', (part) => {
  const template = () => packaged.find((one) => one.part === part)?.template as Template;

  test('refers to nothing that it does not hold', () => {
    const references = Object.values(template().Resources).flatMap(referencesIn);
    expect(references.length).toBeGreaterThan(100);
    expect(danglingIn(template())).toEqual([]);
    const planted = {
      ...template(),
      Resources: { One: { Type: 'AWS::SNS::Topic', Properties: { A: { 'Fn::Sub': '${Two.Arn}' } } } },
    };
    expect(danglingIn(planted)).toEqual(['One → Two']);
  });

  test('holds each state machine with the ARNs of its functions, and a role that may invoke just those', () => {
    const machines = resourcesOf(template(), 'AWS::StepFunctions::StateMachine');
    expect(machines.map(({ properties }) => properties.StateMachineName).sort()).toEqual([
      'lifeboat-drill',
      'lifeboat-fleet',
      ...(part === 'home' ? ['lifeboat-protect'] : []),
      'lifeboat-recover',
      'lifeboat-silence',
    ]);
    for (const { properties } of machines) {
      const [text, given] = (properties.DefinitionString as { 'Fn::Sub': [string, Record<string, unknown>] })[
        'Fn::Sub'
      ];
      const invoked = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => JSON.stringify(given[name]));
      expect(invoked.length).toBeGreaterThan(0);
      for (const arn of invoked) expect(arn).toMatch(/^\{"Fn::GetAtt":\["\w+LambdaFunction","Arn"\]\}$/);
      const role = template().Resources[(properties.RoleArn as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]];
      const allowed = referencesIn(role?.Properties?.Policies).filter((name) => name.endsWith('LambdaFunction'));
      const called = invoked.map((arn) => /"(\w+LambdaFunction)"/.exec(arn)?.[1]);
      expect([...new Set(allowed)].sort()).toEqual([...new Set(called)].sort());
    }
  });

  test('has the schedules of the watch, and one for each tier whose workflow runs here', () => {
    const schedules = resourcesOf(template(), 'AWS::Scheduler::Schedule').map(({ properties }) => properties.Name);
    const workflow = part === 'home' ? 'protect' : 'drill';
    expect(schedules.sort()).toEqual(
      [
        `lifeboat-${workflow}-gold`,
        `lifeboat-${workflow}-silver`,
        'lifeboat-check',
        'lifeboat-keep',
        'lifeboat-reconcile',
        'lifeboat-report',
        'lifeboat-report-seal',
        'lifeboat-sweep',
        'lifeboat-watch',
      ].sort(),
    );
  });
});

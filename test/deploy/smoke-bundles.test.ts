import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packagedOnce } from '../../cli/package/kept.ts';
import { stacksOf, type Template } from '../../cli/package.ts';
import { events } from './smoke/events.ts';
import { type Call, openWire, type Wire } from './smoke/wire.ts';
import { resourcesOf } from './template.ts';
import { unzip } from './zip.ts';

const policyFile = 'policy.yml';
const secret = 'the secret of nobody';
const atOnce = 3;

/** How one packaged function ended that was run as Lambda runs it. */
interface Ran {
  readonly name: string;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
  readonly calls: readonly Call[];
}

let folder = '';
let wire: Wire;
const ran: Ran[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-smoke-'));
  wire = await openWire(secret);
  const functions = await unpack();
  const next = functions[Symbol.iterator]();
  const work = async () => {
    for (const one of next) ran.push(await run(one));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  ran.sort((one, other) => (one.name < other.name ? -1 : 1));
}, 300_000);

afterAll(async () => {
  await wire?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Unpacked {
  readonly name: string;
  readonly part: string;
  readonly region: string;
  readonly root: string;
  readonly handler: string;
  readonly variables: Record<string, string>;
}

/** Home has every function; what a copy Region shares with it is the same bytes, which package.test.ts holds. */
async function unpack(): Promise<Unpacked[]> {
  const found: Unpacked[] = [];
  for (const stack of (await stacksOf(policyFile)).filter(({ part }) => part === 'home')) {
    const packaged = await packagedOnce({ ...stack, policyFile });
    const text = await readTemplate(packaged);
    const functions = resourcesOf(text, 'AWS::Lambda::Function');
    for (const zip of (await readdir(packaged)).filter((file) => file.endsWith('.zip'))) {
      const name = zip.replace('.zip', '');
      const root = join(folder, name);
      for (const [file, bytes] of unzip(join(packaged, zip))) {
        await mkdir(dirname(join(root, file)), { recursive: true });
        await writeFile(join(root, file), bytes);
      }
      const logicalId = `${name.replace(/^./, (letter) => letter.toUpperCase())}LambdaFunction`;
      const properties = functions.find((one) => one.logicalId === logicalId)?.properties;
      if (properties === undefined) throw new Error(`The template has no ${logicalId} for ${zip}.`);
      const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
      found.push({
        ...stack,
        name,
        root,
        handler: String(properties.Handler).replace(/\.handler$/, '.js'),
        variables: Object.fromEntries(
          Object.entries(Variables).map(([key, value]) => [key, resolved(value, stack.region)]),
        ),
      });
    }
  }
  return found;
}

async function readTemplate(packaged: string): Promise<Template> {
  return JSON.parse(await readFile(join(packaged, 'cloudformation-template-update-stack.json'), 'utf8')) as Template;
}

/** What CloudFormation would put there: an ARN or a name in the form of the real one. */
function resolved(value: unknown, region: string): string {
  const pseudo: Record<string, string> = {
    'AWS::AccountId': '123456789012',
    'AWS::Partition': 'aws',
    'AWS::Region': region,
  };
  const physical = (name: string) => {
    if (pseudo[name] !== undefined) return pseudo[name];
    if (name.endsWith('Topic')) return `arn:aws:sns:${region}:123456789012:${name}`;
    if (name.endsWith('Bucket')) return `lifeboat-evidence-123456789012-${region}`;
    return name.toLowerCase();
  };
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  if (key === 'Ref') return physical(String(inner));
  if (key === 'Fn::GetAtt') {
    const [name, attribute] = inner as [string, string];
    if (attribute !== 'Arn') return name.toLowerCase();
    if (name.endsWith('Key')) return `arn:aws:kms:${region}:123456789012:key/${name}`;
    return `arn:aws:iam::123456789012:role/${name}`;
  }
  if (key === 'Fn::Sub') return String(inner).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => physical(name));
  throw new Error(`This test does not know how CloudFormation resolves ${JSON.stringify(value)}.`);
}

/** In a plain Node process that has nothing but what Lambda gives. The access key is the function's name. */
async function run({ name, root, handler, region, variables }: Unpacked): Promise<Ran> {
  const event = events[name];
  if (event === undefined) throw new Error(`${name} has no event. Add a harmless one to smoke/events.ts.`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'smoke/run.cjs'), join(root, handler), JSON.stringify(event)],
    {
      cwd: root,
      timeout: 60_000,
      env: {
        ...variables,
        ...(variables.MOUNT_PATH !== undefined && { MOUNT_PATH: root }),
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: name,
        AWS_SECRET_ACCESS_KEY: secret,
        AWS_SESSION_TOKEN: 'a session',
        AWS_ENDPOINT_URL: wire.url,
        AWS_LAMBDA_FUNCTION_NAME: name,
        LAMBDA_TASK_ROOT: root,
      },
    },
  );
  const ended = JSON.parse(
    stdout === '' ? '{"error":{"name":"Silence","message":"It ended without an answer."}}' : stdout,
  );
  return { name, ...(ended as object), calls: wire.calls.filter(({ accessKey }) => accessKey === name) };
}

describe('every packaged function, in an account in which there is nothing', () => {
  test('was run, as often as there are events', () => {
    expect(ran.map(({ name }) => name)).toEqual(Object.keys(events).sort());
  });

  test('makes its first call over the real wire, signed as AWS wants it; the probes call nobody', () => {
    const silent = ran.filter(({ calls }) => calls.length === 0).map(({ name }) => name);
    expect(silent).toEqual(['probeDatabase', 'probeFiles']);
    expect(wire.refused).toEqual([]);
    expect(new Set(wire.calls.map(({ region }) => region))).toEqual(new Set(['eu-central-1', 'eu-west-1']));
  });

  test('reaches each service in its own protocol', () => {
    expect([...new Set(wire.calls.map(({ service }) => service))].sort()).toEqual([
      'backup',
      'dynamodb',
      'elasticfilesystem',
      'lambda',
      'monitoring',
      'rds',
      's3',
      'sns',
      'states',
      'tagging',
    ]);
  });

  test('ends well where nothing is to be done', () => {
    const answering = ran.filter(({ error }) => error === undefined).map(({ name }) => name);
    expect(answering).toEqual(
      expect.arrayContaining(['check', 'keep', 'recoverChoose', 'reportSeal', 'silence', 'sweep', 'watch']),
    );
  });

  test('ends with an error in words where it cannot go on, and never with one of the language', () => {
    const failed = ran.filter(({ error }) => error !== undefined);
    expect(failed.length).toBeGreaterThan(10);
    for (const { name, error } of failed) {
      expect([name, error?.name]).toEqual([
        name,
        expect.not.stringMatching(/^(Type|Reference|Syntax|Range)Error$|^Silence$/),
      ]);
      expect([name, error?.message]).toEqual([name, expect.stringMatching(/^[A-Z'a-z].{8,}/)]);
    }
    const ownWords = failed.map(({ name, error }) => `${name}: ${error?.message}`);
    expect(ownWords).toContain(
      "drillChoose: resource: none was named, and this Region's roster is empty. Tag a resource with lifeboat:tier.",
    );
  });

  test('would be caught unsigned, and signed with the wrong secret', async () => {
    const { signerOf } = await import('./smoke/signature.ts');
    const request = { method: 'POST', url: '/', headers: {}, body: Buffer.from('') };
    expect(signerOf(request, secret)).toMatch(/no signature/);
    const authorization = `AWS4-HMAC-SHA256 Credential=a/20260101/eu-central-1/sns/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=${'0'.repeat(64)}`;
    expect(signerOf({ ...request, headers: { authorization } }, secret)).toMatch(/not the one/);
  });
});

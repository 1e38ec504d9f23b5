import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileTemplate, stacksOf, type Template } from '../../cli/package.ts';
import { type Code, codesOf } from './code.ts';
import { type DeployedFunction, functionsOf } from './template.ts';

const services: Readonly<Record<string, string>> = {
  'client-backup': 'backup',
  'client-cloudwatch': 'cloudwatch',
  'client-dynamodb': 'dynamodb',
  'client-ec2': 'ec2',
  'client-efs': 'elasticfilesystem',
  'client-iam': 'iam',
  'client-kms': 'kms',
  'client-lambda': 'lambda',
  'client-rds': 'rds',
  'client-resource-groups-tagging-api': 'tag',
  'client-s3': 's3',
  'client-sfn': 'states',
  'client-sns': 'sns',
};

/** Where IAM's word is not the operation's. */
const otherWords: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadBucket': 's3:ListBucket',
};

/** Rights that AWS asks for beside the call that a function makes. */
const beside = [
  /^logs:/, // Lambda writes the log with the function's role.
  /^xray:/, // Lambda carries the trace with the function's role.
  /^kms:(GenerateDataKey|Decrypt)$/, // SNS encrypts what it is given with the caller's rights.
  /^kms:(CreateGrant|DescribeKey)$/, // RDS takes the key of a database that it makes with the caller's rights.
  /^ec2:/, // A mount target is a network interface, made with the caller's rights.
  /:(TagResource|AddTagsToResource)$/, // Tags that are part of a creation.
  /^sqs:SendMessage$/, // Lambda leaves what failed in every try in a queue with the function's role.
  /^iam:PassRole$/, // Handing AWS Backup its role.
  /^elasticfilesystem:Client/, // Mounting is no call.
  /^s3:ListBucket$/, // Without it a missing object answers 403 instead of 404.
];

let folder = '';
const templates: Template[] = [];
let codes: Map<string, Code>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-roles-'));
  const policyFile = 'policy.yml';
  for (const stack of await stacksOf(policyFile)) {
    templates.push(await compileTemplate({ ...stack, policyFile, outDir: folder }));
  }
  codes = await codesOf([...new Set(templates.flatMap((one) => functionsOf(one).map(({ source }) => source)))]);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

function allowedTo(template: Template, { role }: DeployedFunction): string[] {
  const policies = template.Resources[role]?.Properties?.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return [...new Set(statements.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? [Action].flat() : [])))].sort();
}

/** Whoever reads the ledger or evidence carries the code to write as well. Whether it is missed, rights.test.ts sees. */
const carried = ['dynamodb:PutItem', 's3:PutObject'];
/** Every function carries all verbs of the ledger; to take rows away is a right for those alone that do it. */
const removal = 'dynamodb:DeleteItem';

function neededBy({ commands, verbs }: Pick<Code, 'commands' | 'verbs'>): string[] {
  const actions = commands.map((command) => {
    const [client = '', operation = ''] = command.split(' ');
    const action = `${services[client] ?? client}:${operation}`;
    return otherWords[action] ?? action;
  });
  return [...new Set(actions)].filter((action) => action !== removal || verbs.includes('remove')).sort();
}

function differences(template: Template, one: DeployedFunction, code: Pick<Code, 'commands' | 'verbs'>): string[] {
  const allowed = allowedTo(template, one);
  const needed = neededBy(code);
  return [
    ...needed
      .filter((action) => !allowed.includes(action) && !carried.includes(action))
      .map((action) => `${one.role} lacks ${action}`),
    ...allowed
      .filter((action) => !needed.includes(action) && !beside.some((right) => right.test(action)))
      .map((action) => `${one.role} may ${action}, which nothing in its code asks for`),
  ];
}

describe('the role of each function', () => {
  test('allows every call that its code makes, and no other', () => {
    let examined = 0;
    const found = templates.flatMap((template) =>
      functionsOf(template).flatMap((one) => {
        const code = codes.get(one.source) ?? { commands: [], verbs: [] };
        examined += code.commands.length;
        return differences(template, one, code);
      }),
    );
    expect(examined).toBeGreaterThan(100);
    expect([...new Set(found)]).toEqual([]);
  });

  test('is found wanting when a call is planted, and too wide when one goes', () => {
    const [home] = templates as [Template];
    const check = functionsOf(home).find(({ role }) => role === 'CheckRole') as DeployedFunction;
    const commands = codes.get(check.source)?.commands ?? [];
    const without = commands.filter((command) => command !== 'client-sns Publish');
    expect(
      differences(home, check, { commands: [...without, 'client-rds DeleteDBInstance'], verbs: ['remove'] }),
    ).toEqual(
      expect.arrayContaining([
        'CheckRole lacks rds:DeleteDBInstance',
        'CheckRole lacks dynamodb:DeleteItem',
        'CheckRole may sns:Publish, which nothing in its code asks for',
      ]),
    );
  });
});

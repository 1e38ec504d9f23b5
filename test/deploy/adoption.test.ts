import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileTemplate, stacksOf, type Template } from '../../cli/package.ts';
import { standing } from './rights/packaged.ts';
import { danglingIn, functionsOf, resourcesOf } from './template.ts';

const policyFile = 'examples/policies/another-plan.yml';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** One right of one role, with its resource and condition as text. */
interface Right {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

let folder = '';
const stacks: { region: string; part: string; template: Template; rights: Right[] }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-adoption-'));
  for (const { region, part } of await stacksOf(policyFile)) {
    const template = await compileTemplate({ region, part, policyFile, outDir: folder });
    stacks.push({ region, part, template, rights: rightsIn(template, region) });
  }
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function rightsIn(template: Template, region: string): Right[] {
  const roles = standing(template, region).resources.filter(({ type }) => type === 'AWS::IAM::Role');
  return roles.flatMap(({ logicalId, properties }) =>
    ((properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[])
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource, Condition }) =>
        [Action].flat().flatMap((action) =>
          [Resource].flat().map((resource) => ({
            role: logicalId,
            action,
            resource: String(resource),
            condition: JSON.stringify(Condition ?? {}),
          })),
        ),
      ),
  );
}

const reads = /^[\w-]+:(Describe|Get|List|Query$)/;
/** Lifeboat's own things by their names: its ledger, topics, functions, machines, bucket, queues, log groups. */
const own = /^arn:aws:[\w-]+:[\w-]*:\d*:+[^*]*lifeboat-(?!AWSBackup)/;
const ofScratch = /:(db|cluster|cluster-snapshot|subgrp):(lifeboat-scratch|\*recovered\*)/;
const bornForIt = /"aws:(Resource|Request)Tag\/lifeboat:(scratch|recovered)":"false"/;

/** What else may be done, and why nothing of the account changes by it, or who asks for it. */
const reasoned: readonly { readonly right: RegExp; readonly because: string }[] = [
  { right: /^\w+ (logs|xray):/, because: 'logs and traces of our own' },
  { right: /^\w+ cloudwatch:PutMetricData \* .*"cloudwatch:namespace":"Lifeboat"/, because: 'our own heartbeat' },
  { right: /^\w+ states:SendTask(Success|Failure) /, because: 'only who holds a token of our machines can answer it' },
  { right: /^\w+ iam:PassRole \S+lifeboat-AWSBackup-\S+ .*backup\.amazonaws\.com/, because: 'to AWS Backup alone' },
  { right: /^\w+ kms:(GenerateMac|GenerateDataKey|Decrypt) /, because: 'our own keys: of passwords, of the topics' },
  {
    right: /^(DrillRestore|RecoverRestore)Role backup:StartRestoreJob /,
    because: 'a restore reads a point, and makes something new',
  },
  {
    right: /^KeepRole backup:(StartCopyJob|UpdateRecoveryPointLifecycle) /,
    because:
      'keep copies a last proven point into lifeboat-proven, and gives it more time there: docs/adopt.md says it',
  },
  {
    right: /^(Drill|Recover|Sweep)\w*Role ec2:(Create|Delete)NetworkInterface /,
    because: 'a mount target of what was restored is a network interface',
  },
  {
    right: /^(Drill|Recover)\w*Role elasticfilesystem:TagResource .*"elasticfilesystem:CreateAction"/,
    because: 'tags of what is made, in the call that makes it',
  },
  {
    right: /^(Drill|Recover)\w*Role rds:(CreateDBInstance|ModifyDBInstance) arn:aws:rds:\S+:(subgrp|pg|og):/,
    because: 'the groups that a restored database is put into; they are not changed',
  },
  {
    right: /^Recover\w+Role rds:RestoreDB(Instance|Cluster)ToPointInTime /,
    because: 'somebody started lifeboat-recover: the source is read, what is made is new',
  },
  {
    right: /^(Drill|Recover)\w+Role kms:CreateGrant .*"kms:ViaService":"rds\..*"kms:GrantIsForAWSResource":"true"/,
    because: 'RDS lends itself the key of a database that it makes for us: docs/adopt.md says it',
  },
  { right: /^Probe\w+Role ec2:\w+ /, because: 'Lambda makes the interface of a probe; its code is refused it' },
];

const textOf = ({ role, action, resource, condition }: Right) => `${role} ${action} ${resource} ${condition}`;

function touchingOthers(rights: readonly Right[]): string[] {
  return rights
    .filter(({ action }) => !reads.test(action))
    .filter(({ resource, condition }) => !own.test(resource) && !ofScratch.test(resource) && !bornForIt.test(condition))
    .map(textOf)
    .filter((text) => !reasoned.some(({ right }) => right.test(text)));
}

describe('a policy in which no tier has backup:', () => {
  test('is packaged for both Regions without lifeboat-protect, its functions and its roles', () => {
    expect(stacks.map(({ region, part }) => [region, part])).toEqual([
      ['us-east-1', 'home'],
      ['us-west-2', 'copy'],
    ]);
    for (const { template } of stacks) {
      const names = resourcesOf(template, 'AWS::StepFunctions::StateMachine').map(
        ({ properties }) => properties.StateMachineName,
      );
      expect(names.sort()).toEqual(['lifeboat-drill', 'lifeboat-fleet', 'lifeboat-recover', 'lifeboat-silence']);
      expect(functionsOf(template).length).toBeGreaterThan(20);
      expect(functionsOf(template).filter(({ source }) => source.startsWith('functions/protect/'))).toEqual([]);
      expect(Object.keys(template.Resources).filter((id) => /^Protect/.test(id))).toEqual([]);
      expect(danglingIn(template)).toEqual([]);
    }
  });

  test('shows on its dashboard only what is there', () => {
    for (const { template } of stacks) {
      const text = JSON.stringify(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
      expect(text).toContain('lifeboat-drill');
      expect(text).not.toContain('lifeboat-protect');
    }
  });

  test('still watches, proves and keeps: with the same schedules, but none for backups', () => {
    const [home, copy] = stacks.map(({ template }) =>
      resourcesOf(template, 'AWS::Scheduler::Schedule').map(({ properties }) => String(properties.Name)),
    );
    expect(home).toEqual(expect.arrayContaining(['lifeboat-watch', 'lifeboat-reconcile', 'lifeboat-keep']));
    expect(copy).toContain('lifeboat-drill-central-plan');
    expect([...(home ?? []), ...(copy ?? [])].filter((name) => name.startsWith('lifeboat-protect'))).toEqual([]);
  });

  test('gives no role the right to start a backup, and to start a copy to keep alone', () => {
    const starts = stacks.flatMap(({ rights }) =>
      rights.filter(({ action }) => /^(\*|backup:(\*|Start(Backup|Copy)Job))$/.test(action)),
    );
    expect([...new Set(starts.map(({ role, action }) => `${role} ${action}`))]).toEqual([
      'KeepRole backup:StartCopyJob',
    ]);
  });

  test('only reads, outside of scratch and of what Lifeboat itself is', () => {
    const all = stacks.flatMap(({ rights }) => rights);
    expect(all.length).toBeGreaterThan(400);
    expect([...new Set(stacks.flatMap(({ rights }) => touchingOthers(rights)))]).toEqual([]);
    // A reason that fits nothing any more has to go.
    expect(reasoned.filter(({ right }) => !all.some((one) => right.test(textOf(one))))).toEqual([]);
  });

  test('is found out when it may write to what is not its own', () => {
    const planted = (action: string, resource: string) => ({ role: 'WatchRole', action, resource, condition: '{}' });
    const found = touchingOthers([
      planted('backup:DeleteRecoveryPoint', 'arn:aws:rds:us-east-1:123456789012:snapshot:awsbackup:*'),
      planted('rds:DeleteDBInstance', 'arn:aws:rds:us-east-1:123456789012:db:*'),
      planted('rds:DeleteDBInstance', 'arn:aws:rds:us-east-1:123456789012:db:lifeboat-scratch-*'),
      planted('backup:StartBackupJob', 'arn:aws:backup:us-east-1:123456789012:backup-vault:*'),
    ]);
    expect(found).toHaveLength(3);
  });
});

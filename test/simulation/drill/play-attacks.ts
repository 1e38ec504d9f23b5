// Calls the tear-down and the sweep with everything that names production, and prints what is left of production.

import type { Region } from '../../../simulator/world/region.ts';
import { type Attack, addDatabase, attacksOn, type Forged, finishProduction, production } from './attacks.ts';
import { decide, type Request, type Statement } from './iam.ts';
import { onStage, type Stage } from './stage.ts';

export interface AttackResult {
  readonly attacks: readonly {
    readonly name: string;
    readonly roles: Attack['roles'];
    /** What the tear-down answered: a failure, or what it says of scratch. */
    readonly answered: string;
    readonly lost: readonly string[];
    /** Deletions that were tried, whatever came of them. */
    readonly deletions: readonly string[];
    /** Roles that would allow the call by which the attack would succeed. */
    readonly allowedTo: readonly string[];
  }[];
  /** True scratch, taken down in the same way: proof that the attacks could have succeeded. */
  readonly control: {
    readonly answered: string;
    readonly before: number;
    readonly after: number;
    readonly allowedTo: readonly string[];
  };
  /** Further calls that no role of Lifeboat's may be allowed, and who is. */
  readonly forbidden: readonly { readonly call: string; readonly allowedTo: readonly string[] }[];
  readonly roles: readonly string[];
}

const control = 'c0ffee'.padEnd(20, '0');

let result: AttackResult | undefined;
await onStage({ seed: 'attacks', resources: production }, async (stage) => {
  const { home, world } = stage;
  await finishProduction(stage);
  const roles = rolesOf(stage);
  const attacks: AttackResult['attacks'][number][] = [];
  for (const attack of attacksOn(stage)) {
    const before = await truthOf(stage, home);
    const from = world.trace.entries.length;
    for (const row of attack.rows) await forge(stage, row);
    const answered = [];
    for (let tries = 0; tries < 2; tries += 1) answered.push(await tearDown(stage, attack.drill, attack.resource));
    await stage.ask(home, 'Lambda', 'Invoke', { FunctionName: 'lifeboat-sweep', Payload: '{}' });
    await stage.run(45_000);
    const after = await truthOf(stage, home);
    attacks.push({
      name: attack.name,
      roles: attack.roles,
      answered: answered.join(' | '),
      lost: before.filter((one) => !after.includes(one)),
      deletions: world.trace.entries
        .slice(from)
        .flatMap((entry) =>
          entry.kind === 'call' && /^Delete(?!Item)/.test(entry.operation) && entry.caller.kind === 'function'
            ? [`${entry.operation} ${JSON.stringify(entry.input)}`]
            : [],
        ),
      allowedTo: allowed(roles, attack.aim),
    });
    for (const row of attack.rows) await unforge(stage, row);
  }
  result = {
    attacks,
    control: await takeDownScratch(stage, roles),
    forbidden: forbiddenTo(stage).map((request) => ({
      call: `${request.action} ${request.resource}`,
      allowedTo: allowed(roles, request),
    })),
    roles: [...roles.keys()],
  };
});
process.stdout.write(JSON.stringify(result));

function keyOf(row: Forged) {
  return { pk: { S: 'SCRATCH' }, sk: { S: `${row.drill}#${row.what}` } };
}

async function forge(stage: Stage, row: Forged): Promise<void> {
  const at = { S: '2026-03-01T00:00:00.000Z' };
  await stage.ask(stage.home, 'DynamoDB', 'PutItem', {
    TableName: 'lifeboat-ledger',
    Item: {
      ...keyOf(row),
      drill: { S: row.drill },
      what: { S: row.what },
      name: { S: row.name },
      ...(row.id !== undefined && { id: { S: row.id } }),
      attempt: { S: 'lifeboat-drill/forged/0' },
      execution: { S: 'forged' },
      registeredAt: at,
      goneBy: at,
      version: { N: '1' },
    },
  });
}

async function unforge(stage: Stage, row: Forged): Promise<void> {
  await stage.ask(stage.home, 'DynamoDB', 'DeleteItem', { TableName: 'lifeboat-ledger', Key: keyOf(row) });
}

async function tearDown(stage: Stage, drill: string, resource: string): Promise<string> {
  const at = new Date(stage.world.now()).toISOString();
  const plan = {
    drill,
    resource,
    kind: 'rds',
    tier: 'table',
    checks: null,
    recoveryPoint: 'arn:forged',
    vault: 'lifeboat',
    instant: at,
    chosenAt: at,
    goneBy: at,
  };
  const { account, home } = stage;
  const execution = `arn:aws:states:${home.name}:${account.id}:execution:lifeboat-drill:forged`;
  const answer = await stage.ask(home, 'Lambda', 'Invoke', {
    FunctionName: 'lifeboat-drill-tear-down',
    Payload: JSON.stringify({ execution, redriveCount: 0, plan, trouble: null }),
  });
  const payload = JSON.parse(Buffer.from(answer.Payload as Uint8Array).toString('utf8')) as Record<string, unknown>;
  return answer.FunctionError === undefined ? `scratch ${String(payload.scratch)}` : String(payload.errorType);
}

/** Everything that a tear-down could take away. */
async function truthOf(stage: Stage, region: Region): Promise<string[]> {
  const { RDS, EFS } = region.services;
  const { Versions } = (await stage.ask(region, 'Lambda', 'ListVersionsByFunction', {
    FunctionName: 'lifeboat-probe-files',
  })) as { Versions: { Version: string }[] };
  const alive = <One extends { status?: string; state?: string }>(one: One) =>
    one.status !== 'deleting' && one.state !== 'deleting';
  return [
    ...RDS.instances.filter(alive).map(({ identifier }) => `database ${identifier}`),
    ...RDS.clusters.filter(alive).map(({ identifier }) => `cluster ${identifier}`),
    ...EFS.fileSystems.filter(alive).map(({ id }) => `file system ${id}`),
    ...Versions.map(({ Version }) => `version ${Version}`),
  ];
}

/** What each role may do by itself, by its name in the template: policies as they were deployed. */
function rolesOf(stage: Stage): Map<string, readonly Statement[]> {
  const roles = new Map<string, readonly Statement[]>();
  for (const [region, { resources }] of stage.stacks) {
    for (const [logicalId, { type, properties }] of resources) {
      if (type !== 'AWS::IAM::Role') continue;
      const policies = (properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
      // What the copy Region's roles may do is asked of home's resources too: they must not reach over.
      roles.set(
        `${logicalId} ${region}`,
        policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
      );
    }
  }
  return roles;
}

function allowed(roles: ReadonlyMap<string, readonly Statement[]>, request: Request): string[] {
  return [...roles].filter(([, statements]) => decide(statements, request) === 'allowed').map(([name]) => name);
}

/** What would make scratch of production, or take away what nothing may: backups, evidence, the means themselves. */
function forbiddenTo({ home, account }: Stage): Request[] {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${home.name}:${account.id}:${rest}`;
  const mail = home.services.EFS.fileSystems.find(({ tags }) => tags.get('Name') === 'mail')?.arn ?? '';
  const shop = arn('rds', 'db:shop');
  const evidence = `arn:aws:s3:::lifeboat-evidence-${account.id}-${home.name}/evidence/1.json`;
  return [
    { action: 'elasticfilesystem:TagResource', resource: mail },
    { action: 'elasticfilesystem:CreateTags', resource: mail },
    { action: 'rds:AddTagsToResource', resource: shop },
    { action: 'tag:TagResources', resource: '*' },
    { action: 'rds:ModifyDBInstance', resource: shop },
    { action: 'rds:ModifyDBCluster', resource: arn('rds', 'cluster:books') },
    { action: 'rds:RebootDBInstance', resource: shop },
    { action: 'rds:StopDBInstance', resource: shop },
    { action: 'rds:DeleteDBSnapshot', resource: arn('rds', 'snapshot:awsbackup:job-1') },
    { action: 'rds:DeleteDBClusterSnapshot', resource: arn('rds', 'cluster-snapshot:awsbackup:job-1') },
    { action: 'rds:DeleteDBInstanceAutomatedBackup', resource: arn('rds', 'auto-backup:ab-1') },
    { action: 'backup:DeleteRecoveryPoint', resource: arn('backup', 'recovery-point:1') },
    { action: 'backup:DeleteBackupVault', resource: arn('backup', 'backup-vault:lifeboat') },
    { action: 'elasticfilesystem:DeleteFileSystemPolicy', resource: mail },
    { action: 'elasticfilesystem:ClientMount', resource: mail, context: { 'aws:ResourceTag/lifeboat:tier': 'table' } },
    { action: 's3:DeleteObject', resource: evidence },
    { action: 's3:DeleteObjectVersion', resource: evidence },
    { action: 's3:BypassGovernanceRetention', resource: evidence },
    { action: 'dynamodb:DeleteTable', resource: arn('dynamodb', 'table/lifeboat-ledger') },
    { action: 'kms:ScheduleKeyDeletion', resource: arn('kms', 'key/1') },
  ];
}

async function takeDownScratch(
  stage: Stage,
  roles: ReadonlyMap<string, readonly Statement[]>,
): Promise<AttackResult['control']> {
  const { home, account } = stage;
  const name = `lifeboat-scratch-${control}`;
  await addDatabase(stage, name);
  await stage.ask(home, 'EFS', 'CreateFileSystem', {
    CreationToken: control,
    Tags: [{ Key: 'lifeboat:scratch', Value: control }],
  });
  await stage.run(60_000);
  const ofIt = async () => (await truthOf(stage, home)).length;
  const before = await ofIt();
  await forge(stage, { drill: control, what: 'database', name });
  await forge(stage, { drill: control, what: 'file-system', name: control });
  const resource = `arn:aws:rds:${home.name}:${account.id}:db:${name}`;
  const answered = await tearDown(stage, control, 'arn:forged');
  await stage.run(60_000);
  return {
    answered,
    before,
    after: await ofIt(),
    allowedTo: allowed(roles, { action: 'rds:DeleteDBInstance', resource }),
  };
}

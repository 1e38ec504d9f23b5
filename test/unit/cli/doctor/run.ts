import '../../../../simulator/world/globals.ts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doctorCommand } from '../../../../cli/doctor/command.ts';
import { type FirewallRule, firewallReader } from '../../../../cli/doctor/firewall.ts';
import { compileTemplate, stacksOf } from '../../../../cli/package.ts';
import { planCommand } from '../../../../cli/plan/command.ts';
import type { ClientFactory } from '../../../../functions/platform/seam.ts';
import { syntheticPlane } from '../../../../simulator/data/synthetic/index.ts';
import { createAccount, type SimulatedAccount } from '../../../../simulator/world/account.ts';
import { deploy, type Template } from '../../../../simulator/world/deploy/index.ts';
import { running } from '../../../../simulator/world/globals.ts';
import { AwsError } from '../../../../simulator/world/region.ts';
import { clientFactory } from '../../../../simulator/world/sdk.ts';
import type { Actor } from '../../../../simulator/world/world.ts';
import { createWorld } from '../../../../simulator/world/world.ts';

/** What was seen of one account: the command's exit code and lines, and the calls that it made. */
export interface Visit {
  readonly code: number;
  readonly lines: readonly string[];
  readonly complaints: readonly string[];
  readonly calls: readonly string[];
}

const home = 'eu-central-1';
const copy = 'eu-west-1';
const start = Date.parse('2026-01-05T00:00:00Z');

const policy = readFileSync('test/unit/cli/doctor/policy.yml', 'utf8');

const crossing = `${policy}  vaulted:
    kinds: [ rds ]
    backup: { every: 1 day, keep: 35 days }
    copies: [ { to: 210987654321/${copy}, keep: 90 days } ]
    objectives: { rpo: 30 hours }
`;

interface Patient {
  readonly command?: 'doctor' | 'plan';
  readonly args?: readonly string[];
  /** In place of the policy that is deployed. */
  readonly asked?: string;
  readonly stacks?: readonly string[];
  readonly hours?: number;
  readonly plant?: (account: SimulatedAccount) => void | Promise<void>;
  readonly firewall?: readonly FirewallRule[] | 'not installed';
}

const sealed: FirewallRule[] = [
  { priority: 1, action: 'ALLOW', domains: [`*.${home}.rds.amazonaws.com`] },
  { priority: 2, action: 'ALLOW', domains: [`*.${copy}.rds.amazonaws.com`] },
  { priority: 3, action: 'BLOCK', domains: ['*.'] },
];
const sealedIn = (region: string) =>
  sealed.filter(({ action, domains }) => action === 'BLOCK' || domains[0]?.includes(region));
const refused = (service: string, operation: string) => (account: SimulatedAccount) =>
  account.door.add((request) =>
    request.service === service && request.operation === operation
      ? { kind: 'refuse', error: new AwsError('AccessDeniedException', `You may not ${operation}.`, 403) }
      : undefined,
  );
const vpcOf = (account: SimulatedAccount, region: string) => {
  const { EC2, Lambda } = account.region(region).services;
  const found = Lambda.operations.GetFunctionConfiguration?.(
    { FunctionName: 'lifeboat-drill-restore' } as never,
    undefined as never,
  ) as {
    Environment: { Variables: Record<string, string> };
  };
  return EC2.vpcOf(found.Environment.Variables.SCRATCH_SUBNET_IDS?.split(',')[0] ?? '') ?? '';
};

const ruleOf = (account: SimulatedAccount, region: string, of: 'resume' | 'conclude') => {
  const TargetArn = `arn:aws:lambda:${region}:123456789012:function:lifeboat-${of}`;
  const found = account
    .region(region)
    .services.EventBridge.operations.ListRuleNamesByTarget?.({ TargetArn } as never, undefined as never);
  return (found as { RuleNames: string[] }).RuleNames[0] ?? '';
};

const patients: Readonly<Record<string, Patient>> = {
  well: { hours: 8 },
  json: { args: ['--json'] },
  'not deployed': { stacks: [home] },
  'nothing deployed': { stacks: [] },
  'other rules': { asked: policy.replace('6 hours, keep: 14', '6 hours, keep: 15') },
  'out of the lock': { asked: policy.replace('keep: 14 days', 'keep: 7 days') },
  'another account': { asked: crossing },
  'much is wrong': {
    plant: async (account) => {
      const [here, there] = [account.region(home).services, account.region(copy).services];
      there.Backup.optedIn.set('RDS', false);
      here.KMS.setState('alias/lifeboat-vault', 'Disabled');
      there.KMS.setState('alias/lifeboat-vault', 'PendingDeletion');
      here.IAM.setTrust(`lifeboat-AWSBackup-${home}`, '{"Statement":[]}');
      for (const way of ['internet gateway', 'peering', 'endpoint', 'route'] as const)
        there.EC2.open(vpcOf(account, copy), way);
      const second = { protocol: 'email', endpoint: 'second@example.com', confirmed: false };
      here.SNS.subscribe(`arn:aws:sns:${home}:123456789012:lifeboat-page`, second);
      const vault = here.Backup.state.vaults.get('lifeboat');
      if (vault !== undefined) vault.lock = undefined;
      for (let n = 1; n <= 40; n += 1) await there.RDS.addDatabase({ identifier: `other-${n}`, databaseName: 'app' });
    },
  },
  'no firewall': { firewall: [] },
  'firewall not asked': { firewall: 'not installed' },
  'no parameter group': {},
  'vault gone': {
    plant: (account) => void account.region(copy).services.Backup.state.vaults.delete('lifeboat-proven'),
  },
  'stopped schedule': {
    hours: 14,
    plant: (account) => account.region(home).services.Scheduler.setState('lifeboat-protect-gold', 'DISABLED'),
  },
  'rules off': {
    plant: (account) => {
      const rules = (region: string) => account.region(region).services.EventBridge;
      rules(home).operations.DisableRule?.({ Name: ruleOf(account, home, 'resume') } as never, undefined as never);
      rules(copy).remove(ruleOf(account, copy, 'conclude'));
    },
  },
  'source key AWS-managed': {
    asked: crossing,
    plant: (account) => {
      const tags = { 'lifeboat:tier': 'vaulted' };
      const payroll = { identifier: 'payroll', databaseName: 'app', storageEncrypted: true, tags };
      return account
        .region(home)
        .services.RDS.addDatabase(payroll)
        .then(() => undefined);
    },
  },
  'may not see roles': { plant: refused('IAM', 'GetRole') },
  'may see nothing': {
    plant: (account) =>
      account.door.add(({ caller }) =>
        caller.kind === 'operator'
          ? { kind: 'refuse', error: new AwsError('AccessDeniedException', 'You may see nothing.', 403) }
          : undefined,
      ),
  },
  plan: { command: 'plan' },
  'plan of half': { command: 'plan', plant: refused('EFS', 'DescribeFileSystems') },
};

async function visit(name: string): Promise<Visit> {
  const patient = patients[name];
  if (patient === undefined) throw new Error(`There is no patient ${name}.`);
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-doctor-'));
  try {
    // The cache of compiled templates goes by the path too: what differs between patients is in another file.
    const policyFile = 'test/unit/cli/doctor/policy.yml';
    const asked = join(folder, 'policy.yml');
    writeFileSync(asked, patient.asked ?? policy);
    const world = createWorld({ seed: name, start });
    const account = createAccount({ id: '123456789012', world, data: syntheticPlane() });
    const stacks = await stacksOf(policyFile);
    const wanted = stacks.filter(({ region }) => patient.stacks?.includes(region) ?? true);
    const templates = await Promise.all(
      wanted.map(async (stack) => ({
        region: stack.region,
        template: (await compileTemplate({ ...stack, policyFile, outDir: folder })) as Template,
      })),
    );
    world.at(start, 'the account is set up', async () => {
      const { RDS, EFS } = account.region(home).services;
      const tags = { 'lifeboat:tier': 'gold' };
      await RDS.addDatabase({ identifier: 'shop', databaseName: 'app', tags });
      await EFS.addFileSystem({ name: 'mail', tags });
      const made = {
        DBParameterGroupName: 'shop-settings',
        DBParameterGroupFamily: 'postgres18',
        Description: 'of the shop',
      };
      const create = account.region(copy).services.RDS.operations.CreateDBParameterGroup;
      if (name !== 'no parameter group') create?.(made as never, undefined as never);
      for (const { region, template } of templates)
        await deploy({ region: account.region(region), template, taskRoot: folder, sourceRoot: process.cwd() });
      await patient.plant?.(account);
    });
    const begun = start + (patient.hours ?? 0.05) * 3_600_000;
    await world.run(begun);

    const lines: string[] = [];
    const complaints: string[] = [];
    const calls: string[] = [];
    world.trace.listen((entry) => {
      if (entry.kind === 'call' && entry.caller.name === 'the doctor')
        calls.push(`${entry.service}.${entry.operation}`);
    });
    const actor: Actor = { name: 'the doctor', open: true, waiting: 0 };
    const calling = () => ({ caller: { kind: 'operator' as const, name: 'the doctor', region: home }, actor });
    const clients = clientFactory({ account, region: home, caller: calling }) as unknown as ClientFactory;
    // Until it first asks AWS the command reads files: real work, for which virtual time stands still.
    const { promise: asking, resolve: asks } = Promise.withResolvers<void>();
    const client: ClientFactory = (Client, options) => {
      asks();
      return clients(Client, options);
    };
    const outside = {
      say: (line: string) => lines.push(line),
      complain: (line: string) => complaints.push(line),
      client,
      now: () => new Date(world.now()),
      firewall:
        patient.firewall === 'not installed'
          ? firewallReader(client, async () => undefined)
          : async (region: string) => (patient.firewall as FirewallRule[] | undefined) ?? sealedIn(region),
    };
    const args = ['--policy', asked, ...(patient.args ?? [])];
    let code: number | undefined;
    let failed: unknown;
    world.after(0, 'the doctor comes', () => {
      void running
        .run(actor, () => (patient.command === 'plan' ? planCommand(args, outside) : doctorCommand(args, outside)))
        .then(
          (answer) => {
            code = answer;
          },
          (error: unknown) => {
            failed = error;
          },
        )
        .finally(() => {
          actor.open = false;
          asks();
        });
      return asking.then(() => world.watch(actor));
    });
    for (let second = 1; second < 600 && code === undefined && failed === undefined; second += 1)
      await world.run(begun + second * 1000);
    if (failed !== undefined) throw failed;
    if (code === undefined) throw new Error(`The visit to ${name} did not end.`);
    return { code, lines, complaints, calls };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const seen: Record<string, Visit> = {};
  const names = process.argv.slice(2);
  for (const name of names.length === 0 ? Object.keys(patients) : names) seen[name] = await visit(name);
  process.stdout.write(JSON.stringify(seen));
}

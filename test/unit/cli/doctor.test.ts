import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { leakOf } from '../../../cli/doctor/checks/scratch.ts';
import { refusedByLock, retentionsIn } from '../../../cli/doctor/checks/vaults.ts';
import { deployWords, wantedFor } from '../../../cli/doctor/deployed.ts';
import type { Diagnosis } from '../../../cli/doctor/doctor.ts';
import { firewallReader, type ResolverPackage } from '../../../cli/doctor/firewall.ts';
import { readOnly, WouldChangeSomething } from '../../../cli/doctor/read-only.ts';
import { readPolicyFile } from '../../../cli/package/policy.ts';
import type { ClientFactory } from '../../../functions/platform/seam.ts';
import type { Policy } from '../../../functions/policy/policy.ts';
import type { Visit } from './doctor/run.ts';

let seen: Readonly<Record<string, Visit>> = {};

const visit = (name: string): Visit => {
  const found = seen[name];
  if (found === undefined) throw new Error(`Nobody visited ${name}.`);
  return found;
};
const words = (name: string) => visit(name).lines.join('\n');

beforeAll(() => {
  // In plain Node: jest's own VM is slow at simulations.
  const out = execFileSync(process.execPath, ['test/unit/cli/doctor/run.ts'], { maxBuffer: 64 * 1024 * 1024 });
  seen = JSON.parse(out.toString());
}, 300_000);

describe('what the doctor says to deploy', () => {
  test('is the rules that it was given', () => {
    const plain = 'npx serverless deploy --region eu-west-1 --param part=copy';
    expect(deployWords({ file: 'policy.yml' }, 'eu-west-1', 'copy')).toBe(plain);
    expect(deployWords({ file: 'my rules.yml' }, 'eu-west-1', 'copy')).toBe(`LIFEBOAT_POLICY='my rules.yml' ${plain}`);
  });
});

describe('lifeboat doctor in a simulated account', () => {
  test('says that all is well, and exits 0, where it is', () => {
    expect(visit('well')).toMatchObject({ code: 0, complaints: [] });
    expect(words('well')).toMatch(/All \d+ checks are well\./);
    expect(words('well')).toContain('Well in eu-west-1: stack, policy, opt-in, vaults');
  });

  test('changes nothing: every call of every visit is a read', () => {
    const calls = Object.values(seen).flatMap((one) => one.calls);
    expect(calls.length).toBeGreaterThan(500);
    expect([...new Set(calls)].filter((call) => !/^\w+\.(Describe|Get|List)[A-Z]/.test(call))).toEqual([]);
  });

  test('prints with --json what it found, check by check', () => {
    const diagnosis = JSON.parse(visit('json').lines.join('\n')) as Diagnosis;
    expect(diagnosis.ok).toBe(true);
    expect(diagnosis.results.length).toBeGreaterThan(20);
    expect(diagnosis.results).toContainEqual({ region: 'eu-central-1', check: 'vaults', status: 'ok', troubles: [] });
  });

  test.each<[string, string, string[]]>([
    [
      'a Region without Lifeboat',
      'not deployed',
      ['Lifeboat is not deployed here', 'npx serverless deploy --region eu-west-1 --param part=copy'],
    ],
    ['an account without Lifeboat', 'nothing deployed', ['eu-central-1  stack', 'eu-west-1  stack']],
    ['other rules', 'other rules', ['deployed were other rules', 'or name the deployed file with --policy']],
    [
      'a retention that the lock refuses',
      'out of the lock',
      ['tiers.gold.backup.keep', 'takes at least 14 days, and 7 days is out of that'],
    ],
    [
      'a type that is not opted in',
      'much is wrong',
      [
        'eu-west-1  opt-in: RDS',
        'update-region-settings --region eu-west-1 --resource-type-opt-in-preference RDS=true',
      ],
    ],
    ['a disabled key', 'much is wrong', ['the key that encrypts the vault lifeboat is disabled', 'aws kms enable-key']],
    ['a key that will be deleted', 'much is wrong', ['is pending deletion', 'aws kms cancel-key-deletion']],
    [
      'a role that AWS Backup cannot assume',
      'much is wrong',
      ['roles: lifeboat-AWSBackup-eu-central-1', 'no longer trusts backup.amazonaws.com'],
    ],
    [
      'a scratch network with ways out',
      'much is wrong',
      ['has an internet gateway (igw-', 'has a peering (pcx-', 'has an endpoint (vpce-', 'has a route out (0.0.0.0/0)'],
    ],
    [
      'a subscription that nobody confirmed',
      'much is wrong',
      ['alerts.page', 'waits for the confirmation of email second@example.com; 1 other is confirmed'],
    ],
    ['a full quota', 'much is wrong', ['40 of 40 DB instances are in use in eu-west-1']],
    ['a vault without its lock', 'much is wrong', ['vaults: lifeboat', 'the vault has no lock']],
    [
      'a vault that is gone',
      'vault gone',
      [
        'eu-west-1  vaults: lifeboat-proven',
        'the vault is gone: the last proven point is not kept',
        'create-change-set --region eu-west-1 --stack-name lifeboat --change-set-name revert --use-previous-template',
        '--deployment-mode REVERT_DRIFT',
      ],
    ],
    ['a network that resolves every name', 'no firewall', ['no DNS firewall is associated with it']],
    [
      'a parameter group that is only at home',
      'no parameter group',
      ['tiers.gold.drill.parameter_group', 'the parameter group shop-settings is not in eu-west-1'],
    ],
    [
      'a schedule that somebody stopped',
      'stopped schedule',
      ['lifeboat-protect-gold', 'has started nothing for 14 hours; it is due every 6 hours'],
    ],
    [
      'a rule that somebody switched off',
      'rules off',
      [
        'eu-central-1  events: lifeboat-resume',
        'which sends it events, is DISABLED: what it should do at once is done up to an hour later',
        'aws events enable-rule --region eu-central-1 --name ',
      ],
    ],
    [
      'a rule that is gone',
      'rules off',
      [
        'eu-west-1  events: lifeboat-conclude',
        'no rule sends it events',
        'create-change-set --region eu-west-1 --stack-name lifeboat',
      ],
    ],
    [
      'a source under a key of AWS that is to cross accounts',
      'source key AWS-managed',
      ['is managed by AWS, and no snapshot under such a key is copied to another account'],
    ],
  ])('finds %s, and says the mend', (_, name, parts) => {
    expect(visit(name).code).toBe(1);
    for (const part of parts) expect(words(name)).toContain(part);
    expect(words(name)).toContain('mend: ');
    expect(words(name).indexOf('WRONG')).toBeGreaterThan(0);
  });

  test.each<[string, string]>([
    ['may not see roles', 'AccessDeniedException: You may not GetRole.'],
    ['firewall not asked', '@aws-sdk/client-route53resolver is not installed'],
    ['another account', 'it is in another account, which these credentials do not see'],
  ])('is never silently green: %s is told as what nobody knows', (name, part) => {
    expect(visit(name).code).toBe(1);
    expect(words(name)).toContain('CANNOT TELL');
    expect(words(name)).toContain(part);
  });

  test('knows nothing where it may see nothing, and calls nothing well', () => {
    expect(visit('may see nothing').code).toBe(1);
    expect(words('may see nothing')).toContain('give credentials that may iam:GetRole');
    // At home no group is named, so there is nothing to ask about groups.
    expect(words('may see nothing').match(/Well in .*/g)).toEqual([
      'Well in eu-central-1: option and parameter groups',
    ]);
  });

  test('tells the cause of many unanswered checks once', () => {
    const lines = visit('not deployed').lines.filter((line) => line.includes('is not deployed'));
    expect(lines.length).toBeLessThanOrEqual(3);
  });
});

describe('lifeboat plan in a simulated account', () => {
  test('reads resources, tags, sizes and quotas with credentials, and only reads', () => {
    expect(visit('plan').code).toBe(0);
    expect(words('plan')).toContain('gold: 1 efs, 1 rds');
    expect(words('plan')).toContain('for account 123456789012');
    expect(visit('plan').calls.filter((call) => !/\.(Describe|Get|List)/.test(call))).toEqual([]);
  });
  test('is no plan of half an account: what could not be read is wrong', () => {
    expect(visit('plan of half').code).toBe(1);
    expect(words('plan of half')).toContain(
      'file systems in eu-central-1 could not be read, so this plan is not whole',
    );
  });
});

describe('the rules of the doctor', () => {
  const tiers = {
    gold: {
      kinds: ['rds'],
      backup: { everySeconds: 3600, keepDays: 14 },
      copies: [{ to: { region: 'eu-west-1', account: null }, keepDays: 35 }],
    },
  };
  const policy = { home: 'eu-central-1', tiers } as unknown as Policy;

  test('hold each retention against the lock of the Region that it is kept in', () => {
    expect(retentionsIn(policy, 'eu-west-1')).toEqual([{ field: 'tiers.gold.copies[0].keep', days: 35 }]);
    const [one, ...more] = refusedByLock('lifeboat', { least: 7, most: 30 }, retentionsIn(policy, 'eu-west-1'));
    expect(more).toEqual([]);
    expect(one?.words).toContain('at least 7 days, at most 30 days, and 35 days is out of that');
    expect(refusedByLock('lifeboat', { least: 7, most: 35 }, retentionsIn(policy, 'eu-west-1'))).toEqual([]);
    expect(
      refusedByLock('lifeboat', { least: undefined, most: undefined }, retentionsIn(policy, 'eu-central-1')),
    ).toEqual([]);
  });

  test('let no name through a DNS firewall but those of databases', () => {
    const allow = (...domains: string[]) => ({ priority: 1, action: 'ALLOW', domains });
    const block = { priority: 2, action: 'BLOCK', domains: ['*'] };
    expect(leakOf([allow('*.eu-west-1.rds.amazonaws.com.'), block], 'eu-west-1')).toBeUndefined();
    expect(leakOf([allow('*.eu-west-1.rds.amazonaws.com')], 'eu-west-1')).toContain('does not block all other names');
    expect(leakOf([allow('*.amazonaws.com'), block], 'eu-west-1')).toContain('*.amazonaws.com');
    expect(leakOf([{ ...block, priority: 0 }, allow('*')], 'eu-west-1')).toBeUndefined();
    expect(leakOf([{ priority: 1, action: 'ALERT', domains: ['*'] }, block], 'eu-west-1')).toContain('(alert)');
  });

  test('read the DNS firewall of a VPC in the order in which its rules hold', async () => {
    class Command {
      readonly input: Record<string, string>;
      constructor(input: Record<string, string>) {
        this.input = input;
      }
    }
    const answers: Readonly<Record<string, object>> = {
      'vpc-1': {
        FirewallRuleGroupAssociations: [
          { FirewallRuleGroupId: 'going', Priority: 1, Status: 'DELETING' },
          { FirewallRuleGroupId: 'rules', Priority: 101, Status: 'COMPLETE' },
        ],
      },
      rules: {
        FirewallRules: [
          { FirewallDomainListId: 'all', Priority: 200, Action: 'BLOCK' },
          { FirewallDomainListId: 'databases', Priority: 100, Action: 'ALLOW' },
        ],
      },
      all: { Domains: ['*.'] },
      databases: { Domains: ['*.eu-west-1.rds.amazonaws.com.'] },
    };
    class Route53ResolverClient {
      async send({ input }: Command) {
        return answers[Object.values(input)[0] ?? ''] ?? {};
      }
    }
    const resolver = {
      Route53ResolverClient,
      ListFirewallRuleGroupAssociationsCommand: Command,
      ListFirewallRulesCommand: Command,
      ListFirewallDomainsCommand: Command,
    } as unknown as ResolverPackage;
    const clients = ((Client: new () => object) => new Client()) as unknown as ClientFactory;
    const rules = await firewallReader(clients, async () => resolver)('eu-west-1', 'vpc-1');
    expect(rules.map(({ action, domains }) => `${action} ${domains}`)).toEqual([
      'ALLOW *.eu-west-1.rds.amazonaws.com.',
      'BLOCK *.',
    ]);
    expect(leakOf(rules, 'eu-west-1')).toBeUndefined();
  });

  test('ask for every function and machine that serverless.yml deploys for a part', async () => {
    const { policy } = await readPolicyFile('policy.yml');
    expect(wantedFor(policy, 'home').functions).toEqual(
      expect.arrayContaining(['lifeboat-protect-begin', 'lifeboat-watch', 'lifeboat-keep']),
    );
    expect(wantedFor(policy, 'copy').functions).not.toContain('lifeboat-protect-begin');
    expect(wantedFor(policy, 'home').machines).toEqual(
      expect.arrayContaining(['lifeboat-drill', 'lifeboat-fleet', 'lifeboat-protect']),
    );
    expect([...wantedFor(policy, 'home').listeners].sort()).toEqual(['lifeboat-conclude', 'lifeboat-resume']);
    // Where another plan makes the points, nothing that makes them is missed.
    const { policy: watching } = await readPolicyFile('examples/policies/another-plan.yml');
    expect(wantedFor(watching, 'home')).toEqual(wantedFor(policy, 'copy'));
  });

  test('refuse every command that is no read, before anything is sent', () => {
    const sent: string[] = [];
    class FakeClient {
      send(command: object) {
        sent.push(command.constructor.name);
      }
    }
    class DeleteVaultCommand {}
    class DescribeVaultCommand {}
    class GetCommand {}
    const factory = ((Client: new () => FakeClient) => new Client()) as unknown as ClientFactory;
    const client = readOnly(factory)(FakeClient as never) as FakeClient;
    client.send(new DescribeVaultCommand());
    expect(() => client.send(new DeleteVaultCommand())).toThrow(WouldChangeSomething);
    client.send(new GetCommand());
    expect(sent).toEqual(['DescribeVaultCommand', 'GetCommand']);
  });
});

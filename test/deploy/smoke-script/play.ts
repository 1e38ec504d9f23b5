// Plays scripts/smoke.ts against the simulated account, and prints what came of it as JSON. Run by smoke-script.test.ts.
import '../../../simulator/world/globals.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTemplate, stacksOf } from '../../../cli/package.ts';
import type { ClientFactory } from '../../../functions/platform/seam.ts';
import { readAsked, smoke } from '../../../scripts/smoke/command.ts';
import { type Outside, smokePolicy } from '../../../scripts/smoke/outside.ts';
import { dataPlane } from '../../../simulator/data/index.ts';
import { createAccount, type SimulatedAccount } from '../../../simulator/world/account.ts';
import { deploy, type Template } from '../../../simulator/world/deploy/index.ts';
import { running } from '../../../simulator/world/globals.ts';
import { AwsError } from '../../../simulator/world/region.ts';
import { clientFactory } from '../../../simulator/world/sdk.ts';
import type { Actor, World } from '../../../simulator/world/world.ts';
import { createWorld } from '../../../simulator/world/world.ts';

/** What was seen of one run. */
export interface Visit {
  readonly code: number;
  readonly lines: readonly string[];
  /** Calls of the script itself that change something, `Service.Operation name`. */
  readonly changes: readonly string[];
  readonly deployed: readonly string[];
  readonly removed: readonly string[];
  /** Databases and file systems that are there afterwards, in both Regions. */
  readonly left: readonly string[];
  readonly hours: number;
}

const [home, copy, accountId] = ['eu-central-1', 'eu-west-1', '123456789012'] as const;
const start = Date.parse('2026-01-05T00:00:00Z');
const hour = 3_600_000;

interface Setting {
  readonly args?: readonly string[];
  readonly plant?: (account: SimulatedAccount, world: World) => Promise<void> | void;
  readonly deployedBefore?: boolean;
  readonly stopAfterHours?: number;
  readonly deployFails?: string;
}

const deny = (operation: string) => (account: SimulatedAccount) =>
  account.door.add((request) =>
    request.operation === operation
      ? { kind: 'refuse', error: new AwsError('AccessDeniedException', `You may not ${operation}.`, 403) }
      : undefined,
  );

const settings: Readonly<Record<string, Setting>> = {
  whole: { args: ['--yes'] },
  'dry run': { args: ['--dry-run'] },
  'another account': { args: ['--yes', '--account', '999999999999'] },
  'too dear': { args: ['--yes', '--usd', '1'] },
  production: {
    args: ['--yes'],
    plant: async (account) => {
      const { RDS } = account.region(home).services;
      await RDS.addDatabase({ identifier: 'shop', databaseName: 'app', tags: { Environment: 'Production' } });
    },
  },
  'lifeboat stands': { args: ['--yes'], deployedBefore: true },
  'may not see tags': { args: ['--yes'], plant: deny('GetResources') },
  'a restore is denied': { args: ['--yes', '--kinds', 'efs'], plant: deny('StartRestoreJob') },
  'a deployment fails': { args: ['--yes', '--kinds', 'efs'], deployFails: home },
  'stopped during a drill': { args: ['--yes', '--kinds', 'rds'], stopAfterHours: -1 },
  'time is over': { args: ['--yes', '--kinds', 'efs', '--hours', '0.5'] },
};

async function visit(name: string): Promise<Visit> {
  const setting = settings[name];
  if (setting === undefined) throw new Error(`There is no setting ${name}.`);
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-smoke-script-'));
  const data = dataPlane({ scratchDirectory: join(folder, 'data') });
  try {
    const asked = readAsked(['--account', accountId, '--page', 'oncall@example.com', ...(setting.args ?? [])]);
    if (asked === undefined) throw new Error('The options asked for help.');
    const policyFile = join(folder, 'policy.yml');
    writeFileSync(policyFile, smokePolicy(asked.wanted, asked.page));
    const world = createWorld({ seed: name, start, keepTrace: false });
    const account = createAccount({ id: accountId, world, data });
    const templates = new Map<string, Template>();
    for (const stack of await stacksOf(policyFile)) {
      templates.set(stack.region, (await compileTemplate({ ...stack, policyFile, outDir: folder })) as Template);
    }
    writeFileSync(join(folder, 'ca-cert.pem'), data.databases.certificateAuthority);
    const put = async (region: string) => {
      const template = templates.get(region);
      if (template === undefined) throw new Error(`Nothing is packaged for ${region}.`);
      await deploy({ region: account.region(region), template, taskRoot: folder, sourceRoot: process.cwd() });
    };
    world.at(start, 'the account is set up', async () => {
      await setting.plant?.(account, world);
      if (setting.deployedBefore === true) for (const region of templates.keys()) await put(region);
    });
    await world.run(start + 60_000);

    const seen = { lines: [] as string[], changes: [] as string[], deployed: [] as string[], removed: [] as string[] };
    world.trace.listen((entry) => {
      if (entry.kind !== 'call' || entry.caller.name !== 'the smoke test' || entry.error !== undefined) return;
      if (!/^(Describe|Get|List|Head)/.test(entry.operation)) seen.changes.push(`${entry.service}.${entry.operation}`);
    });
    const actor: Actor = { name: 'the smoke test', open: true, waiting: 0 };
    const calling = () => ({ caller: { kind: 'operator' as const, name: 'the smoke test', region: home }, actor });
    const client = clientFactory({ account, region: home, caller: calling }) as unknown as ClientFactory;
    let isStopped = false;
    /** Lets something happen in the world's own time, as an event of it, and waits for that in virtual time. */
    const happening = async <Answer>(words: string, work: () => Promise<Answer>): Promise<Answer> => {
      let done: { answer: Answer } | { error: unknown } | undefined;
      world.after(0, words, async () => {
        done = await work().then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        );
      });
      while (done === undefined) await new Promise((wake) => setTimeout(wake, 1000));
      if ('error' in done) throw done.error;
      return done.answer;
    };
    const outside: Outside = {
      say: (line) => {
        seen.lines.push(line);
        if (setting.stopAfterHours === -1 && line.includes('drilling'))
          world.after(0.3 * hour, 'Ctrl-C', () => {
            isStopped = true;
          });
      },
      client,
      now: () => world.now(),
      stopped: () => isStopped,
      sleep: async (milliseconds) => {
        const before = isStopped;
        await new Promise((wake) => setTimeout(wake, milliseconds));
        if (!before && isStopped) throw new Error('Somebody stopped it.');
      },
      accountId: async () => accountId,
      deploy: async ({ region }) => {
        if (setting.deployFails === region) throw new Error(`serverless deploy --region ${region} ended with 1`);
        seen.deployed.push(region);
        await happening('a deployment', () => put(region));
      },
      remove: async ({ region }) => {
        seen.removed.push(region);
      },
      make: {
        efs: ({ name: called, tags }) =>
          happening(
            'a file system is made',
            async () => (await account.region(home).services.EFS.addFileSystem({ name: called, tags })).arn,
          ),
        rds: ({ name: called, tags }) =>
          happening(
            'a database is made',
            async () =>
              (await account.region(home).services.RDS.addDatabase({ identifier: called, databaseName: 'smoke', tags }))
                .arn,
          ),
        aurora: ({ name: called, tags }) =>
          happening(
            'a cluster is made',
            async () =>
              (
                await account
                  .region(home)
                  .services.RDS.addCluster({ identifier: `${called}-cluster`, databaseName: 'smoke', tags })
              ).arn,
          ),
      },
      source: async (bucket) => {
        const { S3 } = account.region(bucket.endsWith(copy) ? copy : home).services;
        const bodies = new Map(
          [...S3.contents(bucket)].map(({ key, body }) => [key, Buffer.from(body).toString('utf8')]),
        );
        return {
          name: bucket,
          live: true,
          keys: async () => [...bodies.keys()].sort(),
          read: async (key) => bodies.get(key) ?? '',
        };
      },
    };
    let code: number | undefined;
    let failed: unknown;
    world.after(0, 'somebody runs the smoke test', () => {
      void running
        .run(actor, () => smoke(asked, outside))
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
        });
      return world.watch(actor);
    });
    const begun = world.now();
    for (let passed = 1; passed < 24 * 12 && code === undefined && failed === undefined; passed += 1) {
      await world.run(begun + (passed * hour) / 12);
    }
    if (failed !== undefined) throw failed;
    if (code === undefined) throw new Error(`${name} did not end:\n${seen.lines.join('\n')}`);
    const left = [home, copy].flatMap((region) => {
      const { RDS, EFS } = account.region(region).services;
      return [
        ...[...RDS.instances, ...RDS.clusters].map(({ identifier }) => `${region} ${identifier}`),
        ...EFS.fileSystems.map(({ id, tags }) => `${region} ${tags.get('Name') ?? id}`),
      ];
    });
    return { code, ...seen, left, hours: (world.now() - begun) / hour };
  } finally {
    await data.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const names = process.argv.slice(2);
const visits: Record<string, Visit> = {};
for (const name of names.length === 0 ? Object.keys(settings) : names) visits[name] = await visit(name);
process.stdout.write(JSON.stringify(visits));

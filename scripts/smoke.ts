import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { root } from '../cli/package/service.ts';
import { realClients } from '../cli/plan/clients.ts';
import { NothingToVerify, sourcesOf } from '../cli/verify/source.ts';
import type { Part } from '../resources/stack.ts';
import { type Asked, readAsked, smoke, usage } from './smoke/command.ts';
import { makers } from './smoke/make.ts';
import { type Outside, smokePolicy } from './smoke/outside.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** A real account, behind the credentials that the SDK and the framework find by themselves. */
function real({ wanted, page }: Asked, folder: string, stop: AbortSignal): Outside {
  const policyFile = join(folder, 'policy.yml');
  writeFileSync(policyFile, smokePolicy(wanted, page));
  const sleep = async (milliseconds: number) => {
    // Once it is taking down, a stop has been heard: it sleeps as long as it has to.
    if (stop.aborted) await wait(milliseconds);
    else
      await wait(milliseconds, undefined, { signal: stop }).catch(() => {
        throw new Error('Somebody stopped it.');
      });
  };
  const framework = (verb: string, { region, part }: { region: string; part: Part }) =>
    new Promise<void>((resolve, reject) => {
      const program = join(root, 'node_modules/serverless/bin/serverless.js');
      const child = spawn(process.execPath, [program, verb, '--region', region, '--param', `part=${part}`], {
        cwd: root,
        env: { ...process.env, LIFEBOAT_POLICY: policyFile, SLS_NOTIFICATIONS_MODE: 'off' },
        stdio: ['ignore', 'inherit', 'inherit'],
        // Ctrl-C is for us: what is half deployed is awaited and then removed.
        detached: true,
      });
      child.on('error', reject);
      child.on('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`serverless ${verb} --region ${region} ended with ${code}`)),
      );
    });
  return {
    say,
    client: realClients,
    now: () => Date.now(),
    sleep,
    stopped: () => stop.aborted,
    accountId: async () => {
      // Every account has this role: AWS makes it.
      const { Role } = await realClients(IAMClient).send(new GetRoleCommand({ RoleName: 'AWSServiceRoleForSupport' }));
      return Role?.Arn?.split(':')[4] ?? 'unknown';
    },
    deploy: (stack) => framework('deploy', stack),
    remove: (stack) => framework('remove', stack),
    make: makers(wanted.home, { client: realClients, sleep }),
    source: async (bucket) => {
      const [source] = await sourcesOf(`s3://${bucket}`);
      if (source === undefined) throw new NothingToVerify(`${bucket} is no bucket.`);
      return source;
    },
  };
}

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-smoke-'));
try {
  const asked = readAsked(process.argv.slice(2));
  if (asked === undefined) say(usage);
  else {
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        say('Stopping: what was begun is taken down first. Do not stop it again.');
        stop.abort();
      });
    }
    process.exitCode = await smoke(asked, real(asked, folder, stop.signal));
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

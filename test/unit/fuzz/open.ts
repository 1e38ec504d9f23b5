import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { LambdaHandler } from '../../../functions/platform/lambda.ts';
import type { Environment, Seam } from '../../../functions/platform/seam.ts';
import { readPolicy } from '../../../functions/policy/read.ts';
import { policyText } from '../policy/policies.ts';

const root = join(import.meta.dirname, '../../..');

/** What Lambda would unpack and mount: a policy, certificates, a file system that was restored. The caller removes it. */
export function unpacked(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-doors-'));
  const read = readPolicy(policyText(), 'policy.yml');
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(read.ok ? read.policy : null));
  writeFileSync(join(folder, 'ca-cert.pem'), '');
  mkdirSync(join(folder, 'mount', 'aws-backup-restore_2026', 'data'), { recursive: true });
  writeFileSync(join(folder, 'mount', 'aws-backup-restore_2026', 'data', 'names.nsf'), 'names');
  return folder;
}

/** Every variable that a handler may ask for. */
function environment(folder: string): Environment {
  const given: Record<string, string> = {
    AWS_REGION: 'eu-central-1',
    HOME_REGION: 'eu-central-1',
    PEER_REGION: 'eu-west-1',
    HEARTBEAT_REGIONS: 'eu-central-1,eu-west-1',
    LIFEBOAT_PART: 'home',
    ACCOUNT_ID: '123456789012',
    POLICY_FILE: 'policy.json',
    LAMBDA_TASK_ROOT: folder,
    LAMBDA_RUNTIME_DIR: folder,
    MOUNT_PATH: '/mnt/scratch',
    ESCALATE_AFTER_SECONDS: '1800',
    SCRATCH_SUBNET_IDS: 'subnet-0a,subnet-0b',
  };
  return new Proxy(given, { get: (target, name) => target[String(name)] ?? 'arn:aws:sns:eu-central-1:123456789012:x' });
}

/**
 * Starts the handler of a file under functions/ where every AWS call is written down and refused, and nothing listens behind any host. `folder` is
 * what Lambda unpacked the code to.
 */
export async function opened(file: string, folder: string) {
  const { handler } = (await import(join(root, 'functions', file))) as { handler: LambdaHandler };
  const calls: string[] = [];
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  let drawn = 0;
  const seam = {
    environment: environment(folder),
    clock: { now: () => new Date('2026-01-05T12:00:00Z') },
    chance: {
      number: () => 0.5,
      uuid: () => {
        drawn += 1;
        return `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
      },
    },
    // Paginators ask whether it is a client of theirs.
    client: (Client: { readonly prototype: object }) =>
      Object.assign(Object.create(Client.prototype) as object, {
        config: {},
        send: async (command: object) => {
          calls.push(command.constructor.name);
          throw Object.assign(new Error('nobody may'), { name: 'AccessDeniedException' });
        },
      }),
    log: silent,
    dial: () => {
      const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
      process.nextTick(() => stream.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
      return stream;
    },
    mount: () => join(folder, 'mount'),
  };
  const started = handler.start(seam as unknown as Seam);
  const invocation = { awsRequestId: 'request', getRemainingTimeInMillis: () => 60_000 };
  return async (event: unknown) => {
    calls.length = 0;
    try {
      return { answer: await started(event, invocation), calls };
    } catch (error) {
      return { error: error as Error, calls };
    }
  };
}

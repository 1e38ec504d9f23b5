import '../simulator/world/globals.ts';
import type { Environment, Seam } from '../functions/platform/seam.ts';
import type { DataPlane } from '../simulator/data/index.ts';
import type { Services } from '../simulator/services/index.ts';
import { createAccount } from '../simulator/world/account.ts';
import { createWorld, type World } from '../simulator/world/world.ts';

export const accountId = '111122223333';
export const regionName = 'eu-central-1';

/** One Region of a simulated account, and a seam whose clients ask its services at once. */
export interface OneRegion {
  readonly world: World;
  readonly services: Services;
  readonly environment: Environment;
  readonly seam: Seam;
  /** How often AWS was called, by service and operation, since it was last taken. */
  take(): Map<string, number>;
}

interface Sending {
  send(command: { constructor: { name: string }; input: object }): Promise<unknown>;
}

/** What the stack of a Region makes, as far as the watch touches it, in an account that holds no data. */
export function oneRegion(seed: string): OneRegion {
  const world = createWorld({ seed, start: Date.UTC(2026, 0, 5) });
  const account = createAccount({ id: accountId, world, data: {} as DataPlane });
  const region = account.region(regionName);
  const { services } = region;
  services.DynamoDB.createTable({
    name: 'lifeboat-ledger',
    keys: { partition: { name: 'pk', type: 'S' }, sort: { name: 'sk', type: 'S' } },
    indexes: [
      {
        name: 'due',
        keys: { partition: { name: 'dueShard', type: 'S' }, sort: { name: 'dueAt', type: 'S' } },
        projection: 'ALL',
      },
    ],
  });
  const key = services.KMS.createKey({ spec: 'SYMMETRIC_DEFAULT', alias: 'alias/lifeboat-vault' });
  const passwordKey = services.KMS.createKey({ spec: 'HMAC_256' });
  services.Backup.createVault({ name: 'lifeboat', encryptionKeyArn: key.arn, accessPolicy: '{}' });
  services.S3.createBucket({ name: 'evidence', versioned: true, objectLock: false });
  const subscriptions = [{ protocol: 'email', endpoint: 'oncall@example.com' }];
  const page = services.SNS.createTopic({ name: 'lifeboat-page', subscriptions });
  const notices = services.SNS.createTopic({ name: 'lifeboat-notices', subscriptions });
  const role = `lifeboat-AWSBackup-${regionName}`;
  const trust = { Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' };
  services.IAM.createRole({ name: role, trust: JSON.stringify({ Statement: [trust] }) });

  const environment: Environment = {
    ACCOUNT_ID: accountId,
    AWS_REGION: regionName,
    BACKUP_ROLE_ARN: `arn:aws:iam::${accountId}:role/${role}`,
    BACKUP_VAULT: 'lifeboat',
    CHAT_TOPIC_ARN: '',
    ESCALATE_AFTER_SECONDS: '1800',
    EVIDENCE_BUCKET: 'evidence',
    HEARTBEAT_REGIONS: regionName,
    HOME_REGION: regionName,
    LEDGER_TABLE: 'lifeboat-ledger',
    LIFEBOAT_PART: 'home',
    NOTICE_TOPIC_ARN: notices,
    PAGE_TOPIC_ARN: page,
    PAGERDUTY_TOPIC_ARN: '',
    PASSWORD_KEY_ID: passwordKey.arn,
    TOPIC_KEY_ID: key.arn,
    PEER_REGION: '',
  };

  let calls = new Map<string, number>();
  const caller = { kind: 'operator', name: 'the benchmark', region: regionName } as const;
  const client = (Client: new (configuration: object) => unknown) => {
    const made = new Client({ region: regionName, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }) as Sending;
    const service = Client.name.replace(/Client$/, '') as keyof Services;
    made.send = async (command) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      const name = `${service}.${operation}`;
      calls.set(name, (calls.get(name) ?? 0) + 1);
      const perform = services[service].operations[operation];
      if (perform === undefined) throw new Error(`${name} is not modelled.`);
      return withText(await perform(command.input as never, { caller, region }));
    };
    return made;
  };
  const seam: Seam = {
    environment,
    clock: { now: () => new Date(world.now()) },
    chance: { number: () => world.chance.number(), uuid: () => world.chance.uuid() },
    client: client as Seam['client'],
    log: { info: () => {}, warn: () => {}, error: () => {} },
    dial: () => {
      throw new Error('A benchmark opens no connection.');
    },
    mount: (path) => path,
  };
  return {
    world,
    services,
    environment,
    seam,
    take: () => {
      const taken = calls;
      calls = new Map();
      return taken;
    },
  };
}

/** S3's body has a method in the SDK. */
function withText(output: unknown): unknown {
  const { Body } = (output ?? {}) as { Body?: unknown };
  if (!(Body instanceof Uint8Array)) return output;
  return { ...(output as object), Body: { transformToString: async () => Buffer.from(Body).toString('utf8') } };
}

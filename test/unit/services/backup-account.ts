import { createBackup } from '../../../simulator/services/backup/index.ts';
import { createEFS } from '../../../simulator/services/efs/index.ts';
import type { Services } from '../../../simulator/services/index.ts';
import { createKMS } from '../../../simulator/services/kms/index.ts';
import { createRDS } from '../../../simulator/services/rds/index.ts';
import type { Account, BusEvent, Region } from '../../../simulator/world/region.ts';
import { createWorld } from '../../../simulator/world/world.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** A Wednesday, noon: far from the maintenance windows that the tests give. */
export const start = Date.UTC(2026, 0, 7, 12);
export const home = 'eu-central-1';
export const away = 'eu-west-1';
export const role = 'arn:aws:iam::111122223333:role/lifeboat-AWSBackup-eu-central-1';

/** Two subnets of one zone. */
const subnets = ['subnet-1', 'subnet-2'].map((id) => ({ id, vpcId: 'vpc-1', availabilityZone: 'a' }));

/** Groups whose VPC is known; others may be anywhere. */
const groups = [
  { id: 'sg-in-1', vpcId: 'vpc-1' },
  { id: 'sg-in-2', vpcId: 'vpc-2' },
];

interface Stored {
  readonly id: string;
  readonly bytes: number;
  readonly files: number;
  readonly content: string;
}

/** A data plane in memory: a database or a file system is one text, so a test can tell whose data it sees. */
function memoryData() {
  const live = new Map<string, string>();
  const passwords = new Map<string, string>();
  const gone = new Map<string, string>();
  const stored = new Map<string, Stored>();
  const keep = (id: string, content: string): Stored => {
    const version = { id, content, bytes: content.length, files: 1 };
    stored.set(id, version);
    return version;
  };
  const read = (from: Map<string, string>, name: string) => {
    const content = from.get(name);
    if (content === undefined) throw new Error(`There is no ${name}.`);
    return content;
  };
  const version = (id: string) => {
    const found = stored.get(id);
    if (found === undefined) throw new Error(`There is no version ${id}.`);
    return found;
  };
  const databases = {
    create: async (name: string, from: { sql?: string[]; version?: string }, login: { password: string }) => {
      live.set(name, from.version === undefined ? (from.sql ?? []).join() : version(from.version).content);
      passwords.set(name, login.password);
    },
    snapshot: async (name: string, id: string) => keep(id, read(live, name)),
    setMasterPassword: async (name: string, password: string) => {
      passwords.set(name, password);
    },
    /** Texts do not remember what they were: the instant is in the content, so that a test can tell. */
    asOf: async (name: string, instant: number, id: string) =>
      keep(id, `${gone.get(name) ?? read(live, name)} as of ${new Date(instant).toISOString()}`),
    forgetPast: (name: string) => {
      gone.delete(name);
    },
    destroy: async (name: string, { keepPast = false } = {}) => {
      if (keepPast) gone.set(name, read(live, name));
      live.delete(name);
    },
  };
  return {
    live,
    gone,
    passwords,
    stored,
    databases,
    opaque: { ...databases, serves: () => false, address: () => undefined },
    files: {
      create: async (id: string, from: { directory?: string } = {}) => {
        live.set(id, from.directory ?? '');
      },
      snapshot: async (id: string, versionId: string) => keep(versionId, read(live, id)),
      restoreInto: async (id: string, versionId: string, under: string) => {
        live.set(id, `${read(live, id)}${under}/${version(versionId).content}`);
      },
      destroy: async (id: string) => {
        live.delete(id);
      },
    },
    versions: {
      get: (id: string) => stored.get(id),
      copy: async (id: string, newId: string) => keep(newId, version(id).content),
      discard: async (id: string) => {
        stored.delete(id);
      },
    },
  };
}

/** An account with AWS Backup, RDS and EFS alone, a vault `lifeboat` in two Regions, and a record of its events. */
export function backupAccount(seed = 'one') {
  const world = createWorld({ seed, start });
  const data = memoryData();
  const events: { at: number; region: string; event: BusEvent }[] = [];
  const regions = new Map<string, Region>();
  const account = {
    id: '111122223333',
    world,
    data,
    region: (name: string) => regions.get(name) ?? open(name),
    get regions() {
      return [...regions.values()];
    },
  } as unknown as Account;
  const open = (name: string): Region => {
    const region = {
      name,
      account,
      world,
      emit: (event: BusEvent) => events.push({ at: world.now(), region: name, event }),
      request: () => Promise.reject(new Error('These services call no others.')),
    } as unknown as Region;
    regions.set(name, region);
    const services = {
      Backup: createBackup(region),
      RDS: createRDS(region),
      EFS: createEFS(region),
      EC2: {
        subnet: (id: string) => subnets.find((one) => one.id === id),
        isZoneGone: () => false,
        securityGroup: (id: string) => groups.find((one) => one.id === id),
      },
      KMS: createKMS(region),
    };
    Object.assign(region, { services: services as unknown as Services });
    services.Backup.createVault({ name: 'lifeboat' });
    return region;
  };

  /** Calls an operation as the door would, without latency. Real work of the call is waited for. */
  const call = async <Answer = Record<string, unknown>>(
    service: 'Backup' | 'RDS' | 'EFS',
    operation: string,
    input: object,
    region = home,
  ): Promise<Answer> => {
    const perform = account.region(region).services[service].operations[operation];
    if (perform === undefined) throw new Error(`There is no ${service}.${operation}.`);
    const caller = { kind: 'operator', name: 'a test', region } as const;
    return (await perform(input as never, { caller, region: account.region(region) })) as Answer;
  };

  open(home);
  open(away);
  return { account, world, data, events, call, run: (milliseconds: number) => world.run(world.now() + milliseconds) };
}

export type TestAccount = ReturnType<typeof backupAccount>;

/** What a refused call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
  }
  throw new Error('The call was not refused.');
}

/** Runs the world until the question has an answer other than undefined; gives up after the limit. */
export async function until<Answer>(
  { world }: TestAccount,
  ask: () => Promise<Answer | undefined>,
  limit = 3 * day,
): Promise<Answer> {
  const end = world.now() + limit;
  while (world.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await world.run(world.now() + minute);
  }
  throw new Error(`Nothing came of it within ${limit / hour} hours.`);
}

import '../../../simulator/world/globals.ts';
import { syntheticPlane } from '../../../simulator/data/synthetic/index.ts';
import type { Target } from '../../../simulator/faults/fault.ts';
import { type WeatherName, weathers } from '../../../simulator/faults/index.ts';
import { createAccount } from '../../../simulator/world/account.ts';
import { chanceOf } from '../../../simulator/world/chance.ts';
import type { Caller } from '../../../simulator/world/region.ts';
import { createWorld } from '../../../simulator/world/world.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const start = Date.UTC(2026, 0, 5);
const lasts = 12 * hour;
const calm = hour;

const role = 'arn:aws:iam::123456789012:role/lifeboat-AWSBackup';

/** An account with a vault in two Regions, a file system and a database, under a fault for half a day. */
export async function struckAccount(name: WeatherName, more: Partial<Target> = {}, seed = 'one') {
  const world = createWorld({ seed, start });
  const account = createAccount({ id: '123456789012', world, data: syntheticPlane() });
  const home = account.region('eu-central-1');
  const copy = account.region('eu-west-1');
  for (const region of [home, copy]) {
    region.services.Backup.createVault({ name: 'lifeboat' });
    for (const alias of ['vault', 'scratch-password', 'topics'])
      region.services.KMS.createKey({ spec: 'SYMMETRIC_DEFAULT', alias: `alias/lifeboat-${alias}` });
  }
  const target: Target = {
    account,
    home,
    copy,
    start,
    end: start + lasts,
    chance: chanceOf(`${seed}/${name}`),
    calm,
    ...more,
  };
  const struck = weathers[name](target);
  const made = { files: '', database: '' };
  world.at(start, 'resources', async () => {
    made.files = (await home.services.EFS.addFileSystem({ name: 'mail' })).arn;
    made.database = (await home.services.RDS.addDatabase({ identifier: 'shop', databaseName: 'app' })).arn;
  });
  await world.run(start);

  const by = (kind: Caller['kind'], region = home): Caller => ({ kind, name: 'somebody', region: region.name });
  /** Makes a call and answers what came of it, or the name of the error, after at most a day. */
  const ask = async (of: {
    readonly as?: Caller['kind'];
    readonly in?: typeof home;
    readonly call: readonly [service: string, operation: string, input: object];
  }): Promise<unknown> => {
    const region = of.in ?? home;
    const [service, operation, input] = of.call;
    const told: { answer?: unknown } = {};
    const begun = world.now();
    world.at(begun, 'a call', () => {
      region.request(by(of.as ?? 'operator', region), service, operation, input).then(
        (answer) => {
          told.answer = answer;
        },
        (error: Error) => {
          told.answer = error.name;
        },
      );
    });
    while (!('answer' in told) && world.now() < begun + 24 * hour) await world.run(world.now() + 1_000);
    return told.answer;
  };
  return {
    world,
    account,
    home,
    copy,
    struck,
    made,
    ask,
    run: (milliseconds: number) => world.run(world.now() + milliseconds),
    /** Starts a backup and answers its job's id. */
    backUp: async (ResourceArn: string, as: Caller['kind'] = 'operator') =>
      (await ask({
        as,
        call: ['Backup', 'StartBackupJob', { BackupVaultName: 'lifeboat', ResourceArn, IamRoleArn: role }],
      })) as { readonly BackupJobId: string; readonly RecoveryPointArn: string } | string,
    role,
  };
}

export type StruckAccount = Awaited<ReturnType<typeof struckAccount>>;

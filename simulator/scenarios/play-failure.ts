import type { Leave } from '../checkers/compare.ts';
import type { SimulatedAccount } from '../world/account.ts';
import type { Region } from '../world/region.ts';
import type { ResourceSpec } from './account-file.ts';
import { attackPoints, filesBelow, spoil } from './crimes.ts';
import { deletePoints, deleteResource } from './deletion.ts';
import type { Failure } from './failures.ts';
import { IncidentUnusable } from './incidents.ts';
import { accountLost, regionGone, setZones } from './stillness.ts';

/** Where a failure is played. */
export interface Stage {
  readonly account: SimulatedAccount;
  readonly home: Region;
  /** When the scenario began, milliseconds since 1970. */
  readonly start: number;
  /** The resources of the account file by the ARN that they got. */
  readonly resources: ReadonlyMap<string, ResourceSpec>;
}

/** Schedules a failure for its moment. What names something that is not there is refused at once. */
export function scheduleFailure({ account, home, start, resources }: Stage, failure: Failure): void {
  const { world } = account;
  const region = 'in' in failure && failure.in !== null ? deployed(account, failure.in) : home;
  const [arn = '', spec] = 'of' in failure ? ([...resources].find(([, { name }]) => name === failure.of) ?? []) : [];
  if ('of' in failure && spec === undefined) throw new IncidentUnusable(`of: there is no resource ${failure.of}`);
  const at = start + failure.at;
  const when = (act: () => void | Promise<void>) => world.at(at, failure.do, act);
  const note = (detail: object) => world.trace.note(failure.do, detail);

  switch (failure.do) {
    case 'fail instance':
      when(() => {
        home.services.RDS.failures.failHost(failure.of, { forGood: failure.forGood });
        note({ resource: arn });
      });
      return;
    case 'fail zone': {
      const letter = failure.zone.slice(-1);
      if (!['a', 'b', 'c'].includes(letter) || ![letter, `${region.name}${letter}`].includes(failure.zone)) {
        throw new IncidentUnusable(`zone: ${region.name} has the zones a, b and c, and not ${failure.zone}`);
      }
      const turn = (isGone: boolean) => () => {
        setZones(region, [letter], isGone);
        world.trace.note(isGone ? 'a zone is gone' : 'a zone is back', { zone: `${region.name}${letter}` });
      };
      when(turn(true));
      if (failure.forSeconds !== null) world.at(at + failure.forSeconds * 1000, 'the zone is back', turn(false));
      return;
    }
    case 'fail region':
      regionGone(account, region, {
        from: at,
        until: failure.forSeconds === null ? Number.POSITIVE_INFINITY : at + failure.forSeconds * 1000,
      });
      return;
    case 'corrupt data':
      when(async () => {
        if (failure.sql !== null) await corrupt(home, failure.of, failure.sql);
        else for (const path of filesOf(home, arn, failure.zero ?? '')) await spoil(home, idOf(arn), path, 'zeros');
        note({ resource: arn });
      });
      return;
    case 'delete resource':
      when(() => {
        if (spec !== undefined) deleteResource(home, spec, failure.keepBackups);
      });
      return;
    case 'delete points':
      when(() => deletePoints(region, arn, failure.newest ?? Number.POSITIVE_INFINITY));
      return;
    case 'ransomware':
      when(() => {
        const files = filesBelow(home, idOf(arn));
        note({ resource: arn, files: files.length });
        files.forEach((path, index) => {
          const after = (failure.forSeconds * 1000 * (index + 1)) / files.length;
          world.after(after, 'a file is encrypted', () => spoil(home, idOf(arn), path, 'encrypted'));
        });
      });
      world.at(at + failure.forSeconds * 1000, 'a stolen role goes for the recovery points', () => {
        for (const one of account.regions) {
          const tried: (string | null)[] = [];
          const attack = attackPoints(one, failure, (attempt) => {
            tried.push(attempt.refused);
            world.trace.note('a stolen role tried', attempt);
          });
          void attack.then(() => {
            const refused = tried.filter((error) => error !== null).length;
            const { role } = failure;
            world.trace.note('a stolen role is done', { role, region: one.name, tried: tried.length, refused });
          });
        }
      });
      return;
    case 'lose account':
      accountLost(account, at);
      return;
    case 'disable key':
    case 'delete key':
    case 'give key back':
      if (region.services.KMS.stateOf(failure.key) === undefined) {
        throw new IncidentUnusable(`key: there is no key ${failure.key} in ${region.name}`);
      }
      when(() => {
        changeKey(region, failure.key, failure.do);
        note({ key: failure.key, region: region.name });
      });
      return;
  }
}

/** What the checkers have to excuse because of failures: a Region from which nobody can page, drills of spoiled data. */
export function leaveFor(failures: readonly Failure[], home: string, start: number): Leave {
  const gone = failures.filter(({ do: what }) => what === 'fail region' || what === 'lose account');
  const goneFrom = (region: string): number | undefined => {
    const found = gone
      .filter((one) => one.do === 'lose account' || (one.do === 'fail region' && (one.in ?? home) === region))
      .map(({ at }) => start + at);
    return found.length === 0 ? undefined : Math.min(...found);
  };
  const first = Math.min(...failures.map(({ at }) => start + at));
  const deafFrom = goneFrom(home);
  return {
    goneFrom,
    ...(deafFrom !== undefined && { deafFrom }),
    mayFail: (_run, at) => at >= first,
    // Nothing can be handed on in a Region that is gone.
    mayGiveUp: ({ region }, at) => at >= (goneFrom(region) ?? Number.POSITIVE_INFINITY),
  };
}

function deployed(account: SimulatedAccount, name: string): Region {
  const found = account.regions.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = account.regions.map((one) => one.name).join(', ');
  throw new IncidentUnusable(`in: nothing is deployed in ${name}; write one of ${names}`);
}

async function corrupt(home: Region, name: string, sql: string): Promise<void> {
  const { RDS } = home.services;
  const { dataName } = RDS.findCluster(name) ?? RDS.find(name) ?? {};
  if (dataName === undefined) throw new IncidentUnusable(`of: there is no data behind ${name} any more`);
  await home.account.data.databases.execute(dataName, sql, home.world.now());
}

function filesOf(home: Region, arn: string, path: string): string[] {
  const found = filesBelow(home, idOf(arn), path.replace(/^\/+|\/+$/g, ''));
  if (found.length === 0) throw new IncidentUnusable(`zero: there is no file ${path} to overwrite`);
  return found;
}

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function changeKey(region: Region, key: string, what: 'disable key' | 'delete key' | 'give key back'): void {
  const caller = { kind: 'operator', name: 'somebody', region: region.name } as const;
  const { KMS } = region.services;
  const KeyId = key;
  const operations =
    what === 'disable key'
      ? ['DisableKey']
      : what === 'delete key'
        ? ['ScheduleKeyDeletion']
        : KMS.stateOf(key) === 'PendingDeletion'
          ? ['CancelKeyDeletion', 'EnableKey']
          : ['EnableKey'];
  const act = async (): Promise<void> => {
    for (const operation of operations) await region.request(caller, 'KMS', operation, { KeyId });
  };
  void act();
}

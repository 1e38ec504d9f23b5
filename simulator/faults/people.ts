import type { About } from '../checkers/compare.ts';
import { putNetwork } from '../scenarios/network.ts';
import { AwsError, type Region } from '../world/region.ts';
import { byHand, meanwhile, operator } from './by-hand.ts';
import { afterwards, type Fault, failingWhile, iso, type Met, moments } from './fault.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Somebody who may takes points away: the newest ones of one resource in one Region, up to all of them. */
export const pointsDeleted: Fault = (target) => {
  const { home, copy, chance } = target;
  const drawn = moments(target, 1, 3);
  const met: Met[] = [];
  let fired = 0;
  for (const moment of drawn) {
    home.world.at(moment, 'somebody deletes points', () => {
      const region = chance.pick([home, copy]);
      const there = region.services.Backup.truth().points.filter(({ status }) => status === 'COMPLETED');
      if (there.length === 0) return;
      const resource = chance.pick(there).resourceArn;
      fired += deletePoints(region, resource, chance.whole(1, 6));
      met.push({ region, resource, from: moment, until: moment });
    });
  }
  return {
    words: `somebody deletes recovery points at ${drawn.map(iso).join(', ')}`,
    fired: () => fired,
    // A drill that had chosen one of them cannot restore it.
    leave: { mayFail: (...run) => failingWhile(...met)(...run) },
  };
};

/** Someone else's plan backs the same resources up, and takes its time. */
export const otherBackups: Fault = (target) => {
  const { home, chance } = target;
  const vault = 'of-somebody-else';
  home.services.Backup.createVault({ name: vault });
  const caller = { kind: 'service', name: 'backup.amazonaws.com', region: home.name } as const;
  const drawn = moments(target, 3, 6);
  const theirs = new Set<string>();
  let fired = 0;
  home.services.Backup.addFault((job) =>
    job.kind === 'backup' && theirs.delete(job.id) ? { waits: Math.round(chance.between(10, 50) * minute) } : undefined,
  );
  for (const moment of drawn) {
    home.world.at(moment, 'somebody else backs up', () => {
      const ours = [
        ...home.services.RDS.instances.map(({ arn }) => arn),
        ...home.services.EFS.fileSystems.map(({ arn }) => arn),
      ];
      const started = home.services.Backup.operations.StartBackupJob?.(
        {
          BackupVaultName: vault,
          ResourceArn: chance.pick(ours),
          IamRoleArn: `arn:aws:iam::${home.account.id}:role/somebody-else-AWSBackup`,
          Lifecycle: { DeleteAfterDays: 7 },
        } as never,
        { caller, region: home },
      ) as { readonly BackupJobId: string };
      theirs.add(started.BackupJobId);
      fired += 1;
    });
  }
  return { words: `somebody else backs up at ${drawn.map(iso).join(', ')}`, fired: () => fired, leave: {} };
};

/** The stacks are deployed once more while everything runs. */
export const deployedAgain: Fault = (target) => {
  const { home, deployAgain } = target;
  const drawn = moments(target, 1, 3);
  let fired = 0;
  for (const moment of drawn) {
    home.world.at(moment, 'it is deployed again', async () => {
      await deployAgain?.();
      fired += 1;
    });
  }
  return { words: `it is deployed again at ${drawn.map(iso).join(', ')}`, fired: () => fired, leave: {} };
};

/** Drills are switched off for hours, and somebody invokes `lifeboat-keep` twice meanwhile. */
export const drillsOff: Fault = ({ home, copy, start, end, chance }) => {
  const { world } = home;
  let fired = 0;
  const from = Math.round(start + chance.between(4.5, 5.5) * hour);
  const setAll = (state: 'ENABLED' | 'DISABLED') => {
    for (const { services } of [home, copy]) {
      for (const tier of ['databases', 'files']) {
        if (services.Scheduler.has(`lifeboat-drill-${tier}`))
          services.Scheduler.setState(`lifeboat-drill-${tier}`, state);
      }
    }
  };
  world.at(from, 'drills are switched off', () => setAll('DISABLED'));
  world.at(end + 2.8 * hour, 'drills are switched on', () => setAll('ENABLED'));
  // The second time every proof is overdue.
  for (const at of [end - hour, end + 2.6 * hour]) {
    world.at(Math.round(at), 'somebody invokes keep', () => {
      fired += 1;
      const asked = { FunctionName: 'lifeboat-keep', InvocationType: 'Event', Payload: Buffer.from('{}') };
      meanwhile(() => byHand(copy, 'Lambda', 'Invoke', asked));
    });
  }
  return {
    words: `drills are switched off from ${iso(from)}, and keep is invoked by hand`,
    fired: () => fired,
    overBy: end + 2.8 * hour,
    leave: {},
  };
};

/** Somebody recovers the database for real at home, beside production. */
export const recovered: Fault = (target) => {
  const { home } = target;
  // The database was put there without a network of its own: it is recovered into that of applications.
  const { subnetGroup, databaseGroup } = putNetwork(home);
  const [moment = target.end] = moments(target, 1, 1);
  let fired = 0;
  home.world.at(Math.max(moment, target.start + 4 * hour), 'somebody recovers', () => {
    const there = home.services.Backup.truth().points.filter(({ status }) => status === 'COMPLETED');
    const resource = there.find(({ resourceArn }) => resourceArn.includes(':rds:'))?.resourceArn;
    if (resource === undefined) return;
    const asked = {
      stateMachineArn: `arn:aws:states:${home.name}:${home.account.id}:stateMachine:lifeboat-recover`,
      name: `by-hand-${home.world.now()}`,
      input: JSON.stringify({ resource, subnetGroup, securityGroups: [databaseGroup] }),
    };
    meanwhile(() => byHand(home, 'SFN', 'StartExecution', asked));
    fired += 1;
  });
  return {
    words: `somebody recovers at ${iso(moment)}`,
    fired: () => fired,
    leave: {},
  };
};

/**
 * The newest points of a resource in a Region go, at the hand of somebody whom the vault lets delete them, and who takes its
 * lock off for that moment. Answers how many went.
 */
export function deletePoints({ name, world, services }: Region, resource: string, most: number): number {
  const mine = services.Backup.truth()
    .points.filter(({ resourceArn, status }) => resourceArn === resource && status === 'COMPLETED')
    .sort((one, other) => other.knownInstant - one.knownInstant)
    .slice(0, most);
  let deleted = 0;
  for (const { arn, vault } of mine) {
    const kept = services.Backup.state.vaults.get(vault);
    const lock = kept?.lock;
    if (kept !== undefined) kept.lock = undefined;
    try {
      services.Backup.operations.DeleteRecoveryPoint?.({ BackupVaultName: vault, RecoveryPointArn: arn } as never, {
        caller: { ...operator, region: name },
        region: services.Backup.state.region,
      });
      deleted += 1;
      world.trace.note('somebody deleted a point', { region: name, resource, point: arn });
    } catch (error) {
      // One that is being copied or restored stays.
      if (!(error instanceof AwsError)) throw error;
    } finally {
      if (kept !== undefined) kept.lock = lock;
    }
  }
  return deleted;
}

/** A silence that somebody asked for. */
interface Silence {
  readonly about: About;
  readonly from: number;
  readonly until: number;
  /** When somebody ended it at home. */
  endedAt: number;
}

/** No silence of this fault lasts longer. */
const silentFor = 2 * hour;

/** Now and then somebody silences one kind of episode of a resource for two hours, and ends the silence by hand an hour early or not. */
export const silenced: Fault = (target) => {
  const { home, chance } = target;
  const { world } = home;
  const drawn = moments(target, 2, 4).filter((from, index, all) => from >= (all[index - 1] ?? 0) + silentFor);
  const silences: Silence[] = [];
  const ask = (input: object) => {
    const stateMachineArn = `arn:aws:states:${home.name}:${home.account.id}:stateMachine:lifeboat-silence`;
    const asked = { stateMachineArn, name: `by-hand-${world.now()}`, input: JSON.stringify(input) };
    meanwhile(() => byHand(home, 'SFN', 'StartExecution', asked));
  };
  for (const from of drawn) {
    world.at(from, 'somebody asks for silence', () => {
      const there = home.services.Backup.truth().points.map(({ resourceArn }) => resourceArn);
      if (there.length === 0) return;
      const about = { resource: chance.pick(there), kind: chance.pick(['rpo', 'copy_rpo'] as const) };
      const until = from + silentFor;
      const silence: Silence = { about, from, until, endedAt: until };
      silences.push(silence);
      ask({ ...about, until: iso(until), because: 'somebody works on it' });
      if (chance.number() >= 0.5) return;
      world.after(hour, 'somebody ends the silence', () => {
        silence.endedAt = world.now();
        ask({ ...about, until: 'now', because: 'it is done' });
      });
    });
  }
  return {
    words: `somebody asks for two hours of silence at ${drawn.map(iso).join(', ')}`,
    fired: () => silences.length,
    // What of it breaks meanwhile pages when the silence is over; a copy Region hears of its end within the hour. Nothing else is late.
    leave: {
      openBy: (region, deadline, asked) => {
        const late = silences.map(({ about, from, until, endedAt }) => {
          const over = region === home.name ? endedAt : until;
          const isMeant = asked?.resource === about.resource && asked.kind === about.kind;
          return isMeant && deadline > from - 2 * minute && deadline <= over ? over + afterwards : 0;
        });
        return Math.max(0, ...late);
      },
    },
  };
};

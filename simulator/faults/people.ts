import { putNetwork } from '../scenarios/network.ts';
import { AwsError, type Region } from '../world/region.ts';
import { type Fault, iso, type Target } from './fault.ts';

const minute = 60_000;
const hour = 60 * minute;
const aftermath = 6 * hour;

/**
 * Somebody stops runs in the console, wherever they stand, and then redrives them, starts them again with the same input, or
 * does nothing. Restores are slow, so that drills are stopped while theirs cannot be taken back.
 */
export const runsStopped: Fault = (target) => {
  const { home, copy, chance, start, end, calm } = target;
  const { world } = home;
  const moments = drawn(target, 3, 6);
  let fired = 0;
  const slow = new Set<string>();
  copy.services.Backup.addFault((job) => {
    if (job.kind !== 'restore' || slow.has(job.id) || world.now() >= end) return undefined;
    slow.add(job.id);
    return { waits: Math.round(chance.between(0.5 * hour, 2.5 * hour)) };
  });
  for (const moment of moments) {
    world.at(moment, 'somebody stops a run', () =>
      meanwhile(async () => {
        const running = (
          await Promise.all([...machinesOf(home), ...machinesOf(copy)].map(([region, arn]) => runningOf(region, arn)))
        ).flat();
        if (running.length === 0) return;
        const drills = running.filter(({ executionArn }) => executionArn.includes(':lifeboat-drill:'));
        const { region, executionArn } = chance.pick(drills.length > 0 && chance.number() < 0.7 ? drills : running);
        const { input } = (await byHand(region, 'SFN', 'DescribeExecution', { executionArn })) as { input: string };
        await byHand(region, 'SFN', 'StopExecution', { executionArn, cause: 'Somebody stopped it.' });
        fired += 1;
        world.trace.note('stopped a run', { execution: executionArn });
        const then = chance.pick(['redrive', 'again', 'nothing'] as const);
        world.after(Math.round(chance.between(1, 20) * minute), `then: ${then}`, () =>
          meanwhile(async () => {
            const stateMachineArn = executionArn
              .replace(':execution:', ':stateMachine:')
              .split(':')
              .slice(0, 7)
              .join(':');
            if (then === 'redrive') await byHand(region, 'SFN', 'RedriveExecution', { executionArn });
            if (then === 'again')
              await byHand(region, 'SFN', 'StartExecution', { stateMachineArn, name: `again-${world.now()}`, input });
          }),
        );
      }),
    );
  }
  return {
    words: `somebody stops runs at ${moments.map(iso).join(', ')}`,
    fired: () => fired,
    leave: { mayFail: (at) => at >= start + calm && at <= end + aftermath },
    trouble: 'any',
  };
};

/** Somebody who may takes points away: the newest ones of one resource in one Region, up to all of them. */
export const pointsDeleted: Fault = (target) => {
  const { home, copy, chance } = target;
  const moments = drawn(target, 1, 3);
  let fired = 0;
  for (const moment of moments) {
    home.world.at(moment, 'somebody deletes points', () => {
      const region = chance.pick([home, copy]);
      const there = region.services.Backup.truth().points.filter(({ status }) => status === 'COMPLETED');
      if (there.length === 0) return;
      const resource = chance.pick(there).resourceArn;
      fired += deletePoints(region, resource, chance.whole(1, 6));
    });
  }
  return {
    words: `somebody deletes recovery points at ${moments.map(iso).join(', ')}`,
    fired: () => fired,
    // A drill that had chosen one of them cannot restore it.
    leave: { mayFail: (at) => moments.some((moment) => at >= moment && at <= moment + 2 * hour) },
    trouble: 'any',
  };
};

/** Someone else's plan backs the same resources up, and takes its time. */
export const otherBackups: Fault = (target) => {
  const { home, chance } = target;
  const vault = 'of-somebody-else';
  home.services.Backup.createVault({ name: vault });
  const caller = { kind: 'service', name: 'backup.amazonaws.com', region: home.name } as const;
  const moments = drawn(target, 3, 6);
  const theirs = new Set<string>();
  let fired = 0;
  home.services.Backup.addFault((job) =>
    job.kind === 'backup' && theirs.delete(job.id) ? { waits: Math.round(chance.between(10, 50) * minute) } : undefined,
  );
  for (const moment of moments) {
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
  return { words: `somebody else backs up at ${moments.map(iso).join(', ')}`, fired: () => fired, leave: {} };
};

/** The stacks are deployed once more while everything runs. */
export const deployedAgain: Fault = (target) => {
  const { home, deployAgain } = target;
  const moments = drawn(target, 1, 3);
  let fired = 0;
  for (const moment of moments) {
    home.world.at(moment, 'it is deployed again', async () => {
      await deployAgain?.();
      fired += 1;
    });
  }
  return { words: `it is deployed again at ${moments.map(iso).join(', ')}`, fired: () => fired, leave: {} };
};

/** A resource comes, and is retired by its tag some hours later. */
export const resourceRetired: Fault = ({ home, start, end, chance, calm, addForAWhile }) => {
  const from = Math.round(start + calm + chance.between(0, 1.5) * hour);
  const until = Math.min(end, Math.round(from + chance.between(2, 6) * hour));
  let fired = 0;
  home.world.at(from, 'a new resource', async () => {
    const retire = await addForAWhile?.();
    if (retire === undefined) return;
    fired += 1;
    home.world.at(until, 'somebody retires a resource', retire);
  });
  return {
    words: `a resource comes at ${iso(from)}, and is retired at ${iso(until)}`,
    fired: () => fired,
    // What begins before it is retired finds it gone.
    leave: { mayFail: (at) => at >= from },
    trouble: 'any',
  };
};

/** Drills are switched off for hours, and somebody invokes `lifeboat-keep` twice meanwhile. */
export const drillsOff: Fault = ({ home, copy, start, end, chance, calm }) => {
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
  world.at(end + 2.5 * hour, 'drills are switched on', () => setAll('ENABLED'));
  for (const at of [end - hour, end + 1.8 * hour]) {
    world.at(Math.round(at), 'somebody invokes keep', () => {
      fired += 1;
      const asked = { FunctionName: 'lifeboat-keep', InvocationType: 'Event', Payload: Buffer.from('{}') };
      meanwhile(() => byHand(copy, 'Lambda', 'Invoke', asked));
    });
  }
  return {
    words: `drills are switched off from ${iso(from)}, and keep is invoked by hand`,
    fired: () => fired,
    leave: { mayFail: (at) => at >= start + calm && at < from + hour },
  };
};

/** Somebody recovers the database for real at home, beside production. */
export const recovered: Fault = (target) => {
  const { home } = target;
  // The database was put there without a network of its own: it is recovered into that of applications.
  const { subnetGroup, databaseGroup } = putNetwork(home);
  const [moment = target.end] = drawn(target, 1, 1);
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
    leave: { mayFail: (at) => at >= moment },
    trouble: 'any',
  };
};

/** Moments in which a fault may strike, in order. Milliseconds since 1970. */
function drawn({ chance, start, end, calm }: Target, least: number, most: number): number[] {
  return Array.from({ length: chance.whole(least, most) }, () => Math.round(chance.between(start + calm, end))).sort(
    (one, other) => one - other,
  );
}

const operator = { kind: 'operator', name: 'somebody' } as const;

/** A call as somebody makes it in the console. */
function byHand(region: Region, service: string, operation: string, input: object): Promise<unknown> {
  return region.request({ ...operator, region: region.name }, service, operation, input);
}

/** Time goes on while somebody waits for an answer. What is refused is refused: people live with that. */
function meanwhile(does: () => Promise<unknown>): void {
  does().catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
  });
}

function machinesOf(region: Region): [Region, string][] {
  const listed = region.services.SFN.operations.ListStateMachines?.({} as never, {
    caller: { ...operator, region: region.name },
    region,
  }) as { readonly stateMachines: readonly { readonly stateMachineArn: string }[] };
  return listed.stateMachines.map(({ stateMachineArn }) => [region, stateMachineArn]);
}

async function runningOf(region: Region, stateMachineArn: string) {
  const { executions } = (await byHand(region, 'SFN', 'ListExecutions', {
    stateMachineArn,
    statusFilter: 'RUNNING',
  })) as { readonly executions: readonly { readonly executionArn: string }[] };
  return executions.map(({ executionArn }) => ({ region, executionArn }));
}

/** The newest points of a resource go; the vault's lock is taken off for that moment. Answers how many went. */
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
    } catch {
      // One that is being copied or restored stays.
    } finally {
      if (kept !== undefined) kept.lock = lock;
    }
  }
  return deleted;
}

import type { Region } from '../world/region.ts';
import { byHand, meanwhile, operator } from './by-hand.ts';
import { type Fault, failingWhile, iso, type Met, moments, type Struck, type Target } from './fault.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Somebody comes back to a run within this time. */
const comesBackWithin = 20 * minute;
const atOnce = 1_000;

/**
 * Somebody stops runs in the console, wherever they stand, and then redrives them, starts them again with the same input, or
 * does nothing. Restores are slow, so that drills are stopped while theirs cannot be taken back.
 */
export const runsStopped: Fault = (target) =>
  endRuns(target, 'somebody stops runs', 'stopped a run', (region, executionArn) =>
    byHand(region, 'SFN', 'StopExecution', { executionArn, cause: 'Somebody stopped it.' }),
  );

/** Runs are out of time wherever they stand; then the same. */
export const runsTimeOut: Fault = (target) =>
  endRuns(target, 'runs are out of time', 'a run is out of time', async ({ services }, executionArn) =>
    services.SFN.timeOut(executionArn),
  );

function endRuns(
  target: Target,
  words: string,
  note: string,
  ends: (region: Region, executionArn: string) => Promise<unknown>,
): Struck {
  const { home, copy, chance, end } = target;
  const { world } = home;
  const drawn = moments(target, 3, 6);
  const ended: Met[] = [];
  let fired = 0;
  const slow = new Set<string>();
  copy.services.Backup.addFault((job) => {
    if (job.kind !== 'restore' || slow.has(job.id) || world.now() >= end) return undefined;
    slow.add(job.id);
    return { waits: Math.round(chance.between(0.5 * hour, 2.5 * hour)) };
  });
  for (const moment of drawn) {
    world.at(moment, words, () =>
      meanwhile(async () => {
        const running = (
          await Promise.all([...machinesOf(home), ...machinesOf(copy)].map(([region, arn]) => runningOf(region, arn)))
        ).flat();
        if (running.length === 0) return;
        const drills = running.filter(({ executionArn }) => executionArn.includes(':lifeboat-drill:'));
        const { region, executionArn } = chance.pick(drills.length > 0 && chance.number() < 0.7 ? drills : running);
        const { input } = (await byHand(region, 'SFN', 'DescribeExecution', { executionArn })) as { input: string };
        await ends(region, executionArn);
        fired += 1;
        const { resource } = JSON.parse(input) as { readonly resource?: string };
        world.trace.note(note, { execution: executionArn, region: region.name, resource });
        ended.push({ region, from: world.now(), until: world.now() + comesBackWithin, ...(resource && { resource }) });
        const then = chance.pick(['redrive', 'again', 'nothing'] as const);
        // A script does not wait as people do: what is told of the end may come when it is over.
        const isScript = chance.number() < 0.4;
        const after = isScript ? chance.between(0, atOnce) : chance.between(minute, comesBackWithin);
        world.after(Math.round(after), `then: ${then}`, () =>
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
    words: `${words} at ${drawn.map(iso).join(', ')}`,
    fired: () => fired,
    leave: { mayFail: (...run) => failingWhile(...ended)(...run) },
    // What a drill leaves that was ended is told at once, or by the sweep.
    troubles: () => ended,
  };
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

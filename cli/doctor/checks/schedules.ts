import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  paginateListExecutions,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { inWords } from '../../../functions/policy/duration.ts';
import { roleOf } from '../../../functions/policy/owners.ts';
import type { Policy } from '../../../functions/policy/policy.ts';
import type { Check, Trouble } from '../check.ts';
import { revertWords } from '../deployed.ts';

/** A fleet that a schedule starts in a Region again and again. */
interface Fleet {
  readonly workflow: 'protect' | 'drill';
  readonly tier: string;
  readonly everySeconds: number;
}

export function fleetsIn(policy: Policy, region: string): Fleet[] {
  return Object.entries(policy.tiers).flatMap(([tier, { backup, drill }]) => {
    const role = roleOf(policy, tier, { region });
    const made: Fleet[] = [];
    if (backup !== null && role.is === 'home')
      made.push({ workflow: 'protect', tier, everySeconds: backup.everySeconds });
    if (drill !== null) {
      const here =
        drill.from === 'home' ? region === policy.home : drill.from.account === null && drill.from.region === region;
      if (here) made.push({ workflow: 'drill', tier, everySeconds: drill.everySeconds });
    }
    return made;
  });
}

/** How many executions are looked through for the last of each fleet. */
const mostExecutions = 400;

/**
 * Whether each schedule of the policy still fires, told by what it started: a schedule that is stopped, or whose role is
 * wrong, starts nothing. Reads executions, so that a schedule which says ENABLED and does nothing is seen as well.
 */
export const schedules: Check = {
  name: 'schedules',
  rights: ['states:ListExecutions', 'states:DescribeExecution', 'states:DescribeStateMachine'],
  ask: async ({ policy, region, client, deployed, now }) => {
    const wanted = fleetsIn(policy, region);
    if (wanted.length === 0) return [];
    const sfn = client(SFNClient, { region });
    const { account, partition } = await deployed.identity();
    const stateMachineArn = `arn:${partition}:states:${region}:${account}:stateMachine:lifeboat-fleet`;
    const { creationDate } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const last = new Map<string, Date>();
    let looked = 0;
    const keyOf = ({ workflow, tier }: { workflow?: unknown; tier?: unknown }) => `${workflow} ${tier}`;
    const all = async () => {
      for await (const { executions } of paginateListExecutions(
        { client: sfn },
        { stateMachineArn, maxResults: 100 },
      )) {
        for (const { executionArn, startDate } of executions ?? []) {
          looked += 1;
          const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
          const key = keyOf(parsed(input));
          if (startDate !== undefined && !last.has(key)) last.set(key, startDate);
          if (looked >= mostExecutions || wanted.every((one) => last.has(keyOf(one)))) return;
        }
      }
    };
    await all();
    return wanted.flatMap((fleet): Trouble[] => {
      const fired = last.get(keyOf(fleet));
      const since = fired ?? creationDate;
      const age = since === undefined ? Number.POSITIVE_INFINITY : (now.getTime() - since.getTime()) / 1000;
      if (age <= fleet.everySeconds + graceSeconds) return [];
      const ago = Number.isFinite(age) ? `for ${inWords(Math.round(age / 60) * 60)}` : 'as far as Step Functions knows';
      return [
        {
          field: `lifeboat-${fleet.workflow}-${fleet.tier}`,
          words: `the schedule has started nothing ${ago}; it is due every ${inWords(fleet.everySeconds)}`,
          mend: `look whether it is enabled in EventBridge Scheduler and what lies in the queue lifeboat-undelivered-schedules; if it was changed: ${revertWords(region)}`,
        },
      ];
    });
  },
};

/** Schedules fire anywhere in their minute, and one that failed is tried for an hour. */
const graceSeconds = 3600;

function parsed(input: string | undefined): { workflow?: unknown; tier?: unknown } {
  try {
    const value: unknown = JSON.parse(input ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

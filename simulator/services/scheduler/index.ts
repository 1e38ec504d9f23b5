import { AwsError, NotModelled, type Operation, type Region, type Service } from '../../world/region.ts';
import { callOf, defaultRetries, deliver } from '../delivery.ts';
import { type Occurrences, occurrencesOf } from './expression.ts';

/** A schedule as CreateSchedule and AWS::Scheduler::Schedule take it. */
export interface ScheduleInput {
  readonly Name: string;
  readonly GroupName?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly FlexibleTimeWindow: { readonly Mode: string; readonly MaximumWindowInMinutes?: number };
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly Description?: string;
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE';
  readonly ClientToken?: string;
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input?: string;
    readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
    readonly DeadLetterConfig?: { readonly Arn?: string };
  };
}

/** What goes wrong with one firing. */
export interface FiringFault {
  readonly drop?: boolean;
  readonly extraCopies?: number;
  readonly delayMilliseconds?: number;
}
export type FiringFaults = (schedule: string, scheduledAt: string) => FiringFault | undefined;

/** EventBridge Scheduler in one Region. */
export interface Scheduler extends Service {
  /** Deploys a schedule; one of the same name and group is replaced. Returns the ARN. */
  define(schedule: ScheduleInput): string;
  has(name: string): boolean;
  /** What the console's Enable and Disable do: an UpdateSchedule with everything else as it was. */
  setState(name: string, state: 'ENABLED' | 'DISABLED'): void;
  /** Takes a schedule of the stack away. */
  remove(name: string): void;
  /** From now on every firing is shown to this fault. */
  interfere(faults: FiringFaults): void;
}

interface Schedule {
  input: ScheduleInput;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  occurrences: Occurrences;
  /** The scheduled instant that was armed last. */
  last: number;
  cancel: () => void;
}

/** A schedule fires anywhere within the minute it names. */
const precision = 60_000;

export function createScheduler(region: Region): Scheduler {
  const { world, account } = region;
  const chance = world.chance.fork(`scheduler ${region.name}`);
  const schedules = new Map<string, Schedule>();
  const interferences: FiringFaults[] = [];
  const keyOf = (name: string, group = 'default') => `${group}/${name}`;
  const find = ({ Name, GroupName }: { Name: string; GroupName?: string }) => {
    const found = schedules.get(keyOf(Name, GroupName));
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
    }
    return found;
  };

  const arm = (schedule: Schedule): void => {
    schedule.cancel();
    schedule.cancel = () => {};
    const { input } = schedule;
    if (input.State === 'DISABLED') return;
    const at = schedule.occurrences(Math.max(schedule.last, world.now() - precision));
    if (at === undefined) return;
    const spread = precision * (1 + (input.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0));
    const fireAt = Math.max(world.now(), at + chance.between(0, spread - 1));
    schedule.cancel = world.at(fireAt, `the schedule ${input.Name} fires`, () => {
      schedule.last = at;
      fire(schedule, at);
      arm(schedule);
      if (input.ActionAfterCompletion === 'DELETE' && schedule.occurrences(at) === undefined) {
        schedules.delete(keyOf(input.Name, input.GroupName));
      }
    });
  };

  const fire = (schedule: Schedule, at: number): void => {
    const { input, arn } = schedule;
    const { Target } = input;
    const scheduledAt = `${new Date(at).toISOString().slice(0, 19)}Z`;
    let fault: FiringFault | undefined;
    for (const interference of interferences) fault ??= interference(input.Name, scheduledAt);
    if (fault?.drop === true) return;
    const caller = { kind: 'service', name: 'scheduler.amazonaws.com', region: region.name } as const;
    for (let copy = 0; copy <= (fault?.extraCopies ?? 0); copy += 1) {
      const execution = chance.uuid();
      const replace = (text: string, attempt: number) =>
        text
          .replaceAll('<aws.scheduler.schedule-arn>', arn)
          .replaceAll('<aws.scheduler.scheduled-time>', scheduledAt)
          .replaceAll('<aws.scheduler.execution-id>', execution)
          .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
      const body = (attempt: number) =>
        Target.Input === undefined ? notification(arn, scheduledAt, execution) : replace(Target.Input, attempt);
      const send = () =>
        deliver({
          region,
          caller,
          body,
          told: { EXECUTION_ID: execution, SCHEDULED_TIME: scheduledAt, SCHEDULE_ARN: arn },
          target: {
            arn: Target.Arn,
            role: Target.RoleArn,
            retries: Target.RetryPolicy?.MaximumRetryAttempts ?? defaultRetries.retries,
            maximumAgeSeconds: Target.RetryPolicy?.MaximumEventAgeInSeconds ?? defaultRetries.maximumAgeSeconds,
            ...(Target.DeadLetterConfig?.Arn !== undefined && { deadLetter: Target.DeadLetterConfig.Arn }),
          },
        });
      const delay = fault?.delayMilliseconds ?? 0;
      if (delay === 0) send();
      else world.after(delay, `the schedule ${input.Name} fires late`, send);
    }
  };

  const notification = (arn: string, time: string, id: string) =>
    JSON.stringify({
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: account.id,
      time,
      region: region.name,
      resources: [arn],
      detail: '{}',
    });

  const define = (input: ScheduleInput): string => {
    check(input);
    const { Name, GroupName = 'default' } = input;
    const now = world.now();
    const before = schedules.get(keyOf(Name, GroupName));
    const createdAt = before?.createdAt ?? now;
    const occurrences = occurrencesOf(input.ScheduleExpression, input.ScheduleExpressionTimezone ?? 'UTC', createdAt);
    const arn = `arn:aws:scheduler:${region.name}:${account.id}:schedule/${GroupName}/${Name}`;
    const schedule = before ?? { input, arn, createdAt, modifiedAt: now, occurrences, last: now, cancel: () => {} };
    // What passed while the schedule was disabled is not made up for.
    const resumed = before?.input.State === 'DISABLED' && input.State !== 'DISABLED';
    Object.assign(schedule, { input, occurrences, modifiedAt: now, ...(resumed && { last: now }) });
    schedules.set(keyOf(Name, GroupName), schedule);
    arm(schedule);
    return arn;
  };

  const described = (schedule: Schedule) => ({
    ...schedule.input,
    Arn: schedule.arn,
    GroupName: schedule.input.GroupName ?? 'default',
    State: schedule.input.State ?? 'ENABLED',
    ScheduleExpressionTimezone: schedule.input.ScheduleExpressionTimezone ?? 'UTC',
    CreationDate: new Date(schedule.createdAt),
    LastModificationDate: new Date(schedule.modifiedAt),
  });

  const operations = {
    CreateSchedule: (input: ScheduleInput) => {
      if (schedules.has(keyOf(input.Name, input.GroupName))) {
        throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
      }
      return { ScheduleArn: define(input) };
    },
    UpdateSchedule: (input: ScheduleInput) => {
      find(input);
      return { ScheduleArn: define(input) };
    },
    GetSchedule: (input: { Name: string; GroupName?: string }) => described(find(input)),
    DeleteSchedule: (input: { Name: string; GroupName?: string }) => {
      find(input).cancel();
      schedules.delete(keyOf(input.Name, input.GroupName));
      return {};
    },
    ListSchedules: (input: {
      GroupName?: string;
      NamePrefix?: string;
      State?: string;
      MaxResults?: number;
      NextToken?: string;
    }) => {
      const all = [...schedules.values()]
        .map(described)
        .filter(
          ({ GroupName, Name, State }) =>
            (input.GroupName === undefined || GroupName === input.GroupName) &&
            (input.NamePrefix === undefined || Name.startsWith(input.NamePrefix)) &&
            (input.State === undefined || State === input.State),
        );
      const from = Number(input.NextToken ?? 0);
      const size = input.MaxResults ?? 100;
      return {
        Schedules: all
          .slice(from, from + size)
          .map(({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }) => ({
            Arn,
            Name,
            GroupName,
            State,
            CreationDate,
            LastModificationDate,
            Target: { Arn: Target.Arn },
          })),
        ...(from + size < all.length && { NextToken: String(from + size) }),
      };
    },
  };

  return {
    operations: operations as Record<string, Operation>,
    define,
    has: (name) => [...schedules.values()].some(({ input }) => input.Name === name),
    setState: (name, state) => {
      const found = [...schedules.values()].filter(({ input }) => input.Name === name);
      if (found.length !== 1) throw new Error(`There are ${found.length} schedules of the name ${name}.`);
      for (const { input } of found) define({ ...input, State: state });
    },
    remove: (name) => {
      for (const [key, schedule] of schedules) {
        if (schedule.input.Name !== name) continue;
        schedule.cancel();
        schedules.delete(key);
      }
    },
    interfere: (faults) => {
      interferences.push(faults);
    },
  };
}

const known = new Set([
  'Name',
  'GroupName',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'FlexibleTimeWindow',
  'State',
  'Description',
  'ActionAfterCompletion',
  'ClientToken',
  'Target',
]);
const knownOfTarget = new Set(['Arn', 'RoleArn', 'Input', 'RetryPolicy', 'DeadLetterConfig']);

function check(input: ScheduleInput): void {
  const unknown =
    Object.keys(input).find((member) => !known.has(member)) ??
    Object.keys(input.Target).find((member) => !knownOfTarget.has(member));
  if (unknown !== undefined) throw new NotModelled(`${unknown} of a schedule`);
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(input.Name)) {
    throw new AwsError('ValidationException', `"${input.Name}" is no name of a schedule.`);
  }
  const { Mode, MaximumWindowInMinutes } = input.FlexibleTimeWindow;
  if (Mode !== 'OFF' && !(Mode === 'FLEXIBLE' && (MaximumWindowInMinutes ?? 0) >= 1)) {
    throw new AwsError(
      'ValidationException',
      'FlexibleTimeWindow must be OFF, or FLEXIBLE with MaximumWindowInMinutes.',
    );
  }
  const { Arn, Input } = input.Target;
  callOf(Arn, '');
  if (Input !== undefined && /:(lambda|states):/.test(Arn)) {
    try {
      JSON.parse(Input);
    } catch {
      throw new AwsError('ValidationException', `The Input of the schedule ${input.Name} is not JSON.`);
    }
  }
}

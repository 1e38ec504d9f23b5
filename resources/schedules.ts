import { createHash } from 'node:crypto';
import type { Place } from '../functions/policy/place.ts';
import type { Policy } from '../functions/policy/policy.ts';
import type { Part, Resources } from './stack.ts';

const minuteSeconds = 60;
const hourSeconds = 3600;
const daySeconds = 86_400;

/**
 * Every schedule of a stack: the watch, and one fleet for each tier and workflow. What a schedule could not deliver goes
 * to a queue, where an alarm sees it.
 */
export function schedules(policy: Policy, part: Part, region: string): Resources {
  const made: Resources = {
    ScheduleDeadLetters: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'lifeboat-undelivered-schedules',
        MessageRetentionPeriod: 14 * daySeconds,
        SqsManagedSseEnabled: true,
      },
    },
    WatchSchedule: everySchedule('lifeboat-watch', 'rate(1 minute)', functionArn('watch'), {}),
    CheckSchedule: everySchedule('lifeboat-check', 'rate(5 minutes)', functionArn('check'), {}),
    ReconcileSchedule: everySchedule('lifeboat-reconcile', 'rate(1 hour)', functionArn('reconcile'), {}),
    SweepSchedule: everySchedule('lifeboat-sweep', 'rate(1 hour)', functionArn('sweep'), {}),
    KeepSchedule: everySchedule('lifeboat-keep', expression(daySeconds, 'keep'), functionArn('keep'), {}),
    ReportSealSchedule: everySchedule(
      'lifeboat-report-seal',
      expression(daySeconds, 'report seal'),
      functionArn('reportSeal'),
      {},
    ),
    // After the hour in which the drills begin, so that the page of a morning tells of its drills.
    ReportSchedule: everySchedule('lifeboat-report', 'cron(40 7 * * ? *)', functionArn('report'), {}),
  };
  if (policy.alerts.allWell !== undefined) {
    const daily = expression(daySeconds, 'all well');
    made.AllWellSchedule = everySchedule('lifeboat-all-well', daily, functionArn('allWell'), {});
  }
  for (const [name, tier] of Object.entries(policy.tiers)) {
    const logical = logicalName(name);
    if (part === 'home' && tier.backup !== null) {
      made[`Protect${logical}Schedule`] = fleetSchedule('protect', name, tier.backup.everySeconds);
    }
    if (tier.drill !== null && drilledHere(tier.drill.from, part, region)) {
      made[`Drill${logical}Schedule`] = fleetSchedule('drill', name, tier.drill.everySeconds);
    }
  }
  return made;
}

/** CloudFormation's ids have no hyphens; `gold-1` and `gold1` must not become one. Names of tiers have no capitals. */
function logicalName(tier: string): string {
  return tier.replaceAll('-', 'Dash').replace(/^./, (letter) => letter.toUpperCase());
}

function drilledHere(from: Place | 'home', part: Part, region: string): boolean {
  if (from === 'home') return part === 'home';
  return part === 'copy' && from.account === null && from.region === region;
}

function fleetSchedule(workflow: 'protect' | 'drill', tier: string, everySeconds: number): Resources[string] {
  const arn = {
    'Fn::Sub': 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:lifeboat-fleet',
  };
  return everySchedule(`lifeboat-${workflow}-${tier}`, expression(everySeconds, `${workflow} ${tier}`), arn, {
    workflow,
    tier,
    scheduledAt: '<aws.scheduler.scheduled-time>',
  });
}

function everySchedule(name: string, schedule: string, arn: unknown, input: object): Resources[string] {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: name,
      ScheduleExpression: schedule,
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: arn,
        RoleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] },
        Input: JSON.stringify(input),
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['ScheduleDeadLetters', 'Arn'] } },
        RetryPolicy:
          schedule === 'rate(1 minute)'
            ? { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2 }
            : { MaximumEventAgeInSeconds: hourSeconds, MaximumRetryAttempts: 60 },
      },
    },
  };
}

function functionArn(key: string) {
  return { 'Fn::GetAtt': [`${key.replace(/^./, (letter) => letter.toUpperCase())}LambdaFunction`, 'Arn'] };
}

/**
 * An interval as EventBridge Scheduler writes it. Whole parts of a day and whole days get fixed times in UTC, so that a
 * person can say when the next one is; the minute is taken from the name, so that tiers do not start together. Any other
 * interval is a rate.
 */
export function expression(everySeconds: number, name: string): string {
  const digest = createHash('sha256').update(name).digest();
  const minute = (digest[0] ?? 0) % 60;
  if (everySeconds % daySeconds === 0) {
    const days = everySeconds / daySeconds;
    if (days <= 15) return `cron(${minute} ${4 + ((digest[1] ?? 0) % 3)} ${days === 1 ? '*' : `1/${days}`} * ? *)`;
  }
  if (everySeconds % hourSeconds === 0 && daySeconds % everySeconds === 0) {
    return `cron(${minute} 0/${everySeconds / hourSeconds} * * ? *)`;
  }
  return `rate(${Math.round(everySeconds / minuteSeconds)} minutes)`;
}

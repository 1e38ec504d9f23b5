import type { Policy } from '../functions/policy/policy.ts';
import { copyRegions, type Resources } from './stack.ts';
import { arnOf } from './trust.ts';

/** What people are told of an alarm, in its own description and in the docs. `name` is the same in every Region. */
export interface AlarmWords {
  /** REGION stands for the Region that fell silent. */
  readonly name: string;
  /** `page`: one Region pages for each Region that falls silent, every other alarm is a notice. */
  readonly topic: 'page' | 'notices' | 'page or notices';
  readonly means: string;
  readonly next: string;
}

/**
 * Who watches the watch: every alarm that a stack can hold. CloudWatch itself tells them, so that they come when none of
 * our code runs.
 */
export const alarmWords = {
  heartbeat: {
    name: 'lifeboat-no-heartbeat-from-REGION',
    topic: 'page or notices',
    means:
      'The watch of REGION has completed no round for minutes. Until it does, nobody is paged for what breaks there.',
    next: 'See whether AWS has trouble in REGION, whether the schedule lifeboat-watch is enabled there, and what the log of the function lifeboat-watch says. If REGION is home and does not answer at all, take the runbook region-failure. After the first deployment of a Region it comes until the other one is deployed.',
  },
  undeliveredSchedules: {
    name: 'lifeboat-undelivered-schedules',
    topic: 'notices',
    means: 'EventBridge Scheduler could not start something and has given up.',
    next: 'Read the messages of the queue lifeboat-undelivered-schedules: SCHEDULE_ARN, ERROR_CODE and ERROR_MESSAGE say what and why. Mend it, start by hand what was missed, then purge the queue.',
  },
  undeliveredEvents: {
    name: 'lifeboat-undelivered-events',
    topic: 'notices',
    means:
      'EventBridge could not hand an event to a function and has given up. Waits and reconcile find out by themselves what it said, only later.',
    next: 'Read the messages of the queue lifeboat-undelivered-events: RULE_ARN, ERROR_CODE and ERROR_MESSAGE say what and why. Mend it, then purge the queue.',
  },
  failedRuns: {
    name: 'lifeboat-failed-runs',
    topic: 'notices',
    means: 'A function failed in every try that Lambda makes, and its event was given up.',
    next: 'Read the messages of the queue lifeboat-failed-runs: functionArn and responsePayload say which and why. Mend it, then purge the queue. The next scheduled run does what this one did not.',
  },
  watchErrors: {
    name: 'lifeboat-watch-errors',
    topic: 'notices',
    means:
      'Rounds of the watch fail: it could not see to everything that was due. If no round gets through, the missing heartbeat pages.',
    next: 'See in the log of the function lifeboat-watch what AWS refused.',
  },
  reconcileErrors: {
    name: 'lifeboat-reconcile-errors',
    topic: 'notices',
    means:
      'A part of reconcile fails. The others were done; if home no longer writes the roster, the copy Regions page.',
    next: 'See in the log of the function lifeboat-reconcile which part failed and why.',
  },
} as const satisfies Readonly<Record<string, AlarmWords>>;

/** The name of the alarm on one Region's heartbeat. */
export function heartbeatAlarmName(region: string): string {
  return alarmWords.heartbeat.name.replace('REGION', region);
}

/** The Regions that take the heartbeats of a Region: itself, and whoever watches it. */
export function heartbeatRegions(policy: Policy, region: string): string[] {
  return region === policy.home ? [region, ...copyRegions(policy)] : [region, policy.home];
}

/**
 * The one Region that pages when a Region falls silent: home for each copy Region, the first copy Region for home. So one
 * dead watch is one page. Where nothing is copied, home itself is all there is.
 */
export function pagingRegion(policy: Policy, silent: string): string {
  return silent === policy.home ? (copyRegions(policy)[0] ?? silent) : policy.home;
}

const minuteSeconds = 60;
const daySeconds = 86_400;

/** The queues of what was given up, the alarms of a stack, and what lets services write to queues and topics. */
export function alarms(policy: Policy, region: string): Resources {
  const { pagerduty = [], chat = [] } = policy.alerts;
  const further = { pagerduty: pagerduty.length > 0, chat: chat.length > 0 };
  // What reads CloudWatch's own messages gets them beside people: PagerDuty's pages, and all that goes to chat.
  const told = {
    page: ['PageTopic', ...(further.pagerduty ? ['PagerDutyTopic'] : []), ...(further.chat ? ['ChatTopic'] : [])],
    notices: ['NoticeTopic', ...(further.chat ? ['ChatTopic'] : [])],
  };
  return {
    UndeliveredEvents: deadLetters('lifeboat-undelivered-events'),
    FailedRuns: deadLetters('lifeboat-failed-runs'),
    RulesMayLeaveLetters: queuePolicy('UndeliveredEvents', [rulesLeaveLetters]),
    SchedulesLeaveLettersOverTls: queuePolicy('ScheduleDeadLetters', []),
    FailedRunsComeOverTls: queuePolicy('FailedRuns', []),
    ...Object.fromEntries(
      [...new Set([...told.page, ...told.notices])].map((topic) => [`AlarmsMayTell${topic}`, alarmsMayPublish(topic)]),
    ),
    ...Object.fromEntries(
      // Who takes its heartbeats sends it his own.
      heartbeatRegions(policy, region).map((from) => [
        `NoHeartbeatFrom${from.replaceAll('-', '')}`,
        heartbeatAlarm(from, pagingRegion(policy, from) === region ? told.page : told.notices),
      ]),
    ),
    UndeliveredSchedulesAlarm: queueAlarm(alarmWords.undeliveredSchedules, 'ScheduleDeadLetters', told.notices),
    UndeliveredEventsAlarm: queueAlarm(alarmWords.undeliveredEvents, 'UndeliveredEvents', told.notices),
    FailedRunsAlarm: queueAlarm(alarmWords.failedRuns, 'FailedRuns', told.notices),
    // One round in five may fail of what passes by itself; the next one does its work.
    WatchErrorsAlarm: errorsAlarm(alarmWords.watchErrors, 'lifeboat-watch', 3, told.notices),
    ReconcileErrorsAlarm: errorsAlarm(alarmWords.reconcileErrors, 'lifeboat-reconcile', 1, told.notices),
  };
}

function deadLetters(name: string): Resources[string] {
  return {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: name, MessageRetentionPeriod: 14 * daySeconds, SqsManagedSseEnabled: true },
  };
}

function alarm(
  { name, means, next }: Pick<AlarmWords, 'name' | 'means' | 'next'>,
  metric: {
    Namespace: string;
    MetricName: string;
    Dimensions: { Name: string; Value: unknown }[];
    Statistic: 'Maximum' | 'Sum' | 'SampleCount';
    Period: number;
    EvaluationPeriods: number;
    ComparisonOperator: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
    Threshold: number;
    TreatMissingData: 'breaching' | 'notBreaching';
  },
  topics: readonly string[],
): Resources[string] {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: name,
      AlarmDescription: `${means} ${next}`,
      ...metric,
      AlarmActions: topics.map((topic) => ({ Ref: topic })),
    },
  };
}

/**
 * CloudWatch looks at two more periods than it is told before it takes data for missing: two periods of a minute page
 * after four to five and a half minutes of silence. Scheduler fires anywhere in its minute, so one empty minute is usual.
 */
function heartbeatAlarm(from: string, topics: readonly string[]): Resources[string] {
  const { name, means, next } = alarmWords.heartbeat;
  const of = (words: string) => words.replaceAll('REGION', from);
  const { Type, Properties } = alarm(
    { name: of(name), means: of(means), next: of(next) },
    {
      Namespace: 'Lifeboat',
      MetricName: 'WatchHeartbeat',
      Dimensions: [{ Name: 'From', Value: from }],
      Statistic: 'SampleCount',
      Period: minuteSeconds,
      EvaluationPeriods: 2,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    },
    topics,
  );
  return {
    Type,
    // Whoever was woken, and the incident in PagerDuty, hears that it is over. The others are mended by hand.
    Properties: { ...Properties, OKActions: Properties.AlarmActions },
    // Made late in a deployment, so that the first heartbeats are there before it looks.
    DependsOn: ['WatchSchedule', 'ScratchDnsFirewall'],
  };
}

function queueAlarm(words: AlarmWords, queue: string, topics: readonly string[]): Resources[string] {
  return alarm(
    words,
    {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } }],
      Statistic: 'Maximum',
      Period: 5 * minuteSeconds,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      // SQS says nothing of a queue that nobody has used for six hours.
      TreatMissingData: 'notBreaching',
    },
    topics,
  );
}

function errorsAlarm(
  words: AlarmWords,
  functionName: string,
  atLeast: number,
  topics: readonly string[],
): Resources[string] {
  return alarm(
    words,
    {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: functionName }],
      Statistic: 'Sum',
      Period: 5 * minuteSeconds,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: atLeast,
      // A function that does not run makes no errors: that it does not run is for the heartbeat to tell.
      TreatMissingData: 'notBreaching',
    },
    topics,
  );
}

/** A rule has no role of its own for its dead letters: the queue itself lets it in. */
const rulesLeaveLetters = {
  Sid: 'OurRulesLeaveTheirDeadLetters',
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: { 'Fn::GetAtt': ['UndeliveredEvents', 'Arn'] },
  Condition: {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': arnOf('events', 'rule/lifeboat-*') },
  },
};

function queuePolicy(queue: string, statements: readonly object[]): Resources[string] {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: queue }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [...statements, onlyOverTls('sqs:*', { 'Fn::GetAtt': [queue, 'Arn'] })],
      },
    },
  };
}

function onlyOverTls(action: string, resource: unknown) {
  return {
    Sid: 'OnlyOverTls',
    Effect: 'Deny',
    Principal: '*',
    Action: action,
    Resource: resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** A policy of a topic takes the place of the one that SNS gives it, which lets every service of the account publish. */
function alarmsMayPublish(topic: string): Resources[string] {
  return {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [{ Ref: topic }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'OurAlarmsPublish',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: { Ref: topic },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'aws:SourceArn': arnOf('cloudwatch', 'alarm:lifeboat-*'),
              },
            },
          },
          onlyOverTls('sns:Publish', { Ref: topic }),
        ],
      },
    },
  };
}

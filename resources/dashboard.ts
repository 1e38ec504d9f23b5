import type { Policy } from '../functions/policy/policy.ts';
import { heartbeatRegions } from './alarms.ts';
import { machineNames } from './machine-roles.ts';
import type { Part, Resources } from './stack.ts';
import { topicNames } from './subscriptions.ts';
import { variantOf } from './variant.ts';

type Sub = { readonly 'Fn::Sub': string };
type Metric = readonly unknown[];

const minute = 60;
const quarter = 15 * minute;
const wide = 24;

/**
 * The page that on-call opens first, from top to bottom in the order in which one asks: is anything in alarm, is somebody
 * watching, were people told, do the workflows end well, do AWS Backup's jobs, and what do our functions say. It is made
 * from what the stack itself holds, so that nothing is forgotten on it. `functionNames` are as deployed.
 */
export function dashboard(
  policy: Policy,
  part: Part,
  region: string,
  made: { readonly alarms: Resources; readonly functionNames: readonly string[] },
): Resources {
  const alarmIds = Object.entries(made.alarms).flatMap(([id, { Type }]) =>
    Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
  );
  const queues = ['lifeboat-undelivered-schedules', 'lifeboat-undelivered-events', 'lifeboat-failed-runs'];
  const machines = machineNames(variantOf(policy, part)).map((name) => `lifeboat-${name}`);
  const machineArn = (name: string) =>
    `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${name}`;
  const page = rows([
    [text(wordsAtTheTop(policy, part, region), 24, 3)],
    [
      {
        type: 'alarm',
        width: wide,
        height: 4,
        title: 'Is anything in alarm?',
        alarms: alarmIds.map((id) => `\${${id}.Arn}`),
      },
    ],
    [
      graph(
        'Is somebody watching? A round a minute from each Region',
        'SampleCount',
        minute,
        12,
        heartbeatRegions(policy, region).map((from) => ['Lifeboat', 'WatchHeartbeat', 'From', from]),
      ),
      graph(
        'Were people told?',
        'Sum',
        quarter,
        12,
        topicNames(policy).flatMap((topic) => [
          ['AWS/SNS', 'NumberOfNotificationsDelivered', 'TopicName', topic],
          ['AWS/SNS', 'NumberOfNotificationsFailed', 'TopicName', topic],
        ]),
      ),
    ],
    [
      graph(
        'Workflows that ended well',
        'Sum',
        quarter,
        12,
        machines.map((name) => [
          'AWS/States',
          'ExecutionsSucceeded',
          'StateMachineArn',
          machineArn(name),
          { label: name },
        ]),
      ),
      graph(
        'Workflows that did not',
        'Sum',
        quarter,
        12,
        machines.flatMap((name) =>
          ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].map((metric) => [
            'AWS/States',
            metric,
            'StateMachineArn',
            machineArn(name),
            { label: `${name} ${metric.slice(10)}` },
          ]),
        ),
      ),
    ],
    [
      graph(
        'Jobs of AWS Backup into our vaults',
        'Sum',
        quarter,
        12,
        ['lifeboat', 'lifeboat-proven'].flatMap((vault) =>
          ['NumberOfRecoveryPointsCompleted', 'NumberOfRecoveryPointsPartial', 'NumberOfRecoveryPointsExpired'].map(
            (metric) => ['AWS/Backup', metric, 'BackupVaultName', vault],
          ),
        ),
      ),
      graph(
        'What was given up, and waits to be read',
        'Maximum',
        quarter,
        12,
        queues.map((queue) => ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', queue]),
      ),
    ],
    [
      graph(
        'Errors of functions',
        'Sum',
        quarter,
        12,
        made.functionNames.map((name) => ['AWS/Lambda', 'Errors', 'FunctionName', name]),
      ),
      graph(
        'Throttled functions',
        'Sum',
        quarter,
        12,
        made.functionNames.map((name) => ['AWS/Lambda', 'Throttles', 'FunctionName', name]),
      ),
    ],
    [
      graph('A round of the watch, milliseconds. It is ended at 55,000', 'Maximum', quarter, 12, [
        ['AWS/Lambda', 'Duration', 'FunctionName', 'lifeboat-watch'],
      ]),
      graph('The ledger', 'Sum', quarter, 12, [
        ['AWS/DynamoDB', 'ConsumedReadCapacityUnits', 'TableName', 'lifeboat-ledger'],
        ['AWS/DynamoDB', 'ConsumedWriteCapacityUnits', 'TableName', 'lifeboat-ledger'],
        ['AWS/DynamoDB', 'ReadThrottleEvents', 'TableName', 'lifeboat-ledger'],
        ['AWS/DynamoDB', 'WriteThrottleEvents', 'TableName', 'lifeboat-ledger'],
      ]),
    ],
    [
      {
        type: 'log',
        width: wide,
        height: 6,
        title: 'What the watch could not do',
        group: '/aws/lambda/lifeboat-watch',
      },
    ],
  ]);
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: { 'Fn::Sub': 'lifeboat-${AWS::Region}' },
        DashboardBody: {
          'Fn::Sub': JSON.stringify({ periodOverride: 'inherit', start: '-P1D', widgets: page }),
        } satisfies Sub,
      },
    },
  };
}

function wordsAtTheTop(policy: Policy, part: Part, region: string): string {
  const other = heartbeatRegions(policy, region).filter((one) => one !== region);
  const there = other.map(
    (one) =>
      `[${one}](https://${one}.console.aws.amazon.com/cloudwatch/home?region=${one}#dashboards:name=lifeboat-${one})`,
  );
  const console = (path: string) => `https://${region}.console.aws.amazon.com/${path}`;
  return [
    `# Lifeboat in ${region} (${part})`,
    'Woken by a page? It says what is broken and what to do next; this page says whether Lifeboat itself is well.',
    [
      `[Workflows](${console(`states/home?region=${region}#/statemachines`)})`,
      `[Jobs of AWS Backup](${console(`backup/home?region=${region}#/jobs`)})`,
      `[Ledger](${console(`dynamodbv2/home?region=${region}#item-explorer?table=lifeboat-ledger`)})`,
      `[Evidence](https://s3.console.aws.amazon.com/s3/buckets/lifeboat-evidence-\${AWS::AccountId}-${region})`,
      ...(there.length > 0 ? [`The other side: ${there.join(', ')}`] : []),
    ].join(' · '),
  ].join('\n\n');
}

type Widget =
  | { type: 'text'; width: number; height: number; markdown: string }
  | { type: 'alarm'; width: number; height: number; title: string; alarms: readonly string[] }
  | { type: 'log'; width: number; height: number; title: string; group: string }
  | {
      type: 'metric';
      width: number;
      height: number;
      title: string;
      stat: string;
      period: number;
      metrics: readonly Metric[];
    };

function text(markdown: string, width: number, height: number): Widget {
  return { type: 'text', width, height, markdown };
}

function graph(title: string, stat: string, period: number, width: number, metrics: readonly Metric[]): Widget {
  return { type: 'metric', width, height: 6, title, stat, period, metrics };
}

/** Puts widgets beside and below one another, in CloudWatch's own shape: 24 columns wide. */
function rows(lines: readonly (readonly Widget[])[]): object[] {
  let y = 0;
  return lines.flatMap((line) => {
    let x = 0;
    const top = y;
    y += Math.max(...line.map(({ height }) => height));
    return line.map((widget) => {
      const at = { type: widget.type, x, y: top, width: widget.width, height: widget.height };
      x += widget.width;
      return { ...at, properties: propertiesOf(widget) };
    });
  });
}

function propertiesOf(widget: Widget): object {
  const region = '${AWS::Region}';
  switch (widget.type) {
    case 'text':
      return { markdown: widget.markdown };
    case 'alarm':
      return { title: widget.title, alarms: widget.alarms };
    case 'log':
      return {
        title: widget.title,
        region,
        view: 'table',
        query: `SOURCE '${widget.group}' | fields @timestamp, @message | filter level = 'error' or @message like /Task timed out|Error/ | sort @timestamp desc | limit 20`,
      };
    case 'metric':
      return {
        title: widget.title,
        region,
        view: 'timeSeries',
        stat: widget.stat,
        period: widget.period,
        metrics: widget.metrics,
      };
  }
}

import type { SimulatedAccount } from '../world/account.ts';
import { AwsError, type Call, type Operation } from '../world/region.ts';

/**
 * Defects that are planted on purpose, to see that the checkers find them. Each makes a service lie to the product in
 * one way, so that the product does what a mistake in it would do.
 */
export const planted = {
  /** A watch that never sees the rpo of anything fall due: it pages an hour late, when the reconciliation looks. */
  'missed-deadline': (account: SimulatedAccount) =>
    wrap(account, 'DynamoDB', 'Query', (answer, input) => {
      const { IndexName } = input as { IndexName?: string };
      const { Items = [] } = answer as { Items?: readonly Attributes[] };
      return IndexName === 'due'
        ? { ...answer, Items: Items.filter(({ objective }) => objective?.S !== 'rpo') }
        : answer;
    }),
  /** A watch that reads a list without the newest point as the truth: it pages about what holds. */
  'false-page': (account: SimulatedAccount) =>
    wrap(account, 'Backup', 'ListRecoveryPointsByBackupVault', (answer) => {
      const { RecoveryPoints = [] } = answer as { RecoveryPoints?: readonly { readonly CreationDate: Date }[] };
      const newest = Math.max(...RecoveryPoints.map(({ CreationDate }) => CreationDate.getTime()));
      return {
        ...answer,
        RecoveryPoints: RecoveryPoints.filter(({ CreationDate }) => CreationDate.getTime() < newest),
      };
    }),
  /** A watch that takes the clock for the end of every window: it never sees that one stands still or is gone. */
  'window-unseen': (account: SimulatedAccount) => {
    const now = () => new Date(account.world.now());
    wrap(account, 'RDS', 'DescribeDBInstances', (answer) => {
      const { DBInstances = [] } = answer as { DBInstances?: readonly object[] };
      return { ...answer, DBInstances: DBInstances.map((one) => ({ ...one, LatestRestorableTime: now() })) };
    });
    wrap(account, 'RDS', 'DescribeDBClusters', (answer) => {
      const { DBClusters = [] } = answer as { DBClusters?: readonly object[] };
      return { ...answer, DBClusters: DBClusters.map((one) => ({ ...one, LatestRestorableTime: now() })) };
    });
    wrap(account, 'RDS', 'DescribeDBInstanceAutomatedBackups', (answer) => {
      const { DBInstanceAutomatedBackups: all = [] } = answer as { DBInstanceAutomatedBackups?: readonly object[] };
      const RestoreWindow = { LatestTime: now() };
      return { ...answer, DBInstanceAutomatedBackups: all.map((one) => ({ ...one, RestoreWindow })) };
    });
  },
  /** A watch that takes every replica for one that is not behind. */
  'replica-unseen': (account: SimulatedAccount) => {
    wrap(account, 'CloudWatch', 'GetMetricStatistics', (answer) => {
      const { Datapoints = [] } = answer as { Datapoints?: readonly object[] };
      return { ...answer, Datapoints: Datapoints.map((one) => ({ ...one, Maximum: 0 })) };
    });
    wrap(account, 'EFS', 'DescribeReplicationConfigurations', (answer) => {
      const { Replications = [] } = answer as {
        Replications?: readonly { readonly Destinations: readonly object[] }[];
      };
      const LastReplicatedTimestamp = new Date(account.world.now());
      return {
        ...answer,
        Replications: Replications.map((one) => ({
          ...one,
          Destinations: one.Destinations.map((to) => ({ ...to, LastReplicatedTimestamp })),
        })),
      };
    });
  },
  /** A drill that takes a restore for a minute long, however long it was. */
  'slow-restore-unseen': (account: SimulatedAccount) =>
    wrap(account, 'Backup', 'DescribeRestoreJob', (answer) => {
      const { CompletionDate: over } = answer as { CompletionDate?: Date };
      return over === undefined ? answer : { ...answer, CreationDate: new Date(over.getTime() - 60_000) };
    }),
  /** A watch that says everything twice. */
  'double-page': (account: SimulatedAccount) => {
    for (const region of account.regions) {
      const again = new Set<unknown>();
      const operations = region.services.SNS.operations as Record<string, Operation>;
      const publish = operations.Publish as (input: object, call: Call) => unknown;
      operations.Publish = ((input: object, call: Call) => {
        if (call.caller.kind === 'function' && !again.has(input)) {
          const copy = { ...input };
          again.add(copy);
          region.request(call.caller, 'SNS', 'Publish', copy).catch(() => {});
        }
        return publish(input, call);
      }) as Operation;
    }
  },
  /** Alarms for the notices that have no topic to tell. */
  'alarms-without-topics': (account: SimulatedAccount) =>
    alarmsTelling(account, (topics) => topics.filter((topic) => !topic.endsWith(':lifeboat-notices'))),
  /** Alarms for the notices that tell the topic of another Region: SNS does not take that. */
  'alarms-to-another-region': (account: SimulatedAccount) =>
    alarmsTelling(account, (topics) =>
      topics.map((topic) =>
        topic.endsWith(':lifeboat-notices') ? topic.replace(/:sns:[^:]+:/, ':sns:us-east-1:') : topic,
      ),
    ),
  /** A watch that pages, early and for some minutes, that it cannot tell how something stands. */
  'false-pipeline-page': (account: SimulatedAccount) => {
    const { world } = account;
    const [region] = account.regions;
    if (region === undefined) return;
    const { name } = region;
    const from = world.now() + 42 * 60_000;
    const openedAt = new Date(from).toISOString();
    const say = (phase: string) => {
      const alert = { severity: 'page', phase, subject: 'pipeline', kind: 'cannot-tell:planted', openedAt };
      const https = JSON.stringify({ ...alert, location: { region: name } });
      const page = {
        TopicArn: `arn:aws:sns:${name}:${account.id}:lifeboat-page`,
        MessageStructure: 'json',
        Subject: 'planted',
        Message: JSON.stringify({ default: 'planted', https }),
      };
      const caller = { kind: 'function', name: 'lifeboat-watch', region: name, id: 'planted' } as const;
      region.request(caller, 'SNS', 'Publish', page).catch(() => {});
    };
    world.at(from, 'a false page', () => say('opened'));
    world.at(from + 12 * 60_000, 'its end', () => say('resolved'));
  },
  /** Drills of the second Region that can restore nothing for an hour, while nothing is wrong there. */
  'restores-refused': (account: SimulatedAccount) => {
    const { world } = account;
    const from = world.now() + 3.9 * 3_600_000;
    const { operations } = account.regions[1]?.services.Backup ?? { operations: {} };
    const all = operations as Record<string, Operation>;
    const plain = all.StartRestoreJob as (input: object, call: Call) => unknown;
    all.StartRestoreJob = ((input: object, call: Call) => {
      if (world.now() < from || world.now() > from + 3_600_000) return plain(input, call);
      throw new AwsError('InvalidRequestException', 'planted', 400);
    }) as Operation;
  },
} as const;

export type PlantedName = keyof typeof planted;

export function isPlantedName(name: string): name is PlantedName {
  return Object.hasOwn(planted, name);
}

type Attributes = Readonly<Record<string, { readonly S?: string } | undefined>>;

/** Changes which topics the alarms of every Region tell. */
function alarmsTelling(account: SimulatedAccount, change: (topics: readonly string[]) => readonly string[]): void {
  for (const { services } of account.regions) {
    const { CloudWatch } = services;
    const plain = CloudWatch.createAlarm;
    CloudWatch.createAlarm = (definition, after) =>
      plain({ ...definition, alarmActions: change(definition.alarmActions ?? []) }, after);
  }
}

/** Changes the answers of one operation in every Region. */
function wrap(
  account: SimulatedAccount,
  service: 'DynamoDB' | 'Backup' | 'RDS' | 'EFS' | 'CloudWatch',
  operation: string,
  change: (answer: object, input: object) => object,
): void {
  for (const region of account.regions) {
    const operations = region.services[service].operations as Record<string, Operation>;
    const plain = operations[operation] as (input: object, call: Call) => object;
    operations[operation] = ((input: object, call: Call) => change(plain(input, call), input)) as Operation;
  }
}

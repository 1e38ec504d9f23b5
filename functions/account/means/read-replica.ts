import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { type DBInstance, RDSClient } from '@aws-sdk/client-rds';
import type { Seam } from '../../platform/seam.ts';
import { listInstances } from '../databases.ts';
import { listedOnce, type Means, type Newest } from '../means.ts';

const hour = 3_600_000;
/** One answer of CloudWatch holds 1,440 points: a day of minutes, less a little that its rounding needs. */
const mostOfAnAnswer = 23 * hour;

/**
 * A read replica in this Region. RDS itself tells whether replication runs and not how far behind it is: that is
 * CloudWatch's metric `ReplicaLag`, in seconds, put every minute, and −1 while MySQL does not replicate.
 */
export function readReplica(seam: Seam): Means {
  const rds = seam.client(RDSClient);
  const cloudWatch = seam.client(CloudWatchClient);
  const replicas = listedOnce(seam.clock, async () => {
    const found = new Map<string, DBInstance[]>();
    for (const instance of (await listInstances(rds)).values()) {
      // A source in another Region is named by its ARN.
      const source = instance.ReadReplicaSourceDBInstanceIdentifier;
      if (source !== undefined) found.set(source, [...(found.get(source) ?? []), instance]);
    }
    return found;
  });

  /** The newest instant that the metric told of between two others, milliseconds. */
  const toldBetween = async (replica: DBInstance, from: number, until: number): Promise<number | undefined> => {
    const { Datapoints: points } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/RDS',
        MetricName: 'ReplicaLag',
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: replica.DBInstanceIdentifier }],
        StartTime: new Date(from),
        EndTime: new Date(until),
        Period: 60,
        Statistics: ['Maximum'],
      }),
    );
    const instants = (points ?? []).flatMap(({ Timestamp: at, Maximum: seconds }) =>
      at === undefined || seconds === undefined || seconds < 0 ? [] : [at.getTime() - seconds * 1000],
    );
    return instants.length === 0 ? undefined : Math.max(...instants);
  };

  /**
   * The last hour tells it of every replica that says how far behind it is. One that says −1 has what it had when it last
   * said more, so the metric is asked for back to where that would be too old in any case.
   */
  const heldBy = async (replica: DBInstance, now: Date, boundSeconds: number): Promise<string | undefined> => {
    const oldest = now.getTime() - Math.max(hour, boundSeconds * 1000);
    let until = now.getTime();
    for (let span = hour; until > oldest; span = mostOfAnAnswer) {
      const from = Math.max(oldest, until - span);
      const told = await toldBetween(replica, from, until);
      if (told !== undefined) return new Date(told).toISOString();
      until = from;
    }
    return undefined;
  };

  return {
    newest: async (resource, now, boundSeconds): Promise<Newest> => {
      const found = (await replicas()).get(resource) ?? [];
      if (found.length === 0) return { instant: undefined, said: 'RDS lists no read replica of it in this Region' };
      const held = await Promise.all(found.map((replica) => heldBy(replica, now, boundSeconds)));
      const instants = held.filter((instant) => instant !== undefined).sort();
      return { instant: instants.at(-1), said: found.map(replication).join('; ') };
    },
  };
}

function replication({ DBInstanceIdentifier: id, DBInstanceStatus: status, StatusInfos }: DBInstance): string {
  const info = StatusInfos?.find(({ StatusType }) => StatusType === 'read replication');
  const message = info?.Message === undefined || info.Message === '' ? '' : ` (${info.Message})`;
  return `RDS says that the replica ${id} is ${status ?? 'in no state'}, replication ${info?.Status ?? 'unknown'}${message}`;
}

import { NotModelled, type Region } from '../../world/region.ts';
import type { AlarmDefinition, Datapoint } from './alarm.ts';

/** What one metric held from one instant (included) to another (excluded), milliseconds since 1970. */
export type MetricReader = (from: number, to: number) => Datapoint | undefined;

type Asked = Pick<AlarmDefinition, 'namespace' | 'metricName' | 'dimensions'>;

/**
 * Metrics that AWS's own services put, read from the simulated services themselves. A metric, or a set of dimensions, that
 * nothing here feeds is refused by name: an alarm on it would be silent for ever.
 */
export function serviceMetric(region: Region, { namespace, metricName, dimensions = {} }: Asked): MetricReader {
  const names = Object.keys(dimensions).join(', ');
  switch (`${namespace} ${metricName} by ${names}`) {
    case 'AWS/SQS ApproximateNumberOfMessagesVisible by QueueName':
      return (from, to) => region.services.SQS.visible(dimensions.QueueName ?? '', from, to);
    case 'AWS/Lambda Errors by FunctionName':
      return (from, to) => region.services.Lambda.errors(dimensions.FunctionName ?? '', from, to);
    case 'AWS/RDS ReplicaLag by DBInstanceIdentifier':
      return (from) => {
        const seconds = region.services.RDS.replication.lagSeconds(dimensions.DBInstanceIdentifier ?? '', from);
        if (seconds === undefined) return undefined;
        return { sum: seconds, count: 1, minimum: seconds, maximum: seconds };
      };
  }
  throw new NotModelled(`the metric ${metricName} of ${namespace}${names === '' ? '' : ` by ${names}`}`);
}

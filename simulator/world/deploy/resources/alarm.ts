import type { AlarmDefinition } from '../../../services/cloudwatch/index.ts';
import { arn, type Kind } from '../kind.ts';

/**
 * How long a deployment takes to make what an alarm depends on, milliseconds: a firewall in front of a network's names takes
 * minutes, schedules and functions stand long before. Everything else here stands at once.
 */
const deployment = 5 * 60_000;

/** Alarms on one metric. Metric math and anomaly detection are refused as properties that nobody reads. */
export const alarmKinds: Readonly<Record<string, Kind>> = {
  'AWS::CloudWatch::Alarm': {
    make: ({ region, properties, before, generatedName }) => {
      properties.without('Tags', 'Unit');
      const name = properties.optionalText('AlarmName') ?? generatedName();
      const description = properties.optionalText('AlarmDescription');
      const datapoints = properties.optionalNumber('DatapointsToAlarm');
      const missing = properties.optionalText('TreatMissingData');
      const enabled = properties.optionalText('ActionsEnabled') !== 'false';
      const dimensions = properties.all('Dimensions').map((one) => [one.text('Name'), one.text('Value')] as const);
      const definition: AlarmDefinition = {
        name,
        ...(description !== undefined && { description }),
        namespace: properties.text('Namespace'),
        metricName: properties.text('MetricName'),
        dimensions: Object.fromEntries(dimensions),
        statistic: properties.text('Statistic') as AlarmDefinition['statistic'],
        periodSeconds: properties.number('Period'),
        evaluationPeriods: properties.number('EvaluationPeriods'),
        ...(datapoints !== undefined && { datapointsToAlarm: datapoints }),
        threshold: properties.number('Threshold'),
        comparison: properties.text('ComparisonOperator') as AlarmDefinition['comparison'],
        ...(missing !== undefined && { treatMissingData: missing as NonNullable<AlarmDefinition['treatMissingData']> }),
        actionsEnabled: enabled,
        alarmActions: properties.texts('AlarmActions'),
        okActions: properties.texts('OKActions'),
        insufficientDataActions: properties.texts('InsufficientDataActions'),
      };
      region.services.CloudWatch.createAlarm(definition, before === undefined ? deployment : 0);
      return { id: name, attributes: { Arn: arn(region, 'cloudwatch', `alarm:${name}`) } };
    },
    changes: 'when changed',
    remove: (region, { id }) => region.services.CloudWatch.removeAlarm(id),
  },
};

import type { AlarmDefinition } from '../../../services/cloudwatch/index.ts';
import { arn, type Kind } from '../kind.ts';

/** Alarms on one metric. Metric math and anomaly detection are refused as properties that nobody reads. */
export const alarmKinds: Readonly<Record<string, Kind>> = {
  'AWS::CloudWatch::Alarm': {
    make: ({ region, properties, generatedName }) => {
      properties.without('Tags', 'Unit');
      const name = properties.optionalText('AlarmName') ?? generatedName();
      const description = properties.optionalText('AlarmDescription');
      const datapoints = properties.optionalNumber('DatapointsToAlarm');
      const missing = properties.optionalText('TreatMissingData');
      const enabled = properties.optionalText('ActionsEnabled') !== 'false';
      const dimensions = properties.all('Dimensions').map((one) => [one.text('Name'), one.text('Value')] as const);
      region.services.CloudWatch.createAlarm({
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
      });
      return { id: name, attributes: { Arn: arn(region, 'cloudwatch', `alarm:${name}`) } };
    },
    changes: 'no effect',
  },
};

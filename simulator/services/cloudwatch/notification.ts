import type { AlarmDefinition, AlarmState } from './alarm.ts';

/** What CloudWatch publishes to a topic when an alarm changes its state; the shape that paging tools parse. */
export function notification(change: {
  readonly definition: AlarmDefinition;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly before: AlarmState;
  readonly state: AlarmState;
  /** Milliseconds since 1970. */
  readonly at: number;
}): { readonly Subject: string; readonly Message: string } {
  const { definition, state } = change;
  const place = longNames[change.region] ?? change.region;
  const subject = `${state}: "${definition.name}" in ${place}`;
  return {
    Subject: subject.length < 100 ? subject : `${subject.slice(0, 96)}...`,
    Message: JSON.stringify({
      AlarmName: definition.name,
      AlarmDescription: definition.description ?? null,
      AWSAccountId: change.account,
      NewStateValue: state,
      NewStateReason: reasons[state],
      StateChangeTime: new Date(change.at).toISOString().replace('Z', '+0000'),
      Region: place,
      AlarmArn: change.arn,
      OldStateValue: change.before,
      OKActions: definition.okActions ?? [],
      AlarmActions: definition.alarmActions ?? [],
      InsufficientDataActions: definition.insufficientDataActions ?? [],
      Trigger: {
        MetricName: definition.metricName,
        Namespace: definition.namespace,
        StatisticType: 'Statistic',
        Statistic: definition.statistic.toUpperCase(),
        Unit: null,
        Dimensions: Object.entries(definition.dimensions ?? {}).map(([name, value]) => ({ value, name })),
        Period: definition.periodSeconds,
        EvaluationPeriods: definition.evaluationPeriods,
        DatapointsToAlarm: definition.datapointsToAlarm ?? definition.evaluationPeriods,
        ComparisonOperator: definition.comparison,
        Threshold: definition.threshold,
        TreatMissingData: definition.treatMissingData ?? 'missing',
      },
    }),
  };
}

const reasons: Readonly<Record<AlarmState, string>> = {
  ALARM: 'Threshold Crossed: datapoints were breaching, or missing and treated as breaching.',
  OK: 'Threshold Crossed: datapoints were not breaching.',
  INSUFFICIENT_DATA: 'Insufficient Data: no datapoints were received.',
};

/** The names that CloudWatch's messages give to Regions; others keep their codes. */
const longNames: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-2': 'US West (Oregon)',
};

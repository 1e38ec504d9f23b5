const hosts: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** Where a state machine or an execution lives. */
export interface ConsolePlace {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** The page of the Step Functions console on which `Start execution` starts one of our machines. */
export function machineLink(
  place: ConsolePlace,
  machine: 'protect' | 'drill' | 'fleet' | 'silence' | 'recover',
): string {
  const arn = `arn:${place.partition}:states:${place.region}:${place.account}:stateMachine:lifeboat-${machine}`;
  return `${statesConsole(place)}#/statemachines/view/${encodeURIComponent(arn)}`;
}

/** The page of the Step Functions console that shows an execution, and redrives it where it can be. */
export function executionLink(place: ConsolePlace, execution: string): string {
  return `${statesConsole(place)}#/v2/executions/details/${encodeURIComponent(execution)}`;
}

function statesConsole({ partition, region }: ConsolePlace): string {
  return `https://${region}.${hosts[partition] ?? hosts.aws}/states/home?region=${region}`;
}

import { expressionText } from '../expression.ts';
import { objectAt, onlyFields } from '../fields.ts';
import type { TaskRequest } from '../host.ts';
import type { Reading } from '../refusals.ts';

type Resource = TaskRequest['resource'];

/** The integrations that are run. Every other Resource is refused by its name. */
export const resources: { readonly [arn: string]: Resource } = {
  'arn:aws:states:::lambda:invoke': { service: 'lambda', action: 'invoke', waitForTaskToken: false },
  'arn:aws:states:::lambda:invoke.waitForTaskToken': { service: 'lambda', action: 'invoke', waitForTaskToken: true },
  'arn:aws:states:::states:startExecution': { service: 'states', action: 'startExecution', waitForTaskToken: false },
};

const argumentFields: {
  readonly [service in Resource['service']]: { readonly all: readonly string[]; readonly needed: string };
} = {
  lambda: {
    all: ['FunctionName', 'Payload', 'Qualifier', 'InvocationType', 'LogType', 'ClientContext'],
    needed: 'FunctionName',
  },
  states: { all: ['StateMachineArn', 'Input', 'Name', 'TraceHeader'], needed: 'StateMachineArn' },
};

/** The integration that a Resource names, in any of AWS's partitions; undefined, with a refusal, if it is not run here. */
export function readResource(reading: Reading, source: unknown, path: string): Resource | undefined {
  const known = typeof source === 'string' ? resources[source.replace(/^arn:aws(-[a-z-]+)?:/, 'arn:aws:')] : undefined;
  if (known !== undefined) return known;
  reading.refuse(
    path,
    typeof source === 'string' ? source : (JSON.stringify(source) ?? 'nothing'),
    reasonAgainst(source),
  );
  return undefined;
}

function reasonAgainst(source: unknown): string {
  const supported = `supported are ${Object.keys(resources).join(', ')}`;
  if (typeof source !== 'string') return `a Task needs a Resource; ${supported}`;
  if (/\.sync(:2)?$/.test(source)) return `waiting for a child execution (.sync) is not supported; ${supported}`;
  if (source.includes(':::aws-sdk:'))
    return `AWS SDK integrations are not supported: call a Lambda function; ${supported}`;
  if (source.includes(':activity:')) return `activities are not supported; ${supported}`;
  if (/^arn:aws[a-z-]*:lambda:/.test(source))
    return `a function's own ARN is not supported: use lambda:invoke with FunctionName; ${supported}`;
  return `this integration is not supported; ${supported}`;
}

/** Checks the members of Arguments that are written out. Arguments that are one expression are the host's to check. */
export function readArguments(reading: Reading, resource: Resource, source: unknown, path: string): void {
  const { all, needed } = argumentFields[resource.service];
  if (typeof source === 'string' && expressionText(source) !== undefined) return;
  const given = source === undefined ? {} : objectAt(reading, source, path);
  onlyFields(reading, given, path, all);
  if (given[needed] === undefined) reading.refuse(path, needed, 'is missing; the call needs it');
}

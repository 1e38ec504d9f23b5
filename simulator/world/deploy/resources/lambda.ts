import type { FileSystemConfig } from '../../../services/lambda/index.ts';
import { NotModelled } from '../../region.ts';
import type { Kind, Making } from '../kind.ts';
import { isObject } from '../template.ts';

/** Variables that Lambda sets, and that a template may not. */
const reserved =
  /^(AWS_(REGION|DEFAULT_REGION|LAMBDA_.*|ACCESS_KEY.*|SECRET.*|SESSION_TOKEN|EXECUTION_ENV)|LAMBDA_.*|_.*)$/;
/** All variables together, bytes of UTF-8. */
const largestEnvironment = 4096;

export const lambdaKinds: Readonly<Record<string, Kind>> = {
  'AWS::Lambda::Function': { make: makeFunction, changes: 'make again' },
  'AWS::Lambda::Version': {
    make: ({ region, properties }) => {
      properties.without('CodeSha256', 'Description');
      const version = region.services.Lambda.publish(nameOf(properties.text('FunctionName')));
      return { id: version, attributes: { Version: version.split(':').at(-1) } };
    },
    // The template keeps old versions: its DeletionPolicy is Retain.
    remove: () => {},
  },
  'AWS::Lambda::Permission': {
    make: ({ properties, generatedName }) => {
      properties.without('Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount');
      return { id: generatedName(), attributes: {} };
    },
    changes: 'no effect',
    remove: () => {},
  },
  'AWS::Lambda::EventInvokeConfig': {
    make: ({ region, properties, logicalId }) => {
      const qualifier = properties.optionalText('Qualifier') ?? '$LATEST';
      if (qualifier !== '$LATEST') throw new NotModelled(`the Qualifier ${qualifier} of ${logicalId}`);
      const retries = properties.optionalNumber('MaximumRetryAttempts');
      const maximumAgeSeconds = properties.optionalNumber('MaximumEventAgeInSeconds');
      const destinations = properties.optionalInside('DestinationConfig');
      const onFailure = destinations?.optionalInside('OnFailure')?.text('Destination');
      region.services.Lambda.setAsynchronous(nameOf(properties.text('FunctionName')), {
        ...(retries !== undefined && { retries }),
        ...(maximumAgeSeconds !== undefined && { maximumAgeSeconds }),
        ...(onFailure !== undefined && { onFailure }),
      });
      return { id: logicalId, attributes: {} };
    },
    changes: 'make again',
  },
};

function nameOf(functionNameOrArn: string): string {
  return functionNameOrArn.replace(/^arn:aws:lambda:[^:]*:\d*:function:/, '');
}

function makeFunction({ region, properties, code, taskRoot, generatedName }: Making) {
  // The code's place in a bucket, tags and the like: what runs is the source that the Handler names.
  properties.without('Code', 'Tags', 'TracingConfig', 'LoggingConfig', 'EphemeralStorage', 'KmsKeyArn');
  const description = properties.optionalText('Description');
  const packageType = properties.optionalText('PackageType') ?? 'Zip';
  if (packageType !== 'Zip') throw new NotModelled(`functions of PackageType ${packageType}`);
  const name = properties.optionalText('FunctionName') ?? generatedName();
  const handler = properties.text('Handler');
  const vpc = properties.optionalInside('VpcConfig');
  const subnetIds = vpc?.texts('SubnetIds') ?? [];
  const securityGroupIds = vpc?.texts('SecurityGroupIds') ?? [];
  const deadLetter = properties.optionalInside('DeadLetterConfig')?.optionalText('TargetArn');
  const fileSystems: FileSystemConfig[] = properties
    .all('FileSystemConfigs')
    .map((config) => ({ Arn: config.text('Arn'), LocalMountPath: config.text('LocalMountPath') }));
  const functionArn = region.services.Lambda.define(
    {
      name,
      handler,
      code: code(handler),
      runtime: properties.optionalText('Runtime') ?? 'nodejs24.x',
      architecture: properties.texts('Architectures')[0] ?? 'x86_64',
      role: properties.text('Role'),
      variables: variablesOf(properties.optionalInside('Environment')?.raw('Variables'), name),
      taskRoot,
      timeoutSeconds: properties.optionalNumber('Timeout') ?? 3,
      memoryMegabytes: properties.optionalNumber('MemorySize') ?? 128,
      fileSystems,
      ...(description !== undefined && { description }),
      ...(subnetIds.length > 0 && { vpc: { subnetIds, securityGroupIds } }),
    },
    {
      reservedConcurrency: properties.optionalNumber('ReservedConcurrentExecutions'),
      ...(deadLetter !== undefined && { deadLetter }),
    },
  );
  return { id: name, attributes: { Arn: functionArn } };
}

function variablesOf(given: unknown, name: string): Record<string, string> {
  if (given === undefined) return {};
  if (!isObject(given)) throw new Error(`The Environment of the function ${name} has no object of Variables.`);
  let bytes = 0;
  const variables = Object.entries(given).map(([key, value]) => {
    if (reserved.test(key)) throw new Error(`The function ${name} sets ${key}, which Lambda reserves for itself.`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value));
    return [key, String(value)] as const;
  });
  if (bytes > largestEnvironment) {
    throw new Error(`The variables of the function ${name} are ${bytes} bytes; Lambda takes ${largestEnvironment}.`);
  }
  return Object.fromEntries(variables);
}

import type { Handler } from '../../../functions/platform/lambda.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import { AwsError } from '../../world/region.ts';
import type { ExecutionEnvironment } from './environment.ts';

/** What a handler's file exports, as far as Lambda uses it. */
export interface Code {
  start(seam: Seam): Handler;
}

export interface FileSystemConfig {
  /** The ARN of an EFS access point. */
  readonly Arn: string;
  readonly LocalMountPath: string;
}

/** A function's code and configuration: what a published version keeps for ever. */
export interface Configuration {
  readonly name: string;
  readonly handler: string;
  readonly code: Code;
  readonly runtime: string;
  readonly architecture: string;
  readonly role: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The directory that Lambda unpacks the code to; a policy file lies there. */
  readonly taskRoot: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly vpc?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  readonly fileSystems: readonly FileSystemConfig[];
  readonly description?: string;
}

/** How Lambda treats events that nobody waits for. */
export interface AsynchronousSettings {
  /** 0 to 2. */
  readonly retries: number;
  /** 60 to 21,600. */
  readonly maximumAgeSeconds: number;
  /** A queue or topic that is told of an event given up, with the answer. */
  readonly onFailure?: string;
  /** A queue or topic that receives the event itself. */
  readonly deadLetter?: string;
}

export interface Version {
  /** `$LATEST` or a number from 1. */
  readonly number: string;
  configuration: Configuration;
  /** The function's description, or what its publisher said. */
  description: string;
  revision: string;
  modified: number;
  update: 'InProgress' | 'Successful';
  /** Warm and busy ones. */
  environments: ExecutionEnvironment[];
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly latest: Version;
  readonly versions: Map<string, Version>;
  /** The number that the next published version gets; a number is never used twice. */
  nextVersion: number;
  /** What was published last: publishing the same again gives the same version. */
  published?: { readonly revision: string; readonly version: Version };
  reservedConcurrency: number | undefined;
  asynchronous: AsynchronousSettings;
  /** Invocations under way, of all versions. */
  running: number;
}

/** Finds functions by name, ARN or `name:version`, as the FunctionName of a call gives them. */
export function findVersion(
  functions: ReadonlyMap<string, LambdaFunction>,
  region: string,
  account: string,
  given: string,
  qualifier?: string,
): { found: LambdaFunction; version: Version } {
  const [name = '', named] = given.replace(/^arn:aws:lambda:[^:]*:\d*:function:/, '').split(':');
  const asked = qualifier ?? named ?? '$LATEST';
  const found = functions.get(name);
  const version = asked === '$LATEST' ? found?.latest : found?.versions.get(asked);
  if (found === undefined || version === undefined) {
    const tail = asked === '$LATEST' ? name : `${name}:${asked}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: arn:aws:lambda:${region}:${account}:function:${tail}`,
      404,
      { Type: 'User' },
    );
  }
  return { found, version };
}

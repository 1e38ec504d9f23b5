import type { JsonValue } from '../../states-language/json.ts';
import { payloadBytes } from '../../states-language/limits.ts';
import { AwsError } from '../../world/region.ts';

/** Names are 1 to 80 characters without spaces, brackets, wildcards and what a URL or a shell would read otherwise. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what AWS refuses here
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || forbidden.test(name)) {
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  }
}

export function parseInput(input: string): JsonValue {
  return parse(input, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
}

export function parseOutput(output: string): JsonValue {
  return parse(output, 'InvalidOutput', 'Invalid output');
}

function parse(text: string, error: string, words: string): JsonValue {
  if (Buffer.byteLength(text, 'utf8') > payloadBytes) {
    throw new AwsError(error, `${words}: it is longer than ${payloadBytes} bytes`);
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new AwsError(error, `${words}: '${cause instanceof Error ? cause.message : String(cause)}'`);
  }
}

export function noExecution(arn: string): AwsError {
  return new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

export function noMachine(arn: string): AwsError {
  return new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

import { AwsError } from '../../world/region.ts';

export interface PublishInput {
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly Message: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** Message and attributes together, bytes: API reference of Publish. */
const largestMessage = 262_144;
/** "Less than 100 characters": the same reference. */
const longestSubject = 99;

/** What each protocol is sent; `default` is for those without a text of their own. */
export type Texts = { readonly default: string } & Readonly<Record<string, string>>;

export function invalid(what: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
}

/** Checks a message as SNS does, and tells the text for each protocol. */
export function textsOf(input: PublishInput): Texts {
  const { Message: message, Subject: subject, MessageStructure: structure } = input;
  if (message === '') throw invalid('Empty message');
  if (size(input) > largestMessage) throw invalid('Message too long');
  if (subject !== undefined) checkSubject(subject);
  if (structure === undefined) return { default: message };
  if (structure !== 'json') throw invalid('MessageStructure');
  const texts = parsed(message);
  const own = Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const fallback = texts.default;
  if (typeof fallback !== 'string') {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
  return { ...Object.fromEntries(own), default: fallback };
}

function parsed(message: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Refused below, with the message that SNS gives for every text that is no JSON object.
  }
  throw invalid('Message Structure - JSON message body failed to parse');
}

function checkSubject(subject: string): void {
  const isControl = [...subject].some((character) => {
    const code = character.codePointAt(0) as number;
    return code < 32 || code === 127;
  });
  if (subject === '' || subject.length > longestSubject || isControl) throw invalid('Subject');
}

function size(input: PublishInput): number {
  const attributes = Object.entries(input.MessageAttributes ?? {}).map(
    ([name, { DataType, StringValue = '', BinaryValue }]) =>
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.length ?? 0),
  );
  return attributes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(input.Message));
}

/**
 * The base of every error that Lifeboat throws on purpose. Each leaf has a literal `name`: the States Language
 * matches `ErrorEquals` against it, and minifying changes class names.
 */
export abstract class LifeboatError extends Error {
  abstract override readonly name: string;
}

/** Thrown when what a function was given does not fit its schema. The message names each field and the mend. */
export class InputRejected extends LifeboatError {
  override readonly name = 'InputRejected';
}

/** Thrown when AWS throttled, failed on its own side or did not answer, after the SDK's own retries. Try again later. */
export class AwsUnavailable extends LifeboatError {
  override readonly name = 'AwsUnavailable';
}

/** Thrown when something is under way and has not ended yet. The state machine asks again after its interval. */
export class NotYet extends LifeboatError {
  override readonly name = 'NotYet';
}

const transientNames = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'TooManyRequests',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'EC2ThrottledException',
  'BandwidthLimitExceeded',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  'ServiceUnavailableException',
  'ServiceUnavailable',
  'InternalServerError',
  'InternalServerException',
  'InternalFailure',
  'DependencyFailureException',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  'KMSInternalException',
  'DependencyTimeout',
]);

/** Node's codes of a connection that was lost or never came to be: the SDK hands them on as they are. */
const connectionCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Whether an SDK error is one that passes by itself: throttling, a fault on the server's side, a lost connection. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $fault, $retryable, $metadata, code } = error as {
    $fault?: string;
    $retryable?: unknown;
    $metadata?: { httpStatusCode?: number };
    code?: unknown;
  };
  return (
    transientNames.has(error.name) ||
    connectionCodes.has(String(code)) ||
    connectionCodes.has(error.name) ||
    $fault === 'server' ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    $retryable !== undefined
  );
}

/** The name of an error, whatever was thrown. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}

/** The words of an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

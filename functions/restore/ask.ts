import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { NotYet, nameOf } from '../platform/errors.ts';
import type { DatabaseQuestion, FileQuestion } from '../probes/contract.ts';
import { ProbeFailed, Unreachable } from './errors.ts';

/** What Lambda answers to an invocation of a function whose file system it cannot mount. */
const cannotMount: readonly string[] = [
  'EFSMountConnectivityException',
  'EFSMountFailureException',
  'EFSMountTimeoutException',
  'EFSIOException',
];

/**
 * Asks a probe, directly and at once, so that the question, which may hold a password, is in no queue, state or log. A
 * probe's error says nothing of content, so it is told on.
 *
 * @throws ProbeFailed when the probe failed or died
 */
export async function askProbe(
  functions: LambdaClient,
  probe: { readonly function: string; readonly version?: string },
  question: DatabaseQuestion | FileQuestion,
): Promise<unknown> {
  const { FunctionError, Payload } = await functions
    .send(
      new InvokeCommand({
        FunctionName: probe.function,
        ...(probe.version !== undefined && { Qualifier: probe.version }),
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(question)),
      }),
    )
    .catch((error: unknown) => {
      if (nameOf(error) === 'ResourceConflictException') {
        throw new NotYet('Lambda is still making the probe ready.', { cause: error });
      }
      if (cannotMount.includes(nameOf(error))) {
        throw new Unreachable(`Lambda cannot mount the restored file system: ${nameOf(error)}.`, { cause: error });
      }
      throw error;
    });
  const answer = parse(Payload);
  if (FunctionError === undefined) return answer;
  const { errorType, errorMessage } = (answer ?? {}) as { errorType?: unknown; errorMessage?: unknown };
  const ours = errorType === 'ProbeFailed' || errorType === 'WrongPlace' || errorType === 'InputRejected';
  // Words of Lambda itself or of a library could hold anything; the probes' own were written to hold nothing.
  throw new ProbeFailed(
    ours && typeof errorMessage === 'string'
      ? errorMessage
      : `The probe ended without an answer: ${typeof errorType === 'string' ? errorType : FunctionError}.`,
  );
}

function parse(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString('utf8'));
  } catch {
    return undefined;
  }
}

import type { CallbackAnswer, Execution } from '../../states-language/index.ts';
import { AwsError, type Operation } from '../../world/region.ts';
import type { Executions } from './kept.ts';
import { parseOutput } from './refusals.ts';

/** SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat. */
export function callbackOperations(executions: Executions): Record<string, Operation> {
  const call = (token: string, act: (run: Execution) => CallbackAnswer) => {
    const answer = executions.call(token, act);
    if (answer === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    if (answer !== 'ok') {
      throw new AwsError(
        'TaskTimedOut',
        "Task Timed Out: 'Provided task does not exist anymore: the token has expired or its task has been closed'",
      );
    }
    return {};
  };
  return {
    SendTaskSuccess: (input: { taskToken: string; output: string }) => {
      const output = parseOutput(input.output);
      return call(input.taskToken, (run) => run.succeedTask(input.taskToken, output));
    },
    SendTaskFailure: (input: { taskToken: string; error?: string; cause?: string }) => {
      atMost('error', input.error, 256);
      atMost('cause', input.cause, 32_768);
      return call(input.taskToken, (run) => run.failTask(input.taskToken, input.error, input.cause));
    },
    SendTaskHeartbeat: (input: { taskToken: string }) => call(input.taskToken, (run) => run.heartbeat(input.taskToken)),
  } satisfies Record<string, (input: never) => unknown>;
}

function atMost(member: string, value: string | undefined, length: number): void {
  if (value === undefined || value.length <= length) return;
  throw new AwsError(
    'ValidationException',
    `${member} must have at most ${length} characters, and has ${value.length}.`,
  );
}

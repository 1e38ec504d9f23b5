import type { TaskRequest } from '../../states-language/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../../states-language/json.ts';
import { AwsError, type Caller, type Region } from '../../world/region.ts';

/** Makes the call of one attempt of a Task state, through the door, in the machine's name. */
export function performTask(region: Region, caller: Caller, request: TaskRequest): void {
  const { service, action } = request.resource;
  if (!isObject(request.arguments)) {
    request.failed('States.Runtime', 'The Arguments of a Task must be an object.');
    return;
  }
  if (service === 'lambda' && action === 'invoke') invoke(region, caller, request, request.arguments);
  else startExecution(region, caller, request, request.arguments);
}

function invoke(region: Region, caller: Caller, request: TaskRequest, given: JsonObject): void {
  const { Payload, ...rest } = given;
  const payload = Buffer.from(JSON.stringify(Payload ?? {}));
  region.request(caller, 'Lambda', 'Invoke', { ...rest, Payload: payload }).then(
    (answer) => {
      const { StatusCode, ExecutedVersion, FunctionError, Payload } = answer as {
        StatusCode: number;
        ExecutedVersion?: string;
        FunctionError?: string;
        Payload: Uint8Array;
      };
      const text = Buffer.from(Payload).toString('utf8');
      if (FunctionError !== undefined) {
        const { errorType } = JSON.parse(text) as { errorType?: string };
        request.failed(errorType ?? 'Lambda.Unknown', text);
        return;
      }
      request.answered({
        ...(ExecutedVersion !== undefined && { ExecutedVersion }),
        Payload: text === '' ? {} : (JSON.parse(text) as JsonValue),
        ...metadata(StatusCode),
        StatusCode,
      });
    },
    (error: unknown) => refused(request, error, lambdaError),
  );
}

function startExecution(region: Region, caller: Caller, request: TaskRequest, given: JsonObject): void {
  const { Name, StateMachineArn, Input, ...rest } = given;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    request.failed('States.Runtime', `The field '${unknown}' is not supported by states:startExecution.`);
    return;
  }
  const input = {
    stateMachineArn: StateMachineArn,
    ...(Name !== undefined && { name: Name }),
    ...(Input !== undefined && { input: typeof Input === 'string' ? Input : JSON.stringify(Input) }),
  };
  region.request(caller, 'SFN', 'StartExecution', input).then(
    (answer) => {
      const { executionArn, startDate } = answer as { executionArn: string; startDate: Date };
      request.answered({ ExecutionArn: executionArn, ...metadata(200), StartDate: startDate.toISOString() });
    },
    (error: unknown) => refused(request, error, statesError),
  );
}

/** What Step Functions adds to a service's answer: abridged, the headers say nothing here. */
function metadata(status: number): JsonObject {
  return {
    SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: status },
    SdkResponseMetadata: { RequestId: '00000000-0000-0000-0000-000000000000' },
  };
}

function refused(request: TaskRequest, error: unknown, named: (error: AwsError) => string): void {
  if (!(error instanceof AwsError)) throw error;
  const service = request.resource.service === 'lambda' ? 'AWSLambda' : 'AWSStepFunctions';
  request.failed(
    named(error),
    `${error.message} (Service: ${service}; Status Code: ${error.status}; Error Code: ${error.name}; Request ID: 00000000-0000-0000-0000-000000000000; Proxy: null)`,
  );
}

/** Names of errors of `lambda:invoke` as the States Language sees them; a lost connection is the client's. */
function lambdaError(error: AwsError): string {
  if (['TimeoutError', 'ECONNRESET', 'ETIMEDOUT'].includes(error.name)) return 'Lambda.SdkClientException';
  if (error.status >= 500) return 'Lambda.ServiceException';
  // A role that may not call is none of Lambda's own errors: recorded as AWSLambdaException, with the words in its cause.
  const isOwn = error.name.endsWith('Exception') && error.name !== 'AccessDeniedException';
  return isOwn ? `Lambda.${error.name}` : 'Lambda.AWSLambdaException';
}

function statesError(error: AwsError): string {
  if (['TimeoutError', 'ECONNRESET', 'ETIMEDOUT'].includes(error.name)) return 'StepFunctions.SdkClientException';
  if (error.name === 'ThrottlingException' || error.status >= 500) return 'StepFunctions.AWSStepFunctionsException';
  return `StepFunctions.${error.name.replace(/Exception$/, '')}Exception`;
}

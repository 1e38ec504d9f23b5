import { readdirSync, readFileSync } from 'node:fs';
import type { Resources } from './stack.ts';
import { arnOf, trusts } from './trust.ts';
import type { Variant } from './variant.ts';

/** Machines that only the stack has which makes backups. serverless.yml says the same; a test compares. */
const onlyAtHome = ['protect'];
const definitions = new URL('../statemachines/', import.meta.url);

/** The names of the machines of a stack: one for each file in statemachines/. */
export function machineNames(variant: Variant): string[] {
  return readdirSync(definitions)
    .flatMap((file) => /^(.+)\.asl\.json$/.exec(file)?.[1] ?? [])
    .filter((name) => variant === 'home' || !onlyAtHome.includes(name))
    .sort();
}

/**
 * A role for each machine: it may invoke the functions that its definition names, and write its own log and trace. Throws
 * for a task that is no invocation of a function: such a right has to be thought about, and written here.
 */
export function machineRoles(variant: Variant): Resources {
  return {
    MachineLogs: {
      Type: 'AWS::Logs::LogGroup',
      Properties: {
        // Under this prefix a group needs no line of its own in the account's one policy for log deliveries.
        LogGroupName: '/aws/vendedlogs/states/lifeboat',
        RetentionInDays: 400,
      },
    },
    ...Object.fromEntries(machineNames(variant).map((name) => [`${capital(name)}MachineRole`, machineRole(name)])),
  };
}

function machineRole(name: string): Resources[string] {
  const text = readFileSync(new URL(`${name}.asl.json`, definitions), 'utf8');
  const rights = {
    InvokesTheFunctionsOfItsStates: 'a machine does nothing but call the functions that its definition names',
    WritesItsLog: 'Step Functions delivers the log with the machine’s role; a delivery has no ARN to name',
    WritesItsTrace: 'a trace has no ARN to name',
  };
  return {
    Type: 'AWS::IAM::Role',
    Metadata: { Lifeboat: { For: `the state machine lifeboat-${name}`, Rights: rights } },
    Properties: {
      RoleName: { 'Fn::Sub': `lifeboat-machine-${name}-\${AWS::Region}` },
      Description: `What the state machine lifeboat-${name} may do: invoke the functions of its states, log, trace.`,
      AssumeRolePolicyDocument: trusts('states', arnOf('states', `stateMachine:lifeboat-${name}`)),
      Policies: [
        {
          PolicyName: 'work',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'InvokesTheFunctionsOfItsStates',
                Effect: 'Allow',
                Action: 'lambda:InvokeFunction',
                Resource: functionsIn(name, text).map((logicalId) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })),
              },
              {
                Sid: 'WritesItsLog',
                Effect: 'Allow',
                Action: [
                  'logs:CreateLogDelivery',
                  'logs:GetLogDelivery',
                  'logs:UpdateLogDelivery',
                  'logs:DeleteLogDelivery',
                  'logs:ListLogDeliveries',
                  'logs:PutResourcePolicy',
                  'logs:DescribeResourcePolicies',
                  'logs:DescribeLogGroups',
                ],
                Resource: '*',
              },
              {
                Sid: 'WritesItsTrace',
                Effect: 'Allow',
                Action: [
                  'xray:PutTraceSegments',
                  'xray:PutTelemetryRecords',
                  'xray:GetSamplingRules',
                  'xray:GetSamplingTargets',
                ],
                Resource: '*',
              },
            ],
          },
        },
      ],
    },
  };
}

/** The logical ids of the functions that a definition invokes, sorted. */
function functionsIn(name: string, text: string): string[] {
  const found = new Set<string>();
  const definition: unknown = JSON.parse(text, (key, value: unknown) => {
    if (key === 'Fn::GetAtt') found.add(`${capital(String((value as unknown[])[0]))}LambdaFunction`);
    if (key === 'Resource' && typeof value === 'string' && !/^arn:aws:states:::lambda:invoke(\.|$)/.test(value)) {
      throw new Error(
        `statemachines/${name}.asl.json has a task of ${value}. Machines here call functions; if this one must do more, give its role the right in resources/machine-roles.ts.`,
      );
    }
    return value;
  });
  if (definition === null || found.size === 0) throw new Error(`statemachines/${name}.asl.json names no function.`);
  return [...found].sort();
}

function capital(name: string): string {
  return name.replace(/^./, (letter) => letter.toUpperCase());
}

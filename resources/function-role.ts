import type { Resources } from './stack.ts';
import { arnOf as arn, trusts } from './trust.ts';

/** One reason for one right. */
export interface Grant {
  readonly because: string;
  readonly actions: readonly string[];
  readonly on: unknown;
  readonly condition?: Readonly<Record<string, unknown>>;
}

/** Born as scratch, and no protected resource, even if somebody put the tag of scratch on one. */
export const isScratch = {
  Null: { 'aws:ResourceTag/lifeboat:scratch': 'false', 'aws:ResourceTag/lifeboat:tier': 'true' },
};

/** Made by a recovery, by the tag that only creation sets, and no protected resource yet. */
export const isRecovered = {
  Null: { 'aws:ResourceTag/lifeboat:recovered': 'false', 'aws:ResourceTag/lifeboat:tier': 'true' },
};

const inScratch = ['probeDatabase', 'probeFiles'];
const writesTrace: Grant = {
  because: 'writes its own trace, which has no ARN to name',
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  on: '*',
};

/** The role of one function, by its key in serverless.yml. It may do this, write its log and, unless sealed in, its trace. */
export function functionRole(key: string, list: readonly Grant[]): Resources[string] {
  const name = `lifeboat-${kebab(key)}`;
  const sealed = inScratch.includes(key);
  const grants: Grant[] = [
    {
      because: 'writes its own log',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: arn('logs', `log-group:/aws/lambda/${name}:*`),
    },
    // A probe writes no trace: Lambda would carry what the code hands it out of the sealed network.
    ...(sealed ? [] : [writesTrace]),
    ...list,
  ];
  const statements = merged([
    ...grants.map(({ because, actions, on, condition }) => ({
      because,
      Sid: sid(because),
      Effect: 'Allow',
      Action: actions,
      Resource: on,
      ...(condition !== undefined && { Condition: condition }),
    })),
    ...(sealed ? scratchNetwork(arn('lambda', `function:${name}`)) : []),
  ]);
  return {
    Type: 'AWS::IAM::Role',
    // Whoever reads nothing but the template finds the reason of each statement here, under its Sid.
    Metadata: {
      Lifeboat: {
        For: `the function ${name}`,
        Rights: Object.fromEntries(statements.map(({ Sid, because }) => [Sid, because])),
      },
    },
    Properties: {
      RoleName: { 'Fn::Sub': `${name}-\${AWS::Region}` },
      Description: sealed
        ? 'Reads restored data in the sealed network, and calls nothing.'
        : `What ${name} may do. Why, statement by statement, is in the Metadata of this role in the template.`,
      AssumeRolePolicyDocument: trusts('lambda'),
      Policies: [
        {
          PolicyName: 'work',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: statements.map(({ because: _, ...statement }) => statement),
          },
        },
      ],
    },
  };
}

/** What Lambda needs for a network interface and a mount, refused to the function's own code. */
function scratchNetwork(functionArn: unknown) {
  const describes = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
  const makes = [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    {
      because:
        'Lambda makes the network interface of a function with its role, and looks for everything of this account',
      Sid: 'LambdaMakesItsNetworkInterface',
      Effect: 'Allow',
      Action: makes,
      // Lambda documents this form as the narrowest that it takes.
      Resource: arn('ec2', '*/*'),
    },
    {
      because: 'the same; EC2 lets nobody describe less than all',
      Sid: 'LambdaSeesItsNetworkInterface',
      Effect: 'Allow',
      Action: describes,
      Resource: '*',
    },
    {
      because: 'the rights above are for Lambda: the code that reads restored data may not use them',
      Sid: 'TheCodeItselfMakesNone',
      Effect: 'Deny',
      Action: [...makes, ...describes],
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    },
    {
      because: 'mounts file systems that were born as scratch; the nonce and the progress are written there',
      Sid: 'MountsScratchFileSystems',
      Effect: 'Allow',
      Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite', 'elasticfilesystem:ClientRootAccess'],
      Resource: arn('elasticfilesystem', 'file-system/*'),
      Condition: isScratch,
    },
    {
      because: 'mounts file systems that a recovery made, before anybody else does, to check them',
      Sid: 'MountsRecoveredFileSystems',
      Effect: 'Allow',
      Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite', 'elasticfilesystem:ClientRootAccess'],
      Resource: arn('elasticfilesystem', 'file-system/*'),
      Condition: isRecovered,
    },
  ];
}

/** Statement ids must be unique within a policy: two rights for one reason get a number. */
function merged<Statement extends { Sid: string }>(statements: readonly Statement[]): Statement[] {
  const seen = new Map<string, number>();
  return statements.map((statement) => {
    const count = (seen.get(statement.Sid) ?? 0) + 1;
    seen.set(statement.Sid, count);
    return count === 1 ? statement : { ...statement, Sid: `${statement.Sid}${count}` };
  });
}

function sid(because: string): string {
  return because
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.replace(/^./, (letter) => letter.toUpperCase()))
    .join('')
    .slice(0, 100);
}

/** `protectBackUp` is deployed as `lifeboat-protect-back-up`. */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

import type { Template } from '../../../../simulator/world/deploy/index.ts';

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Greet',
  States: {
    Greet: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      TimeoutSeconds: 60,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of CloudFormation
      Arguments: { FunctionName: '${greet}', Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      End: true,
    },
  },
};

/** A stack in the shape that the deployment tool compiles: a function, a machine, a schedule, a rule and what they need. */
export function smallTemplate(): Template & { Resources: Record<string, { Properties: Record<string, unknown> }> } {
  const greetArn = { 'Fn::GetAtt': ['GreetLambdaFunction', 'Arn'] };
  return {
    Parameters: { Word: { Type: 'String', Default: 'Hello' } },
    Conditions: { InParis: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-3'] } },
    Resources: {
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'lifeboat-greet',
          DefinitionString: { 'Fn::Sub': [JSON.stringify(definition), { greet: greetArn }] },
          RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        },
        DependsOn: [],
      },
      GreetLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Bucket: { Ref: 'DeploymentBucket' }, S3Key: 'greet.zip' },
          FunctionName: 'lifeboat-greet',
          Handler: 'test/unit/world/stack/greet.handler',
          Runtime: 'nodejs24.x',
          Timeout: 30,
          MemorySize: 256,
          Architectures: ['arm64'],
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Environment: {
            Variables: {
              WORD: { Ref: 'Word' },
              // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of CloudFormation
              QUEUE: { 'Fn::Sub': '${AWS::Region}/${Letters.QueueName}' },
              PARIS: { 'Fn::If': ['InParis', 'oui', 'non'] },
              NOTHING: { Ref: 'AWS::NoValue' },
            },
          },
        },
        DependsOn: ['LogGroup'],
      },
      LogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/lifeboat-greet' } },
      Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'greet', AssumeRolePolicyDocument: {} } },
      DeploymentBucket: { Type: 'AWS::S3::Bucket', Properties: {} },
      Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'letters' } },
      OnlyInParis: { Type: 'AWS::SQS::Queue', Condition: 'InParis', Properties: { QueueName: 'paris' } },
      EveryMinute: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          Name: 'lifeboat-every-minute',
          ScheduleExpression: 'rate(1 minute)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          State: 'ENABLED',
          Target: { Arn: { Ref: 'Machine' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, Input: '{"name":"clock"}' },
        },
      },
      WhenItEnds: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'lifeboat-ends',
          EventPattern: { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } },
          State: 'ENABLED',
          Targets: [{ Arn: greetArn, Id: 'greet' }],
        },
      },
      MayInvoke: {
        Type: 'AWS::Lambda::Permission',
        Properties: { FunctionName: greetArn, Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' },
      },
    },
    Outputs: {
      MachineArn: { Value: { Ref: 'Machine' } },
      Joined: { Value: { 'Fn::Join': ['-', ['a', { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }]] } },
    },
  };
}

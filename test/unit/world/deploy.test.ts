import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createKMS } from '../../../simulator/services/kms/index.ts';
import { createS3 } from '../../../simulator/services/s3/index.ts';
import { createSNS } from '../../../simulator/services/sns/index.ts';
import { createSQS } from '../../../simulator/services/sqs/index.ts';
import { deploy, type Template } from '../../../simulator/world/deploy/index.ts';
import { ask, type SmallAccount, smallAccount } from './small-account.ts';
import { smallTemplate } from './stack/template.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

let small: SmallAccount;
beforeEach(() => {
  small = smallAccount();
  Object.assign(small.region.services, { S3: createS3(small.region), SQS: createSQS(small.region) });
});

const put = (template: Template, parameters: Record<string, unknown> = {}) =>
  deploy({ region: small.region, template, taskRoot: '/task', sourceRoot: root, parameters });

const greet = async (): Promise<{ greeting: string }> => {
  const Payload = Buffer.from('{"name":"Ann"}');
  const answer = await ask<{ Payload: Uint8Array }>(small, 'Lambda', 'Invoke', {
    FunctionName: 'lifeboat-greet',
    Payload,
  });
  return JSON.parse(Buffer.from(answer.Payload).toString());
};

/** The template with one property of one resource changed, or with one more resource. */
function changed(logicalId: string, properties: Record<string, unknown>, type?: string): Template {
  const template = smallTemplate();
  const before = template.Resources[logicalId];
  return {
    ...template,
    Resources: {
      ...template.Resources,
      [logicalId]: { Type: type ?? before?.Type ?? '', Properties: { ...before?.Properties, ...properties } },
    },
  } as Template;
}

describe('a deployment', () => {
  test('makes a stack that runs: the schedule starts the machine, the machine its function, its end the rule', async () => {
    const stack = await put(smallTemplate());
    await small.run(150);
    const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:lifeboat-greet';
    expect(stack.outputs).toEqual({ MachineArn: machine, Joined: 'a-eu-central-1b' });
    const { executions } = await ask<{ executions: { executionArn: string; status: string }[] }>(
      small,
      'SFN',
      'ListExecutions',
      { stateMachineArn: machine },
    );
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    const first = await ask<{ output: string }>(small, 'SFN', 'DescribeExecution', {
      executionArn: executions[0]?.executionArn,
    });
    expect(JSON.parse(first.output)).toEqual({ greeting: 'Hello clock', function: 'lifeboat-greet' });
    const invokers = small.calls('Lambda', 'Invoke').map(({ caller }) => caller.name);
    expect(invokers.filter((name) => name === 'lifeboat-greet')).toHaveLength(2);
    expect(invokers.filter((name) => name === 'events.amazonaws.com')).toHaveLength(2);
  });

  test('resolves references, conditions and parameters', async () => {
    const stack = await put(smallTemplate(), { Word: 'Good morning' });
    const { Environment, Role } = await ask<{ Environment: { Variables: object }; Role: string }>(
      small,
      'Lambda',
      'GetFunctionConfiguration',
      { FunctionName: 'lifeboat-greet' },
    );
    expect(Environment.Variables).toEqual({ WORD: 'Good morning', QUEUE: 'eu-central-1/letters', PARIS: 'non' });
    expect(Role).toBe('arn:aws:iam::111122223333:role/greet');
    expect(stack.resources.has('OnlyInParis')).toBe(false);
    expect(stack.resources.get('DeploymentBucket')?.id).toMatch(/^lifeboat-deploymentbucket-[0-9a-f]{12}$/);
  });

  test('happens twice: the function is new, its published versions are not, nothing is made a second time', async () => {
    const before = await put(smallTemplate());
    await ask(small, 'Lambda', 'PublishVersion', { FunctionName: 'lifeboat-greet' });
    const again = await put(smallTemplate(), { Word: 'Bye' });
    expect(await greet()).toMatchObject({ greeting: 'Bye Ann' });
    const old = await ask<{ Environment: { Variables: object } }>(small, 'Lambda', 'GetFunctionConfiguration', {
      FunctionName: 'lifeboat-greet',
      Qualifier: '1',
    });
    expect(old.Environment.Variables).toMatchObject({ WORD: 'Hello' });
    expect(again.resources.get('DeploymentBucket')?.id).toBe(before.resources.get('DeploymentBucket')?.id);
    await small.run(125);
    expect(small.calls('SFN', 'StartExecution').length).toBeLessThanOrEqual(3);
  });

  test('leaves what somebody changed by hand while its template is the same, and changes it with its template', async () => {
    await put(smallTemplate());
    const { Scheduler } = small.region.services;
    Scheduler.setState('lifeboat-every-minute', 'DISABLED');
    const runs = async () => {
      const before = small.calls('SFN', 'StartExecution').length;
      await small.run(180);
      return small.calls('SFN', 'StartExecution').length - before;
    };
    await put(smallTemplate(), { Word: 'Bye' });
    expect(await runs()).toBe(0);
    const often = { ...smallTemplate().Resources.EveryMinute?.Properties, ScheduleExpression: 'rate(2 minutes)' };
    await put(changed('EveryMinute', often));
    expect(await runs()).toBeGreaterThan(0);
  });

  test('keeps a topic under its key: while somebody has disabled it, nothing can be told', async () => {
    const { region } = small;
    Object.assign(region.services, { KMS: createKMS(region), SNS: createSNS(region) });
    const template = smallTemplate();
    const stack = await put({
      ...template,
      Resources: {
        ...template.Resources,
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} } },
        Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'page', KmsMasterKeyId: { Ref: 'Key' } } },
      },
    });
    const id = (of: string) => stack.resources.get(of)?.id ?? '';
    const tell = () => ask(small, 'SNS', 'Publish', { TopicArn: id('Topic'), Message: 'The database is lost.' });
    await expect(tell()).resolves.toHaveProperty('MessageId');
    region.services.KMS.setState(id('Key'), 'Disabled');
    await expect(tell()).rejects.toMatchObject({ name: 'KMSDisabledException' });
  });

  test('is refused beside another one of the same names, in its Region, and leaves everything as it was', async () => {
    const before = await put(smallTemplate());
    const beside = (template: Template) =>
      deploy({ region: small.region, template, taskRoot: '/task', sourceRoot: root, stackName: 'another' });
    const changedWord = changed('GreetLambdaFunction', { Environment: { Variables: { WORD: 'Away with you' } } });
    const listed = () => small.region.services.IAM.roles.size;
    const roles = listed();
    await expect(beside(changedWord)).rejects.toMatchObject({
      name: 'AlreadyExistsException',
      message: expect.stringMatching(
        / already exists in stack arn:aws:cloudformation:eu-central-1:\d+:stack\/lifeboat$/,
      ),
    });
    expect(listed()).toBe(roles);
    expect(await greet()).toMatchObject({ greeting: 'Hello Ann' });
    expect((await put(smallTemplate())).resources.get('DeploymentBucket')?.id).toBe(
      before.resources.get('DeploymentBucket')?.id,
    );
  });

  test('is refused where a name would be had twice in one stack, or in the whole account', async () => {
    await put(smallTemplate());
    const twice = changed('OtherLetters', { QueueName: 'letters' }, 'AWS::SQS::Queue');
    await expect(put(twice)).rejects.toThrow('letters already exists in stack');
    const elsewhere = small.account.region('eu-west-3');
    const role = { Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'greet', AssumeRolePolicyDocument: {} } } };
    const other = { region: elsewhere, taskRoot: '/task', sourceRoot: root };
    await expect(deploy({ ...other, template: { Resources: role } })).rejects.toThrow('greet already exists in stack');
    const logs = { Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/lifeboat-greet' } } };
    await expect(deploy({ ...other, template: { Resources: logs } })).resolves.toBeDefined();
  });

  test('takes away a schedule and a rule that a later template no longer has', async () => {
    await put(smallTemplate());
    const { EveryMinute: _one, WhenItEnds: _two, ...Resources } = smallTemplate().Resources;
    await put({ ...smallTemplate(), Resources });
    await small.run(600);
    expect(small.calls('SFN', 'StartExecution')).toEqual([]);
  });

  test.each([
    ['a type', changed('Cluster', {}, 'AWS::ECS::Cluster'), 'AWS::ECS::Cluster (Cluster)'],
    ['a property', changed('GreetLambdaFunction', { Layers: ['arn'] }), 'Layers of AWS::Lambda::Function'],
    [
      'a property inside a property',
      changed('EveryMinute', { FlexibleTimeWindow: { Mode: 'OFF', Colour: 'red' } }),
      'Colour of AWS::Scheduler::Schedule (EveryMinute), FlexibleTimeWindow',
    ],
    ['a function of the template', changed('Letters', { QueueName: { 'Fn::ImportValue': 'x' } }), 'Fn::ImportValue'],
    ['an attribute', changed('Letters', { QueueName: { 'Fn::GetAtt': ['Role', 'Colour'] } }), 'the attribute Colour'],
    ['a schedule in a rule', changed('WhenItEnds', { ScheduleExpression: 'rate(1 day)' }), 'ScheduleExpression'],
  ])('refuses by name %s that is not modelled', async (_words, template, named) => {
    await expect(put(template)).rejects.toThrow(named);
  });

  test.each([
    ['a handler that is not there', changed('GreetLambdaFunction', { Handler: 'none.handler' }), 'none.ts'],
    [
      'a handler without lambda(build)',
      changed('GreetLambdaFunction', { Handler: 'test/unit/world/stack/template.smallTemplate' }),
      'must export smallTemplate = lambda(build)',
    ],
    [
      'a variable that Lambda sets itself',
      changed('GreetLambdaFunction', { Environment: { Variables: { AWS_REGION: 'here' } } }),
      'AWS_REGION',
    ],
    ['a resource that is not there', changed('Letters', { QueueName: { Ref: 'Nobody' } }), 'Nobody'],
    ['a circle', changed('Role', { RoleName: { Ref: 'GreetLambdaFunction' } }), 'depend on one another'],
    ['a definition that is no machine', changed('Machine', { DefinitionString: '{}' }), 'refused'],
  ])('refuses %s', async (_words, template, named) => {
    await expect(put(template)).rejects.toThrow(named);
  });

  test('tells the same story for one seed', async () => {
    const story = async () => {
      small = smallAccount({ seed: 'seven' });
      Object.assign(small.region.services, { S3: createS3(small.region), SQS: createSQS(small.region) });
      await put(smallTemplate());
      await small.run(600);
      return JSON.stringify(small.world.trace.entries);
    };
    const one = await story();
    expect(one.length).toBeGreaterThan(10_000);
    expect(await story()).toBe(one);
  });
});

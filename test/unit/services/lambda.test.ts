import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { BackupClient, DescribeBackupJobCommand } from '@aws-sdk/client-backup';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { lambda, work } from '../../../functions/platform/lambda.ts';
import type { Seam } from '../../../functions/platform/seam.ts';
import type { Configuration } from '../../../simulator/services/lambda/index.ts';
import { ask, operator, type SmallAccount, service, smallAccount } from '../world/small-account.ts';

type Answer = (event: Record<string, unknown>, invocation: { getRemainingTimeInMillis(): number }) => Promise<unknown>;

function deployFunction(
  { region }: SmallAccount,
  build: (seam: Seam) => Answer,
  more: Partial<Configuration> & { reservedConcurrency?: number } = {},
): string {
  const { reservedConcurrency, ...configuration } = more;
  const event = z.record(z.string(), z.unknown());
  return region.services.Lambda.define(
    {
      name: 'lifeboat-work',
      handler: 'functions/work.handler',
      code: lambda((seam) => work(event, build(seam))),
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      role: 'arn:aws:iam::111122223333:role/work',
      variables: { WORD: 'hello' },
      taskRoot: '/task',
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      fileSystems: [],
      ...configuration,
    },
    { reservedConcurrency },
  );
}

interface Answered {
  StatusCode: number;
  FunctionError?: string;
  ExecutedVersion?: string;
  Payload: Uint8Array;
}

const textOf = ({ Payload }: Answered): string => Buffer.from(Payload).toString('utf8');

function invoke(small: SmallAccount, event: object = {}, more: object = {}): Promise<Answered> {
  const Payload = Buffer.from(JSON.stringify(event));
  return ask<Answered>(small, 'Lambda', 'Invoke', { FunctionName: 'lifeboat-work', Payload, ...more });
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a function', () => {
  test('answers what its handler returns, and knows where it runs', async () => {
    const small = smallAccount();
    deployFunction(small, ({ environment }) => async ({ name }) => ({
      said: `${environment.WORD} ${name}`,
      region: environment.AWS_REGION,
      root: environment.LAMBDA_TASK_ROOT,
    }));
    const answer = await invoke(small, { name: 'Ann' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(JSON.parse(textOf(answer))).toEqual({ said: 'hello Ann', region: 'eu-central-1', root: '/task' });
  });

  test('keeps its environment for the next invocation and opens another for one that comes meanwhile', async () => {
    const small = smallAccount();
    let built = 0;
    deployFunction(small, () => {
      built += 1;
      return async () => sleep(2_000);
    });
    await invoke(small);
    await invoke(small);
    expect(built).toBe(1);
    const both = [1, 2].map(() =>
      small.region.request(operator, 'Lambda', 'Invoke', { FunctionName: 'lifeboat-work' }),
    );
    await small.run(10);
    await Promise.all(both);
    expect(built).toBe(2);
    await small.run(3_600);
    await invoke(small);
    expect(built).toBe(3);
  });

  test('fails with the error shape of Lambda: its type is the name of the error', async () => {
    const small = smallAccount();
    deployFunction(small, () => async () => {
      throw Object.assign(new Error('Not today.'), { name: 'NotYet' });
    });
    const answer = await invoke(small);
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(textOf(answer))).toEqual({
      errorType: 'NotYet',
      errorMessage: 'Not today.',
      trace: ['NotYet: Not today.'],
    });
  });

  test('is stopped at its timeout, and what its code does afterwards reaches nobody', async () => {
    const small = smallAccount({ services: { Backup: service({ DescribeBackupJob: () => ({}) }) } });
    const left: number[] = [];
    deployFunction(
      small,
      (seam) => async (_event, invocation) => {
        left.push(invocation.getRemainingTimeInMillis());
        await sleep(60_000);
        await seam.client(BackupClient).send(new DescribeBackupJobCommand({ BackupJobId: 'late' }));
      },
      { timeoutSeconds: 30 },
    );
    const answer = await invoke(small);
    await small.run(120);
    expect(left).toEqual([30_000]);
    expect(answer.FunctionError).toBe('Unhandled');
    expect(JSON.parse(textOf(answer))).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 30\.00 seconds$/),
    });
    expect(small.calls('Backup', 'DescribeBackupJob')).toEqual([]);
  });

  test('writes its log lines into the trace', async () => {
    const small = smallAccount();
    deployFunction(
      small,
      ({ log }) =>
        async () =>
          log.warn('Something is odd.', { count: 2 }),
    );
    await invoke(small);
    const lines = small.world.trace.entries.flatMap((entry) => (entry.kind === 'log' ? [entry] : []));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ caller: 'eu-central-1/lifeboat-work' });
    expect(JSON.parse(lines[0]?.line ?? '')).toEqual({
      level: 'warn',
      words: 'Something is odd.',
      function: 'lifeboat-work',
      count: 2,
    });
  });

  test('that nobody deployed is not found', async () => {
    await expect(invoke(smallAccount())).rejects.toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  });
});

describe('an asynchronous invocation', () => {
  const failing = (at: number[], small: SmallAccount) => async () => {
    at.push(small.world.now());
    throw new Error('Again.');
  };

  test('is repeated after one and after two minutes, then told to its destination', async () => {
    const sent: { QueueUrl: string; MessageBody: string }[] = [];
    const SendMessage = (input: never) => {
      sent.push(input);
      return {};
    };
    const small = smallAccount({ services: { SQS: service({ SendMessage }) } });
    const at: number[] = [];
    deployFunction(small, () => failing(at, small));
    small.region.services.Lambda.setAsynchronous('lifeboat-work', {
      onFailure: 'arn:aws:sqs:eu-central-1:111122223333:failures',
    });
    const accepted = await invoke(small, { a: 1 }, { InvocationType: 'Event' });
    expect(accepted.StatusCode).toBe(202);
    await small.run(600);
    const waits = at.slice(1).map((instant, index) => Math.round((instant - (at[index] ?? 0)) / 1000));
    expect(waits).toEqual([60, 120]);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.QueueUrl).toBe('https://sqs.eu-central-1.amazonaws.com/111122223333/failures');
    expect(JSON.parse(sent[0]?.MessageBody ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { a: 1 },
      responsePayload: { errorMessage: 'Again.' },
    });
  });

  test('waits while reserved concurrency is used up; a synchronous one is refused', async () => {
    const small = smallAccount();
    let ran = 0;
    deployFunction(
      small,
      () => async () => {
        ran += 1;
        await sleep(5_000);
      },
      { reservedConcurrency: 1 },
    );
    const first = small.region.request(operator, 'Lambda', 'Invoke', { FunctionName: 'lifeboat-work' });
    await small.run(2);
    await expect(invoke(small)).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    await invoke(small, {}, { InvocationType: 'Event' });
    expect(ran).toBe(1);
    await small.run(60);
    await first;
    expect(ran).toBe(2);
  });
});

const probe: Partial<Configuration> = {
  vpc: { subnetIds: ['subnet-a', 'subnet-b'], securityGroupIds: ['sg-probe'] },
};
const accessPoint = (id: string) => `arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/${id}`;

/** Two file systems with a mount target in each subnet of the probe, and a security group that lets the probe in. */
function scratch() {
  const targets = ['subnet-a', 'subnet-b'].map((subnetId) => ({
    subnetId,
    state: 'available',
    securityGroups: ['sg-in'],
  }));
  return {
    services: {
      EC2: {
        isZoneGone: () => false,
        operations: {},
        allows: (from: string[], to: string[]) => from.includes('sg-probe') && to.includes('sg-in'),
        vpcOf: (subnet: string) => (subnet.startsWith('subnet-') ? 'vpc-scratch' : 'vpc-other'),
      },
      EFS: {
        operations: {},
        accessPoint: (arn: string) => ({
          fileSystemId: arn.endsWith('one') ? 'fs-1' : 'fs-2',
          state: 'available',
          rootDirectory: { path: '/restored' },
        }),
        mountTargets: () => targets,
      },
    },
    targets,
    data: { files: { directory: (id: string) => `/data/${id}` } },
  };
}

describe('a published version', () => {
  const mountOf = (answer: Answered) => JSON.parse(textOf(answer)) as string;

  test('keeps its own file system when the function is pointed at another', async () => {
    const small = smallAccount(scratch());
    deployFunction(small, (seam) => async () => seam.mount('/mnt/scratch/mail'), probe);
    const point = async (id: string) => {
      await ask(small, 'Lambda', 'UpdateFunctionConfiguration', {
        FunctionName: 'lifeboat-work',
        FileSystemConfigs: [{ Arn: accessPoint(id), LocalMountPath: '/mnt/scratch' }],
      });
      await small.run(60);
      return ask<{ Version: string }>(small, 'Lambda', 'PublishVersion', {
        FunctionName: 'lifeboat-work',
        Description: `drill ${id}`,
      });
    };
    const one = await point('one');
    const two = await point('two');
    expect([one.Version, two.Version]).toEqual(['1', '2']);
    expect(mountOf(await invoke(small, {}, { Qualifier: '1' }))).toBe('/data/fs-1/restored/mail');
    expect(mountOf(await invoke(small, {}, { FunctionName: 'lifeboat-work:2' }))).toBe('/data/fs-2/restored/mail');

    await ask(small, 'Lambda', 'DeleteFunction', { FunctionName: 'lifeboat-work', Qualifier: '1' });
    await expect(invoke(small, {}, { Qualifier: '1' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const { Versions } = await ask<{ Versions: { Version: string; Description: string }[] }>(
      small,
      'Lambda',
      'ListVersionsByFunction',
      {
        FunctionName: 'lifeboat-work',
      },
    );
    expect(Versions.map(({ Version, Description }) => `${Version} ${Description}`)).toEqual([
      '$LATEST ',
      '2 drill two',
    ]);
  });

  test('is not made while an update of the configuration is under way', async () => {
    const small = smallAccount(scratch());
    deployFunction(small, () => async () => null);
    await ask(small, 'Lambda', 'UpdateFunctionConfiguration', { FunctionName: 'lifeboat-work', Timeout: 5 });
    const status = () =>
      ask<{ LastUpdateStatus: string; Timeout: number }>(small, 'Lambda', 'GetFunctionConfiguration', {
        FunctionName: 'lifeboat-work',
      });
    expect(await status()).toMatchObject({ LastUpdateStatus: 'InProgress' });
    await expect(ask(small, 'Lambda', 'PublishVersion', { FunctionName: 'lifeboat-work' })).rejects.toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
    });
    await small.run(60);
    expect(await status()).toMatchObject({ LastUpdateStatus: 'Successful', Timeout: 5 });
  });

  test('cannot be mounted before its mount targets are available, nor through a closed security group', async () => {
    const scene = scratch();
    const small = smallAccount(scene);
    const fileSystems = [{ Arn: accessPoint('one'), LocalMountPath: '/mnt/scratch' }];
    deployFunction(small, () => async () => null, { ...probe, fileSystems });
    await invoke(small);
    for (const target of scene.targets) target.state = 'creating';
    await expect(invoke(small)).rejects.toMatchObject({ name: 'EFSMountConnectivityException', status: 408 });
    await expect(
      ask(small, 'Lambda', 'UpdateFunctionConfiguration', {
        FunctionName: 'lifeboat-work',
        FileSystemConfigs: fileSystems,
      }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    for (const target of scene.targets) Object.assign(target, { state: 'available', securityGroups: ['sg-closed'] });
    await expect(invoke(small)).rejects.toMatchObject({ name: 'EFSMountConnectivityException' });
  });
});

describe('a function in the sealed network', () => {
  const database = {
    engine: 'postgres',
    subnetGroup: 'lifeboat-scratch',
    securityGroupIds: ['sg-in'],
    status: 'available',
  };
  const withDatabase = (endpoint: object | undefined) => {
    const scene = scratch();
    const connect = () => {
      const stream = new PassThrough();
      process.nextTick(() => stream.write('hello'));
      return stream;
    };
    return smallAccount({
      services: {
        ...scene.services,
        Backup: service({ DescribeBackupJob: () => ({}) }),
        RDS: {
          operations: {},
          endpoint: () => endpoint,
          subnetGroup: () => ({ subnetIds: ['subnet-a'] }),
        },
      },
      data: { databases: { connect } },
    });
  };
  const dials = (seam: Seam) => async () => {
    const stream = seam.dial({ host: 'a.rds.amazonaws.com', port: 5432 });
    const [first] = (await once(stream, 'data')) as [Buffer];
    return first.toString();
  };

  test('reaches a database that lets it in, in real time within one instant of the world', async () => {
    const small = withDatabase({ ...database, dataName: 'shop' });
    deployFunction(small, dials, probe);
    expect(JSON.parse(textOf(await invoke(small)))).toBe('hello');
  });

  test.each([
    ['a closed security group', { ...database, dataName: 'shop', securityGroupIds: ['sg-closed'] }, 'ETIMEDOUT'],
    ['an unknown name', undefined, 'ENOTFOUND'],
    ['a database that is still created', { ...database, dataName: 'shop', status: 'creating' }, 'ECONNREFUSED'],
  ])('gets no connection through %s', async (_words, endpoint, code) => {
    const small = withDatabase(endpoint);
    deployFunction(small, dials, probe);
    expect(JSON.parse(textOf(await invoke(small)))).toMatchObject({ errorMessage: expect.stringContaining(code) });
  });

  test('waits for an AWS API until its timeout, and its call is never made', async () => {
    const small = withDatabase(undefined);
    deployFunction(
      small,
      (seam) => async () => seam.client(BackupClient).send(new DescribeBackupJobCommand({ BackupJobId: 'b' })),
      { ...probe, timeoutSeconds: 20 },
    );
    const answer = await invoke(small);
    expect(JSON.parse(textOf(answer))).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(small.world.now() - Date.parse('2026-03-01T12:00:00Z')).toBeGreaterThan(20_000);
    expect(small.calls('Backup', 'DescribeBackupJob')).toEqual([]);
  });

  test('outside of it, a function is refused by the database', async () => {
    const small = withDatabase({ ...database, dataName: 'shop' });
    deployFunction(small, dials);
    expect(JSON.parse(textOf(await invoke(small)))).toMatchObject({
      errorMessage: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

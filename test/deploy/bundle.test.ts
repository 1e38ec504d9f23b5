import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { root } from '../../cli/package/service.ts';
import plugins from '../../resources/bundle.ts';

interface Request {
  readonly target: string;
  readonly credential: string;
  readonly body: string;
}

let folder = '';
let server: Server;
const requests: Request[] = [];

/** One command of each protocol that the functions speak, and an error that only its own shape can name. */
const program = `
  import { BackupClient, ListBackupJobsCommand } from '@aws-sdk/client-backup';
  import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
  import { RDSClient, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
  import { S3Client, GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
  const said = [];
  const dynamodb = await new DynamoDBClient({}).send(new QueryCommand({ TableName: 'ledger', KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': { S: 'a' } } }));
  said.push(dynamodb.Items[0].pk.S);
  const backup = await new BackupClient({}).send(new ListBackupJobsCommand({ ByState: 'RUNNING' }));
  said.push(backup.BackupJobs[0].CreationDate.toISOString());
  const rds = await new RDSClient({}).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'one' }));
  said.push(rds.DBInstances[0].AllocatedStorage);
  const missing = await new S3Client({ forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'evidence', Key: 'none' })).catch((error) => error);
  said.push(missing instanceof NoSuchKey && missing.name);
  process.stdout.write(JSON.stringify(said));
`;

function answer(request: IncomingMessage): { status: number; body: string } {
  if (request.headers['x-amz-target'] !== undefined) return { status: 200, body: '{"Items":[{"pk":{"S":"a row"}}]}' };
  if (request.url?.startsWith('/backup-jobs'))
    return { status: 200, body: '{"BackupJobs":[{"CreationDate":1767225600}]}' };
  if (request.method === 'POST') {
    const result = '<DBInstances><DBInstance><AllocatedStorage>20</AllocatedStorage></DBInstance></DBInstances>';
    const body = `<DescribeDBInstancesResponse><DescribeDBInstancesResult>${result}</DescribeDBInstancesResult></DescribeDBInstancesResponse>`;
    return { status: 200, body };
  }
  return { status: 404, body: '<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>' };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lifeboat-bundle-'));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => {
      body += bytes;
    });
    request.on('end', () => {
      const credential = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'none';
      requests.push({
        target: `${request.method} ${request.headers['x-amz-target'] ?? request.url}`,
        credential,
        body,
      });
      const { status, body: answered } = answer(request);
      response.writeHead(status).end(answered);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a bundle', () => {
  test('speaks to AWS with the credentials that Lambda sets, in every protocol, though much of the SDK is left out', async () => {
    const source = join(folder, 'program.ts');
    await writeFile(source, program);
    await build({
      entryPoints: [source],
      outfile: join(folder, 'program.mjs'),
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      mainFields: ['module', 'main'],
      nodePaths: [join(root, 'node_modules')],
      plugins,
    });
    const { port } = server.address() as AddressInfo;
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')], {
      env: {
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'AKIDLAMBDA',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: 'token',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      },
      timeout: 20_000,
    });
    expect(JSON.parse(stdout)).toEqual(['a row', '2026-01-01T00:00:00.000Z', 20, 'NoSuchKey']);
    expect(requests.map(({ target, credential }) => [target, credential])).toEqual([
      ['POST DynamoDB_20120810.Query', 'AKIDLAMBDA'],
      ['GET /backup-jobs?state=RUNNING', 'AKIDLAMBDA'],
      ['POST /', 'AKIDLAMBDA'],
      ['GET /evidence/none?x-id=GetObject', 'AKIDLAMBDA'],
    ]);
  }, 40_000);
});

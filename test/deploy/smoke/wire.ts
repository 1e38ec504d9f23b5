import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Received, type Signer, signerOf } from './signature.ts';

/** One call as it came over the wire. */
export interface Call extends Signer {
  /** `PutItem`, `ListBackupJobs`; a method and path where the protocol names no operation. */
  readonly operation: string;
}

export interface Wire {
  readonly url: string;
  readonly calls: readonly Call[];
  /** What AWS would have refused: unsigned, signed wrongly, or in words that no service here speaks. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Stands at the loopback where AWS would, for an account in which there is nothing. It checks signatures, keeps what is
 * put into a ledger (by access key, so that functions do not meet), and answers everything else with an empty answer in
 * the protocol that it was asked in.
 */
export async function openWire(secret: string): Promise<Wire> {
  const calls: Call[] = [];
  const refused: string[] = [];
  const tables = new Map<string, Map<string, unknown>>();
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (bytes: Buffer) => parts.push(bytes));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const received = { method, url, headers, body: Buffer.concat(parts) };
      const signer = signerOf(received, secret);
      const asked = operationOf(received);
      if (typeof signer === 'string') refused.push(`${asked.operation}: ${signer}`);
      const { accessKey } = typeof signer === 'string' ? { accessKey: '' } : signer;
      if (typeof signer !== 'string') calls.push({ ...signer, operation: asked.operation });
      const table = tables.get(accessKey) ?? new Map<string, unknown>();
      tables.set(accessKey, table);
      const { status, type, body, headers: more } = answer(asked, received, table);
      response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': 'a-request', ...more }).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, calls, refused, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

interface Asked {
  readonly protocol: 'dynamodb' | 'json' | 'cbor' | 'query' | 's3' | 'rest';
  readonly operation: string;
}

function operationOf({ method, url, headers, body }: Received): Asked {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const protocol = target.startsWith('DynamoDB_') ? 'dynamodb' : 'json';
    return { protocol, operation: target.split('.').at(-1) ?? '' };
  }
  const cbor = /\/service\/[^/]+\/operation\/(\w+)/.exec(url);
  if (cbor !== null) return { protocol: 'cbor', operation: cbor[1] ?? '' };
  const action = /(?:^|&)Action=(\w+)/.exec(body.toString());
  if (action !== null) return { protocol: 'query', operation: action[1] ?? '' };
  const isS3 = / *Credential=[^/]+\/\d+\/[^/]+\/s3\//.test(headers.authorization ?? '');
  return { protocol: isS3 ? 's3' : 'rest', operation: `${method} ${url.split('?')[0]}` };
}

function answer({ protocol, operation }: Asked, received: Received, table: Map<string, unknown>): Answer {
  switch (protocol) {
    case 'dynamodb':
      return json(dynamodb(operation, JSON.parse(received.body.toString()) as Row, table));
    case 'cbor':
      return {
        status: 200,
        type: 'application/cbor',
        body: Buffer.from([0xa0]),
        headers: { 'smithy-protocol': 'rpc-v2-cbor' },
      };
    case 'query': {
      const body = `<${operation}Response><${operation}Result/><ResponseMetadata><RequestId>a-request</RequestId></ResponseMetadata></${operation}Response>`;
      return { status: 200, type: 'text/xml', body };
    }
    case 's3':
      if (received.method === 'PUT')
        return { status: 200, type: 'application/xml', body: '', headers: { etag: '"an etag"' } };
      if (/[?&]list-type=2/.test(received.url))
        return {
          status: 200,
          type: 'application/xml',
          body: '<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>',
        };
      return {
        status: 404,
        type: 'application/xml',
        body: '<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>',
      };
    default:
      return json({});
  }
}

const json = (body: unknown): Answer => ({
  status: 200,
  type: 'application/x-amz-json-1.0',
  body: JSON.stringify(body),
});

interface Row {
  readonly Key?: { pk: unknown; sk: unknown };
  readonly Item?: { pk: unknown; sk: unknown };
}

/** Just enough of a table: what was put is there, and no condition is ever broken. */
function dynamodb(operation: string, { Key, Item }: Row, table: Map<string, unknown>): unknown {
  const name = (key: { pk: unknown; sk: unknown } | undefined) => JSON.stringify([key?.pk, key?.sk]);
  if (operation === 'PutItem') table.set(name(Item), Item);
  if (operation === 'GetItem') return table.has(name(Key)) ? { Item: table.get(name(Key)) } : {};
  return operation === 'Query' ? { Items: [], Count: 0 } : {};
}

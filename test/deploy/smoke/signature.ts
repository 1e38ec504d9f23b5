import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** A request as it came in. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Who signed a request, for which Region and service. */
export interface Signer {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Checks a request's signature as AWS does (Signature Version 4), by making it again with the secret. Answers who
 * signed, or what is wrong.
 */
export function signerOf(request: Received, secret: string): Signer | string {
  const authorization = String(request.headers.authorization ?? '');
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (parts === null) return `it has no signature: ${authorization.slice(0, 40)}`;
  const [, accessKey = '', date = '', region = '', service = '', signed = '', signature] = parts;
  const { pathname, searchParams } = new URL(request.url, 'http://aws');
  const names = signed.split(';');
  for (const name of ['host', 'x-amz-date', 'x-amz-security-token']) {
    if (!names.includes(name)) return `${name} is not among what is signed`;
  }
  const digest = String(request.headers['x-amz-content-sha256'] ?? sha256(request.body));
  if (/^[0-9a-f]{64}$/.test(digest) && digest !== sha256(request.body)) return 'its body is not what was signed';
  const query = [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  // S3 alone signs the path as it is sent; everywhere else it is encoded once more.
  const path = service === 's3' ? pathname : pathname.split('/').map(encoded).join('/');
  const headers = names.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [request.method, path, query, headers, signed, digest].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (last, word) => hmac(last, word),
    `AWS4${secret}`,
  );
  return hmac(key, text).toString('hex') === signature
    ? { accessKey, region, service }
    : `its signature is not the one of ${scope}`;
}

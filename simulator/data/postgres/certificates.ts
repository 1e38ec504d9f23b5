import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/**
 * A certificate authority and the servers' certificates it signs: X.509 version 3 with P-256 keys, written as DER by
 * hand because Node can read certificates and not make them. Keys live in memory only.
 */
export interface CertificateAuthority {
  /** PEM, for the client's trust store. */
  readonly certificate: string;
  issue(hostName: string): { readonly certificate: string; readonly key: string };
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  if (body.length < 128) length.push(body.length);
  else {
    for (let rest = body.length; rest > 0; rest >>>= 8) length.unshift(rest & 255);
    length.unshift(128 | length.length);
  }
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const octets = (body: Uint8Array) => der(0x04, body);
const bits = (body: Uint8Array, unused = 0) => der(0x03, Buffer.from([unused]), body);
const yes = der(0x01, Buffer.from([255]));
const explicit = (number: number, body: Uint8Array) => der(0xa0 | number, body);

function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const encoded = [first * 40 + second, ...others].flatMap((part) => {
    const groups = [part & 127];
    for (let rest = part >>> 7; rest > 0; rest >>>= 7) groups.unshift(128 | (rest & 127));
    return groups;
  });
  return der(0x06, Buffer.from(encoded));
}

const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));
const named = (commonName: string) =>
  sequence(der(0x31, sequence(identifier('2.5.4.3'), der(0x0c, Buffer.from(commonName)))));
// OpenSSL checks the machine's own clock while the world may be in any year: good for both. The second date needs
// the long form, because the short one ends in 2049.
const validity = sequence(der(0x17, Buffer.from('000101000000Z')), der(0x18, Buffer.from('20991231235959Z')));
const extension = (id: string, critical: boolean, body: Uint8Array) =>
  sequence(identifier(id), ...(critical ? [yes] : []), octets(body));
const digitalSignature = bits(Buffer.from([0x80]), 7);
const certificateSigning = bits(Buffer.from([0x04]), 2);

interface ToSign {
  readonly serial: number;
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
}

function certificate(toSign: ToSign, signer: KeyObject): string {
  const body = sequence(
    explicit(0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([0x40, toSign.serial >>> 8, toSign.serial & 255])),
    ecdsaWithSha256,
    named(toSign.issuer),
    validity,
    named(toSign.subject),
    toSign.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...toSign.extensions)),
  );
  const signed = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)));
  const lines = signed.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

export function certificateAuthority(name: string): CertificateAuthority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyId = createHash('sha256')
    .update(keys.publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
  const issued = new Map<string, { certificate: string; key: string }>();
  return {
    certificate: certificate(
      {
        serial: 1,
        issuer: name,
        subject: name,
        publicKey: keys.publicKey,
        extensions: [
          extension('2.5.29.19', true, sequence(yes)),
          extension('2.5.29.15', true, certificateSigning),
          extension('2.5.29.14', false, octets(keyId)),
        ],
      },
      keys.privateKey,
    ),
    issue(hostName) {
      const found = issued.get(hostName);
      if (found !== undefined) return found;
      const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const made = {
        certificate: certificate(
          {
            serial: issued.size + 2,
            issuer: name,
            // The name that clients check is the alternative name below; this one may not be longer than 64 letters.
            subject: 'simulated database',
            publicKey: server.publicKey,
            extensions: [
              extension('2.5.29.15', true, digitalSignature),
              extension('2.5.29.37', false, sequence(identifier('1.3.6.1.5.5.7.3.1'))),
              extension('2.5.29.17', false, sequence(der(0x82, Buffer.from(hostName, 'latin1')))),
              extension('2.5.29.35', false, sequence(der(0x80, keyId))),
            ],
          },
          keys.privateKey,
        ),
        key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
      issued.set(hostName, made);
      return made;
    },
  };
}

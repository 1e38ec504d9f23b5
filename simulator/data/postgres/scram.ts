import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side, and verifiers as PostgreSQL stores them in
 * pg_authid.rolpassword: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`.
 */
const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const iterations = 4096;

/** The verifier for a password. Its salt is made from user and password, so that equal histories give equal bytes. */
export function verifierFor(user: string, password: string): string {
  const salt = createHash('sha256').update(`${user}\0${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const stored = hash(hmac(salted, 'Client Key'));
  const server = hmac(salted, 'Server Key');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored.toString('base64')}:${server.toString('base64')}`;
}

export interface ScramExchange {
  readonly serverFirst: string;
  /** The server's last message, or undefined when the password is wrong. */
  finish(clientFinal: string): string | undefined;
}

/**
 * @param clientFirst as it came, with its GS2 header
 * @param nonce the server's part of it
 * @param verifier undefined for a user that is not there or has no password: the exchange then runs and fails
 */
export function scramExchange(clientFirst: string, nonce: string, verifier: string | undefined): ScramExchange {
  const first = /^([ny]),([^,]*),(.*r=([^,]+).*)$/s.exec(clientFirst);
  if (first === null)
    throw new Error('The client began SCRAM with a message that is none, or asked for channel binding.');
  const [, flag = '', authorization = '', bare = '', clientNonce = ''] = first;
  const parsed = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier ?? verifierFor('nobody', nonce));
  if (parsed === null) throw new Error('The stored password is no SCRAM-SHA-256 verifier.');
  const [, rounds = '', salt = '', stored = '', server = ''] = parsed;
  const serverFirst = `r=${clientNonce}${nonce},s=${salt},i=${rounds}`;
  return {
    serverFirst,
    finish(clientFinal) {
      const final = /^(c=([^,]*),r=([^,]*)),p=(.+)$/s.exec(clientFinal);
      if (final === null || verifier === undefined) return undefined;
      const [, withoutProof = '', binding = '', fullNonce = '', proof = ''] = final;
      if (Buffer.from(binding, 'base64').toString() !== `${flag},${authorization},`) return undefined;
      if (fullNonce !== `${clientNonce}${nonce}`) return undefined;
      const exchanged = `${bare},${serverFirst},${withoutProof}`;
      const signature = hmac(Buffer.from(stored, 'base64'), exchanged);
      const proven = Buffer.from(proof, 'base64');
      if (proven.length !== signature.length) return undefined;
      const key = Buffer.from(proven.map((byte, index) => byte ^ (signature[index] ?? 0)));
      if (!timingSafeEqual(hash(key), Buffer.from(stored, 'base64'))) return undefined;
      return `v=${hmac(Buffer.from(server, 'base64'), exchanged).toString('base64')}`;
    },
  };
}

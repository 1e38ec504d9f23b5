import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type ScramExchange, scramExchange } from './scram.ts';
import type { Session, Turn } from './turn.ts';
import {
  cString,
  errorResponse,
  int32,
  type Message,
  message,
  parameterStatus,
  readyForQuery,
  type ServerError,
  takeMessages,
  takeStartup,
} from './wire.ts';

/** What stands between a client's connection and the database: reachability is the caller's. */
export interface FrontEnd {
  /** The server's certificate and key, PEM. */
  readonly identity: { readonly certificate: string; readonly key: string };
  /** Waits until no other session is open; then it is this connection's turn. Throws a ServerError. */
  enter(): Promise<Turn>;
}

/**
 * Serves one connection as RDS for PostgreSQL 15 and newer would with its defaults: TLS is forced, the password is
 * checked by SCRAM-SHA-256, the session is no superuser's. Resolves when the connection is over; never rejects.
 */
export async function serve(raw: Duplex, frontEnd: FrontEnd): Promise<void> {
  raw.on('error', () => {});
  try {
    const plain = reader(raw);
    let connection: Duplex = raw;
    let incoming = plain;
    let encrypted = false;
    for (;;) {
      const { startup, rest } = await incoming.take(takeStartup);
      if (startup.kind === 'gss') raw.write('N');
      else if (startup.kind === 'tls' && !encrypted) {
        // Bytes that came before the answer were not encrypted: whoever put them there is not the client.
        if (rest.length > 0) throw fatal('08P01', 'received unencrypted data after SSL request');
        incoming.stop();
        raw.write('S');
        connection = encrypt(raw, frontEnd.identity);
        incoming = reader(connection);
        encrypted = true;
      } else if (startup.kind === 'start') {
        await session(connection, incoming, encrypted, startup.parameters, frontEnd).catch((error) => {
          if (isServerError(error)) connection.write(errorResponse(error));
          else if (error !== gone) throw error;
        });
        break;
      } else break;
    }
    connection.end();
  } catch (error) {
    if (isServerError(error)) raw.end(errorResponse(error));
    else raw.destroy();
  }
}

function encrypt(raw: Duplex, { certificate, key }: FrontEnd['identity']): Duplex {
  const secureContext = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
  const secure = new TLSSocket(raw as never, { isServer: true, secureContext });
  secure.on('error', () => raw.destroy());
  return secure;
}

async function session(
  connection: Duplex,
  incoming: Reader,
  encrypted: boolean,
  parameters: ReadonlyMap<string, string>,
  frontEnd: FrontEnd,
): Promise<void> {
  const user = parameters.get('user') ?? '';
  const database = parameters.get('database') ?? user;
  if (user === '') throw fatal('28000', 'no PostgreSQL user name specified in startup packet');
  if (!encrypted) {
    throw fatal(
      '28000',
      `no pg_hba.conf entry for host "10.0.0.1", user "${user}", database "${database}", no encryption`,
    );
  }
  if (parameters.has('replication')) throw fatal('0A000', 'replication connections are not modelled');

  await authenticate(connection, incoming, user, await verifierOf(user, frontEnd));
  const turn = await frontEnd.enter();
  try {
    const opened = await turn.open({ user, database, parameters });
    connection.write(
      Buffer.concat([
        ...Object.entries(opened.parameters).map(([name, value]) => parameterStatus(name, value)),
        message('K', int32(1), int32(1)),
        readyForQuery(),
      ]),
    );
    await converse(connection, incoming, opened);
  } finally {
    await turn.leave();
  }
}

/** A turn of its own: a client that hesitates over its password keeps nobody else out. */
async function verifierOf(user: string, frontEnd: FrontEnd): Promise<string | undefined> {
  const turn = await frontEnd.enter();
  try {
    return await turn.verifierOf(user);
  } finally {
    await turn.leave();
  }
}

async function authenticate(
  connection: Duplex,
  incoming: Reader,
  user: string,
  verifier: string | undefined,
): Promise<void> {
  const refused = fatal('28P01', `password authentication failed for user "${user}"`);
  connection.write(message('R', int32(10), cString('SCRAM-SHA-256'), Buffer.from([0])));
  const first = await incoming.message();
  const end = first.body.indexOf(0);
  if (first.type !== 'p' || first.body.toString('utf8', 0, end) !== 'SCRAM-SHA-256') {
    throw fatal('28000', 'client selected an invalid SASL authentication mechanism');
  }
  let exchange: ScramExchange;
  try {
    exchange = scramExchange(first.body.toString('utf8', end + 5), randomBytes(18).toString('base64'), verifier);
  } catch (error) {
    throw fatal('08P01', (error as Error).message);
  }
  connection.write(message('R', int32(11), Buffer.from(exchange.serverFirst)));
  const last = await incoming.message();
  const proof = last.type === 'p' ? exchange.finish(last.body.toString()) : undefined;
  if (proof === undefined) throw refused;
  connection.write(Buffer.concat([message('R', int32(12), Buffer.from(proof)), message('R', int32(0))]));
}

/** Statements until the client says goodbye or vanishes. */
async function converse(connection: Duplex, incoming: Reader, opened: Session): Promise<void> {
  // After an error in an extended query the server reads on, silently, until the client's Sync.
  let skipping = false;
  for (;;) {
    const received = await incoming.message();
    const { type } = received;
    if (type === 'X') return;
    if (skipping && type !== 'S') continue;
    if (type === 'd' || type === 'c' || type === 'f') continue;
    const refusal = refused(received);
    if (refusal?.severity === 'FATAL') throw refusal;
    if (refusal !== undefined) {
      connection.write(errorResponse(refusal));
      if (type === 'Q') connection.write(readyForQuery(opened.status));
      else skipping = true;
      continue;
    }
    const answers = await opened.send(received.bytes);
    const whole = type === 'Q' || type === 'S';
    if (type === 'S') skipping = false;
    else if (!whole && answers.some((answer) => answer.type === 'E')) skipping = true;
    // The backend says that it is ready after an error, too; clients expect it once, after Query or Sync.
    const wanted = whole ? answers : answers.filter((answer) => answer.type !== 'Z');
    if (wanted.length > 0) connection.write(Buffer.concat(wanted.map((answer) => answer.bytes)));
  }
}

/** What the one backend cannot do, or must not do for a client. */
function refused({ type, body }: Message): ServerError | undefined {
  if (type === 'F') return { severity: 'ERROR', code: '0A000', message: 'function calls by message are not modelled' };
  if (type !== 'Q' && type !== 'P') return undefined;
  const sql = body
    .toString('utf8', type === 'P' ? body.indexOf(0) + 1 : 0)
    .replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) => (found.startsWith("'") ? found : ' '));
  if (/\bset\s+(session\s+|local\s+)?session\s+authorization\b|set_config\s*\(\s*'session_authorization/i.test(sql)) {
    return fatal('42501', 'permission denied to set session authorization');
  }
  if (/\bcopy\b[^;]*\bfrom\s+stdin\b/i.test(sql.replace(/'(?:[^']|'')*'/g, "''"))) {
    return { severity: 'ERROR', code: '0A000', message: 'COPY FROM STDIN over a connection is not modelled' };
  }
  return undefined;
}

const gone = new Error('The client is gone.');

const fatal = (code: string, text: string): ServerError => ({ severity: 'FATAL', code, message: text });

const isServerError = (error: unknown): error is ServerError =>
  typeof error === 'object' && error !== null && 'severity' in error && 'code' in error && !(error instanceof Error);

interface Reader {
  take<Taken extends { rest: Buffer }>(parse: (bytes: Buffer) => Taken | undefined): Promise<Taken>;
  message(): Promise<Message>;
  stop(): void;
}

/** What has come and was not read yet. Reading past the end rejects with `gone`. */
function reader(stream: Duplex): Reader {
  let bytes: Buffer = Buffer.alloc(0);
  let over = false;
  let wake: () => void = () => {};
  const onData = (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    wake();
  };
  const onEnd = () => {
    over = true;
    wake();
  };
  stream.on('data', onData).on('end', onEnd).on('close', onEnd);
  const take = async <Taken extends { rest: Buffer }>(parse: (bytes: Buffer) => Taken | undefined): Promise<Taken> => {
    for (;;) {
      const taken = parse(bytes);
      if (taken !== undefined) {
        bytes = taken.rest;
        return taken;
      }
      if (over) throw gone;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const queue: Message[] = [];
  return {
    take,
    async message() {
      if (queue.length === 0) {
        const { messages } = await take((all) => {
          const taken = takeMessages(all);
          return taken.messages.length === 0 ? undefined : taken;
        });
        queue.push(...messages);
      }
      return queue.shift() as Message;
    },
    stop() {
      stream.off('data', onData).off('end', onEnd).off('close', onEnd);
      stream.pause();
    },
  };
}

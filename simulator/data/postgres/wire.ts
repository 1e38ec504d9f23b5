/** Frames and messages of PostgreSQL's protocol 3.0 (manual, chapter "Frontend/Backend Protocol"). */
export interface Message {
  /** The letter that says what the message is. */
  readonly type: string;
  readonly body: Buffer;
  /** The message as it came: letter, length, body. */
  readonly bytes: Buffer;
}

export const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function message(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
}

/** Takes whole messages off the front of `bytes`; what remains is the beginning of the next. */
export function takeMessages(bytes: Buffer): { messages: Message[]; rest: Buffer } {
  const messages: Message[] = [];
  let at = 0;
  while (bytes.length - at >= 5) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end < at + 5) throw new Error('A message of the client has no valid length.');
    if (end > bytes.length) break;
    messages.push({
      type: String.fromCharCode(bytes[at] ?? 0),
      body: bytes.subarray(at + 5, end),
      bytes: bytes.subarray(at, end),
    });
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
}

/** Strings that end in a zero byte, one after the other. */
export function cStrings(bytes: Buffer): string[] {
  const strings: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0, at);
    if (end < 0) break;
    strings.push(bytes.toString('utf8', at, end));
    at = end + 1;
  }
  return strings;
}

export interface ServerError {
  readonly severity: 'ERROR' | 'FATAL';
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function errorResponse({ severity, code, message: text, hint }: ServerError): Buffer {
  const field = (letter: string, value: string) => cString(`${letter}${value}`);
  return message(
    'E',
    field('S', severity),
    field('V', severity),
    field('C', code),
    field('M', text),
    ...(hint === undefined ? [] : [field('H', hint)]),
    Buffer.from([0]),
  );
}

export const readyForQuery = (status: 'I' | 'T' | 'E' = 'I'): Buffer => message('Z', Buffer.from(status));
export const parameterStatus = (name: string, value: string): Buffer => message('S', cString(name), cString(value));
export const query = (sql: string): Buffer => message('Q', cString(sql));

export type Startup =
  | { readonly kind: 'tls' | 'gss' | 'cancel' }
  | { readonly kind: 'start'; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'unknown'; readonly code: number };

/** The first message has no letter: a length, a code, and for a start pairs of names and values. */
export function takeStartup(bytes: Buffer): { startup: Startup; rest: Buffer } | undefined {
  if (bytes.length < 8) return undefined;
  const length = bytes.readInt32BE(0);
  if (length < 8 || length > 10_000) return { startup: { kind: 'unknown', code: length }, rest: Buffer.alloc(0) };
  if (bytes.length < length) return undefined;
  const code = bytes.readInt32BE(4);
  const rest = bytes.subarray(length);
  const kind = ({ 80877103: 'tls', 80877104: 'gss', 80877102: 'cancel' } as const)[code];
  if (kind !== undefined) return { startup: { kind }, rest };
  if (code >>> 16 !== 3) return { startup: { kind: 'unknown', code }, rest };
  const words = cStrings(bytes.subarray(8, length));
  const parameters = new Map<string, string>();
  for (let index = 0; index + 1 < words.length; index += 2) {
    const name = words[index];
    if (name !== undefined && name !== '') parameters.set(name, words[index + 1] ?? '');
  }
  return { startup: { kind: 'start', parameters }, rest };
}

import type { Message } from './wire.ts';

/** One connection's turn at a database: nobody else uses it until `leave`. */
export interface Turn {
  /** The SCRAM verifier of a user's password; undefined if there is no such user or password. */
  verifierOf(user: string): Promise<string | undefined>;
  /** Begins the session. Throws a ServerError: unknown database, no right to connect, a refused setting. */
  open(request: {
    readonly user: string;
    readonly database: string;
    /** All parameters of the client's start message. */
    readonly parameters: ReadonlyMap<string, string>;
  }): Promise<Session>;
  /** Ends the session, if there is one, and lets the next one in. */
  leave(): Promise<void>;
}

export interface Session {
  /** What the server tells about itself when a session begins. */
  readonly parameters: Readonly<Record<string, string>>;
  /** I: idle, T: in a transaction, E: in a failed one. */
  readonly status: 'I' | 'T' | 'E';
  send(message: Uint8Array): Promise<readonly Message[]>;
}

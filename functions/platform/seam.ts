import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';

/** What an execution environment was given: the function's variables, as its deployment set them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only source of time in `functions/`. */
export interface Clock {
  now(): Date;
}

/** The only source of chance in `functions/`. */
export interface Chance {
  /** A number from 0 (included) to 1 (excluded). */
  number(): number;
  uuid(): string;
}

/** Makes an SDK client for this function's Region, or for another one when it is named. */
export type ClientFactory = <Client>(
  Client: new (configuration: ClientConfiguration) => Client,
  options?: { readonly region?: string },
) => Client;

export interface ClientConfiguration {
  readonly region: string;
  readonly maxAttempts: number;
}

/** Opens a byte stream to a host, as `net.connect` does. TLS is the business of the protocol on top. */
export type Dial = (target: { readonly host: string; readonly port: number }) => Duplex;

/**
 * All that a function may touch of the world. A handler's `build` receives it once for each execution environment:
 * at a cold start in AWS; for each function, Region and seed in the simulated account.
 */
export interface Seam {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly client: ClientFactory;
  readonly log: Log;
  readonly dial: Dial;
  /** Where the file system that Lambda mounts at `path` is found: at `path` itself in AWS. */
  readonly mount: (path: string) => string;
}

/** Reads a variable that must be set; the error names it. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new Error(`The environment variable ${name} is not set. Set it for this function in serverless.yml.`);
  }
  return value;
}

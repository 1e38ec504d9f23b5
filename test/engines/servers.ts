import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateAuthority } from '../../simulator/data/postgres/certificates.ts';

/** The name of a scratch database's endpoint: what the servers' certificates say, whatever address is dialled. */
export const hostName = 'lifeboat-scratch-0.cabc.eu-west-1.rds.amazonaws.com';

/** A real database server on the loopback, with TLS and files of its own, for as long as a test runs. */
export interface Server {
  readonly port: number;
  /** PEM of the authority that signed its certificate. */
  readonly certificateAuthority: string;
  /** Where its files are, to damage them while it is stopped. */
  readonly data: string;
  /** Runs SQL as the superuser; answers one line for each row, its columns parted by tabs. */
  sql(text: string, database?: string): string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

/** What a test needs of an engine, or why it cannot be had here. */
export type Installed =
  | { readonly there: true; readonly make: () => Promise<Server> }
  | { readonly there: false; readonly because: string };

/** PostgreSQL as Debian installs it, the newest version that is there. */
export function installedPostgres(): Installed {
  const versions = '/usr/lib/postgresql';
  const [newest] = existsSync(versions) ? readdirSync(versions).sort((one, other) => Number(other) - Number(one)) : [];
  const binaries = join(versions, newest ?? '', 'bin');
  if (!existsSync(join(binaries, 'initdb'))) return missing('PostgreSQL', 'postgresql');
  const user = userCalled('postgres');
  if (user === undefined) return missing("PostgreSQL's user postgres", 'postgresql');
  return { there: true, make: () => makePostgres(binaries, user) };
}

/** MariaDB as Debian installs it. */
export function installedMariaDb(): Installed {
  if (!['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/bin/mariadb'].every((file) => existsSync(file))) {
    return missing('MariaDB', 'mariadb-server');
  }
  const user = userCalled('mysql');
  if (user === undefined) return missing("MariaDB's user mysql", 'mariadb-server');
  return { there: true, make: () => makeMariaDb(user) };
}

const missing = (what: string, debianPackage: string): Installed => ({
  there: false,
  because: `${what} is not installed here: apt-get install ${debianPackage}`,
});

/** Both servers refuse to run as root: they run as the user whom their package made, or as whoever runs the test. */
type User = { readonly uid: number; readonly gid: number } | 'whoever runs this';

function userCalled(name: string): User | undefined {
  if (process.getuid?.() !== 0) return 'whoever runs this';
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

const asUser = (user: User) => (user === 'whoever runs this' ? {} : user);

/** A directory that belongs to the server's user, with the server's certificate and key. */
function home(name: string, user: User) {
  const directory = mkdtempSync(join(tmpdir(), `lifeboat-${name}-`));
  const authority = certificateAuthority(`The authority of a ${name} server under test`);
  const identity = authority.issue(hostName);
  const files = { 'ca.pem': authority.certificate, 'server.pem': identity.certificate, 'server.key': identity.key };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text, { mode: 0o600 });
  if (user !== 'whoever runs this') {
    for (const path of ['', ...Object.keys(files)]) chownSync(join(directory, path), user.uid, user.gid);
  }
  return { directory, authority: authority.certificate };
}

async function makePostgres(binaries: string, user: User): Promise<Server> {
  const { directory, authority } = home('postgres', user);
  const data = join(directory, 'data');
  const port = await freePort();
  const run = (program: string, ...options: string[]) =>
    execFileSync(join(binaries, program), options, {
      ...asUser(user),
      cwd: directory,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'postgres',
    '--data-checksums',
    '--auth-local=trust',
    '--auth-host=reject',
    '--no-sync',
  );
  writeFileSync(join(data, 'pg_hba.conf'), 'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n');
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    ssl: 'on',
    ssl_cert_file: join(directory, 'server.pem'),
    ssl_key_file: join(directory, 'server.key'),
    fsync: 'off',
    autovacuum: 'off',
  };
  return serverOf({
    directory,
    data,
    port,
    authority,
    launch: () =>
      spawn(
        join(binaries, 'postgres'),
        ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
        { ...asUser(user), cwd: directory, stdio: 'ignore' },
      ),
    // A smart stop would wait for clients; SIGINT is the fast one, which writes everything down first.
    stopSignal: 'SIGINT',
    sql: (text, database = 'postgres') =>
      execFileSync(
        join(binaries, 'psql'),
        [
          '-h',
          directory,
          '-p',
          String(port),
          '-U',
          'postgres',
          '-d',
          database,
          '-v',
          'ON_ERROR_STOP=1',
          '-qAt',
          '-F',
          '\t',
        ],
        { ...asUser(user), cwd: directory, encoding: 'utf8', input: text, stdio: ['pipe', 'pipe', 'pipe'] },
      ).trim(),
  });
}

async function makeMariaDb(user: User): Promise<Server> {
  const { directory, authority } = home('mariadb', user);
  const data = join(directory, 'data');
  const socket = join(directory, 'socket');
  const port = await freePort();
  const as = { ...asUser(user), cwd: directory };
  execFileSync(
    '/usr/bin/mariadb-install-db',
    ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { ...as, stdio: 'pipe' },
  );
  const settings = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${join(directory, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--ssl-ca=${join(directory, 'ca.pem')}`,
    `--ssl-cert=${join(directory, 'server.pem')}`,
    `--ssl-key=${join(directory, 'server.key')}`,
    '--require-secure-transport=on',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-flush-method=nosync',
    '--sync-frm=0',
    '--innodb-buffer-pool-size=32M',
    '--skip-name-resolve',
  ];
  return serverOf({
    directory,
    data,
    port,
    authority,
    launch: () => spawn('/usr/sbin/mariadbd', settings, { ...as, stdio: 'ignore' }),
    stopSignal: 'SIGTERM',
    sql: (text, database = 'mysql') =>
      execFileSync(
        '/usr/bin/mariadb',
        ['--no-defaults', '-uroot', `-S${socket}`, '-N', '-B', '--default-character-set=utf8mb4', database],
        {
          ...as,
          encoding: 'utf8',
          input: text,
          stdio: ['pipe', 'pipe', 'pipe'],
        },
      ).trim(),
  });
}

async function serverOf(made: {
  directory: string;
  data: string;
  port: number;
  authority: string;
  launch: () => ChildProcess;
  stopSignal: NodeJS.Signals;
  sql: Server['sql'];
}): Promise<Server> {
  let running: ChildProcess | undefined;
  const stop = async () => {
    const process = running;
    running = undefined;
    if (process === undefined || process.exitCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill(made.stopSignal);
    await ended;
  };
  const start = async () => {
    running = made.launch();
    const { exitCode } = await untilReady(() => made.sql('select 1'), running);
    if (exitCode !== null) throw new Error(`The server under test ended with ${exitCode} before it was ready.`);
  };
  await start();
  return {
    port: made.port,
    certificateAuthority: made.authority,
    data: made.data,
    sql: made.sql,
    start,
    stop,
    remove: async () => {
      await stop();
      rmSync(made.directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(ask: () => unknown, server: ChildProcess): Promise<ChildProcess> {
  for (let tries = 0; tries < 300 && server.exitCode === null; tries += 1) {
    try {
      ask();
      return server;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  if (server.exitCode !== null) return server;
  server.kill('SIGKILL');
  throw new Error('The server under test was not ready within half a minute.');
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Dials the server, whatever name is asked for. */
export const dialTo = (server: Server) => () => connect({ host: '127.0.0.1', port: server.port });

import { realClearTimeout, realSetTimeout } from '../real.ts';
import { createdBy, createExtension } from './create-extension.ts';
import { type Engine, type SqlError, superuser } from './engine.ts';
import type { Instance } from './instance.ts';
import { literal } from './quote.ts';
import { becomeSuperuser, becomeUser } from './session.ts';
import type { Session, Turn } from './turn.ts';
import { type Message, type ServerError, takeMessages } from './wire.ts';

/** Real time that a connection waits for the one before it to end. It is spent only when something does not let go. */
const patienceMilliseconds = 10_000;

const fatal = (code: string, message: string): ServerError => ({ severity: 'FATAL', code, message });

/** Waits for the instance's lock and answers with the turn that holds it. */
export async function enter(instance: Instance): Promise<Turn> {
  const release = await within(instance.lock.acquire());
  if (release === undefined) {
    throw fatal('53300', 'sorry, too many clients already: this database serves one connection after the other');
  }
  let current: Engine | undefined;
  let begun = false;
  const engine = async (database?: string): Promise<Engine> => {
    try {
      current = await instance.engine(database);
      return current;
    } catch (error) {
      throw fatal('57P03', `the database system is not accepting connections: ${(error as Error).message}`);
    }
  };

  return {
    async verifierOf(user) {
      const backend = await engine();
      const [role] = await backend.run(
        `select rolpassword from pg_catalog.pg_authid where rolname = ${literal(user)} and rolname <> ${literal(superuser)}`,
      );
      return typeof role?.rolpassword === 'string' ? role.rolpassword : undefined;
    },

    async open({ user, database, parameters }) {
      const backend = await connected(await engine(), { user, database }, engine);
      begun = true;
      await becomeUser(backend, user);
      await applySettings(backend, parameters);
      const [shown] = await backend.run(
        `select current_setting('server_version') as server_version, current_setting('server_encoding') as server_encoding,
           current_setting('client_encoding') as client_encoding, current_setting('DateStyle') as "DateStyle",
           current_setting('IntervalStyle') as "IntervalStyle", current_setting('TimeZone') as "TimeZone",
           current_setting('application_name') as application_name, 'on' as integer_datetimes,
           current_setting('standard_conforming_strings') as standard_conforming_strings, 'off' as is_superuser,
           session_user as session_authorization`,
      );
      return sessionOn(backend, shown as Record<string, string>);
    },

    async leave() {
      try {
        if (begun && current?.broken === false) await becomeSuperuser(current);
      } finally {
        await instance.settle().finally(release);
      }
    },
  };
}

async function connected(
  backend: Engine,
  { user, database }: { user: string; database: string },
  engine: (database: string) => Promise<Engine>,
): Promise<Engine> {
  const [role] = await backend.run(`select rolcanlogin from pg_catalog.pg_roles where rolname = ${literal(user)}`);
  if (role?.rolcanlogin !== true) throw fatal('28000', `role "${user}" is not permitted to log in`);
  const [found] = await backend.run(
    `select datallowconn, pg_catalog.has_database_privilege(${literal(user)}, datname, 'connect') as allowed
       from pg_catalog.pg_database where datname = ${literal(database)}`,
  );
  if (found === undefined) throw fatal('3D000', `database "${database}" does not exist`);
  if (found.datallowconn !== true)
    throw fatal('55000', `database "${database}" is not currently accepting connections`);
  if (found.allowed !== true) throw fatal('42501', `permission denied for database "${database}"`);
  return backend.database === database ? backend : engine(database);
}

/** Settings of the start message, as themselves or inside `options` (`-c name=value`). */
async function applySettings(backend: Engine, parameters: ReadonlyMap<string, string>): Promise<void> {
  const settings: Array<[string, string]> = [];
  for (const [name, value] of parameters) {
    if (name === 'user' || name === 'database') continue;
    if (name === 'options') {
      for (const found of value.matchAll(/(?:-c\s*|--)([\w.-]+)=((?:\\.|\S)*)/g)) {
        settings.push([(found[1] ?? '').replaceAll('-', '_'), (found[2] ?? '').replace(/\\(.)/g, '$1')]);
      }
    } else settings.push([name, value]);
  }
  for (const [name, value] of settings) {
    try {
      await backend.run(`select pg_catalog.set_config(${literal(name)}, ${literal(value)}, false)`);
    } catch (error) {
      throw fatal((error as SqlError).code ?? 'XX000', (error as Error).message);
    }
  }
}

function sessionOn(backend: Engine, parameters: Record<string, string>): Session {
  let status: Session['status'] = 'I';
  return {
    parameters,
    get status() {
      return status;
    },
    async send(bytes): Promise<readonly Message[]> {
      let answer: Buffer;
      try {
        const extension = status === 'E' ? undefined : createdBy(bytes);
        answer = await (extension === undefined ? backend.send(bytes) : createExtension(backend, extension, bytes));
      } catch {
        throw fatal('57P02', 'terminating connection because of crash of the server process');
      }
      const { messages } = takeMessages(answer);
      const ready = messages.findLast(({ type }) => type === 'Z')?.body.toString();
      if (ready === 'I' || ready === 'T' || ready === 'E') status = ready;
      return messages;
    },
  };
}

/** The lock's release, or undefined once patience is over; a lock that comes later is given back at once. */
function within(acquired: Promise<() => void>): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    let late = false;
    const timer = realSetTimeout(() => {
      late = true;
      resolve(undefined);
    }, patienceMilliseconds);
    void acquired.then((release) => {
      realClearTimeout(timer);
      if (late) release();
      else resolve(release);
    });
  });
}

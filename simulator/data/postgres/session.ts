import { type Engine, superuser } from './engine.ts';
import { literal, name } from './quote.ts';
import { message } from './wire.ts';

/**
 * The one backend serves one session after the other. A session is made by becoming its user and ended by forgetting
 * everything that it left behind.
 */
export async function becomeUser(engine: Engine, user: string): Promise<void> {
  await engine.run(`set session authorization ${name(user)}`);
  // Each session's random() begins anew; the seed comes from the database's own chance.
  await engine.run(`select setseed(get_byte(uuid_send(gen_random_uuid()), 0) / 256.0)`);
  const settings = await engine.run(
    `select unnest(s.setconfig) as setting from pg_catalog.pg_db_role_setting s
      where s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database()))
        and s.setrole in (0, ${literal(name(user))}::regrole)
      order by s.setrole <> 0, s.setdatabase <> 0`,
  );
  for (const { setting } of settings) {
    const [key = '', ...value] = String(setting).split('=');
    await engine.run(`select pg_catalog.set_config(${literal(key)}, ${literal(value.join('='))}, false)`);
  }
}

/** Ends a session: its transaction is rolled back, its settings, prepared statements and temporary tables are gone. */
export async function becomeSuperuser(engine: Engine): Promise<void> {
  await engine.send(message('S'));
  await engine.run('rollback');
  // A single backend has no session authorization to fall back to, so it is set by name.
  await engine.run(`set session authorization ${name(superuser)}`);
  await engine.run('discard all');
}

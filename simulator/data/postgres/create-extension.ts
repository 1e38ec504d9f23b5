import { type Engine, superuser } from './engine.ts';
import { literal, name as quoted } from './quote.ts';
import { takeMessages } from './wire.ts';

const statement = /^\s*create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?\s*;?\s*$/i;

/** The name of the extension that a client's Query message creates, and nothing besides; undefined for any other message. */
export function createdBy(bytes: Uint8Array): string | undefined {
  const message = Buffer.from(bytes);
  if (message[0] !== 'Q'.charCodeAt(0)) return undefined;
  return statement.exec(message.toString('utf8', 5, message.length - 1))?.[1];
}

/**
 * PostgreSQL keeps some extensions to superusers. On RDS the master creates any supported one and may use what it brings,
 * though it is no superuser: so the statement runs as the superuser here, and its functions are granted. For anybody but
 * a member of `rds_superuser` it runs as it is.
 */
export async function createExtension(engine: Engine, extension: string, bytes: Uint8Array): Promise<Buffer> {
  const [who] = await engine.run(
    `select session_user as name, pg_catalog.pg_has_role(session_user, 'rds_superuser', 'member') as allowed`,
  );
  if (who?.allowed !== true) return engine.send(bytes);
  await engine.run(`set session authorization ${quoted(superuser)}`);
  try {
    const answer = await engine.send(bytes);
    if (takeMessages(answer).messages.some(({ type }) => type === 'E')) return answer;
    await engine.run(
      `do $grant$ declare brought record; begin
         for brought in select d.objid::regprocedure as name
           from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
          where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.classid = 'pg_catalog.pg_proc'::regclass
            and e.extname = ${literal(extension)}
         loop execute format('grant execute on function %s to rds_superuser', brought.name); end loop;
       end $grant$`,
    );
    return answer;
  } finally {
    // In a transaction that has failed this fails too, and its rollback makes the session the client's again.
    await engine.run(`set session authorization ${quoted(String(who.name))}`).catch(() => {});
  }
}

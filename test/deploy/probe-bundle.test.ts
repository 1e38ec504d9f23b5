import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { root } from '../../cli/package/service.ts';
import type { LambdaHandler } from '../../functions/platform/lambda.ts';
import plugins from '../../resources/bundle.ts';
import { asking } from '../engines/asking.ts';
import { installedMariaDb, installedPostgres, type Server } from '../engines/servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-probe-bundle-'));
const file = join(folder, 'database.cjs');
const servers: Server[] = [];

beforeAll(async () => {
  await build({
    entryPoints: [join(root, 'functions', 'probes', 'database.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['pg-native'],
    plugins,
  });
});
afterAll(async () => {
  for (const server of servers) await server.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('the bundle of the database probe', () => {
  test('holds both drivers in at most 130 kB, as any bundle of few clients', () => {
    expect(gzipSync(readFileSync(file)).length).toBeLessThan(130_000);
  });

  for (const [dialect, installed] of [
    ['postgres', installedPostgres()],
    ['mysql', installedMariaDb()],
  ] as const) {
    const about = installed.there ? '' : ` (${installed.because})`;
    (installed.there ? test : test.skip)(
      `asks a ${dialect} server, though much of the driver is left out${about}`,
      async () => {
        if (!installed.there) return;
        const server = await installed.make();
        servers.push(server);
        if (dialect === 'postgres') {
          server.sql(
            "create role m login password 'p'; create table o (id int primary key, n text); insert into o values (1, 'zürich 🚢'); grant select on o to m",
          );
        } else {
          server.sql(
            "create database postgres; use postgres; create table o (id int primary key, n text character set utf8mb4); insert into o values (1, 'zürich 🚢'); create user m@'%' identified by 'p'; grant select on postgres.* to m@'%'",
          );
        }
        const { handler } = createRequire(import.meta.url)(file) as { handler: LambdaHandler };
        const probe = asking(server, { dialect, user: 'm', password: 'p', database: 'postgres' }, handler);
        const equals = 'zürich 🚢';
        const answer = await probe.ask({ assertions: [{ name: 'it', sql: 'select max(n) from o', equals }] });
        expect(answer).toMatchObject({
          done: true,
          assertions: [{ value: { is: 'text', isEqual: true } }],
          tables: [{ rows: 1 }],
        });
        probe.remove();
      },
      30_000,
    );
  }
});

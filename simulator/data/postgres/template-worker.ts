import { parentPort } from 'node:worker_threads';

/**
 * Makes an empty database cluster, once for each process, and posts its files. In a thread of its own because initdb
 * leaves a gigabyte of garbage, sets timers, and draws the cluster's identity from clock and chance: here both are
 * fixed, so that every run begins with the same bytes.
 */
const started = Date.UTC(2000, 0, 1);
Date.now = () => started;
let drawn = 0;
Object.defineProperty(globalThis.crypto, 'getRandomValues', {
  value: (view: Uint8Array) => {
    for (let index = 0; index < view.length; index += 1) {
      drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) >>> 0;
      view[index] = drawn >>> 24;
    }
    return view;
  },
});

const { PGlite } = await import('@electric-sql/pglite');
const { collectFiles, startParams, superuser } = await import('./engine.ts');

const pg = await PGlite.create({ initDbStartParams: ['--wal-segsize=1', '-U', superuser], startParams });
// The roles that RDS makes. The superuser's own name is rdsadmin there too, and nobody else can log in as it.
await pg.exec('create role rds_superuser nologin');
await pg.exec('create role rds_replication nologin');
await pg.exec('create role rds_password nologin');
await pg.exec(
  'grant pg_monitor, pg_signal_backend, pg_checkpoint, rds_replication, rds_password to rds_superuser with admin option',
);
await pg.exec('checkpoint');
const files = collectFiles(pg);
await pg.close();
parentPort?.postMessage(files);

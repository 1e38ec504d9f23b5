import { BackupClient } from '@aws-sdk/client-backup';
import * as z from 'zod/mini';
import { hereOf } from '../account/here.ts';
import { pointReader } from '../account/points.ts';
import { episodesOf } from '../episodes/episodes.ts';
import { ledgerOf } from '../ledger/ledger.ts';
import { type ResourceRow, rosterPartition } from '../ledger/resource.ts';
import { routineDone } from '../ledger/routine.ts';
import { messageOf, nameOf } from '../platform/errors.ts';
import { lambda, work } from '../platform/lambda.ts';
import { required } from '../platform/seam.ts';
import { loadPolicy } from '../policy/load.ts';
import { keepAll } from './keep-all.ts';
import { isInDanger, keepResource } from './keep-resource.ts';

/**
 * Daily, where drills are: while nothing newer is proven, copies the last proven point of each resource into the vault
 * `lifeboat-proven` before it expires. A locked vault lets nobody give a point more time, so it has to be copied.
 */
export const handler = lambda((seam) => {
  const ledger = ledgerOf(seam);
  const parts = {
    ledger,
    episodes: episodesOf(seam),
    backup: seam.client(BackupClient),
    points: pointReader(seam),
    provenVault: required(seam.environment, 'PROVEN_VAULT'),
    role: required(seam.environment, 'BACKUP_ROLE_ARN'),
    policy: loadPolicy(seam),
    clock: seam.clock,
    here: hereOf(seam),
  };

  return work(z.looseObject({}), async (_, invocation) => {
    const roster = await ledger.list<ResourceRow>(rosterPartition);
    return keepAll(roster, {
      log: seam.log,
      remainingMilliseconds: () => invocation.getRemainingTimeInMillis(),
      keep: (row) => keepResource(parts, row),
      done: () => routineDone(ledger, 'keep', seam.clock.now()),
      failed: (row, error) =>
        isInDanger(
          parts,
          row,
          'nobody knows whether the last proven point is safe: looking at it failed',
          `${nameOf(error)}: ${messageOf(error)}`,
        ),
    });
  });
});

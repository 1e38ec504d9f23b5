import { describe, expect, test } from '@jest/globals';
import type { Here } from '../../../functions/account/here.ts';
import { nextSteps } from '../../../functions/alert/next-steps.ts';
import type { EpisodeKind, EpisodeRow } from '../../../functions/ledger/episode.ts';
import { account, copyRegion, home, mail, orders } from '../watch-world.ts';

const at = '2026-03-02T12:00:00.000Z';

function stepsOf(kind: EpisodeKind, region: string, subject: string, facts: EpisodeRow['facts'] = {}) {
  const episode = { kind, subject, facts, severity: 'page' } as EpisodeRow;
  const here: Here = { partition: 'aws', account, region, home, part: region === home ? 'home' : 'copy' };
  return nextSteps(episode, here, at);
}
const firstOf = (...about: Parameters<typeof stepsOf>) => stepsOf(...about)[0]?.words;
const inputsOf = (...about: Parameters<typeof stepsOf>) =>
  stepsOf(...about).flatMap(({ link, input, words }) =>
    input === undefined || words.includes('lifeboat-silence') ? [] : [[new URL(link ?? '').host.split('.')[0], input]],
  );

describe('the page about a point-in-time window', () => {
  test('says where to look: at home for its own, elsewhere for its replicated automated backups', () => {
    expect(firstOf('pitr_rpo', home, orders)).toBe(
      `See in RDS, ${home}, that automated backups of orders are on and that its latest restorable time moves`,
    );
    expect(firstOf('pitr_rpo', copyRegion, orders)).toBe(
      `See in RDS, ${copyRegion}, under the replicated automated backups, that those of orders are there and that their latest restorable time moves. If not, see in ${home} that its automated backups are on and replicated to ${copyRegion}`,
    );
  });

  test('offers a backup at home meanwhile, and none where another plan makes them', () => {
    expect(inputsOf('pitr_rpo', copyRegion, orders)).toEqual([[home, { resource: orders }]]);
    expect(inputsOf('pitr_rpo', copyRegion, orders, { madeElsewhere: true })).toEqual([]);
  });
});

describe('the page about a replica', () => {
  test('names the service that replicates, and where to look', () => {
    expect(firstOf('replica_rpo', copyRegion, orders)).toBe(
      `See in RDS, ${copyRegion}, that the read replica of orders is available and replicates, and its metric ReplicaLag`,
    );
    expect(firstOf('replica_rpo', copyRegion, mail)).toBe(
      `See in EFS, ${home}, under the replication of fs-0123456789abcdef0, that it is enabled and when it last synced`,
    );
  });
});

describe('the page that tells of many', () => {
  const wordsOf = (kind: EpisodeKind) =>
    stepsOf(kind, copyRegion, 'pipeline')
      .map(({ words }) => words)
      .join('\n');

  test.each<[EpisodeKind, RegExp]>([
    ['storm:vault', /AWS Backup, eu-west-1.*vault lifeboat.*REVERT_DRIFT/s],
    ['storm:role', /IAM.*lifeboat-AWSBackup-eu-west-1.*REVERT_DRIFT.*assume the role again/s],
    ['storm:key', /eu-west-1.*Enable the key in KMS/s],
    ['storm:no-answer', /eu-west-1.*log of the function lifeboat-watch.*AWS Health/s],
    ['storm:unknown/20260302T120000Z', /vault lifeboat, its key and the backup role.*schedules/s],
  ])('%s says what mends its cause', (kind, told) => {
    expect(wordsOf(kind)).toMatch(told);
  });

  test('of runs says how to start them all again, where they run', () => {
    expect(inputsOf('storm:drill/20260302T120000Z', copyRegion, 'pipeline')).toEqual([
      [copyRegion, { workflow: 'drill' }],
    ]);
    expect(inputsOf('storm:protect/20260302T120000Z', home, 'pipeline')).toEqual([[home, { workflow: 'protect' }]]);
  });
});

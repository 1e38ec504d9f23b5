import { describe, expect, test } from '@jest/globals';
import { type AttemptRow, attemptId, attemptKey } from '../../../functions/ledger/attempt.ts';
import { type EpisodeRow, episodeKey } from '../../../functions/ledger/episode.ts';
import { type StormsRow, stormsKey } from '../../../functions/ledger/storm.ts';
import { askChecks, expectChecks } from '../../../functions/watch/check-look.ts';
import { concludeExecution } from '../../../functions/watch/conclusion.ts';
import { mostByThemselves } from '../../../functions/watch/storms.ts';
import { account, home, regionAt } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';
type Region = ReturnType<typeof regionAt>;

const database = (index: number) => `arn:aws:rds:${home}:${account}:db:shop-${index}`;
const refused = 'The specified KMS key is disabled.';
const stopped = JSON.stringify({ errorType: 'JobFailed', errorMessage: refused });
const badData = JSON.stringify({ verdict: 'FAIL', because: ['orders exist: 0 rows'] });

/** One run of a workflow that ends as told, and is concluded. */
async function runs(
  region: Region,
  workflow: 'protect' | 'drill',
  index: number,
  ending: object,
  again = '',
): Promise<void> {
  const execution = `arn:aws:states:${home}:${account}:execution:lifeboat-${workflow}:run-${index}${again}`;
  const id = attemptId(execution, 0);
  const resource = database(index);
  await region.ledger.create<AttemptRow>({
    ...attemptKey(id),
    attempt: id,
    workflow,
    execution,
    redriveCount: 0,
    openedAt: region.now(),
    resource,
    tier: 'gold',
  });
  const at = new Date(region.now());
  const input = JSON.stringify({ resource });
  region.aws.executions.set(execution, { redriveCount: 0, startDate: at, stopDate: at, input, ...ending } as never);
  const describeExecution = async (named: string) => region.aws.executions.get(named);
  await concludeExecution({ ...region.parts, evidence: region.evidence, describe: describeExecution }, execution);
}

const fails = (region: Region, workflow: 'protect' | 'drill', index: number, cause = stopped, again = '') =>
  runs(region, workflow, index, { status: 'FAILED', error: 'JobFailed', cause }, again);

async function keyIsDisabled(region: Region): Promise<void> {
  await expectChecks(region.ledger, region.parts.clock.now());
  region.aws.checks.set('keys', () => ({
    findings: [{ code: 'key-unusable:vault', words: 'the key of the vault is disabled' }],
    cause: 'the key of the vault is disabled',
  }));
  await askChecks(region.parts);
}

const opened = (region: Region, severity: 'page' | 'notice') =>
  region.sent.filter((alert) => alert.phase === 'opened' && alert.severity === severity);
const rowOf = (region: Region, index: number, kind: 'drill' | 'protect') =>
  region.ledger.get<EpisodeRow>(episodeKey(database(index), kind));

describe('many drills that are stopped', () => {
  test('by a cause that a check knows are one page, from the first on', async () => {
    const region = regionAt(start);
    await keyIsDisabled(region);
    for (let index = 0; index < 40; index += 1) {
      await fails(region, 'drill', index);
      region.wait(3);
    }
    expect(opened(region, 'page').map(({ kind }) => kind)).toEqual(['storm:key']);
    expect(opened(region, 'page')[0]).toMatchObject({ cause: 'the key of the vault is disabled' });
    expect(opened(region, 'page')[0]?.because).toContain('drill of shop-0');
    expect(await rowOf(region, 39, 'drill')).toMatchObject({ status: 'open', told: 'not yet', storm: 'storm:key' });
  });

  test(`and nobody knows why are ${mostByThemselves} pages, and one for all others`, async () => {
    const region = regionAt(start);
    for (let index = 0; index < 40; index += 1) await fails(region, 'drill', index);
    const kinds = opened(region, 'page').map(({ kind }) => kind.split('/')[0]);
    expect(kinds).toEqual([...Array(mostByThemselves).fill('drill'), 'storm:drill']);
    const [storm] = opened(region, 'page').slice(-1);
    expect(storm?.because).toContain(`more than ${mostByThemselves} drills failed within 10 minutes`);
    expect(storm?.cause).toBe(refused);
  });

  test('each page when they are stopped far apart', async () => {
    const region = regionAt(start);
    for (let index = 0; index < 12; index += 1) {
      await fails(region, 'drill', index);
      region.wait(3);
    }
    expect(opened(region, 'page').map(({ kind }) => kind)).toEqual(Array(12).fill('drill'));
  });

  test('hide none whose data is bad: that pages by itself', async () => {
    const region = regionAt(start);
    await keyIsDisabled(region);
    await fails(region, 'drill', 1);
    await fails(region, 'drill', 2, badData);
    expect(opened(region, 'page').map(({ kind }) => kind)).toEqual(['storm:key', 'drill']);
  });

  test('hide none whose data is found to be bad afterwards: its page comes out of theirs', async () => {
    const region = regionAt(start);
    await keyIsDisabled(region);
    for (const index of [1, 2]) await fails(region, 'drill', index);
    region.wait(5);
    await fails(region, 'drill', 1, undefined, '-again');
    expect(opened(region, 'page').map(({ kind }) => kind)).toEqual(['storm:key']);
    await fails(region, 'drill', 1, badData, '-redriven');
    expect(opened(region, 'page').map(({ kind }) => kind)).toEqual(['storm:key', 'drill']);
    expect(opened(region, 'page')[1]?.subject).toBe(database(1));
    expect(opened(region, 'page')[1]?.because).toContain('orders exist: 0 rows');
    expect(await rowOf(region, 2, 'drill')).toMatchObject({ told: 'not yet', storm: 'storm:key' });
  });

  test('are over with the last of them, in one message, and each leaves its record', async () => {
    const region = regionAt(start);
    for (let index = 0; index < 12; index += 1) await fails(region, 'drill', index);
    region.wait(60);
    for (let index = 0; index < 12; index += 1) {
      await region.episodes.resolve({
        subject: database(index),
        kind: 'drill',
        because: 'a drill has passed',
        at: region.now(),
      });
    }
    await region.watchFor(3);
    const ends = region.sent.filter(({ phase }) => phase === 'resolved').map(({ kind }) => kind.split('/')[0]);
    expect(ends).toEqual([...Array(mostByThemselves).fill('drill'), 'storm:drill']);
    expect(region.sent.at(-1)?.resolved?.because).toBe('all of its 7 drills are well again');
    const records = region.records().filter(({ content }) => content.what === 'episode' && content.kind === 'drill');
    expect(records).toHaveLength(12);
    expect(records.filter(({ content }) => content.what === 'episode' && content.toldBy !== undefined)).toHaveLength(7);
    expect((await region.ledger.get<StormsRow>(stormsKey))?.storms).toEqual([]);
  });

  test('are told by themselves once few are left', async () => {
    const region = regionAt(start);
    for (let index = 0; index < 20; index += 1) await fails(region, 'drill', index);
    region.wait(60);
    for (let index = 0; index < 18; index += 1) {
      await region.episodes.resolve({
        subject: database(index),
        kind: 'drill',
        because: 'a drill has passed',
        at: region.now(),
      });
    }
    await region.watchFor(3);
    const late = opened(region, 'page').slice(mostByThemselves + 1);
    expect(late.map(({ subject }) => subject).sort()).toEqual([database(18), database(19)]);
  });
});

describe('many backup runs that fail', () => {
  test('are notices one by one until they are many, then one notice', async () => {
    const region = regionAt(start);
    for (let index = 0; index < 40; index += 1) await fails(region, 'protect', index);
    expect(opened(region, 'page')).toEqual([]);
    const kinds = opened(region, 'notice').map(({ kind }) => kind.split('/')[0]);
    expect(kinds).toEqual([...Array(mostByThemselves).fill('protect'), 'storm:protect']);
  });

  test('by a cause that a check knows are one notice beside its finding', async () => {
    const region = regionAt(start);
    await keyIsDisabled(region);
    for (let index = 0; index < 10; index += 1) await fails(region, 'protect', index);
    expect(opened(region, 'page')).toEqual([]);
    expect(opened(region, 'notice').map(({ kind }) => kind.split('/')[0])).toEqual([
      'finding:key-unusable:vault',
      'storm:protect',
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { type DeadlineRow, deadlineKey, deadlinePrefix, ordinaryShard } from '../../../functions/ledger/deadline.ts';
import { type StormsRow, stormsKey } from '../../../functions/ledger/storm.ts';
import { deadlineOf } from '../../../functions/objectives/standing.ts';
import { askChecks, expectChecks } from '../../../functions/watch/check-look.ts';
import { watchRound } from '../../../functions/watch/round.ts';
import { foldNow } from '../../../functions/watch/storm-keeping.ts';
import { mostByThemselves } from '../../../functions/watch/storms.ts';
import { account, home, regionAt } from '../watch-world.ts';

const start = '2026-03-02T00:00:00.000Z';
const boundHours = 9;
type Region = ReturnType<typeof regionAt>;

const database = (index: number) => `arn:aws:rds:${home}:${account}:db:shop-${index}`;

/** Databases whose deadlines all pass nine hours after the start, or `apart` minutes from one to the next. */
async function fleet(region: Region, count: number, apart = 0): Promise<string[]> {
  const boundSeconds = boundHours * 3_600;
  const names = Array.from({ length: count }, (_, index) => database(index));
  for (const [index, resource] of names.entries()) {
    const firstSeenAt = new Date(Date.parse(start) + index * apart * 60_000).toISOString();
    const from = deadlineOf({ firstSeenAt, boundSeconds });
    await region.ledger.create<DeadlineRow>({
      ...deadlineKey(resource, 'rpo'),
      resource,
      objective: 'rpo',
      firstSeenAt,
      boundSeconds,
      ...from,
      dueShard: ordinaryShard,
      dueAt: from.deadline,
    });
  }
  await expectChecks(region.ledger, region.parts.clock.now());
  return names;
}

const disabled = {
  findings: [{ code: 'key-unusable:vault', words: 'the key is disabled' }],
  cause: 'the key is disabled',
};
const backedUp = (region: Region, names: readonly string[], at = region.now()) => {
  for (const name of names) region.aws.points.set(name, [at]);
};
const foldedIn = (region: Region) =>
  region.ledger.all().filter((row) => row.sk.startsWith(deadlinePrefix) && (row as DeadlineRow).storm !== undefined)
    .length;

describe('many objectives that break by one cause', () => {
  test('are one page that names the cause and lists them, and one end', async () => {
    const region = regionAt(start);
    const names = await fleet(region, 250);
    region.aws.checks.set('keys', () => disabled);
    region.wait(boundHours * 60);
    await region.watchFor(5);
    expect(region.pages()).toHaveLength(1);
    const page = region.sent.find(({ kind }) => kind === 'storm:key');
    expect(page).toMatchObject({ severity: 'page', cause: 'the key is disabled' });
    expect(page?.because).toContain('rpo of shop-');
    expect(page?.because).toMatch(/and \d+ more/);
    expect(foldedIn(region)).toBe(250);

    region.aws.checks.delete('keys');
    backedUp(region, names);
    await region.watchFor(60);
    expect(foldedIn(region)).toBe(0);
    const ended = region.sent.filter(({ phase, severity }) => phase === 'resolved' && severity === 'page');
    expect(ended.map(({ kind }) => kind)).toEqual(['storm:key']);
    expect(region.pages()).toHaveLength(1);
  });

  test('are one page from the first on when the cause is known, however far apart they break', async () => {
    const region = regionAt(start);
    await fleet(region, 12, 3);
    region.aws.checks.set('role', () => ({ findings: [], cause: 'the role is gone' }));
    region.wait(boundHours * 60);
    await region.watchFor(60);
    expect(region.pages()).toHaveLength(1);
    expect(foldedIn(region)).toBe(12);
  });

  test('are asked about within a bound in each firing, and the bound is told', async () => {
    const region = regionAt(start);
    await fleet(region, 1_000);
    region.aws.checks.set('keys', () => disabled);
    region.wait(boundHours * 60 + 1);
    await askChecks(region.parts);
    const asked: number[] = [];
    for (let firing = 0; firing < 20; firing += 1) {
      const counts = await watchRound(region.parts, () => 60_000);
      asked.push(counts.asked);
      expect(counts.looked).toBeLessThanOrEqual(360);
      region.wait(1);
    }
    expect(Math.max(...asked)).toBeLessThanOrEqual(350);
    expect(region.aws.asked).toBe(asked.reduce((sum, one) => sum + one, 0));
    expect(region.pages()).toHaveLength(1);
  });

  test('keep nobody else waiting: what breaks by itself meanwhile is told in its minute', async () => {
    const region = regionAt(start);
    await fleet(region, 800);
    region.aws.checks.set('keys', () => disabled);
    region.wait(boundHours * 60);
    await region.watchFor(20);
    region.aws.means.set(`instance-window of ${database(9_999)}`, { instant: region.at(1) });
    const from = deadlineOf({ firstSeenAt: region.now(), boundSeconds: 900 });
    await region.ledger.create<DeadlineRow>({
      ...deadlineKey(database(9_999), 'pitr_rpo'),
      resource: database(9_999),
      objective: 'pitr_rpo',
      firstSeenAt: region.at(2),
      boundSeconds: 900,
      ...from,
      dueShard: ordinaryShard,
      dueAt: region.now(),
    });
    await region.watchFor(1);
    expect(region.pages().at(-1)).toContain('shop-9999: point-in-time window too old');
  });

  test('go on being broken by themselves when the cause is gone for as long as each had time', async () => {
    const region = regionAt(start);
    const names = await fleet(region, 8);
    region.aws.checks.set('vault', () => ({ findings: [], cause: 'the vault is gone' }));
    region.wait(boundHours * 60);
    await region.watchFor(5);
    region.aws.checks.delete('vault');
    backedUp(region, names.slice(2));
    await region.watchFor(60);
    expect(region.pages()).toHaveLength(1);
    for (let hour = 0; hour < boundHours + 1; hour += 1) {
      await region.watchFor(60);
      backedUp(region, names.slice(2));
    }
    expect(region.pages().slice(1).sort()).toEqual([
      `PAGE shop-0: recovery points too old (rpo), ${home}`,
      `PAGE shop-1: recovery points too old (rpo), ${home}`,
    ]);
  });
});

describe('many objectives that break at once, and nobody knows why', () => {
  test(`are one page when they are more than ${mostByThemselves}`, async () => {
    const region = regionAt(start);
    await fleet(region, mostByThemselves + 1);
    region.wait(boundHours * 60);
    await region.watchFor(30);
    expect(region.pages()).toHaveLength(1);
    expect(region.sent.find(({ phase }) => phase === 'opened')?.because).toContain(
      `${mostByThemselves + 1} objectives broke within 10 minutes, and no check of the pipeline says why: rpo of shop-`,
    );
  });

  test(`are each a page when they are ${mostByThemselves}`, async () => {
    const region = regionAt(start);
    await fleet(region, mostByThemselves);
    region.wait(boundHours * 60);
    await region.watchFor(30);
    expect(region.pages()).toHaveLength(mostByThemselves);
  });

  test('are counted once, though the reconciliation finds the same ones within the minute', async () => {
    const region = regionAt(start);
    await fleet(region, mostByThemselves - 1);
    region.wait(boundHours * 60);
    const rows = region.ledger.all().filter(({ sk }) => sk.startsWith(deadlinePrefix)) as DeadlineRow[];
    const broken = rows.map((row) => ({ row, because: 'it is too old' }));
    expect([...(await foldNow(region.parts, broken, [])).values()]).toEqual([]);
    expect([...(await foldNow(region.parts, broken, [])).values()]).toEqual([]);
    expect(region.pages()).toEqual([]);
  });

  test('are folded from the sixth on when they come one by one', async () => {
    const region = regionAt(start);
    await fleet(region, 30, 1);
    region.wait(boundHours * 60);
    await region.watchFor(60);
    expect(region.pages()).toHaveLength(mostByThemselves + 1);
    expect(foldedIn(region)).toBe(30 - mostByThemselves);
  });

  test('are not folded into a storm that has long stopped growing', async () => {
    const region = regionAt(start);
    await fleet(region, 20);
    region.wait(boundHours * 60);
    await region.watchFor(5);
    const late = database(77);
    const from = deadlineOf({ firstSeenAt: start, boundSeconds: 10 * 3_600 });
    await region.ledger.create<DeadlineRow>({
      ...deadlineKey(late, 'rpo'),
      resource: late,
      objective: 'rpo',
      firstSeenAt: start,
      boundSeconds: 10 * 3_600,
      ...from,
      dueShard: ordinaryShard,
      dueAt: from.deadline,
    });
    await region.watchFor(60);
    expect(region.pages()).toHaveLength(2);
    expect(region.pages().at(-1)).toContain('shop-77');
  });

  test('end when few are left, and those are told by themselves', async () => {
    const region = regionAt(start);
    const names = await fleet(region, 20);
    region.wait(boundHours * 60);
    await region.watchFor(5);
    backedUp(region, names.slice(3));
    await region.watchFor(30);
    const ends = region.sent.filter(({ phase }) => phase === 'resolved');
    expect(ends).toHaveLength(1);
    expect(ends[0]?.resolved?.because).toContain('3 of its 20 objectives are still broken');
    expect(region.pages()).toHaveLength(4);
    expect((await region.ledger.get<StormsRow>(stormsKey))?.storms).toEqual([]);
  });

  test('say what most of them say', async () => {
    const region = regionAt(start);
    const names = await fleet(region, 10);
    for (const subject of names) {
      const facts = { cause: 'KMS key is either disabled or pending deletion' };
      await region.episodes.open({
        subject,
        kind: 'protect',
        severity: 'notice',
        because: 'it failed',
        facts,
        at: start,
      });
    }
    region.wait(boundHours * 60);
    await region.watchFor(2);
    const page = region.sent.find(({ kind }) => kind.startsWith('storm:unknown'));
    expect(page?.cause).toBe('10 of 10 say: KMS key is either disabled or pending deletion');
  });
});

describe('when AWS answers about nothing', () => {
  test('one page says so after a quarter of an hour, and no more is asked than is worth it', async () => {
    const region = regionAt(start);
    const names = await fleet(region, 400);
    for (const name of names) region.aws.points.set(name, new Error('AWS Backup is not to be reached'));
    region.wait(boundHours * 60);
    await region.watchFor(1);
    const before = region.aws.asked;
    await region.watchFor(1);
    expect(region.aws.asked - before).toBeLessThanOrEqual(16);
    expect(region.pages()).toEqual([]);
    await region.watchFor(30);
    expect(region.pages()).toHaveLength(1);
    expect(region.sent.find(({ kind }) => kind === 'storm:no-answer')?.because).toContain('AWS gives no answer about');
  });

  test('it ends when AWS answers again, within 6 minutes for a few, and nothing is broken that holds', async () => {
    const region = regionAt(start);
    const names = await fleet(region, 30);
    for (const name of names) region.aws.points.set(name, new Error('AWS Backup is not to be reached'));
    region.wait(boundHours * 60);
    await region.watchFor(40);
    backedUp(region, names);
    await region.watchFor(6);
    expect(foldedIn(region)).toBe(0);
    await region.watchFor(10);
    expect(new Set(region.sent.filter(({ severity }) => severity === 'page').map(({ kind }) => kind))).toEqual(
      new Set(['storm:no-answer']),
    );
    expect(region.sent.at(-1)).toMatchObject({ phase: 'resolved', kind: 'storm:no-answer' });
  });
});

import { describe, expect, test } from '@jest/globals';
import type { RecoveryPoint } from '../../../functions/account/points.ts';
import { choosePoint } from '../../../functions/drill/choice.ts';
import { verifyChain } from '../../../functions/evidence/chain.ts';
import { type AttemptRow, attemptId, attemptKey } from '../../../functions/ledger/attempt.ts';
import { type DeadlineRow, deadlineKey } from '../../../functions/ledger/deadline.ts';
import { type EpisodeRow, episodeKey } from '../../../functions/ledger/episode.ts';
import { type LaneRow, laneKey } from '../../../functions/ledger/lane.ts';
import { type RetiredRow, retiredKey } from '../../../functions/ledger/pipeline.ts';
import { type ScratchRow, scratchKey } from '../../../functions/ledger/scratch.ts';
import { concludeExecution } from '../../../functions/watch/conclusion.ts';
import { account, copyRegion, home, orders, regionAt } from '../watch-world.ts';

const start = '2026-03-02T06:00:00.000Z';
type Region = ReturnType<typeof regionAt>;

const executionOf = (machine: string, name: string, region = home) =>
  `arn:aws:states:${region}:${account}:execution:lifeboat-${machine}:${name}`;

const concluding = (region: Region) => ({
  ...region.parts,
  evidence: region.evidence,
  describe: async (execution: string) => region.aws.executions.get(execution),
});
const conclude = (region: Region, execution: string) => concludeExecution(concluding(region), execution);

async function attempt(
  region: Region,
  workflow: 'protect' | 'drill' | 'recover',
  name: string,
  more: Partial<AttemptRow> = {},
) {
  const execution = executionOf(workflow, name, region.here.region);
  const id = attemptId(execution, more.redriveCount ?? 0);
  const row = { workflow, execution, redriveCount: 0, openedAt: region.now(), resource: orders, tier: 'gold', ...more };
  await region.ledger.create<AttemptRow>({ ...attemptKey(id), attempt: id, ...row });
  return execution;
}

function ends(region: Region, execution: string, status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT', more = {}) {
  const at = new Date(region.now());
  const input = JSON.stringify({ resource: orders });
  region.aws.executions.set(execution, { status, redriveCount: 0, startDate: at, stopDate: at, input, ...more });
}

const passed = (instant: string, more = {}) => ({
  drill: {
    recoveryPoint: 'arn:aws:rds:eu-west-1:111122223333:snapshot:awsbackup:copyjob-1',
    instant,
    verdict: 'PASS',
    because: ['every check passed'],
    checks: [{ name: 'orders exist', verdict: 'PASS', because: ['1204 rows, at least 1000 asked'] }],
    timings: { restore: 900, rto: 1_500 },
    scratch: 'gone',
    ...more,
  },
});

const failed = {
  drill: {
    ...passed(start).drill,
    verdict: 'FAIL',
    because: ['orders exist: 0 rows, at least 1000 asked'],
    checks: [{ name: 'orders exist', verdict: 'FAIL', because: ['0 rows, at least 1000 asked'] }],
  },
};

const attemptRecords = (region: Region) =>
  region.records().flatMap(({ id, content }) => (content.what === 'attempt' ? [{ id, ...content }] : []));

describe('an execution that has ended', () => {
  for (const status of ['FAILED', 'ABORTED', 'TIMED_OUT'] as const) {
    test(`leaves one terminal record when it ${status}, also when told twice`, async () => {
      const region = regionAt(start);
      const execution = await attempt(region, 'protect', 'a');
      ends(region, execution, status, { error: 'States.Runtime', cause: 'no such state' });
      expect(await conclude(region, execution)).toMatchObject([{ outcome: status, verdict: 'NOT_PROTECTED' }]);
      expect(await conclude(region, execution)).toEqual([]);
      expect(attemptRecords(region)).toMatchObject([{ id: 'lifeboat-protect/a/0', outcome: status }]);
      expect(await region.ledger.list('ATTEMPTS')).toEqual([]);
    });
  }

  test('leaves one record also when it died before its first function could open the attempt', async () => {
    const region = regionAt(start);
    const execution = executionOf('protect', 'stillborn');
    ends(region, execution, 'FAILED', { error: 'States.Runtime' });
    await conclude(region, execution);
    await conclude(region, execution);
    expect(attemptRecords(region)).toHaveLength(1);
  });

  test('pages also when it could not open its attempt, and whoever wrote its record died before the page', async () => {
    const region = regionAt(start, 'copy');
    const execution = executionOf('drill', 'stillborn', copyRegion);
    ends(region, execution, 'FAILED', { error: 'LedgerThrottled' });
    const open = () => Promise.reject(new Error('the ledger refused'));
    const dying = { ...concluding(region), episodes: { ...region.episodes, open } };
    await expect(concludeExecution(dying, execution)).rejects.toThrow('the ledger refused');
    expect(attemptRecords(region)).toHaveLength(1);
    await conclude(region, execution);
    expect(region.subjects()).toEqual([`PAGE orders: a drill did not pass, ${copyRegion}`]);
    expect(await conclude(region, execution)).toEqual([]);
    expect(attemptRecords(region)).toHaveLength(1);
    expect(await region.ledger.list('ATTEMPTS')).toEqual([]);
  });

  test('that was started without a resource has one record, in the chain of what it chose', async () => {
    const region = regionAt(start);
    await region.ledger.create({ pk: 'ROSTER', sk: orders, resource: orders } as never);
    const execution = await attempt(region, 'protect', 'a');
    ends(region, execution, 'FAILED', { input: '{}' });
    await conclude(region, execution);
    expect(await conclude(region, execution)).toEqual([]);
    expect(region.records().map(({ resource }) => resource)).toEqual([orders]);
  });

  test('is not closed while it runs', async () => {
    const region = regionAt(start);
    const execution = await attempt(region, 'protect', 'a');
    region.aws.executions.set(execution, { status: 'RUNNING', redriveCount: 0, startDate: new Date(start) });
    expect(await conclude(region, execution)).toEqual([]);
    expect(await region.ledger.list('ATTEMPTS')).toHaveLength(1);
  });

  test('and was redriven has a record for each attempt', async () => {
    const region = regionAt(start);
    const execution = await attempt(region, 'protect', 'a');
    await attempt(region, 'protect', 'a', { redriveCount: 1 });
    const at = new Date(start);
    region.aws.executions.set(execution, {
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: at,
      startDate: at,
      stopDate: at,
      output: JSON.stringify({
        protect: { outcome: 'PROTECTED', recoveryPoint: 'arn:rp', backupJob: 'job', copies: [] },
      }),
    });
    await conclude(region, execution);
    expect(attemptRecords(region).map(({ id, outcome, verdict }) => [id, outcome, verdict.is])).toEqual([
      ['lifeboat-protect/a/0', 'REDRIVEN', 'NOT_PROTECTED'],
      ['lifeboat-protect/a/1', 'SUCCEEDED', 'PROTECTED'],
    ]);
    expect(region.sent.map(({ phase, severity }) => [phase, severity])).toEqual([
      ['opened', 'notice'],
      ['resolved', 'notice'],
    ]);
  });

  test('keeps its lane when it was redriven before anybody heard that it had ended', async () => {
    const region = regionAt(start);
    const execution = await attempt(region, 'protect', 'a');
    await attempt(region, 'protect', 'a', { redriveCount: 1 });
    await region.ledger.create({ ...laneKey(orders), resource: orders, execution, takenAt: start } as never);
    const at = new Date(start);
    const told = { redriveCount: 1, redriveDate: at, startDate: at, stopDate: at };
    region.aws.executions.set(execution, { ...told, status: 'RUNNING' });
    expect(await conclude(region, execution)).toMatchObject([{ attempt: 'lifeboat-protect/a/0' }]);
    expect(await region.ledger.get(laneKey(orders))).toMatchObject({ execution });
    region.aws.executions.set(execution, { ...told, status: 'ABORTED' });
    await conclude(region, execution);
    expect(await region.ledger.get(laneKey(orders))).toBeUndefined();
  });

  test('goes on where a run that died stopped, without a second record or page', async () => {
    for (let step = 0; step < 8; step += 1) {
      const region = regionAt(start, 'copy');
      const execution = await attempt(region, 'drill', 'a', { findings: failed });
      ends(region, execution, 'FAILED');
      let left = step;
      const dying = {
        ...region.ledger,
        replace: async (row: Parameters<typeof region.ledger.replace>[0]) => die() ?? region.ledger.replace(row),
        create: async (row: Parameters<typeof region.ledger.create>[0]) => die() ?? region.ledger.create(row),
        remove: async (row: Parameters<typeof region.ledger.remove>[0]) => die() ?? region.ledger.remove(row),
      };
      const die = (): undefined => {
        if (left === 0) throw new Error('the run died');
        left -= 1;
        return undefined;
      };
      await concludeExecution({ ...concluding(region), ledger: dying as never }, execution).catch(() => {});
      await conclude(region, execution);
      await region.watchFor(5);
      expect(attemptRecords(region)).toHaveLength(1);
      expect(region.subjects()).toEqual([`PAGE orders: a drill did not pass, ${copyRegion}`]);
      expect(await region.ledger.list('ATTEMPTS')).toEqual([]);
    }
  });

  test('gives up the lane it held, and no other', async () => {
    const region = regionAt(start);
    const execution = await attempt(region, 'protect', 'a');
    ends(region, execution, 'ABORTED');
    const lane = { ...laneKey(orders), resource: orders, takenAt: start };
    await region.ledger.create<LaneRow>({ ...lane, execution: 'another' });
    await conclude(region, execution);
    expect(await region.ledger.get(laneKey(orders))).toMatchObject({ execution: 'another' });

    const other = regionAt(start);
    const mine = await attempt(other, 'protect', 'a');
    ends(other, mine, 'ABORTED');
    await other.ledger.create<LaneRow>({ ...lane, execution: mine });
    await conclude(other, mine);
    expect(await other.ledger.get(laneKey(orders))).toBeUndefined();
  });
});

describe('a drill', () => {
  test('that failed pages with the check that failed; failing again extends; passing resolves', async () => {
    const region = regionAt(start, 'copy');
    for (const name of ['one', 'two']) {
      const execution = await attempt(region, 'drill', name, { findings: failed });
      ends(region, execution, 'FAILED');
      await conclude(region, execution);
      region.wait(24 * 60);
    }
    expect(region.subjects()).toEqual([`PAGE orders: a drill did not pass, ${copyRegion}`]);
    expect(region.sent[0]?.because).toBe('the drill did not pass: FAIL. orders exist: 0 rows, at least 1000 asked');
    expect(await region.ledger.get<EpisodeRow>(episodeKey(orders, 'drill'))).toMatchObject({ seen: 2 });

    const execution = await attempt(region, 'drill', 'three', { findings: passed(region.at(6)) });
    ends(region, execution, 'SUCCEEDED');
    await conclude(region, execution);
    expect(region.subjects().at(-1)).toBe(`RESOLVED orders: a drill did not pass, ${copyRegion}`);
    expect(verifyChain(region.records())).toMatchObject({ intact: true, records: 4 });
  });

  describe('of older data than one that failed', () => {
    const [older, between] = ['2026-03-01T00:00:00.000Z', '2026-03-01T12:00:00.000Z'];
    const [newer, newest] = ['2026-03-02T00:00:00.000Z', '2026-03-02T12:00:00.000Z'];
    const bad = (instant?: string) => ({ drill: { ...failed.drill, recoveryPoint: instant && 'arn:rp', instant } });
    /** A drill that has ended and is not concluded. It chooses the newest point, unless somebody wishes for an older one. */
    const drilled = async (region: Region, name: string, findings: object, instant?: string) => {
      const execution = await attempt(region, 'drill', name, { findings: { ...findings } });
      region.wait(60);
      ends(region, execution, 'SUCCEEDED', { input: JSON.stringify({ resource: orders, instant }) });
      return execution;
    };
    const drill = async (...given: Parameters<typeof drilled>) => conclude(given[0], await drilled(...given));
    const phases = (region: Region) => region.sent.map(({ phase, kind }) => `${phase} ${kind}`);

    test('leaves the page open when it passes; one of the same data or newer ends it', async () => {
      for (const good of [newer, newest]) {
        const region = regionAt(start, 'copy');
        await drill(region, 'scheduled', bad(newer));
        await drill(region, 'to-find-a-good-one', passed(older), older);
        expect(phases(region)).toEqual(['opened drill']);
        await drill(region, 'again', passed(good), good);
        expect(phases(region)).toEqual(['opened drill', 'resolved drill']);
      }
    });

    test('leaves it open also when older ones failed in between', async () => {
      const region = regionAt(start, 'copy');
      await drill(region, 'scheduled', bad(newer));
      await drill(region, 'older', bad(older), older);
      await drill(region, 'between', passed(between), between);
      expect(phases(region)).toEqual(['opened drill']);
    });

    test('is what the page says to start, with an input that takes just that', async () => {
      const region = regionAt(start, 'copy');
      await drill(region, 'scheduled', bad(newer));
      const inputs = region.sent[0]?.next.map(({ input }) => input as { instant?: string } | undefined);
      const instant = inputs?.find((input) => input?.instant !== undefined)?.instant ?? '';
      const points = [newer, older].map((one) => ({ instant: one, usability: { usable: true } }) as RecoveryPoint);
      expect(choosePoint(points, { is: 'instant', instant }).point?.instant).toBe(older);
    });

    test('ends the page when no newer point is left that could be bad', async () => {
      const region = regionAt(start, 'copy');
      await drill(region, 'scheduled', bad(newer));
      await drill(region, 'scheduled-again', passed(older));
      expect(phases(region)).toEqual(['opened drill', 'resolved drill']);
    });

    test('leaves the page open when the newer one was made, drilled and bad while it ran', async () => {
      const region = regionAt(start, 'copy');
      const slow = await attempt(region, 'drill', 'slow', { findings: passed(older) });
      await drill(region, 'quick', bad(newer));
      region.wait(60);
      ends(region, slow, 'SUCCEEDED');
      await conclude(region, slow);
      expect(phases(region)).toEqual(['opened drill']);
    });

    test('leaves the page open when it was redriven, with the point that was the newest once', async () => {
      const region = regionAt(start, 'copy');
      await drill(region, 'first', bad(older));
      await drill(region, 'second', bad(newer));
      region.wait(60);
      const redriven = await attempt(region, 'drill', 'first', { findings: passed(older), redriveCount: 1 });
      ends(region, redriven, 'SUCCEEDED', { redriveCount: 1, redriveDate: new Date(region.now()) });
      await conclude(region, redriven);
      expect(phases(region)).toEqual(['opened drill']);
    });

    test('ends the page of one that failed before it had chosen its point', async () => {
      const region = regionAt(start, 'copy');
      await drill(region, 'scheduled', bad());
      await drill(region, 'by-hand', passed(older), older);
      expect(phases(region)).toEqual(['opened drill', 'resolved drill']);
    });

    test('does not make what failed since forget which data was bad', async () => {
      const region = regionAt(start, 'copy');
      await drill(region, 'scheduled', bad(newer));
      await drill(region, 'chose-nothing', bad());
      await drill(region, 'by-hand', passed(older), older);
      expect(phases(region)).toEqual(['opened drill']);
      await drill(region, 'next', passed(newest));
      expect(phases(region)).toEqual(['opened drill', 'resolved drill']);
    });

    test('does not make the page fall away when the one that failed is concluded after it', async () => {
      for (const [good, told] of [
        [older, ['opened drill']],
        [newer, []],
      ] as const) {
        const region = regionAt(start, 'copy');
        const late = await drilled(region, 'scheduled', bad(newer));
        await drill(region, 'by-hand', passed(good), good);
        await conclude(region, late);
        expect(phases(region)).toEqual(told);
      }
    });

    test('does not make it fall away either when it has just ended another page', async () => {
      const region = regionAt(start, 'copy');
      await drill(region, 'chose-nothing', bad());
      const late = await drilled(region, 'scheduled', bad(newer));
      await drill(region, 'by-hand', passed(older), older);
      await conclude(region, late);
      expect(phases(region)).toEqual(['opened drill', 'resolved drill', 'opened drill']);
    });
  });

  test('that passed moves the deadline of the proof to its data instant', async () => {
    const region = regionAt(start, 'copy');
    await region.ledger.create<DeadlineRow>({
      ...deadlineKey(orders, 'proof'),
      resource: orders,
      objective: 'proof',
      countsFrom: region.at(40),
      firstSeenAt: region.at(40),
      boundSeconds: 48 * 3_600,
      deadline: region.at(-8),
      dueShard: 'DUE#ordinary',
      dueAt: region.at(-8),
    });
    const execution = await attempt(region, 'drill', 'a', { findings: passed(region.at(6)) });
    ends(region, execution, 'SUCCEEDED');
    await conclude(region, execution);
    expect(await region.ledger.get(deadlineKey(orders, 'proof'))).toMatchObject({
      instant: region.at(6),
      deadline: region.at(-42),
    });
    await region.watchFor(42 * 60 - 1);
    expect(region.subjects()).toEqual([]);
  });

  test('that says PASS without one check that passed has tested nothing, and pages', async () => {
    const region = regionAt(start, 'copy');
    const execution = await attempt(region, 'drill', 'a', { findings: passed(region.at(6), { checks: [] }) });
    ends(region, execution, 'SUCCEEDED');
    expect(await conclude(region, execution)).toMatchObject([{ verdict: 'NOT_TESTED' }]);
    expect(region.subjects()).toEqual([`PAGE orders: a drill did not pass, ${copyRegion}`]);
  });

  test('that came to no verdict pages with the words of what stopped it', async () => {
    const region = regionAt(start, 'copy');
    const execution = await attempt(region, 'drill', 'a');
    ends(region, execution, 'FAILED', {
      error: 'RestoreJobFailed',
      cause: JSON.stringify({ errorType: 'RestoreJobFailed', errorMessage: 'Access Denied', trace: ['secret path'] }),
    });
    await conclude(region, execution);
    expect(region.sent[0]).toMatchObject({
      kind: 'drill',
      cause: 'Access Denied',
      because:
        'the drill did not pass, so nothing is proven. the drill came to no verdict: the execution failed with RestoreJobFailed: Access Denied',
    });
    expect(JSON.stringify(region.records())).not.toContain('secret path');
  });

  test('of a resource that is retired by then pages nobody, unless it left scratch', async () => {
    const region = regionAt(start, 'copy');
    const because = 'its tag says so';
    await region.ledger.create<RetiredRow>({ ...retiredKey(orders), resource: orders, because, retiredAt: start });
    ends(region, await attempt(region, 'drill', 'a', { findings: failed }), 'SUCCEEDED');
    await conclude(region, executionOf('drill', 'a', copyRegion));
    expect(attemptRecords(region)).toMatchObject([{ verdict: { is: 'FAIL' } }]);
    expect(region.subjects()).toEqual([]);
    const left = { drill: { ...failed.drill, scratch: 'not gone' } };
    ends(region, await attempt(region, 'drill', 'b', { findings: left }), 'FAILED');
    await conclude(region, executionOf('drill', 'b', copyRegion));
    expect(region.subjects()).toEqual([`PAGE orders: scratch was not torn down, ${copyRegion}`]);
  });

  test('keeps its verdict when its tear-down failed, and pages for what is left', async () => {
    const region = regionAt(start, 'copy');
    const execution = await attempt(region, 'drill', 'a', { findings: passed(region.at(6), { scratch: 'not gone' }) });
    ends(region, execution, 'FAILED');
    expect(await conclude(region, execution)).toMatchObject([{ outcome: 'FAILED', verdict: 'PASS' }]);
    expect(region.subjects()).toEqual([`PAGE orders: scratch was not torn down, ${copyRegion}`]);
  });

  describe('whose tear-down could not write down what is left', () => {
    const interrupted = (found: object) => ({ drill: { ...passed(start).drill, scratch: undefined, ...found } });
    const left = (execution: string, more: Partial<ScratchRow>): Omit<ScratchRow, 'version'> => ({
      ...scratchKey('a', 'database'),
      drill: 'a',
      resource: orders,
      attempt: 'lifeboat-drill/a/0',
      execution,
      what: 'database',
      name: 'lifeboat-scratch-a',
      registeredAt: start,
      goneBy: start,
      ...more,
    });
    const endsWith = async (row: Partial<ScratchRow> | undefined, found = {}) => {
      const region = regionAt(start, 'copy');
      const execution = await attempt(region, 'drill', 'a', { findings: interrupted(found) });
      if (row !== undefined) await region.ledger.create<ScratchRow>(left(execution, row));
      ends(region, execution, 'FAILED');
      await conclude(region, execution);
      return { said: attemptRecords(region)[0]?.scratch, paged: region.sent.map(({ kind }) => kind) };
    };

    // Without an id or a job nobody knows whether it was made: the ledger may have refused to hold that too.
    test.each([[{ id: 'lifeboat-scratch-a' }], [{ restoreJob: 'job' }], [{}]])(
      'says so and pages when the register holds %j',
      async (row) => {
        expect(await endsWith(row)).toEqual({ said: 'not gone', paged: ['tear-down'] });
      },
    );

    test.each([
      ['the register holds nothing', undefined, {}],
      ['another run made it', { id: 'lifeboat-scratch-a', execution: 'another' }, {}],
      ['it may still come, and the sweep waits for it', { restoreJob: 'job' }, { scratchBecause: ['job is running'] }],
    ])('says nothing when %s', async (_, row, found) => {
      expect(await endsWith(row, found)).toEqual({ said: undefined, paged: [] });
    });
  });

  test('whose restore took longer than the tier allows pages for rto', async () => {
    const region = regionAt(start, 'copy');
    const slow = passed(region.at(6), { rtoSeconds: 5 * 3_600, rtoBoundSeconds: 4 * 3_600 });
    const execution = await attempt(region, 'drill', 'a', { findings: slow });
    ends(region, execution, 'SUCCEEDED');
    await conclude(region, execution);
    expect(region.sent.map(({ kind, because }) => [kind, because])).toEqual([
      ['rto', 'the restore took 5 hours, and 4 hours are allowed'],
    ]);
  });

  test('that failed and is closed only after a newer one passed calls nobody', async () => {
    const region = regionAt(start, 'copy');
    const lost = await attempt(region, 'drill', 'lost', { findings: failed });
    ends(region, lost, 'FAILED');
    region.wait(60);
    const good = await attempt(region, 'drill', 'good', { findings: passed(region.at(0)) });
    ends(region, good, 'SUCCEEDED');
    await conclude(region, good);
    await conclude(region, lost);
    expect(region.subjects()).toEqual([]);
    expect(attemptRecords(region).map(({ verdict }) => verdict.is)).toEqual(['PASS', 'FAIL']);
  });
});

describe('a recovery', () => {
  const begun = (more = {}) => ({
    drill: { recoveryPoint: 'arn:rp', instant: start, restored: { name: 'orders-recovered' }, timings: {}, ...more },
  });

  test('that ended well has a record of the point and its data, tells nobody, and is no proof', async () => {
    const region = regionAt(start);
    const checks = [{ name: 'orders exist', verdict: 'PASS', because: ['1000'] }];
    const findings = begun({ verdict: 'PASS', because: ['it ran'], checks });
    const execution = await attempt(region, 'recover', 'a', { findings });
    ends(region, execution, 'SUCCEEDED');
    await conclude(region, execution);
    expect(attemptRecords(region)).toMatchObject([
      {
        workflow: 'recover',
        verdict: { is: 'DONE', because: ['its data: PASS', 'it ran'] },
        points: [{ as: 'recovered', arn: 'arn:rp', instant: start }],
      },
    ]);
    expect(region.sent).toEqual([]);
  });

  test('that failed after it began is a notice, which the next one that ends well resolves', async () => {
    const region = regionAt(start);
    const failing = await attempt(region, 'recover', 'a', { findings: begun() });
    ends(region, failing, 'FAILED', { error: 'RestoreJobFailed', cause: 'no room' });
    await conclude(region, failing);
    region.wait(60);
    const next = await attempt(region, 'recover', 'b', { findings: begun({ verdict: 'PASS', checks: [] }) });
    ends(region, next, 'SUCCEEDED');
    await conclude(region, next);
    expect(region.sent.map(({ phase, severity }) => [phase, severity])).toEqual([
      ['opened', 'notice'],
      ['resolved', 'notice'],
    ]);
  });

  test('that was refused, or only looked, is in the evidence and tells nobody', async () => {
    const region = regionAt(start);
    const refused = await attempt(region, 'recover', 'a', { findings: { recover: { refused: 'NameTaken' } } });
    ends(region, refused, 'FAILED', { error: 'NameTaken', cause: 'name: …' });
    await conclude(region, refused);
    const looked = await attempt(region, 'recover', 'b', { findings: { recover: { listed: 3 } } });
    ends(region, looked, 'SUCCEEDED');
    await conclude(region, looked);
    expect(attemptRecords(region).map(({ verdict }) => verdict.is)).toEqual(['NOT_DONE', 'DONE']);
    expect(region.sent).toEqual([]);
  });
});

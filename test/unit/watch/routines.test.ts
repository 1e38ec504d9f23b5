import { describe, expect, test } from '@jest/globals';
import { type EpisodeRow, episodesPartition } from '../../../functions/ledger/episode.ts';
import { type RoutineRow, routineDone, routineKey, routines } from '../../../functions/ledger/routine.ts';
import { askChecks, expectChecks } from '../../../functions/watch/check-look.ts';
import { routinesCheck } from '../../../functions/watch/routines.ts';
import { regionAt } from '../watch-world.ts';

const start = '2026-03-02T00:00:00.000Z';
type Region = ReturnType<typeof regionAt>;

async function asked(part: 'home' | 'copy') {
  const region = regionAt(start);
  const { ledger, clock } = region.parts;
  await expectChecks(ledger, clock.now());
  const parts = { ...region.parts, checks: { ...region.parts.checks, routines: routinesCheck(ledger, clock, part) } };
  return { region, ask: () => askChecks(parts) };
}

const open = async ({ ledger }: Region) =>
  (await ledger.list<EpisodeRow>(episodesPartition))
    .filter(({ status }) => status === 'open')
    .map(({ severity, kind }) => `${severity} ${kind}`)
    .sort();
const later = async (hours: number, { region, ask }: Awaited<ReturnType<typeof asked>>) => {
  region.wait(hours * 60);
  await ask();
  return open(region);
};

describe('what schedules start', () => {
  test('is expected from the first look on, so that what never ran is missed', async () => {
    const copy = await asked('copy');
    expect(await later(0, copy)).toEqual([]);
    expect(await later(4, copy)).toEqual([]);
    expect(await later(0.1, copy)).toEqual(['notice finding:overdue:reconcile', 'notice finding:overdue:sweep']);
    expect(await later(23, copy)).toEqual([
      'notice finding:overdue:keep',
      'notice finding:overdue:reconcile',
      'notice finding:overdue:report-seal',
      'notice finding:overdue:sweep',
    ]);
  });

  test('is missed once, by its name and since when, and is well again when it has come to its end', async () => {
    const copy = await asked('copy');
    const { ledger, clock } = copy.region.parts;
    await later(0, copy);
    for (let hour = 0; hour < 6; hour += 1) {
      await later(1, copy);
      await routineDone(ledger, 'reconcile', clock.now());
    }
    expect(await open(copy.region)).toEqual(['notice finding:overdue:sweep']);
    const [message, ...others] = copy.region.sent;
    expect(others).toEqual([]);
    expect(message?.because).toBe(`lifeboat-sweep runs every 1 hour and has not come to its end since ${start}`);
    expect(JSON.stringify(message)).toContain('whether the schedule of that name exists and is enabled');
    await routineDone(ledger, 'sweep', clock.now());
    expect(await later(0.1, copy)).toEqual([]);
  });

  test('is not missed of reconcile at home, where the age of the roster tells', async () => {
    const home = await asked('home');
    await later(0, home);
    expect(await later(100, home)).not.toContain('notice finding:overdue:reconcile');
    expect(await home.region.ledger.get(routineKey('reconcile'))).toBeUndefined();
  });
});

describe('the note that a routine came to its end', () => {
  test('is written by the first of two, and an older one changes nothing', async () => {
    const { ledger } = regionAt(start);
    const at = (hour: number) => new Date(Date.parse(start) + hour * 3_600_000);
    await Promise.all([routineDone(ledger, 'keep', at(2)), routineDone(ledger, 'keep', at(2))]);
    await routineDone(ledger, 'keep', at(1));
    expect(await ledger.get<RoutineRow>(routineKey('keep'))).toMatchObject({ doneAt: at(2).toISOString() });
  });

  test('gives up, and says so, when somebody writes it again and again', async () => {
    const { ledger } = regionAt(start);
    const refusing = { ...ledger, create: async () => false };
    await expect(routineDone(refusing, 'keep', new Date(start))).rejects.toThrow(
      'The row of the routine keep changed under every one of 4 writes.',
    );
  });

  test('names every routine by its function', () => {
    expect(Object.keys(routines)).toEqual(['reconcile', 'sweep', 'keep', 'report-seal']);
  });
});

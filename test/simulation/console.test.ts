import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Played, Run } from './console/play.ts';
import { playDrill } from './drill/launch.ts';

let played: Played;

beforeAll(async () => {
  played = await playDrill<Played>('../console/play.ts');
}, 240_000);

const machines = {
  'eu-central-1': ['fleet', 'protect', 'drill', 'recover', 'silence'],
  'eu-west-1': ['fleet', 'drill', 'recover', 'silence'],
};
const nameOf = ({ region, machine, input }: Run) => `${region} ${machine} ${JSON.stringify(input)}`;
const isSlip = ({ input }: Run) => 'resorce' in input;

describe('somebody who starts a machine from the console', () => {
  test('reads in its Comment what to paste, and what an empty input does', () => {
    const folder = join(import.meta.dirname, '../../statemachines');
    const files = readdirSync(folder).filter((file) => file.endsWith('.asl.json'));
    expect(files).toHaveLength(machines['eu-central-1'].length);
    for (const file of files) {
      const { Comment } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { Comment: string };
      expect([file, Comment]).toEqual([file, expect.stringMatching(/ Input: \{".*\} ?.*With \{\} it /s)]);
      // Step Functions' own bound on a machine's definition is far away; a console shows the beginning.
      expect([file, Comment.length < 700]).toEqual([file, true]);
    }
  });

  test('was played with every machine of both Regions', () => {
    const seen = Map.groupBy(played.runs, ({ region }) => region);
    for (const [region, names] of Object.entries(machines)) {
      const runs = seen.get(region) ?? [];
      expect([region, [...new Set(runs.map(({ machine }) => machine))]]).toEqual([region, names]);
      expect(runs).toHaveLength(names.length * 3);
    }
  });

  test('harms nothing with an empty input, nor with what the console proposes', () => {
    const safe = played.runs.filter((run) => !isSlip(run));
    expect(safe.map((run) => [nameOf(run), run.status])).toEqual(safe.map((run) => [nameOf(run), 'SUCCEEDED']));
    for (const run of played.runs) {
      expect([nameOf(run), run.after.things]).toEqual([nameOf(run), run.before.things]);
      expect([nameOf(run), run.after.points >= run.before.points]).toEqual([nameOf(run), true]);
    }
  });

  test('is told of a slip by the name of the field, before anything is done', () => {
    const slips = played.runs.filter(isSlip);
    expect(slips.length).toBe(9);
    for (const run of slips) {
      expect([nameOf(run), run.status, run.error]).toEqual([nameOf(run), 'FAILED', 'InputRejected']);
      expect([nameOf(run), run.cause]).toEqual([nameOf(run), expect.stringMatching(/resorce|resource: name what/)]);
      expect([nameOf(run), run.after.points]).toEqual([nameOf(run), run.before.points]);
    }
  });

  test('calls nobody by a slip', () => {
    expect(played.told.filter((words) => words.includes('resorce'))).toEqual([]);
    // Of an execution of protect that failed somebody is told, so this would have been seen.
    expect(played.told.filter((words) => words.includes('StartCopyJob')).length).toBeGreaterThan(0);
  });

  test('finds in the output what to do next, or that nothing is to be done', () => {
    for (const run of played.runs.filter((one) => !isSlip(one))) {
      // A list is what was asked for; each entry of it holds the input that goes on from there.
      const next = /"next":|"would":\{"input":|"howToSilence":|"input":|"open":/;
      expect([nameOf(run), run.output]).toEqual([nameOf(run), expect.stringMatching(next)]);
    }
  });
});

describe('an execution of protect that failed or was stopped', () => {
  test('was so in each of its states that work', () => {
    expect(played.redriven.map(({ how, first }) => [how, first.status, first.in])).toEqual([
      ['failed in Take The Lane', 'FAILED', 'Take The Lane'],
      ['failed in Back Up', 'FAILED', 'Back Up'],
      ['failed in Copy', 'FAILED', 'Copy Again'],
      ['stopped in Back Up', 'ABORTED', 'Back Up'],
      ['stopped in Copy', 'ABORTED', 'Copy'],
    ]);
  });

  test('goes on where it was when it is redriven, and ends well', () => {
    for (const { how, last, redriveCount } of played.redriven) {
      expect([how, last, redriveCount]).toEqual([how, 'SUCCEEDED', 1]);
    }
  });

  test('does nothing twice that was done', () => {
    const counts = played.redriven.map(({ how, backups, copies }) => [how, backups, copies]);
    // What was stopped while a job ran leaves the job behind, and the redrive takes it over.
    expect(counts).toEqual([
      ['failed in Take The Lane', 1, 1],
      ['failed in Back Up', 1, 1],
      ['failed in Copy', 1, 1],
      ['stopped in Back Up', 1, 1],
      ['stopped in Copy', 1, 1],
    ]);
  });

  test('has a record of its own for each time', () => {
    for (const { how, first, records } of played.redriven) {
      expect([how, records]).toEqual([how, [first.status, 'SUCCEEDED']]);
    }
    expect(played.findings).not.toEqual([]);
    expect(played.findings.map(({ invariant, violations }) => [invariant, violations])).toEqual(
      played.findings.map(({ invariant }) => [invariant, []]),
    );
  });
});

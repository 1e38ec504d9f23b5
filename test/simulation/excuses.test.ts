import { beforeAll, describe, expect, test } from '@jest/globals';
import { playTogether } from './simulate.ts';
import type { Outcome } from './together.ts';

const judged = 'eu-west-1 lifeboat-drill-judge S3.GetObject 0=throttled';

describe('what a fault does not excuse', () => {
  const runs: readonly (readonly [what: string, options: readonly string[], plant: string, words: RegExp])[] = [
    [
      'drills of a copy Region that cannot restore, while SNS refuses every message at home',
      ['--weather', 'topics-refuse', '--from', '28', '--seeds', '1'],
      'restores-refused',
      /did not pass, and its copy is sound: InvalidRequestException/,
    ],
    [
      'a page about the pipeline, hours before the fault',
      ['--at', judged],
      'false-pipeline-page',
      /cannot-tell:planted of pipeline in .*: paged at .*, and nothing was wrong/,
    ],
    [
      'an alarm that tells nobody of the right that was taken',
      ['--weather', 'rights-taken', '--from', '2', '--seeds', '1'],
      'alarms-without-topics',
      /nobody is told of it/,
    ],
    [
      'an alarm that tells the topic of another Region',
      ['--weather', 'rights-taken', '--from', '2', '--seeds', '1'],
      'alarms-to-another-region',
      /An alarm could not tell its topic/,
    ],
  ];
  const outcomes: Outcome[] = [];
  beforeAll(async () => {
    outcomes.push(...(await playTogether(runs.map(([, options, plant]) => [...options, '--plant', plant]))));
  }, 600_000);

  test.each(runs.map(([what, , , words], index) => [what, words, index] as const))('%s', (_what, words, index) => {
    expect(outcomes[index]?.troubles).toContainEqual(expect.stringMatching(words));
  });
});

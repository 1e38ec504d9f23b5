import { describe, expect, test } from '@jest/globals';
import { simulate } from './simulate.ts';

const judged = 'eu-west-1 lifeboat-drill-judge S3.GetObject 0=throttled';

describe('what a fault does not excuse', () => {
  test.each<[string, readonly string[], string, RegExp]>([
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
  ])(
    '%s',
    async (_, options, plant, words) => {
      const { output, exitCode } = await simulate(...options, '--plant', plant, '--jobs', '1');
      expect(output).toMatch(words);
      expect(exitCode).toBe(1);
    },
    120_000,
  );
});

import { describe, expect, test } from '@jest/globals';
import { type Exception, judged } from '../../../cli/check/template.ts';

const found = { rule: 'S3.1', resource: 'Bucket', says: 'A bucket is not logged' };
const reason: Exception = { tool: 'a tool', rule: 'S3\\.\\d', resources: 'Buck.*', because: 'nobody reads it' };

describe('what a tool finds in the template', () => {
  test('is a problem unless there is a reason for it', () => {
    expect(judged('a tool', [found], [])).toEqual([
      'Bucket  S3.1: A bucket is not logged. Mend it, or give the reason in resources/exceptions.yml.',
    ]);
    expect(judged('a tool', [found], [reason])).toEqual([]);
  });

  test('is not excused by the reason for another tool, rule or resource', () => {
    for (const other of [{ tool: 'another' }, { rule: 'S3' }, { resources: 'Buc' }]) {
      expect(judged('a tool', [found], [{ ...reason, ...other }])[0]).toContain('Bucket  S3.1');
    }
  });

  test('leaves no reason that excuses nothing, and none that says nothing', () => {
    expect(judged('a tool', [], [reason])).toEqual([
      'resources/exceptions.yml  S3\\.\\d on Buck.* excuses nothing any more: take it out',
    ]);
    expect(judged('a tool', [found], [{ ...reason, because: '' }])).toEqual([
      'resources/exceptions.yml  S3\\.\\d has no because',
    ]);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { evidenceComplete } from '../../../simulator/checkers/evidence-complete.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { call, find, iso } from './entries.ts';

const account = '123456789012';
const region = 'eu-central-1';

function status(hours: number, name: string, state: string, redriveCount = 0, machine = 'protect'): TraceEntry {
  const executionArn = `arn:aws:states:${region}:${account}:execution:lifeboat-${machine}:${name}`;
  const event = {
    'detail-type': 'Step Functions Execution Status Change',
    detail: { executionArn, status: state, redriveCount },
  };
  return { kind: 'event', at: iso(hours), region, event };
}

/** Writes records one after another into one chain, as the product does. */
function chain() {
  let previous = '0'.repeat(64);
  let seq = 0;
  const write = (
    hours: number,
    id: string,
    more: { key?: string; IfNoneMatch?: string; what?: string; body?: (text: string) => string } = {},
  ): TraceEntry => {
    seq += 1;
    const { key = `evidence/x/rds-shop/${seq}.json`, what = 'attempt', body = (text) => text, ...input } = more;
    const unsealed = `{"content":{"what":"${what}"},"id":"${id}","previous":"${previous}","seq":${seq}}`;
    const hash = createHash('sha256').update(unsealed).digest('hex');
    previous = hash;
    const Body = body(`${unsealed.replace('"id":', `"hash":"${hash}","id":`)}\n`);
    return call(hours, 'PutObject', { Key: key, Body, IfNoneMatch: '*', ...input });
  };
  return Object.assign(write, { head: (): Head => ({ chain: 'rds-shop', seq, hash: previous }) });
}

interface Head {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

const seal = (hours: number, heads: readonly Head[]): TraceEntry =>
  call(hours, 'PutObject', { Key: 'seals/x/2026-01-05.json', Body: JSON.stringify({ heads }), IfNoneMatch: '*' });

const judge = (entries: readonly TraceEntry[]) => find(evidenceComplete(), entries);

describe('the checker of the evidence', () => {
  test('asks no seal for what was written while it was made', () => {
    const write = chain();
    const first = write(3, 'episode/1', { what: 'episode' });
    const head = write.head();
    expect(judge([first, write(4.9, 'episode/2', { what: 'episode' }), seal(5, [head])]).violations).toEqual([]);
  });

  test('asks no record of an attempt of a silence, which is none', () => {
    const { violations, examined } = judge([
      status(1, 'a', 'RUNNING', 0, 'silence'),
      status(2, 'a', 'SUCCEEDED', 0, 'silence'),
      status(20, 'b', 'RUNNING'),
    ]);
    expect(violations).toEqual([]);
    expect(examined).toMatchObject({ attempts: 1, ended: 0 });
  });

  test('is content when each execution and each redrive ends in one record, and says how much it looked at', () => {
    const write = chain();
    const { violations, examined } = judge([
      status(1, 'a', 'RUNNING'),
      status(2, 'a', 'FAILED'),
      write(2.1, 'lifeboat-protect/a/0'),
      status(3, 'a', 'RUNNING', 1),
      status(4, 'a', 'SUCCEEDED', 1),
      write(4.1, 'lifeboat-protect/a/1'),
      write(5, 'episode/rpo/x', { what: 'episode' }),
      status(46, 'still running', 'RUNNING'),
      seal(5, [write.head()]),
    ]);
    expect(violations).toEqual([]);
    expect(examined).toEqual({ attempts: 3, ended: 2, records: 3, chains: 1, seals: 1 });
  });

  test('takes two episodes that opened at one instant for two, if they are of two resources', () => {
    const id = 'episode/finding:point-deleted/2026-01-05T04:00:17.464Z';
    const episode = (key: string) => chain()(3, id, { what: 'episode', key });
    const [shop, files] = [episode('evidence/x/rds-shop/1.json'), episode('evidence/x/efs-files/1.json')];
    expect(judge([shop, files]).violations.filter((words) => words.includes('two records'))).toEqual([]);
    const again = episode('evidence/x/rds-shop/2.json');
    expect(judge([shop, again]).violations.filter((words) => words.includes('two records'))).toHaveLength(1);
  });

  const ran = [status(1, 'a', 'RUNNING'), status(2, 'a', 'ABORTED')];
  test.each<[string, () => TraceEntry[], string]>([
    ['an attempt without a record', () => ran, 'lifeboat-protect/a/0 ended at'],
    [
      'a redrive without a record',
      () => [...ran, chain()(2, 'lifeboat-protect/a/0'), status(3, 'a', 'RUNNING', 1), status(4, 'a', 'TIMED_OUT', 1)],
      'lifeboat-protect/a/1 ended at',
    ],
    [
      'an attempt with two records',
      () => {
        const write = chain();
        return [...ran, write(3, 'lifeboat-protect/a/0'), write(4, 'lifeboat-protect/a/0')];
      },
      'lifeboat-protect/a/0 has two records',
    ],
    [
      'a record of what never ran',
      () => [chain()(3, 'lifeboat-protect/b/0')],
      'lifeboat-protect/b/0 has a record, and never ran',
    ],
    [
      'a record before the end',
      () => [status(1, 'a', 'RUNNING'), chain()(1.5, 'lifeboat-protect/a/0'), status(2, 'a', 'SUCCEEDED')],
      'has a record, and still runs',
    ],
    [
      'a record that was written over',
      () => {
        const write = chain();
        return [
          write(3, 'episode/1', { what: 'episode', key: 'evidence/x/y/1.json' }),
          write(4, 'episode/2', { what: 'episode', key: 'evidence/x/y/1.json' }),
        ];
      },
      'was written over',
    ],
    [
      'a record that anybody could have written over',
      () => [chain()(3, 'episode/1', { what: 'episode', IfNoneMatch: '' })],
      'was written without If-None-Match',
    ],
    [
      'a record that was deleted',
      () => [call(3, 'DeleteObject', { Key: 'evidence/x/y/1.json' }, { service: 'S3' })],
      'was deleted',
    ],
    [
      'a seal that was deleted',
      () => [call(3, 'DeleteObject', { Key: 'seals/x/y.json' }, { service: 'S3' })],
      'was deleted',
    ],
    [
      'a record that does not follow the one before',
      () => {
        const write = chain();
        write(1, 'episode/0', { what: 'episode' });
        return [write(3, 'episode/1', { what: 'episode' })];
      },
      'record 2 does not follow record 0',
    ],
    [
      'a hash that does not fit',
      () => [
        chain()(3, 'episode/1', {
          what: 'episode',
          body: (text) => text.replace('{"what":"episode"}', '{"what":"episode","well":true}'),
        }),
      ],
      'the hash of record 1 does not fit',
    ],
    [
      'a seal that leaves a chain out',
      () => [chain()(3, 'episode/1', { what: 'episode' }), seal(5, [])],
      'does not hold the end of eu-central-1 evidence/x/rds-shop, record 1',
    ],
    [
      'a seal that holds an end of long ago',
      () => {
        const write = chain();
        const first = write(3, 'episode/1', { what: 'episode' });
        const head = write.head();
        return [first, write(4, 'episode/2', { what: 'episode' }), seal(5, [head])];
      },
      'does not hold the end of eu-central-1 evidence/x/rds-shop, record 2',
    ],
    [
      'a seal that holds a record otherwise than it was written',
      () => {
        const write = chain();
        const first = write(3, 'episode/1', { what: 'episode' });
        return [first, seal(5, [{ ...write.head(), hash: 'another' }])];
      },
      'otherwise than it was written',
    ],
  ])('finds %s', (_, entries, words) => {
    const { violations } = judge(entries());
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(words);
  });
});

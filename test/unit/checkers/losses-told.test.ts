import { describe, expect, test } from '@jest/globals';
import { type Leave, takenAway } from '../../../simulator/checkers/compare.ts';
import { lossesTold } from '../../../simulator/checkers/losses-told.ts';
import type { TraceEntry } from '../../../simulator/world/trace.ts';
import { call, find, hour, message, start, world } from './entries.ts';

const home = 'eu-central-1';
const missed = (hours: number, name: string, run = '') =>
  world(hours, 'a right is missed', { region: home, name, service: 'DynamoDB', operation: 'PutItem', run });
const again = (from: number, until: number, every: number, name: string) =>
  Array.from({ length: Math.floor((until - from) / every) + 1 }, (_, index) => missed(from + index * every, name));
const changed = (hours: number, name: string, state: 'ALARM' | 'OK') =>
  world(hours, 'An alarm changed its state', { region: home, alarm: name, state });
/** The message of an alarm; SNS takes it unless it is refused. */
const published = (hours: number, name: string, refused?: { name: string; message: string }) => {
  const arn = `arn:aws:cloudwatch:${home}:123456789012:alarm:${name}`;
  const told = { AlarmName: name, AlarmArn: arn, AlarmDescription: 'It fails.', NewStateValue: 'ALARM' };
  const Message = JSON.stringify({ ...told, OldStateValue: 'OK', NewStateReason: '' });
  const input = { TopicArn: `arn:aws:sns:${home}:123456789012:lifeboat-notices`, Subject: `ALARM: ${name}`, Message };
  const caller = { kind: 'service', name: 'cloudwatch.amazonaws.com', region: home } as const;
  return call(hours, 'Publish', input, { caller, ...(refused && { error: refused }) });
};
/** An alarm whose topic takes its message; most do not say that they are over. */
const alarm = (hours: number, name: string, state: 'ALARM' | 'OK') => [
  changed(hours, name, state),
  ...(state === 'ALARM' ? [published(hours, name)] : []),
];
const said = (hours: number, kind: string, phase: 'opened' | 'resolved', openedAt = hours) =>
  message(hours, { phase, kind, severity: 'notice', subject: 'pipeline', openedAt });

const violations = (entries: readonly TraceEntry[], leave: Leave = {}) =>
  find(
    lossesTold([home], leave),
    [...entries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  ).violations;

describe('a right that a function misses for good', () => {
  const watch = again(1, 6, 1 / 60, 'lifeboat-watch');

  test('is told within the hour, and until the end', () => {
    expect(violations([...watch, ...alarm(1.1, 'lifeboat-watch-errors', 'ALARM')])).toEqual([]);
  });

  test('is found when nobody is told', () => {
    expect(violations(watch)).toEqual([expect.stringContaining('PutItem of lifeboat-watch in eu-central-1 is gone')]);
  });

  test('is found when it is told for a while and then no more', () => {
    const told = [...alarm(1.1, 'lifeboat-watch-errors', 'ALARM'), ...alarm(3, 'lifeboat-watch-errors', 'OK')];
    expect(violations([...watch, ...told])).toEqual([
      expect.stringContaining('nobody is told of it at 2026-01-05T04:15'),
    ]);
  });

  test('is told by nobody when the alarm tells no topic, or one that does not take its message', () => {
    const silent = changed(1.1, 'lifeboat-watch-errors', 'ALARM');
    expect(violations([...watch, silent])).toHaveLength(1);
    const refused = { name: 'InvalidParameterException', message: 'Invalid parameter: TopicArn' };
    expect(violations([...watch, silent, published(1.1, 'lifeboat-watch-errors', refused)])).toHaveLength(1);
  });

  test('is not told by what has nothing to do with it', () => {
    expect(violations([...watch, said(1.1, 'rpo', 'opened')])).toHaveLength(1);
    expect(violations([...watch, ...alarm(1.1, 'lifeboat-failed-runs', 'ALARM')])).toHaveLength(1);
  });

  test('is told by the failed runs of whoever starts it, each in turn', () => {
    const runs = again(1, 9, 2, 'lifeboat-protect-begin');
    expect(violations([...runs, said(1.01, 'protect', 'opened')])).toEqual([]);
    expect(violations(runs)).toHaveLength(1);
  });

  test('is nothing when a single round of the watch misses it, once an hour', () => {
    expect(violations(again(1, 6, 1, 'lifeboat-watch'))).toEqual([]);
  });

  test("is nobody else's trouble where somebody starts by hand what misses it", () => {
    expect(violations(again(1, 6, 1 / 60, 'lifeboat-silence'))).toEqual([]);
    expect(violations(again(1, 6, 1 / 60, 'lifeboat-recover-choose'))).toEqual([]);
  });

  test('may be told later by as much as two clocks are apart', () => {
    const told = (skew: number) => violations([...watch, ...alarm(2.3, 'lifeboat-watch-errors', 'ALARM')], { skew });
    expect(told(0)).toHaveLength(1);
    expect(told(60_000)).toEqual([]);
  });

  test('is nothing while each invocation passes when it is tried again, and is when one passes in none of its three tries', () => {
    const once = ['a', 'b', 'c', 'd'].map((run, index) => missed(1 + index, 'lifeboat-conclude', run));
    expect(violations(once)).toEqual([]);
    const tries = [1, 1 + 1 / 60, 1 + 3 / 60].map((hours) => missed(hours, 'lifeboat-conclude', 'a'));
    const later = [missed(4, 'lifeboat-conclude', 'b')];
    expect(violations([...tries, ...later])).toEqual([expect.stringContaining('PutItem of lifeboat-conclude')]);
    expect(violations([...tries, ...later, ...alarm(1.2, 'lifeboat-failed-runs', 'ALARM')])).toEqual([]);
    // Seconds apart they are calls of one try.
    const calls = [1, 1.001, 1.002].map((hours) => missed(hours, 'lifeboat-conclude', 'a'));
    expect(violations([...calls, ...later])).toEqual([]);
  });

  test('may be told later while another fault keeps people from being told, and soon after it', () => {
    const openBy = (_: string, at: number) => (at >= start + hour && at < start + 3 * hour ? start + 3.1 * hour : 0);
    const told = (hours: number) =>
      violations([...watch, ...alarm(hours, 'lifeboat-watch-errors', 'ALARM')], { openBy });
    expect(told(4.3)).toEqual([]);
    expect(told(4.5)).toHaveLength(1);
  });
});

describe('a schedule that somebody switched off', () => {
  const off = (schedule: string, until = 6) => [
    world(1, 'somebody switched a schedule off', { region: home, schedule }),
    world(until, 'somebody switched a schedule on', { region: home, schedule }),
  ];

  test('of the watch is told by the heartbeat that is missed, and by no other alarm', () => {
    const watch = off('lifeboat-watch');
    expect(violations(watch)).toEqual([expect.stringContaining('the schedule lifeboat-watch in eu-central-1 is gone')]);
    expect(violations([...watch, ...alarm(1.1, `lifeboat-no-heartbeat-from-${home}`, 'ALARM')])).toEqual([]);
    expect(violations([...watch, ...alarm(1.1, 'lifeboat-no-heartbeat-from-eu-west-1', 'ALARM')])).toHaveLength(1);
    expect(violations([...watch, ...alarm(1.1, 'lifeboat-watch-errors', 'ALARM')])).toHaveLength(1);
  });

  test('of the checks is told by checks without an answer, after an hour', () => {
    const check = off('lifeboat-check');
    expect(violations([...check, said(2.1, 'cannot-tell:keys', 'opened')])).toEqual([]);
    expect(violations([...check, said(4, 'cannot-tell:keys', 'opened')])).toHaveLength(1);
    expect(violations(off('lifeboat-check', 2.5))).toEqual([]);
  });

  test('of the reconciliation at home is told by the roster that grows old', () => {
    const reconcile = off('lifeboat-reconcile', 12);
    expect(violations([...reconcile, said(4.1, 'roster', 'opened')])).toEqual([]);
    expect(violations(reconcile)).toHaveLength(1);
  });
});

describe('a vault that somebody deleted', () => {
  const gone = (vault: string, until: number) => [
    world(1, 'somebody deleted a vault', { region: home, vault }),
    world(until, 'a vault was made again', { region: home, vault }),
  ];

  test('is told within a quarter of an hour, until it is there again', () => {
    const told = [said(1.1, 'finding:vault-gone', 'opened'), said(5, 'finding:vault-gone', 'resolved', 1.1)];
    expect(violations([...gone('lifeboat', 5), ...told])).toEqual([]);
    expect(violations(gone('lifeboat', 5))).toHaveLength(1);
    expect(violations(gone('lifeboat', 1.2))).toEqual([]);
    expect(violations([...gone('lifeboat', 5), said(1.3, 'finding:vault-gone', 'opened')])).toHaveLength(1);
  });

  test('or changed has its own name too', () => {
    const changedVault = [
      world(1, 'somebody changed a vault', { region: home, vault: 'lifeboat' }),
      world(2, 'a vault is as it was', { region: home, vault: 'lifeboat' }),
    ];
    expect(violations(changedVault)).toEqual([expect.stringContaining('what protects the vault lifeboat')]);
    expect(violations([...changedVault, said(1.1, 'finding:vault-gone', 'opened')])).toHaveLength(1);
    expect(violations([...changedVault, said(1.1, 'finding:vault-changed', 'opened')])).toEqual([]);
  });

  test('is told by its own name: that of proven points is another one', () => {
    expect(violations([...gone('lifeboat-proven', 5), said(1.1, 'finding:vault-gone', 'opened')])).toHaveLength(1);
    expect(violations([...gone('lifeboat-proven', 5), said(1.1, 'finding:vault-gone:proven', 'opened')])).toEqual([]);
  });
});

describe('what nobody looks at while the checks are off', () => {
  const keyOf = (region: string) => [
    world(2, 'somebody made a key unusable', { region, key: 'alias/lifeboat-vault' }),
    world(4, 'a key can be used again', { region, key: 'alias/lifeboat-vault' }),
  ];
  const checksOff = (until: number) => [
    world(1, 'somebody switched a schedule off', { region: home, schedule: 'lifeboat-check' }),
    said(2.1, 'cannot-tell:keys', 'opened'),
    world(until, 'somebody switched a schedule on', { region: home, schedule: 'lifeboat-check' }),
  ];

  test('is told once they are on again; that they are off is told by itself', () => {
    expect(violations([...keyOf(home), ...checksOff(5)])).toEqual([]);
    expect(violations([...keyOf(home), ...checksOff(3)])).toEqual([expect.stringContaining('at 2026-01-05T03:15')]);
    expect(violations([...keyOf(home), ...checksOff(3), said(3.1, 'finding:key-unusable:vault', 'opened')])).toEqual(
      [],
    );
  });

  test('is told at once in a Region whose checks are on', () => {
    expect(violations([...keyOf('eu-west-1'), ...checksOff(5)])).toEqual([
      expect.stringContaining('the key alias/lifeboat-vault in eu-west-1'),
    ]);
  });
});

describe('a key that cannot be used', () => {
  const unusable = (key: string) => [
    world(1, 'somebody made a key unusable', { region: home, key }),
    world(2, 'a key can be used again', { region: home, key }),
  ];

  test.each([
    ['alias/lifeboat-vault', 'vault'],
    ['alias/lifeboat-scratch-password', 'scratch'],
    ['alias/lifeboat-topics', 'topics'],
  ])('%s is told by its own name', (key, of) => {
    expect(violations(unusable(key))).toEqual([expect.stringContaining(`the key ${key} in eu-central-1 is gone`)]);
    expect(violations([...unusable(key), said(1.1, `finding:key-unusable:${of}`, 'opened')])).toEqual([]);
    expect(violations([...unusable(key), said(1.1, 'finding:key-unusable:another', 'opened')])).toHaveLength(1);
  });
});

describe('what is taken away', () => {
  const reported = again(1, 6, 1 / 12, 'lifeboat-sweep');

  test('is not told by the other Region, which says the same of itself', () => {
    const arn = 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:lifeboat-failed-runs';
    const told = { AlarmName: 'lifeboat-failed-runs', AlarmArn: arn, AlarmDescription: 'It fails.' };
    const Message = JSON.stringify({ ...told, NewStateValue: 'ALARM', OldStateValue: 'OK', NewStateReason: '' });
    const input = { TopicArn: 'arn:aws:sns:eu-west-1:123456789012:lifeboat-notices', Subject: 'ALARM', Message };
    const caller = { kind: 'service', name: 'cloudwatch.amazonaws.com', region: 'eu-west-1' } as const;
    expect(violations([...reported, call(1.2, 'Publish', input, { caller, region: 'eu-west-1' })])).toHaveLength(1);
    expect(violations([...reported, ...alarm(1.2, 'lifeboat-failed-runs', 'ALARM')])).toEqual([]);
  });

  test('is told in time whatever the fault that takes it lets be late', () => {
    const late = (_: string, at: number) => (at >= start + hour && at < start + 6 * hour ? start + 6.1 * hour : 0);
    expect(violations(reported, { openBy: late })).toEqual([]);
    const butForIt: Leave = { openBy: (region, at, about) => (about?.kind === takenAway ? 0 : late(region, at)) };
    expect(violations(reported, butForIt)).toHaveLength(1);
  });
});

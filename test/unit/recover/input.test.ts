import { describe, expect, test } from '@jest/globals';
import { defaultName, mustBeAName } from '../../../functions/recover/name.ts';
import { mustFit, networkFor } from '../../../functions/recover/network.ts';
import { readWish } from '../../../functions/recover/wish.ts';

describe('the input of a recovery', () => {
  test('that names nothing asks for the list; the suggestion of the console is nothing', () => {
    expect(readWish({})).toBeUndefined();
    expect(readWish({ Comment: 'Insert your JSON here' })).toBeUndefined();
  });

  test('is read with its instant in UTC and its paths from the root', () => {
    expect(
      readWish({ resource: 'share', instant: '2026-01-05T10:00:00+01:00', paths: ['/data/names.nsf/'] }),
    ).toMatchObject({
      which: { is: 'instant', instant: '2026-01-05T09:00:00.000Z' },
      paths: ['data/names.nsf'],
    });
  });

  test.each([
    [{ instant: '2026-01-05T10:00:00Z' }, 'resource: name what to recover'],
    [{ resource: 'orders', pint: 'x' }, 'pint'],
    [{ resource: 'orders', point: 'a', instant: '2026-01-05T10:00:00Z' }, 'Leave one of them out'],
    [{ resource: 'orders', instant: 'yesterday' }, 'Write it like 2026-01-31T09:30:00Z'],
    [{ resource: 'orders', instant: '2026-01-05T10:00' }, 'is not an instant'],
    [{ resource: '' }, 'is empty'],
    [{ resource: 'share', paths: [] }, 'is an empty list'],
    [{ resource: 'share', paths: ['../etc'] }, 'is no path below the root'],
    [{ resource: 'share', paths: ['/'] }, 'is no path below the root'],
    [{ resource: 'share', paths: ['1', '2', '3', '4', '5', '6'] }, 'restores 5 at a time'],
  ])('%j is refused: %s', (input, words) => {
    expect(() => readWish(input)).toThrow(words);
  });
});

describe('the name of what is recovered', () => {
  test('says of what, that it is recovered, and when', () => {
    expect(defaultName('orders', '2026-01-05T09:07:30.123Z')).toBe('orders-recovered-20260105-0907');
    expect(defaultName('The Share (old)', '2026-01-05T09:07:30.123Z')).toBe('the-share-old-recovered-20260105-0907');
  });

  test('of the longest database fits, with the instance of a cluster behind it', () => {
    const name = defaultName('a'.repeat(63), '2026-01-05T09:07:30.123Z');
    expect(`${name}-1`.length).toBeLessThanOrEqual(63);
    expect(() => mustBeAName('aurora', name)).not.toThrow();
  });

  test.each([
    ['lifeboat-scratch-0a1b-recovered', 'a name of scratch'],
    ['orders-new', "let it hold 'recovered'"],
    ['Orders-recovered', 'cannot be the name of a database'],
    ['orders--recovered', 'cannot be the name of a database'],
    ['1-recovered', 'cannot be the name of a database'],
    [`recovered-${'a'.repeat(60)}`, 'is longer than 61'],
  ])('%s is refused: %s', (name, words) => {
    expect(() => mustBeAName('rds', name)).toThrow(words);
  });
});

describe('the network of what is recovered', () => {
  const original = { subnetGroup: 'production', securityGroups: ['sg-a'], subnets: ['subnet-a'] };
  const policy = { subnetGroup: 'recovery', securityGroups: ['sg-p'], subnets: ['subnet-p'] };
  const given = { region: 'eu-west-1', wished: {}, original: undefined, policy: undefined };

  test("is the input's first, then the original's own, then the policy's", () => {
    const wished = { subnetGroup: 'mine' };
    expect(networkFor({ ...given, kind: 'rds', wished, original, policy })).toMatchObject({
      subnetGroup: 'mine',
      securityGroups: ['sg-a'],
    });
    expect(networkFor({ ...given, kind: 'rds', original, policy })).toMatchObject({ subnetGroup: 'production' });
    expect(networkFor({ ...given, kind: 'efs', policy })).toMatchObject({
      subnetGroup: null,
      subnets: ['subnet-p'],
      securityGroups: ['sg-p'],
    });
  });

  test('that nothing names is refused with the fields to give', () => {
    expect(() => networkFor({ ...given, kind: 'rds' })).toThrow(
      'subnetGroup and securityGroups: the original is not in eu-west-1',
    );
    expect(() => networkFor({ ...given, kind: 'efs', policy: { ...policy, subnets: [] } })).toThrow(/^subnets: /);
  });

  test('takes no subnets for a database, and no subnet group for a file system', () => {
    expect(() => networkFor({ ...given, kind: 'rds', wished: { subnets: ['subnet-a'] }, original })).toThrow(
      'subnetGroup',
    );
    expect(() => networkFor({ ...given, kind: 'efs', wished: { subnetGroup: 'x' }, original })).toThrow('"subnets"');
  });

  test('is refused when it is not there, in several VPCs, the sealed one, or twice in one zone', () => {
    const found = (vpcs: [string, string | undefined][], zones: [string, string][] = []) => ({
      vpcs: vpcs.map(([what, vpc]) => ({ what, vpc })),
      zones: zones.map(([subnet, zone]) => ({ subnet, zone })),
      sealedVpc: 'vpc-sealed',
    });
    expect(() =>
      mustFit(
        found([
          ['subnet a', 'vpc-1'],
          ['security group b', 'vpc-1'],
        ]),
      ),
    ).not.toThrow();
    expect(() => mustFit(found([['subnet a', undefined]]))).toThrow('subnet a does not exist');
    expect(() =>
      mustFit(
        found([
          ['subnet a', 'vpc-1'],
          ['subnet b', 'vpc-2'],
        ]),
      ),
    ).toThrow('in one VPC: subnet a is in vpc-1');
    expect(() => mustFit(found([['subnet a', 'vpc-sealed']]))).toThrow('sealed network');
    expect(() =>
      mustFit(
        found(
          [['subnet a', 'vpc-1']],
          [
            ['a', 'eu-west-1a'],
            ['b', 'eu-west-1a'],
          ],
        ),
      ),
    ).toThrow('two are in eu-west-1a');
  });
});

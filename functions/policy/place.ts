import type { Reading } from './duration.ts';
import { nearest } from './nearest.ts';

/** Where recovery points are: a Region, in the account of `home` when `account` is null, else in that account. */
export type Place = { region: string; account: string | null };

const areas = ['us', 'eu', 'ap', 'sa', 'ca', 'me', 'af', 'il', 'mx', 'cn', 'us-gov', 'eusc-de'];
const sides = ['north', 'south', 'east', 'west', 'central', 'northeast', 'northwest', 'southeast', 'southwest'];

/**
 * Reads the name of an AWS Region. It knows how such names are built and not which there are, so that a Region which
 * opens tomorrow is accepted and a slip of the finger is not.
 */
export function parseRegion(written: unknown): Reading<string> {
  const example = 'write a Region such as eu-central-1';
  if (typeof written !== 'string') return { ok: false, problem: 'is not an AWS Region', mend: example };
  const text = written.trim();
  const [, area = '', side = '', number = ''] = /^(.+)-([a-z]+)-(\d)$/.exec(text) ?? [];
  if (areas.includes(area) && sides.includes(side)) return { ok: true, value: text };
  const meantArea = areas.includes(area) ? area : nearest(area, areas);
  const meantSide = sides.includes(side) ? side : nearest(side, sides);
  const meant = meantArea !== undefined && meantSide !== undefined ? `${meantArea}-${meantSide}-${number}` : undefined;
  return {
    ok: false,
    problem: `'${text}' is not an AWS Region`,
    mend: meant === undefined ? example : `did you mean ${meant}?`,
  };
}

/** Reads `REGION` or `ACCOUNT/REGION`. */
export function parsePlace(written: unknown): Reading<Place> {
  if (typeof written !== 'string') {
    return {
      ok: false,
      problem: 'is not a place',
      mend: 'write a Region such as eu-west-1, or ACCOUNT/REGION such as 123456789012/eu-west-1',
    };
  }
  const [first = '', second, ...more] = written.trim().split('/');
  if (second === undefined) {
    const region = parseRegion(first);
    return region.ok ? { ok: true, value: { region: region.value, account: null } } : region;
  }
  if (!/^\d{12}$/.test(first) || more.length > 0) {
    const problem = more.length > 0 ? `'${written}' has more than one slash` : `'${first}' is not an AWS account`;
    return { ok: false, problem, mend: 'write twelve digits, a slash and a Region: 123456789012/eu-west-1' };
  }
  const region = parseRegion(second);
  return region.ok ? { ok: true, value: { region: region.value, account: first } } : region;
}

/** A place as `policy.yml` writes it: `eu-west-1` or `123456789012/eu-west-1`. */
export function placeName(place: Place): string {
  return place.account === null ? place.region : `${place.account}/${place.region}`;
}

export function samePlace(one: Place, other: Place): boolean {
  return one.region === other.region && one.account === other.account;
}

/** The AWS partition of a Region: nothing can be copied from one partition to another. */
export function partitionOf(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc' {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}

import { expect, test } from '@jest/globals';
import type { Services } from '../../../simulator/services/index.ts';
import { createTagging } from '../../../simulator/services/tagging/index.ts';
import { call, refusal, regionAlone } from './alone.ts';

type Tags = Record<string, string>;

function account(resources: Record<string, Tags>) {
  const tagged = (service: string) =>
    Object.entries(resources)
      .filter(([arn]) => arn.split(':')[2] === service)
      .map(([arn, tags]) => ({ arn, tags }));
  const region = regionAlone(
    (alone) =>
      ({
        ResourceGroupsTaggingAPI: createTagging(alone),
        RDS: { operations: {}, tagged: () => tagged('rds') },
        EFS: { operations: {}, tagged: () => tagged('elasticfilesystem') },
      }) as unknown as Partial<Services>,
  );
  const get = (input: object = {}) => {
    const answer = call(region, 'ResourceGroupsTaggingAPI', 'GetResources', input);
    const list = answer.ResourceTagMappingList as { ResourceARN: string; Tags: { Key: string; Value: string }[] }[];
    return { token: answer.PaginationToken as string, arns: list.map(({ ResourceARN }) => ResourceARN), list };
  };
  return { get };
}

const shop = 'arn:aws:rds:eu-central-1:111122223333:db:shop';
const group = 'arn:aws:rds:eu-central-1:111122223333:cluster:group';
const mail = 'arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-1';
const plain = 'arn:aws:rds:eu-central-1:111122223333:db:plain';

const resources = () => ({
  [shop]: { 'lifeboat:tier': 'gold', 'lifeboat:checks': 'orders' } as Tags,
  [group]: { 'lifeboat:tier': 'silver' } as Tags,
  [mail]: { 'lifeboat:tier': 'gold' } as Tags,
  [plain]: {} as Tags,
});

test('resources are found by a tag, by its value, and by several tags together', () => {
  const { get } = account(resources());
  expect(get({ TagFilters: [{ Key: 'lifeboat:tier' }] }).arns).toEqual([mail, group, shop]);
  expect(get({ TagFilters: [{ Key: 'lifeboat:tier', Values: ['gold'] }] }).arns).toEqual([mail, shop]);
  const both = [{ Key: 'lifeboat:tier', Values: ['gold', 'silver'] }, { Key: 'lifeboat:checks' }];
  expect(get({ TagFilters: both }).list).toEqual([
    {
      ResourceARN: shop,
      Tags: [
        { Key: 'lifeboat:tier', Value: 'gold' },
        { Key: 'lifeboat:checks', Value: 'orders' },
      ],
    },
  ]);
});

test('resources are found by their type', () => {
  const { get } = account(resources());
  expect(get({ ResourceTypeFilters: ['rds'] }).arns).toEqual([group, shop]);
  expect(get({ ResourceTypeFilters: ['rds:db', 'elasticfilesystem:file-system'] }).arns).toEqual([mail, shop]);
});

test('what was never tagged is not there; what lost its tags is, with none', () => {
  const all = resources();
  const { get } = account(all);
  expect(get().arns).not.toContain(plain);
  delete all[shop]['lifeboat:tier'];
  delete all[shop]['lifeboat:checks'];
  expect(get().list).toContainEqual({ ResourceARN: shop, Tags: [] });
});

test('pages together hold every resource once', () => {
  const { get } = account(resources());
  const first = get({ ResourcesPerPage: 2 });
  const second = get({ ResourcesPerPage: 2, PaginationToken: first.token });
  expect([...first.arns, ...second.arns]).toEqual([mail, group, shop]);
  expect([first.token === '', second.token]).toEqual([false, '']);
});

test('a page of more than a hundred, or a filter without a key, is refused', () => {
  const { get } = account({});
  expect(refusal(() => get({ ResourcesPerPage: 101 }))).toContain('InvalidParameterException');
  expect(refusal(() => get({ TagFilters: [{ Values: ['gold'] }] }))).toContain('InvalidParameterException');
});

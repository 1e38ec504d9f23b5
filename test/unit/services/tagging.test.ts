import { expect, test } from '@jest/globals';
import type { Reader } from '../../../simulator/services/directory.ts';
import type { Services } from '../../../simulator/services/index.ts';
import { createTagging } from '../../../simulator/services/tagging/index.ts';
import { call, refusal, regionAlone } from './alone.ts';

type Tags = Record<string, string>;
type Readers = Reader<{ readonly arn: string; readonly tags: ReadonlyMap<string, string> }>;

function account(resources: Record<string, Tags>) {
  const items = Object.entries(resources).map(([arn, tags]) => ({ arn, tags: new Map(Object.entries(tags)) }));
  const readers: { service: string; reader: Readers }[] = [];
  const tellOfTagged = (service: string) => (reader: Readers) => {
    readers.push({ service, reader });
    for (const item of items) if (item.arn.split(':')[2] === service) reader.came(item);
  };
  const find = (arn: string) => items.find((item) => item.arn === arn) as (typeof items)[number];
  const region = regionAlone(
    (alone) =>
      ({
        ResourceGroupsTaggingAPI: createTagging(alone),
        RDS: { operations: {}, tellOfTagged: tellOfTagged('rds') },
        EFS: { operations: {}, tellOfTagged: tellOfTagged('elasticfilesystem') },
      }) as unknown as Partial<Services>,
  );
  const get = (input: object = {}) => {
    const answer = call(region, 'ResourceGroupsTaggingAPI', 'GetResources', input);
    const list = answer.ResourceTagMappingList as { ResourceARN: string; Tags: { Key: string; Value: string }[] }[];
    return { token: answer.PaginationToken as string, arns: list.map(({ ResourceARN }) => ResourceARN), list };
  };
  const leaves = (arn: string) => {
    for (const { service, reader } of readers) if (arn.split(':')[2] === service) reader.left(find(arn));
  };
  const comes = (arn: string, tags: Tags) => {
    const item = { arn, tags: new Map(Object.entries(tags)) };
    for (const { service, reader } of readers) if (arn.split(':')[2] === service) reader.came(item);
  };
  return { get, tagsOf: (arn: string) => find(arn).tags, leaves, comes };
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
  const { get, tagsOf } = account(resources());
  expect(get().arns).not.toContain(plain);
  tagsOf(shop).clear();
  expect(get().list).toContainEqual({ ResourceARN: shop, Tags: [] });
});

test('what is deleted is gone; what comes under its name is listed, with tags or without', () => {
  const { get, leaves, comes } = account(resources());
  expect(get().arns).toContain(shop);
  leaves(shop);
  expect(get().arns).toEqual([mail, group]);
  comes(shop, {});
  expect(get().list).toContainEqual({ ResourceARN: shop, Tags: [] });
  comes('arn:aws:rds:eu-central-1:111122223333:db:fresh', { owner: 'us' });
  expect(get().arns).toEqual([mail, group, 'arn:aws:rds:eu-central-1:111122223333:db:fresh', shop]);
});

test('resources are found by their ARNs, each once, in order', () => {
  const { get } = account(resources());
  expect(get({ ResourceARNList: [shop, mail, shop, plain] }).arns).toEqual([mail, shop]);
});

test('a page goes on behind a resource that is gone by now', () => {
  const { get, leaves } = account(resources());
  const { token, arns } = get({ ResourcesPerPage: 2 });
  leaves(arns[1] ?? '');
  expect(get({ PaginationToken: token }).arns).toEqual([shop]);
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

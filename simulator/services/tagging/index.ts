import { AwsError, type Operation, type Region, type Service } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { type Shelf, shelf } from './shelf.ts';

/** The Resource Groups Tagging API in one Region. It knows what is, or ever was, tagged. */
export type Tagging = Service;

interface GetResourcesInput {
  readonly ResourceARNList?: readonly string[];
  readonly TagFilters?: readonly { readonly Key?: string; readonly Values?: readonly string[] }[];
  readonly ResourceTypeFilters?: readonly string[];
  readonly ResourcesPerPage?: number;
  readonly PaginationToken?: string;
}

const modelled = new Set([
  'ResourceARNList',
  'TagFilters',
  'ResourceTypeFilters',
  'ResourcesPerPage',
  'PaginationToken',
]);
const pageSize = 100;
/** From the API reference: up to 50 filters, each with up to 20 values. */
const mostFilters = 50;
const mostValues = 20;
const mostArns = 100;

export function createTagging(region: Region): Tagging {
  let known: Shelf | undefined;
  /** The other services exist when the first call comes. */
  const resources = (): Shelf => {
    if (known === undefined) {
      known = shelf();
      region.services.RDS.tellOfTagged(known);
      region.services.EFS.tellOfTagged(known);
    }
    return known;
  };

  const getResources = (input: GetResourcesInput): object => {
    refuseOthers('ResourceGroupsTaggingAPI.GetResources', input, modelled);
    check(input);
    const shelf = resources();
    const items = shelf.items();
    const most = input.ResourcesPerPage ?? pageSize;
    const page: (typeof items)[number][] = [];
    let isMore = false;
    for (const item of candidates(items, shelf, input)) {
      const fit = ofTypes(item.arn, input.ResourceTypeFilters ?? []) && fits(item.tags, input.TagFilters ?? []);
      if (!fit) continue;
      isMore = page.length === most;
      if (isMore) break;
      page.push(item);
    }
    return {
      PaginationToken: isMore ? Buffer.from(page.at(-1)?.arn ?? '').toString('base64url') : '',
      ResourceTagMappingList: page.map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  };
  return { operations: { GetResources: getResources } satisfies Record<string, Operation> };
}

/** Those named, or all from the one behind the page before. */
function* candidates<Item extends { readonly arn: string }>(
  items: readonly Item[],
  { behind, placeOf }: Shelf,
  { ResourceARNList: arns, PaginationToken: token = '' }: GetResourcesInput,
): Iterable<Item> {
  if (arns !== undefined) {
    for (const arn of [...new Set(arns)].sort()) {
      const item = items[placeOf(arn)];
      if (item?.arn === arn) yield item;
    }
    return;
  }
  for (let index = token === '' ? 0 : behind(arnIn(token)); index < items.length; index += 1)
    yield items[index] as Item;
}

/** A resource fits when it has every filter's key, with one of its values where values are given. */
function fits(tags: ReadonlyMap<string, string>, filters: NonNullable<GetResourcesInput['TagFilters']>): boolean {
  return filters.every(({ Key: key = '', Values: values = [] }) => {
    const value = tags.get(key);
    return value !== undefined && (values.length === 0 || values.includes(value));
  });
}

/** Types are `service` or `service:type`, as they stand in the ARN. */
function ofTypes(arn: string, types: readonly string[]): boolean {
  const [, , service, , , resource = ''] = arn.split(':');
  const type = resource.split('/')[0];
  return types.length === 0 || types.some((wanted) => wanted === service || wanted === `${service}:${type}`);
}

/** The token names the last resource of the page before; those that sort after it follow. */
function arnIn(token: string): string {
  const last = Buffer.from(token, 'base64url').toString();
  if (!last.startsWith('arn:')) {
    throw new AwsError('PaginationTokenExpiredException', 'The pagination token has expired or is not valid.');
  }
  return last;
}

function check(input: GetResourcesInput): void {
  const refuse = (message: string): never => {
    throw new AwsError('InvalidParameterException', message);
  };
  const { ResourceARNList: arns, TagFilters: filters = [], ResourcesPerPage: most } = input;
  if (arns !== undefined) {
    if (arns.length === 0 || arns.length > mostArns) refuse(`ResourceARNList must hold 1 to ${mostArns} ARNs.`);
    // From the API reference: a list of ARNs goes with no filter and no paging.
    const others = Object.keys(input).filter((name) => name !== 'ResourceARNList');
    if (others.length > 0) refuse(`ResourceARNList cannot be combined with ${others.join(', ')}.`);
  }
  if (most !== undefined && (most < 1 || most > pageSize))
    refuse(`ResourcesPerPage must be between 1 and ${pageSize}.`);
  if (filters.length > mostFilters) refuse(`No more than ${mostFilters} tag filters can be given.`);
  for (const { Key: key, Values: values = [] } of filters) {
    if (key === undefined || key === '') refuse('A tag filter must have a Key.');
    if (values.length > mostValues) refuse(`No more than ${mostValues} values can be given for a tag filter.`);
  }
}

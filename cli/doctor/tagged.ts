import { paginateGetResources, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { readArn } from '../../functions/account/resource.ts';
import { isScratch, type TaggedResource } from '../../functions/account/tagged.ts';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import { tierTag } from '../../functions/policy/resolve.ts';

/** What carries a tier in a Region, and can be protected: no scratch, no snapshots. */
export async function taggedIn(region: string, client: ClientFactory): Promise<TaggedResource[]> {
  const tagging = client(ResourceGroupsTaggingAPIClient, { region });
  const found: TaggedResource[] = [];
  for await (const page of paginateGetResources({ client: tagging }, { TagFilters: [{ Key: tierTag }] })) {
    for (const { ResourceARN: arn = '', Tags } of page.ResourceTagMappingList ?? []) {
      const tags = Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
      if (readArn(arn) !== undefined && !isScratch(arn, tags)) found.push({ arn, tags });
    }
  }
  return found;
}

import type { ListTagsForResourceRequest, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-efs';
import type { Operation } from '../../world/region.ts';
import { page } from './pages.ts';
import { accessPointOf, badRequest, fileSystemOf, idOf } from './refusals.ts';
import { type EfsState, tagList } from './state.ts';

const mostTags = 50;

export function tagOperations(state: EfsState): Record<string, Operation> {
  const tagsOf = (idOrArn: string | undefined): Map<string, string> =>
    idOf(idOrArn ?? '').startsWith('fsap-') ? accessPointOf(state, idOrArn).tags : fileSystemOf(state, idOrArn).tags;

  return {
    TagResource: (input: TagResourceRequest) => {
      const tags = tagsOf(input.ResourceId);
      const given = input.Tags ?? [];
      for (const { Key } of given) {
        if (Key?.startsWith('aws:') === true)
          throw badRequest(`The tag key '${Key}' begins with 'aws:', which is reserved.`);
      }
      const keys = new Set([...tags.keys(), ...given.map((tag) => tag.Key ?? '')]);
      if (keys.size > mostTags) throw badRequest(`A resource has at most ${mostTags} tags.`);
      for (const { Key, Value } of given) tags.set(Key ?? '', Value ?? '');
      return {};
    },

    UntagResource: (input: UntagResourceRequest) => {
      const tags = tagsOf(input.ResourceId);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },

    ListTagsForResource: (input: ListTagsForResourceRequest) => {
      const { items, next } = page(
        tagList(tagsOf(input.ResourceId)),
        (tag) => tag.Key,
        input.MaxResults ?? 100,
        input.NextToken,
      );
      return { Tags: items, ...(next === undefined ? {} : { NextToken: next }) };
    },
  };
}

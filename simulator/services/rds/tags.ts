import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
} from '@aws-sdk/client-rds';
import { AwsError, NotModelled, type Operation } from '../../world/region.ts';
import { clusterOf, instanceOf, invalidValue } from './refusals.ts';
import { arnPrefix, type RdsState, tagList } from './state.ts';

const mostTags = 50;

export function tagOperations(state: RdsState): Record<string, Operation> {
  const tagsOf = (arn: string | undefined): Map<string, string> => {
    const prefix = arnPrefix(state.region);
    if (arn?.startsWith(prefix) !== true) {
      throw invalidValue(`Invalid resource name: ${arn}: not a resource of RDS in ${state.region.name}.`);
    }
    const [kind = '', ...rest] = arn.slice(prefix.length).split(':');
    const name = rest.join(':');
    if (kind === 'db') return instanceOf(state, name).tags;
    if (kind === 'cluster') return clusterOf(state, name).tags;
    if (kind === 'cluster-snapshot') {
      const snapshot = state.clusterSnapshots.get(name);
      if (snapshot !== undefined) return snapshot.tags;
      throw new AwsError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${name} not found.`, 404);
    }
    if (kind === 'snapshot') {
      const snapshot = state.snapshots.get(name);
      if (snapshot !== undefined) return snapshot.tags;
      throw new AwsError('DBSnapshotNotFoundFault', `DBSnapshot ${name} not found.`, 404);
    }
    throw new NotModelled(`tags of RDS resources of the kind ${kind}`);
  };

  return {
    ListTagsForResource: (input: ListTagsForResourceMessage) => ({ TagList: tagList(tagsOf(input.ResourceName)) }),

    AddTagsToResource: (input: AddTagsToResourceMessage) => {
      const tags = tagsOf(input.ResourceName);
      const given = input.Tags ?? [];
      for (const { Key } of given) {
        if (Key?.startsWith('aws:') === true) throw invalidValue(`Tag keys may not begin with 'aws:': ${Key}`);
      }
      const keys = new Set([...tags.keys(), ...given.map((tag) => tag.Key ?? '')]);
      if (keys.size > mostTags) throw invalidValue(`The resource would have more than ${mostTags} tags.`);
      for (const { Key, Value } of given) tags.set(Key ?? '', Value ?? '');
      return {};
    },

    RemoveTagsFromResource: (input: RemoveTagsFromResourceMessage) => {
      const tags = tagsOf(input.ResourceName);
      for (const key of input.TagKeys ?? []) tags.delete(key);
      return {};
    },
  };
}

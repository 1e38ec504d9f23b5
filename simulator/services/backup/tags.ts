import type { ListTagsInput, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-backup';
import type { Operation } from '../../world/region.ts';
import { invalidValue, notFound } from './refusals.ts';
import { arnPrefix, type BackupState } from './state.ts';

const mostTags = 50;

/** Tags are never changed in place: points share them. */
interface Tagged {
  tags: ReadonlyMap<string, string>;
}

/** Tags of vaults and of points with an ARN of AWS Backup's own. Those of an RDS point are with RDS. */
export function tagOperations(state: BackupState): Record<string, Operation> {
  const taggedOf = (arn: string | undefined): Tagged => {
    const prefix = arnPrefix(state.region);
    if (arn?.startsWith(prefix) !== true) {
      throw invalidValue(
        `${arn} is no resource of AWS Backup in this Region; the tags of a snapshot are with its service.`,
      );
    }
    const point = state.points.get(arn);
    if (point !== undefined) return point;
    const vault = [...state.vaults.values()].find((one) => one.arn === arn);
    if (vault !== undefined) return vault;
    throw notFound(`${arn} does not exist.`);
  };

  return {
    ListTags: (input: ListTagsInput) => ({ Tags: Object.fromEntries(taggedOf(input.ResourceArn).tags) }),

    TagResource: (input: TagResourceInput) => {
      const tagged = taggedOf(input.ResourceArn);
      const tags = new Map(tagged.tags);
      const given = Object.entries(input.Tags ?? {});
      const keys = new Set([...tags.keys(), ...given.map(([key]) => key)]);
      if (keys.size > mostTags) throw invalidValue(`More than ${mostTags} tags specified`);
      for (const [key, value] of given) {
        if (key.startsWith('aws:')) throw invalidValue(`Tag keys may not begin with aws: ${key}`);
        tags.set(key, value);
      }
      tagged.tags = tags;
      return {};
    },

    UntagResource: (input: UntagResourceInput) => {
      const tagged = taggedOf(input.ResourceArn);
      const gone = new Set(input.TagKeyList);
      tagged.tags = new Map([...tagged.tags].filter(([key]) => !gone.has(key)));
      return {};
    },
  };
}

import type { ListTagsInput, TagResourceInput, UntagResourceInput } from '@aws-sdk/client-backup';
import type { Operation } from '../../world/region.ts';
import { invalidValue, notFound } from './refusals.ts';
import { arnPrefix, type BackupState } from './state.ts';

const mostTags = 50;

/** Tags of vaults and of points with an ARN of AWS Backup's own. Those of an RDS point are with RDS. */
export function tagOperations(state: BackupState): Record<string, Operation> {
  const tagsOf = (arn: string | undefined): Map<string, string> => {
    const prefix = arnPrefix(state.region);
    if (arn?.startsWith(prefix) !== true) {
      throw invalidValue(
        `${arn} is no resource of AWS Backup in this Region; the tags of a snapshot are with its service.`,
      );
    }
    const point = state.points.get(arn);
    if (point !== undefined) return point.tags;
    const vault = [...state.vaults.values()].find((one) => one.arn === arn);
    if (vault !== undefined) return vault.tags;
    throw notFound(`${arn} does not exist.`);
  };

  return {
    ListTags: (input: ListTagsInput) => ({ Tags: Object.fromEntries(tagsOf(input.ResourceArn)) }),

    TagResource: (input: TagResourceInput) => {
      const tags = tagsOf(input.ResourceArn);
      const given = Object.entries(input.Tags ?? {});
      const keys = new Set([...tags.keys(), ...given.map(([key]) => key)]);
      if (keys.size > mostTags) throw invalidValue(`More than ${mostTags} tags specified`);
      for (const [key, value] of given) {
        if (key.startsWith('aws:')) throw invalidValue(`Tag keys may not begin with aws: ${key}`);
        tags.set(key, value);
      }
      return {};
    },

    UntagResource: (input: UntagResourceInput) => {
      const tags = tagsOf(input.ResourceArn);
      for (const key of input.TagKeyList ?? []) tags.delete(key);
      return {};
    },
  };
}

import type { Means } from '../means.ts';
import { newestUsable, type PointReader } from '../points.ts';

/** Recovery points of AWS Backup in this Region, whoever made them: the newest data instant that can be restored. */
export function recoveryPoints(points: PointReader): Means {
  return {
    newest: async (resource) => {
      const found = await points.of(resource);
      const newest = newestUsable(found);
      const [first] = found;
      const unusable = first === undefined || first === newest ? undefined : `${first.arn}: ${first.usability.because}`;
      return {
        instant: newest?.instant,
        ...(unusable !== undefined && { said: `what is newer cannot be restored: ${unusable}` }),
      };
    },
  };
}

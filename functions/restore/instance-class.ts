import { DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { readArn } from '../account/resource.ts';
import type { Plan } from './plan.ts';

export interface ChosenClass {
  readonly instanceClass: string;
  readonly because: string;
}

/** The smallest class that Aurora PostgreSQL and Aurora MySQL both have and that is no serverless one. */
const smallest = 'db.t4g.medium';

/**
 * The class of the instance that is made in a restored cluster. A recovery point of a cluster does not say which
 * instances its source had, and home may be gone when a copy is drilled, so it is not asked from another Region.
 */
export function chosenClass({ settings }: Pick<Plan, 'settings'>, ofSource: string | undefined): ChosenClass {
  const said = settings?.instanceClass;
  if (typeof said === 'string') return { instanceClass: said, because: "the policy's" };
  if (ofSource === 'db.serverless') {
    return { instanceClass: smallest, because: 'the source is serverless, and the policy names no instance_class' };
  }
  if (ofSource !== undefined) return { instanceClass: ofSource, because: "that of the source's writer now" };
  return {
    instanceClass: smallest,
    because: 'a copy of a cluster does not tell that of its source, and the policy names no instance_class',
  };
}

/** The class of the source's writer, where the source is in this Region and still there. */
export async function sourceClass(
  rds: RDSClient,
  { resource }: Pick<Plan, 'resource'>,
  region: string | undefined,
): Promise<string | undefined> {
  const source = readArn(resource);
  if (source === undefined || source.region !== region) return undefined;
  const { DBInstances } = await rds.send(
    new DescribeDBInstancesCommand({ Filters: [{ Name: 'db-cluster-id', Values: [resource] }] }),
  );
  return DBInstances?.find(({ DBInstanceClass }) => DBInstanceClass !== undefined)?.DBInstanceClass;
}

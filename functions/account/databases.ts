import {
  type DBCluster,
  type DBInstance,
  paginateDescribeDBClusters,
  paginateDescribeDBInstances,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { Seam } from '../platform/seam.ts';
import { readArn } from './resource.ts';

/** Every instance of this Region by its ARN: of RDS, and members of clusters of any engine. Fails when a page fails. */
export async function listInstances(client: RDSClient): Promise<Map<string, DBInstance>> {
  const found = new Map<string, DBInstance>();
  for await (const page of paginateDescribeDBInstances({ client }, {})) {
    for (const instance of page.DBInstances ?? []) found.set(instance.DBInstanceArn ?? '', instance);
  }
  return found;
}

/** Every cluster of this Region by its ARN, of any engine. Fails when a page fails. */
export async function listClusters(client: RDSClient): Promise<Map<string, DBCluster>> {
  const found = new Map<string, DBCluster>();
  for await (const page of paginateDescribeDBClusters({ client }, {})) {
    for (const cluster of page.DBClusters ?? []) found.set(cluster.DBClusterArn ?? '', cluster);
  }
  return found;
}

/**
 * What a database is, for a person, when it is neither an RDS instance of its own nor an Aurora cluster; undefined when it is,
 * or when RDS says nothing of it. The ARN does not tell: RDS, Aurora, Neptune and DocumentDB share `:db:` and `:cluster:`.
 */
export function otherDatabase(instance: DBInstance | undefined, cluster: DBCluster | undefined): string | undefined {
  const engine = instance?.Engine ?? cluster?.Engine ?? '';
  if (instance?.DBClusterIdentifier !== undefined) {
    return `a member of the cluster ${instance.DBClusterIdentifier}, which is backed up as a whole`;
  }
  if (/^(neptune|docdb)/.test(engine)) return `a database of ${engine}`;
  if (cluster === undefined || engine === '' || engine.startsWith('aurora')) return undefined;
  return 'an RDS Multi-AZ DB cluster, which AWS Backup cannot copy';
}

/** Tells databases that Lifeboat protects from those whose ARNs look the same. */
export interface DatabaseReader {
  /** What `otherDatabase` says of those ARNs that are others. One listing each of instances and clusters, where any is among them. */
  others(arns: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export function databaseReader(seam: Seam): DatabaseReader {
  const client = seam.client(RDSClient);
  return {
    others: async (arns) => {
      const kinds = new Set(arns.map((arn) => readArn(arn)?.kind));
      const instances = kinds.has('rds') ? await listInstances(client) : new Map<string, DBInstance>();
      const clusters = kinds.has('aurora') ? await listClusters(client) : new Map<string, DBCluster>();
      return new Map(
        arns.flatMap((arn) => {
          const other = otherDatabase(instances.get(arn), clusters.get(arn));
          return other === undefined ? [] : [[arn, other] as const];
        }),
      );
    },
  };
}

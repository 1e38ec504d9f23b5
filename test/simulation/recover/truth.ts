import type { Region } from '../../../simulator/world/region.ts';
import type { Stage } from '../drill/stage.ts';
import type { Wanted } from './account.ts';
import type { Recovered } from './play.ts';

// What data is, as the account itself knows it: nothing of functions/ is asked.

const digestSql = `
select 'orders' as name, count(*)::int as rows, md5(coalesce(string_agg(o::text, '|' order by id), '')) as digest from orders o
union all
select 'countries', count(*)::int, md5(coalesce(string_agg(c::text, '|' order by code), '')) from countries c`;

/** What a stored version holds. */
export async function heldByPoint(stage: Stage, kind: Wanted, versionId: string): Promise<unknown> {
  const { databases, files } = stage.account.data;
  if (kind === 'efs') return files.digestOfVersion(versionId).byPath;
  return databases.queryVersion(versionId, (query) => query(digestSql));
}

/** What stands behind the answer of a recovery now. */
export async function heldBy(region: Region, { name, endpoint }: Recovered): Promise<unknown> {
  const { databases, files } = region.account.data;
  const { RDS } = region.services;
  if (endpoint?.fileSystemId !== undefined) {
    const under = endpoint.path?.slice(1) ?? '';
    return (await files.digest(endpoint.fileSystemId, { under })).byPath;
  }
  const database = [...RDS.clusters, ...RDS.instances].find(({ identifier }) => identifier === name);
  return databases.query(database?.dataName ?? '', digestSql);
}

/** Everything that keeps data in a Region, by name, and where it is mounted. */
export function standing({ services: { RDS, EFS } }: Region): string[] {
  return [
    ...[...RDS.instances].map(({ identifier }) => `instance ${identifier}`),
    ...[...RDS.clusters].map(({ identifier }) => `cluster ${identifier}`),
    ...EFS.fileSystems.map(({ id }) => `file system ${id}`),
  ].sort();
}

/** What the check of a recovery makes for itself, as far as it is there. */
export function scratchIn({ services: { RDS, EFS, DynamoDB } }: Region): string[] {
  const subnets = new Set(RDS.subnetGroup('lifeboat-scratch')?.subnetIds);
  return [
    ...[...RDS.instances, ...RDS.clusters]
      .filter(({ identifier }) => identifier.startsWith('lifeboat-scratch-'))
      .map(({ identifier }) => identifier),
    ...EFS.fileSystems
      .flatMap(({ id }) => EFS.mountTargets(id))
      .filter(({ subnetId }) => subnets.has(subnetId))
      .map(({ id }) => id),
    ...DynamoDB.items('lifeboat-ledger').flatMap(({ pk, sk }) =>
      (pk as { S: string }).S === 'SCRATCH' ? [(sk as { S: string }).S] : [],
    ),
  ];
}

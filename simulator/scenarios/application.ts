import pg from 'pg';
import { rowsDigest, type TreeDigest } from '../data/index.ts';
import { wayTo } from '../services/lambda/dial.ts';
import { isPostgres } from '../services/rds/data.ts';
import { NotModelled, type Region } from '../world/region.ts';
import { networkIn } from './network.ts';

/** How an application signs in. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Rows and a digest of each table, by `schema.table`. */
export type TableDigests = Record<string, { rows: number; digest: string }>;

/** Thrown where an application gets no answer, with the code that it would see. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly code: string;

  constructor(what: string, code: string) {
    super(`An application in the production network cannot reach ${what}: ${code}.`);
    this.code = code;
  }
}

/** The master user's login of an instance or cluster, by its identifier or ARN, as it is now. */
export function loginOf(region: Region, identifier: string): Login {
  const found = region.services.RDS.findCluster(identifier) ?? region.services.RDS.find(identifier);
  if (found === undefined) throw new Error(`There is no database ${identifier} in ${region.name}.`);
  const { masterUsername: user, masterPassword: password, databaseName: database = 'postgres' } = found;
  return { user, password, database };
}

/** Whether an application of the Region's production network gets a connection there: undefined, or the code that it meets. */
export function refusedAt(region: Region, address: string, port: number): string | undefined {
  const { subnetIds, applicationGroup } = networkIn(region.name);
  const way = wayTo(region, { subnetIds, securityGroupIds: [applicationGroup] }, address, port);
  if ('code' in way) return way.code;
  return way.endpoint.isReplica ? 'read-only' : undefined;
}

/**
 * Connects as an application of the Region's production network does: by name and port, over TLS that is verified, with
 * a password. Runs the SQL, which may write, and answers with the rows of each statement. Throws {@link Unreachable}, or what the
 * database answers. Call it inside of a happening of the world or between two runs of it.
 */
export async function askDatabase<Answer>(
  region: Region,
  endpoint: { readonly address: string; readonly port: number },
  login: Login,
  work: (query: (sql: string) => Promise<Array<Record<string, unknown>>>) => Promise<Answer>,
): Promise<Answer> {
  const { address, port } = endpoint;
  const { subnetIds, applicationGroup } = networkIn(region.name);
  const way = wayTo(region, { subnetIds, securityGroupIds: [applicationGroup] }, address, port);
  if ('code' in way) throw new Unreachable(`${address}:${port}`, way.code);
  const { engine, dataName, identifier, isReplica } = way.endpoint;
  if (isReplica) throw new NotModelled(`connections to ${identifier}: it is a replica that was not promoted`);
  if (!isPostgres(engine)) throw new NotModelled(`applications of ${identifier}: nothing runs behind ${engine}`);
  const { databases } = region.account.data;
  const client = new pg.Client({
    host: address,
    port,
    ...login,
    ssl: { ca: databases.certificateAuthority },
    stream: (() => databases.connect(dataName, { hostName: address, writesAt: region.world.now() })) as never,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(async (sql) => (await client.query(sql)).rows);
  } finally {
    await client.end();
  }
}

/** What an application reads in a database: rows and a digest of each table. */
export function tablesSeen(
  region: Region,
  endpoint: { readonly address: string; readonly port: number },
  login: Login,
): Promise<TableDigests> {
  return askDatabase(region, endpoint, login, async (query) => {
    // Digests are made of the rows' text, which a session's settings change.
    await query(`set timezone = 'UTC'`);
    return rowsDigest(query);
  });
}

/**
 * What an application reads in a file system that it mounts by one of its mount targets: all of it, or what is below
 * `under`, or some `items` of that. Throws {@link Unreachable}.
 */
export async function filesSeen(
  region: Region,
  fileSystemId: string,
  choice: { readonly under?: string; readonly items?: readonly string[] } = {},
): Promise<TreeDigest> {
  if (!isMountable(region, fileSystemId)) throw new Unreachable(fileSystemId, 'ETIMEDOUT');
  return region.account.data.files.digest(fileSystemId, choice);
}

/** Whether a mount target of the file system answers an application of the Region's production network. */
export function isMountable(region: Region, fileSystemId: string): boolean {
  const { EFS, EC2 } = region.services;
  const { vpcId, applicationGroup } = networkIn(region.name);
  return EFS.mountTargets(fileSystemId).some(
    (target) =>
      target.state === 'available' &&
      target.vpcId === vpcId &&
      !EC2.isZoneGone(target.availabilityZoneName) &&
      EC2.allows([applicationGroup], target.securityGroups, 2049),
  );
}

/** What a recovery point holds, whatever anybody says of it: the tables of a database. */
export function tablesHeld(region: Region, pointArn: string): Promise<TableDigests> {
  return region.account.data.databases.queryVersion(versionOf(region, pointArn), async (query) => {
    await query(`set timezone = 'UTC'`);
    return rowsDigest(query);
  });
}

/** The same of a point of a file system: all of it, or some items. */
export function filesHeld(region: Region, pointArn: string, items?: readonly string[]): TreeDigest {
  return region.account.data.files.digestOfVersion(versionOf(region, pointArn), items);
}

/** What a database, by identifier or ARN, held at an instant, milliseconds since 1970: the truth for point-in-time recovery. */
export async function tablesAsOf(region: Region, identifier: string, instant: number): Promise<TableDigests> {
  const found = region.services.RDS.findCluster(identifier) ?? region.services.RDS.find(identifier);
  if (found?.dataName === undefined) throw new Error(`There is no database ${identifier} in ${region.name}.`);
  const { databases, versions } = region.account.data;
  const versionId = `${found.dataName} as of ${instant}, for who judges`;
  await databases.asOf(found.dataName, instant, versionId);
  try {
    return await databases.queryVersion(versionId, async (query) => {
      await query(`set timezone = 'UTC'`);
      return rowsDigest(query);
    });
  } finally {
    versions.discard(versionId);
  }
}

function versionOf(region: Region, pointArn: string): string {
  const found = region.services.Backup.truth().points.find(({ arn }) => arn === pointArn);
  if (found === undefined) throw new Error(`There is no recovery point ${pointArn} in ${region.name}.`);
  return found.versionId;
}

import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import type { Dial } from '../../../functions/platform/seam.ts';
import { NotModelled, type Region } from '../../world/region.ts';
import { isPostgres } from '../rds/data.ts';
import type { DatabaseEndpoint } from '../rds/index.ts';
import type { Configuration } from './function.ts';

/**
 * Connections as a function's network lets them through: by name to a database of its own VPC whose security groups
 * let the function's in. What no rule lets in gets no answer, which the caller sees as ETIMEDOUT at once: real time
 * is not spent on waiting.
 */
export function dialFrom(region: Region, vpc: Configuration['vpc']): Dial {
  return ({ host, port }) => {
    const way = wayTo(region, vpc, host, port);
    if ('code' in way) return failed(way.code, host, port);
    const { external, engine, identifier, dataName, isReplica } = way.endpoint;
    if (external !== undefined) return connect(external);
    if (!isPostgres(engine)) {
      return broken(new NotModelled(`connections to ${identifier}: nothing runs behind the engine ${engine}`));
    }
    if (isReplica) {
      return broken(new NotModelled(`connections to ${identifier}: it is a replica that was not promoted`));
    }
    return region.account.data.databases.connect(dataName, { hostName: host });
  };
}

/** Where a connection from a function's network ends, or the code of the error that it meets. */
export function wayTo(
  region: Region,
  vpc: Configuration['vpc'],
  host: string,
  port: number,
): { readonly endpoint: DatabaseEndpoint & { readonly dataName: string } } | { readonly code: string } {
  if (vpc === undefined) return { code: 'ECONNREFUSED' };
  const { RDS, EC2 } = region.services;
  const endpoint = RDS.endpoint(host, port);
  if (endpoint === undefined) return { code: 'ENOTFOUND' };
  const group = endpoint.subnetGroup === undefined ? undefined : RDS.subnetGroup(endpoint.subnetGroup);
  const networks = new Set(vpc.subnetIds.map((subnet) => EC2.vpcOf(subnet)));
  const near = group?.subnetIds.some((subnet) => networks.has(EC2.vpcOf(subnet))) === true;
  if (!near || !EC2.allows(vpc.securityGroupIds, endpoint.securityGroupIds, port)) return { code: 'ETIMEDOUT' };
  // A host that is gone answers nothing at all.
  if (endpoint.down !== undefined) return { code: 'ETIMEDOUT' };
  const { dataName } = endpoint;
  if (dataName === undefined || !listening.has(endpoint.status)) return { code: 'ECONNREFUSED' };
  return { endpoint: { ...endpoint, dataName } };
}

/** The states of a DB instance in which its database takes connections. */
const listening = new Set([
  'available',
  'backing-up',
  'modifying',
  'resetting-master-credentials',
  'storage-optimization',
]);

/** A connection that fails as Node's own would: an error event with a code, then a close. */
function failed(code: string, host: string, port: number): Duplex {
  return broken(Object.assign(new Error(`connect ${code} ${host}:${port}`), { code, syscall: 'connect' }));
}

/** Drivers expect to be told of errors by an event, a little later. */
function broken(error: Error): Duplex {
  const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  process.nextTick(() => stream.destroy(error));
  return stream;
}

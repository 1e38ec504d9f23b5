import { Duplex } from 'node:stream';
import type { Dial } from '../../../functions/platform/seam.ts';
import type { Region } from '../../world/region.ts';
import type { Configuration } from './function.ts';

/**
 * Connections as a function's network lets them through: by name to a database of its own VPC whose security groups
 * let the function's in. What no rule lets in gets no answer, which the caller sees as ETIMEDOUT at once: real time
 * is not spent on waiting.
 */
export function dialFrom(region: Region, vpc: Configuration['vpc']): Dial {
  return ({ host, port }) => {
    if (vpc === undefined) return failed('ECONNREFUSED', host, port);
    const { RDS, EC2 } = region.services;
    const endpoint = RDS.endpoint(host, port);
    if (endpoint === undefined) return failed('ENOTFOUND', host, port);
    const group = endpoint.subnetGroup === undefined ? undefined : RDS.subnetGroup(endpoint.subnetGroup);
    const networks = new Set(vpc.subnetIds.map((subnet) => EC2.vpcOf(subnet)));
    const near = group?.subnetIds.some((subnet) => networks.has(EC2.vpcOf(subnet))) === true;
    if (!near || !EC2.allows(vpc.securityGroupIds, endpoint.securityGroupIds, port)) {
      return failed('ETIMEDOUT', host, port);
    }
    if (endpoint.dataName === undefined || !listening.has(endpoint.status)) return failed('ECONNREFUSED', host, port);
    return region.account.data.databases.connect(endpoint.dataName, { hostName: host });
  };
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
  const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const error = Object.assign(new Error(`connect ${code} ${host}:${port}`), { code, syscall: 'connect' });
  process.nextTick(() => stream.destroy(error));
  return stream;
}

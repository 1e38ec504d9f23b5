import { createHash } from 'node:crypto';
import { readArn } from '../account/resource.ts';

/**
 * The name of a resource in an object's key: its kind and id for people, and the start of its ARN's SHA-256 so that no
 * two resources share one. What has no ARN is named by itself.
 */
export function slugOf(resource: string): string {
  const name = readArn(resource);
  if (name === undefined && /^[a-z-]+$/.test(resource)) return resource;
  const digest = createHash('sha256').update(resource).digest('hex').slice(0, 12);
  return name === undefined ? `other-${digest}` : `${name.kind}-${name.id}-${digest}`;
}

/** Where the chain of a resource and location (`ACCOUNT/REGION`) stands in the evidence bucket. */
export function chainPrefix(location: string, resource: string): string {
  return `${chainsPrefix(location)}${slugOf(resource)}/`;
}

/** Where all chains of a location stand. */
export function chainsPrefix(location: string): string {
  return `evidence/${location.replace('/', '-')}/`;
}

/** Padded, so that the order of keys is the order of records. */
export function recordKey(location: string, resource: string, seq: number): string {
  return `${chainPrefix(location, resource)}${recordName(seq)}`;
}

/** The name of a record in the folder of its chain. */
export function recordName(seq: number): string {
  return `${String(seq).padStart(10, '0')}.json`;
}

/** Where the seals of a location stand. */
export function sealsPrefix(location: string): string {
  return `seals/${location.replace('/', '-')}/`;
}

/** Where the seal of a day (`YYYY-MM-DD`, UTC) stands. */
export function sealKey(location: string, day: string): string {
  return `${sealsPrefix(location)}${day}.json`;
}

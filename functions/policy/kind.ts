import type { Kind } from '../ledger/kind.ts';

export type { Kind };

export const kinds: readonly Kind[] = ['efs', 'rds', 'aurora'];

/** What AWS Backup calls each kind, in `ResourceType` of its jobs and recovery points. */
export const resourceTypes: Readonly<Record<Kind, string>> = { efs: 'EFS', rds: 'RDS', aurora: 'Aurora' };

/** What a person calls one resource of the kind, and what stands inside it. */
export const kindWords: Readonly<Record<Kind, { one: string; holds: 'files' | 'database' }>> = {
  efs: { one: 'an EFS file system', holds: 'files' },
  rds: { one: 'an RDS instance', holds: 'database' },
  aurora: { one: 'an Aurora cluster', holds: 'database' },
};

/** The kind behind AWS Backup's `ResourceType`, or undefined when Lifeboat does not protect that type. */
export function kindOfResourceType(resourceType: string): Kind | undefined {
  return kinds.find((kind) => resourceTypes[kind] === resourceType);
}

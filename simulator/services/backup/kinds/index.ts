import { NotModelled } from '../../../world/region.ts';
import { invalidValue } from '../refusals.ts';
import type { ResourceType } from '../state.ts';
import { aurora } from './aurora.ts';
import { efs } from './efs.ts';
import type { Kind } from './kind.ts';
import { rds } from './rds.ts';

export type { Kind } from './kind.ts';

export const kinds: Readonly<Record<ResourceType, Kind>> = { EFS: efs, RDS: rds, Aurora: aurora };

/** The kind of the resource that an ARN names. What AWS Backup could back up and is not modelled is refused by name. */
export function kindOf(resourceArn: string): Kind {
  const [prefix, , service, , , type] = resourceArn.split(':');
  if (prefix !== 'arn') throw invalidValue(`Invalid ARN. Provided ARN: ${resourceArn}`);
  if (service === 'elasticfilesystem') return efs;
  if (service === 'rds' && type === 'db') return rds;
  if (service === 'rds' && type === 'cluster') return aurora;
  throw new NotModelled(`backups of ${service} (${resourceArn})`);
}

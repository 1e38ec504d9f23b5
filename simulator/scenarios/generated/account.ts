import type { Chance } from '../../world/chance.ts';
import type { Region } from '../../world/region.ts';

export type Kind = 'efs' | 'rds' | 'aurora';

/** A resource of a generated account, as it was drawn. */
export interface Drawn {
  readonly name: string;
  readonly kind: Kind;
  readonly tier: string;
  /** RDS takes a snapshot of its own each day, and AWS Backup turns it into its points: their data is then hours old. */
  readonly automatedSnapshots: boolean;
  /** CloudWatch says -1 of its replica while that does not replicate, as of MySQL, and not how far it lies behind. */
  readonly saysMinusOne: boolean;
}

/** Draws resources under names that begin with `prefix`. */
export function drawResources(chance: Chance, count: number, tiers: readonly string[], prefix: string): Drawn[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = chance.pick(['efs', 'efs', 'rds', 'rds', 'rds', 'aurora'] as const);
    return {
      name: `${prefix}-${index + 1}-${kind}`,
      kind,
      tier: chance.pick(tiers),
      automatedSnapshots: kind === 'rds' && chance.number() < 0.08,
      saysMinusOne: kind === 'rds' && chance.number() < 0.4,
    };
  });
}

/** Puts a resource there, tagged for its tier, and answers its ARN. */
export async function putResource(home: Region, { name, kind, tier, automatedSnapshots }: Drawn): Promise<string> {
  const tags = { [tierTag]: tier };
  const { EFS, RDS } = home.services;
  if (kind === 'efs') return (await EFS.addFileSystem({ name, tags })).arn;
  const database = { identifier: name, databaseName: 'app', tags };
  if (kind === 'aurora') return (await RDS.addCluster(database)).arn;
  return (await RDS.addDatabase({ ...database, automatedSnapshots })).arn;
}

export const tierTag = 'lifeboat:tier';

/** Changes the tag of a resource, as a person does in the console: no call of the product. Undefined takes it away. */
export function retag(home: Region, arn: string, tier: string | undefined): void {
  const { EFS, RDS } = home.services;
  const found = [EFS.find(arn), RDS.find(arn), RDS.findCluster(arn)].find((one) => one?.arn === arn);
  if (found === undefined) throw new Error(`There is no ${arn} to tag.`);
  if (tier === undefined) found.tags.delete(tierTag);
  else found.tags.set(tierTag, tier);
}

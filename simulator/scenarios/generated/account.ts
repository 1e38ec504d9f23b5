import type { Chance } from '../../world/chance.ts';
import type { Region } from '../../world/region.ts';

/** A resource of a generated account, as it was drawn. */
export interface Drawn {
  readonly name: string;
  readonly kind: 'efs' | 'rds';
  readonly tier: string;
  /** RDS takes a snapshot of its own each day, and AWS Backup turns it into its points: their data is then hours old. */
  readonly automatedSnapshots: boolean;
}

/** Draws resources under names that begin with `prefix`. */
export function drawResources(chance: Chance, count: number, tiers: readonly string[], prefix: string): Drawn[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = chance.pick(['efs', 'rds'] as const);
    return {
      name: `${prefix}-${index + 1}-${kind}`,
      kind,
      tier: chance.pick(tiers),
      automatedSnapshots: kind === 'rds' && chance.number() < 0.08,
    };
  });
}

/** Puts a resource there, tagged for its tier, and answers its ARN. */
export async function putResource(home: Region, { name, kind, tier, automatedSnapshots }: Drawn): Promise<string> {
  const tags = { [tierTag]: tier };
  if (kind === 'efs') return (await home.services.EFS.addFileSystem({ name, tags })).arn;
  const made = await home.services.RDS.addDatabase({
    identifier: name,
    databaseName: 'app',
    automatedSnapshots,
    tags,
  });
  return made.arn;
}

export const tierTag = 'lifeboat:tier';

/** Changes the tag of a resource, as a person does in the console: no call of the product. Undefined takes it away. */
export function retag(home: Region, arn: string, tier: string | undefined): void {
  const found = home.services.EFS.find(arn) ?? home.services.RDS.find(arn);
  if (found === undefined) throw new Error(`There is no ${arn} to tag.`);
  if (tier === undefined) found.tags.delete(tierTag);
  else found.tags.set(tierTag, tier);
}

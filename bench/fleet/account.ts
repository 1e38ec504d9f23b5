import type { PolicyExcerpt } from '../../simulator/scenarios/summary.ts';
import type { Region } from '../../simulator/world/region.ts';

/** A part of the fleet: resources of one kind in one tier of `policy.yml`, of every 10,000. */
interface Part {
  readonly tier: string;
  readonly kind: 'efs' | 'rds';
  readonly of10000: number;
}

/**
 * What a fleet of any size is made of. What bounds the numbers, of 10,000: 20 copies of RDS run at once, so some 1,300
 * a day; one file system is drilled at a time, so few of them are.
 */
export const parts: readonly Part[] = [
  { tier: 'gold', kind: 'efs', of10000: 30 },
  { tier: 'gold', kind: 'rds', of10000: 70 },
  { tier: 'silver', kind: 'rds', of10000: 200 },
  { tier: 'files', kind: 'efs', of10000: 1_700 },
  { tier: 'bronze', kind: 'efs', of10000: 3_000 },
  { tier: 'local', kind: 'efs', of10000: 4_500 },
  { tier: 'local', kind: 'rds', of10000: 500 },
];

/** How many resources each part has, so that they add up: what rounding leaves over goes to the last. */
export function sizes(resources: number): { part: Part; count: number }[] {
  const floors = parts.map((part) => ({ part, count: Math.floor((resources * part.of10000) / 10_000) }));
  const last = floors.at(-2);
  if (last !== undefined) last.count += resources - floors.reduce((sum, { count }) => sum + count, 0);
  return floors;
}

export interface Member {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Room that AWS grants beside the fleet's own: for scratch. */
const room = 1_000;

/** Puts the fleet into its home Region, in which AWS has granted it room. */
export async function addFleet(home: Region, others: readonly Region[], resources: number): Promise<Member[]> {
  for (const region of [home, ...others]) {
    region.services.EFS.grant(resources + room);
    region.services.RDS.grant(resources + room);
  }
  const members: Member[] = [];
  for (const { part, count } of sizes(resources)) {
    for (let index = 0; index < count; index += 1) {
      const tags = { 'lifeboat:tier': part.tier };
      const name = `${part.tier}-${part.kind}-${index}`;
      const { arn } =
        part.kind === 'rds'
          ? await home.services.RDS.addDatabase({ identifier: name, databaseName: 'app', tags })
          : await home.services.EFS.addFileSystem({ name, tags });
      members.push({ arn, tags });
    }
  }
  return members;
}

/** The Regions that the policy copies to. */
export function regionsOf(policy: PolicyExcerpt, stacks: readonly { readonly region: string }[]): string[] {
  return stacks.map(({ region }) => region).filter((region) => region !== policy.home);
}

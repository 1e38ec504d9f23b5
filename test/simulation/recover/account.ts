import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkIn, type ProductionNetwork, putNetwork } from '../../../simulator/scenarios/network.ts';
import type { Region } from '../../../simulator/world/region.ts';

export const regions = { home: 'eu-central-1', copy: 'eu-west-1' } as const;

/** The policy of drills, and where the copy Region puts what is recovered there. Removed by whoever asked for it. */
export function withPolicy(): { readonly file: string; remove(): void } {
  const text = readFileSync(join(import.meta.dirname, '../drill/policy.yml'), 'utf8');
  const { subnetGroup, databaseGroup, fileGroup, subnetIds } = networkIn(regions.copy);
  const file = join(tmpdir(), `lifeboat-recover-${process.pid}.yml`);
  const network = `subnet_group: ${subnetGroup}, security_groups: [${databaseGroup}, ${fileGroup}], subnets: [${subnetIds.join(', ')}]`;
  writeFileSync(file, `${text}\nrecovery:\n  ${regions.copy}: { ${network} }\n`);
  return { file, remove: () => rmSync(file, { force: true }) };
}

const countries = Array.from({ length: 8 }, (_, n) => `('C${n}', 'Country ${n}')`).join(', ');
const shop = `
create table orders (id serial primary key, placed_at timestamptz not null, note text);
create table countries (code text primary key, name text not null);
insert into orders (placed_at, note)
  select timestamptz '2026-03-02 00:00:00Z' + n * interval '1 minute', repeat('note of an order ', 5) from generate_series(1, 300) n;
insert into countries values ${countries};
vacuum analyze;
`;

export type Wanted = 'rds' | 'aurora' | 'efs';

/** A production network in both Regions, and what stands in it at home. */
export async function build(
  home: Region,
  copy: Region,
  directory: string,
  wanted: readonly Wanted[],
): Promise<Map<Wanted, string>> {
  const made = new Map<Wanted, string>();
  const network: ProductionNetwork = putNetwork(home);
  putNetwork(copy);
  const tags = (checks: string) => ({ 'lifeboat:tier': 'table', 'lifeboat:checks': checks });
  const sql = [{ name: 'shop.sql', text: shop }];
  const { subnetGroup } = network;
  const at = { subnetGroup, securityGroupIds: [network.databaseGroup] };
  if (wanted.includes('rds')) {
    const { arn } = await home.services.RDS.addDatabase({
      identifier: 'orders',
      databaseName: 'shop',
      sql,
      tags: tags('shop'),
      ...at,
    });
    made.set('rds', arn);
  }
  if (wanted.includes('aurora')) {
    const { arn } = await home.services.RDS.addCluster({
      identifier: 'billing',
      databaseName: 'shop',
      sql,
      tags: tags('shop'),
      ...at,
    });
    made.set('aurora', arn);
  }
  if (wanted.includes('efs')) {
    const tree = join(directory, 'share');
    mkdirSync(join(tree, 'data', 'mail'), { recursive: true });
    writeFileSync(join(tree, 'ledger.txt'), 'the ledger of the share\n'.repeat(20));
    for (let n = 0; n < 25; n += 1)
      writeFileSync(join(tree, 'data', 'mail', `mail-${n}.nsf`), `mail ${n}\n`.repeat(n + 1));
    const { arn } = await home.services.EFS.addFileSystem({
      name: 'share',
      directory: tree,
      tags: tags('share'),
      network: { subnetIds: network.subnetIds, securityGroups: [network.fileGroup] },
    });
    made.set('efs', arn);
  }
  return made;
}

import {
  GetResourcesCommand,
  paginateGetResources,
  ResourceGroupsTaggingAPIClient,
  type ResourceTagMapping,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { ledgerOf } from '../ledger/ledger.ts';
import { type RecoveringRow, recoveringPartition } from '../ledger/recovering.ts';
import type { Seam } from '../platform/seam.ts';
import { tierTag } from '../policy/resolve.ts';

/** The tag that scratch file systems are born with. Inventory never sees what carries it. */
export const scratchTag = 'lifeboat:scratch';
/** The tag of what was recovered for real: the name of the execution that did it. */
export const recoveredTag = 'lifeboat:recovered';
/** The prefix that scratch databases are born with. Inventory never sees them, whatever tags a restore copied. */
export const scratchPrefix = 'lifeboat-scratch-';

export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Finds resources by their tags, which is how a resource asks for a tier. Scratch and backups are never among them. */
export interface TagReader {
  /** Every resource of this Region that carries `lifeboat:tier`, in the order of their ARNs. Fails when a page fails. */
  all(): Promise<TaggedResource[]>;
  /** One resource by its ARN; undefined when it has no tags, is gone, or is scratch. */
  one(arn: string): Promise<TaggedResource | undefined>;
}

/** Reads LEDGER_TABLE: what is being recovered carries the tags of its source, and is not counted until it is handed over. */
export function tagReader(seam: Seam): TagReader {
  const client = seam.client(ResourceGroupsTaggingAPIClient);
  const ledger = ledgerOf(seam);
  const withoutRecovering = async (found: TaggedResource[]): Promise<TaggedResource[]> => {
    if (found.length === 0) return found;
    const now = seam.clock.now().toISOString();
    const rows = await ledger.list<RecoveringRow>(recoveringPartition);
    const coming = new Set(rows.filter(({ until }) => until > now).map(({ resource }) => resource));
    return found.filter(({ arn }) => !coming.has(arn));
  };
  return {
    all: async () => {
      const found: TaggedResource[] = [];
      for await (const page of paginateGetResources({ client }, { TagFilters: [{ Key: tierTag }] })) {
        found.push(...(page.ResourceTagMappingList ?? []).flatMap(taggedResource));
      }
      return (await withoutRecovering(found)).sort((one, other) => one.arn.localeCompare(other.arn));
    },
    one: async (arn) => {
      const { ResourceTagMappingList } = await client.send(new GetResourcesCommand({ ResourceARNList: [arn] }));
      const found = (ResourceTagMappingList ?? []).flatMap(taggedResource).filter((resource) => resource.arn === arn);
      return (await withoutRecovering(found))[0];
    },
  };
}

function taggedResource({ ResourceARN: arn, Tags }: ResourceTagMapping): TaggedResource[] {
  if (arn === undefined) return [];
  const tags = Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  return isScratch(arn, tags) || isBackup(arn) ? [] : [{ arn, tags }];
}

/** Snapshots, automated backups and recovery points carry the tags of what they were made from: they need no backup. */
function isBackup(arn: string): boolean {
  return /:((cluster-)?(snapshot|auto-backup)|recovery-point):/.test(arn);
}

/** Whether something is scratch by its birth mark, whatever else it carries. */
export function isScratch(arn: string, tags: Readonly<Record<string, string>>): boolean {
  return scratchTag in tags || arn.split(/[:/]/).at(-1)?.startsWith(scratchPrefix) === true;
}

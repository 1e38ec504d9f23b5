import type { Region } from '../../../world/region.ts';
import type { Holding, Point, ResourceType } from '../state.ts';

/** A resource that AWS Backup finds behind an ARN. */
export interface Resource {
  readonly name: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly encrypted: boolean;
  readonly keyArn: string | undefined;
}

/** A backup or copy that has begun: its data is taken, its point still `CREATING`. */
export interface Begun {
  readonly holding: Holding;
  readonly dataInstant: number;
  /** How long it will run. */
  readonly milliseconds: number;
  readonly sizeBytes: number;
  /** Makes what stands behind the point whole. */
  readonly finish: () => void;
  /** Forgets it, when the job is stopped. The version is discarded by the caller. */
  readonly undo: () => void;
}

export type RestoreOutcome = { readonly createdResourceArn: string } | { readonly fails: string };

/** What differs between the types of resource. */
export interface Kind {
  readonly type: ResourceType;
  /** Fully managed types have an ARN and the key of the vault of their own; tags of others are with their service. */
  readonly fullyManaged: boolean;
  readonly cold: boolean;
  /** Whether StopBackupJob works. */
  readonly stoppable: boolean;
  /** Whether the answer of StartBackupJob tells the point's ARN. */
  readonly tellsArn: boolean;
  find(region: Region, arn: string): Resource | undefined;
  /** Whether somebody deletes it, or has. Left out where its service refuses that while it is backed up. */
  isDeleted?(region: Region, arn: string): boolean;
  /** Why a backup cannot start now, as the job will say it. */
  obstacle(region: Region, arn: string): string | undefined;
  pointArn(region: Region, job: { readonly id: string; readonly by: 'job' | 'copyjob' }, uuid: string): string;
  /** Takes the data now. `tags` are the point's own. */
  begin(
    region: Region,
    arn: string,
    point: { readonly arn: string; readonly versionId: string; readonly tags: ReadonlyMap<string, string> },
  ): Promise<Begun>;
  copy(from: Region, point: Point, to: Region, copyArn: string, versionId: string, vaultKey: string): Promise<Begun>;
  /** The point goes: so does what its service shows of it. */
  forget(region: Region, point: Point): void;
  metadata(region: Region, point: Point): Record<string, string>;
  /** Refuses metadata that a restore cannot begin with. */
  checkMetadata(metadata: Readonly<Record<string, string>>): void;
  /** Restores, and says how it ended. Throws nothing but what is not modelled. */
  restore(
    region: Region,
    point: Point,
    order: {
      readonly metadata: Readonly<Record<string, string>>;
      readonly copySourceTags: boolean;
      readonly id: string;
    },
    ended: (outcome: RestoreOutcome) => void,
  ): void | Promise<void>;
}

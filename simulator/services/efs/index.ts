import type { Region, Service } from '../../world/region.ts';
import { Directory, type Reader } from '../directory.ts';
import { accessPointOperations } from './access-points.ts';
import { fileSystemOperations, measure, newFileSystem } from './file-systems.ts';
import { addMountTarget, mountTargetOperations } from './mount-targets.ts';
import { idOf } from './refusals.ts';
import { type FileReplication, replicationOf } from './replication.ts';
import type { AccessPoint, EfsState, FileSystem, MountTarget } from './state.ts';
import { tagOperations } from './tags.ts';

export type { AccessPoint, FileSystem, MountTarget } from './state.ts';

/** Amazon EFS in one Region. */
export interface EFS extends Service {
  /** What other Regions' file systems replicate to here. */
  readonly replication: FileReplication;
  /** Puts a file system into the account as it would stand there on the first day, `available`; answers its id. */
  addFileSystem(options: {
    readonly name: string;
    /** What is in it: the files of this directory of the machine; nothing when left out. */
    readonly directory?: string;
    readonly tags?: Readonly<Record<string, string>>;
    readonly encrypted?: boolean;
    readonly id?: string;
    /** Where it can be mounted: one mount target in each subnet, `available`. Nowhere when left out. */
    readonly network?: { readonly subnetIds: readonly string[]; readonly securityGroups: readonly string[] };
  }): Promise<FileSystem>;
  /** A file system by id or ARN. */
  find(idOrArn: string): FileSystem | undefined;
  readonly fileSystems: readonly FileSystem[];
  /** What AWS grants to an account that asks for more file systems in a Region. */
  grant(fileSystems: number): void;
  accessPoint(arn: string): AccessPoint | undefined;
  mountTargets(fileSystemId: string): readonly MountTarget[];
  /** For the tagging API: all that can carry tags, as it comes and goes. */
  tellOfTagged(reader: Reader<{ readonly arn: string; readonly tags: ReadonlyMap<string, string> }>): void;
  tagged(): { readonly arn: string; readonly tags: Readonly<Record<string, string>> }[];
  /** For AWS Backup: a restore makes a file system. Refuses as CreateFileSystem does. */
  createForRestore(options: Parameters<typeof newFileSystem>[1]): Promise<FileSystem>;
  /** For AWS Backup: what a backup or restore found in the file system, bytes. */
  measured(fileSystem: FileSystem, bytes: number): void;
}

/** The quota of a Region that nobody asked AWS to raise. */
const usualFileSystems = 1000;

export function createEFS(region: Region): EFS {
  const state: EfsState = {
    region,
    chance: region.world.chance.fork(`efs ${region.name}`),
    fileSystems: new Directory(),
    mountTargets: new Map(),
    accessPoints: new Directory(),
    mostFileSystems: usualFileSystems,
  };

  const replication = replicationOf(state);

  return {
    operations: {
      ...fileSystemOperations(state),
      ...mountTargetOperations(state),
      ...accessPointOperations(state),
      ...tagOperations(state),
      ...replication.operations,
    },
    replication,

    addFileSystem: async ({ name, directory, tags, encrypted, id, network }) => {
      const fileSystem = newFileSystem(state, {
        ...(id === undefined ? {} : { id }),
        creationToken: `account file: ${name}`,
        encrypted,
        tags: new Map(Object.entries({ Name: name, ...tags })),
      });
      fileSystem.state = 'available';
      const modifiedAt = region.world.now();
      await region.account.data.files.create(fileSystem.id, directory === undefined ? {} : { directory, modifiedAt });
      const chance = state.chance.fork(`mount targets of ${fileSystem.id}`);
      for (const subnetId of network?.subnetIds ?? []) {
        const subnet = region.services.EC2.subnet(subnetId);
        if (subnet === undefined) throw new Error(`There is no subnet ${subnetId} in ${region.name}.`);
        addMountTarget(state, fileSystem, subnet, network?.securityGroups ?? [], chance.fork(subnetId)).state =
          'available';
      }
      return fileSystem;
    },

    find: (idOrArn) => state.fileSystems.get(idOf(idOrArn)),
    get fileSystems() {
      return [...state.fileSystems.values()];
    },
    grant: (fileSystems) => {
      state.mostFileSystems = fileSystems;
    },
    accessPoint: (arn) => state.accessPoints.get(idOf(arn)),
    mountTargets: (fileSystemId) => [...state.mountTargets.values()].filter((one) => one.fileSystemId === fileSystemId),

    tellOfTagged: (reader) => {
      state.fileSystems.tell(reader);
      state.accessPoints.tell(reader);
    },
    tagged: () =>
      [...state.fileSystems.values(), ...state.accessPoints.values()].map(({ arn, tags }) => ({
        arn,
        tags: Object.fromEntries(tags),
      })),

    createForRestore: async (options) => {
      const fileSystem = newFileSystem(state, options);
      await region.account.data.files.create(fileSystem.id);
      return fileSystem;
    },
    measured: (fileSystem, bytes) => measure(state, fileSystem, bytes),
  };
}

import type {
  CreateFileSystemRequest,
  DeleteFileSystemRequest,
  DescribeFileSystemsRequest,
  FileSystemDescription,
} from '@aws-sdk/client-efs';
import { NotModelled, type Operation } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { page } from './pages.ts';
import { badRequest, fileSystemOf, refusal } from './refusals.ts';
import { arnPrefix, type EfsState, type FileSystem, tagList, tagMap } from './state.ts';

/** What an empty file system says about itself, bytes. */
const emptyBytes = 6144;

/** Makes a file system that is still `creating`. Its data is for the caller to make. */
export function newFileSystem(
  state: EfsState,
  options: {
    readonly id?: string;
    readonly creationToken: string;
    readonly performanceMode?: string | undefined;
    readonly throughputMode?: string | undefined;
    readonly encrypted?: boolean | undefined;
    readonly kmsKeyId?: string | undefined;
    readonly tags: Map<string, string>;
  },
): FileSystem {
  const { region } = state;
  const now = region.world.now();
  for (const existing of state.fileSystems.values()) {
    if (existing.creationToken !== options.creationToken) continue;
    throw refusal(
      'FileSystemAlreadyExists',
      `File system '${existing.id}' already exists with creation token '${options.creationToken}'`,
      409,
      { FileSystemId: existing.id },
    );
  }
  if (state.fileSystems.size >= state.mostFileSystems) {
    throw refusal('FileSystemLimitExceeded', `You may not have more than ${state.mostFileSystems} file systems.`, 403);
  }
  const id = options.id ?? `fs-${state.chance.hex(17)}`;
  if (state.fileSystems.has(id)) throw new Error(`The file system ${id} exists already.`);
  const encrypted = options.encrypted ?? false;
  const fileSystem: FileSystem = {
    id,
    arn: `${arnPrefix(region)}file-system/${id}`,
    creationToken: options.creationToken,
    createdAt: now,
    performanceMode: options.performanceMode ?? 'generalPurpose',
    throughputMode: options.throughputMode ?? 'bursting',
    encrypted,
    kmsKeyId: encrypted
      ? (options.kmsKeyId ?? `arn:aws:kms:${region.name}:${region.account.id}:alias/aws/elasticfilesystem`)
      : undefined,
    tags: options.tags,
    state: 'creating',
    measured: { bytes: 0, at: now },
    told: { bytes: 0, at: now },
  };
  state.fileSystems.set(id, fileSystem);
  region.world.after(draw(state.chance, timing.efs.created), `EFS made ${id}`, () => {
    if (fileSystem.state === 'creating') fileSystem.state = 'available';
  });
  return fileSystem;
}

/** Somebody measured what is in the file system, bytes. DescribeFileSystems tells it an hour later, at the earliest. */
export function measure(state: EfsState, fileSystem: FileSystem, bytes: number): void {
  const now = state.region.world.now();
  settleSize(fileSystem, now);
  fileSystem.measured = { bytes, at: now };
}

function settleSize(fileSystem: FileSystem, now: number): void {
  if (now - fileSystem.measured.at >= timing.efs.sizeLag) fileSystem.told = fileSystem.measured;
}

export function fileSystemOperations(state: EfsState): Record<string, Operation> {
  const { region } = state;

  const describe = (fileSystem: FileSystem): FileSystemDescription => {
    settleSize(fileSystem, region.world.now());
    const name = fileSystem.tags.get('Name');
    return {
      OwnerId: region.account.id,
      CreationToken: fileSystem.creationToken,
      FileSystemId: fileSystem.id,
      FileSystemArn: fileSystem.arn,
      CreationTime: new Date(fileSystem.createdAt),
      LifeCycleState: fileSystem.state,
      ...(name === undefined ? {} : { Name: name }),
      NumberOfMountTargets: [...state.mountTargets.values()].filter((target) => target.fileSystemId === fileSystem.id)
        .length,
      SizeInBytes: {
        Value: fileSystem.told.bytes + emptyBytes,
        Timestamp: new Date(fileSystem.told.at),
        ValueInIA: 0,
        ValueInStandard: fileSystem.told.bytes + emptyBytes,
        ValueInArchive: 0,
      },
      PerformanceMode: fileSystem.performanceMode as 'generalPurpose',
      Encrypted: fileSystem.encrypted,
      ...(fileSystem.kmsKeyId === undefined ? {} : { KmsKeyId: fileSystem.kmsKeyId }),
      ThroughputMode: fileSystem.throughputMode as 'bursting',
      Tags: tagList(fileSystem.tags),
      FileSystemProtection: { ReplicationOverwriteProtection: 'ENABLED' },
    };
  };

  return {
    CreateFileSystem: async (input: CreateFileSystemRequest) => {
      if (input.Backup === true) throw new NotModelled("EFS's automatic backups (Backup: true)");
      if (input.AvailabilityZoneName !== undefined)
        throw new NotModelled('One Zone file systems (AvailabilityZoneName)');
      if (input.KmsKeyId !== undefined && input.Encrypted !== true) {
        throw badRequest('KmsKeyId needs Encrypted to be true.');
      }
      const fileSystem = newFileSystem(state, {
        // The client makes one up when the caller leaves it out.
        creationToken: input.CreationToken ?? state.chance.uuid(),
        performanceMode: input.PerformanceMode,
        throughputMode: input.ThroughputMode,
        encrypted: input.Encrypted,
        kmsKeyId: input.KmsKeyId,
        tags: tagMap(input.Tags),
      });
      const answer = describe(fileSystem);
      await region.account.data.files.create(fileSystem.id);
      return answer;
    },

    DescribeFileSystems: (input: DescribeFileSystemsRequest) => {
      if (input.FileSystemId !== undefined && input.CreationToken !== undefined) {
        throw badRequest('Give either FileSystemId or CreationToken, not both.');
      }
      const found =
        input.FileSystemId !== undefined
          ? [fileSystemOf(state, input.FileSystemId)]
          : [...state.fileSystems.values()].filter(
              (one) => input.CreationToken === undefined || one.creationToken === input.CreationToken,
            );
      const { items, next } = page(found, (one) => one.id, input.MaxItems ?? 100, input.Marker);
      return { FileSystems: items.map(describe), ...(next === undefined ? {} : { NextMarker: next }) };
    },

    DeleteFileSystem: (input: DeleteFileSystemRequest) => {
      const fileSystem = fileSystemOf(state, input.FileSystemId);
      if (fileSystem.state === 'deleting') return {};
      for (const target of state.mountTargets.values()) {
        if (target.fileSystemId !== fileSystem.id) continue;
        throw refusal('FileSystemInUse', `File system '${fileSystem.id}' has mount targets.`, 409);
      }
      fileSystem.state = 'deleting';
      region.world.after(draw(state.chance, timing.efs.deleted), `EFS deleted ${fileSystem.id}`, async () => {
        state.fileSystems.delete(fileSystem.id);
        for (const point of [...state.accessPoints.values()]) {
          if (point.fileSystemId === fileSystem.id) state.accessPoints.delete(point.id);
        }
        await region.account.data.files.destroy(fileSystem.id);
      });
      return {};
    },
  };
}

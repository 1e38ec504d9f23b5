import { AwsError, type Region } from '../../../world/region.ts';
import { draw, timing, transfer } from '../../timing.ts';
import { invalidValue } from '../refusals.ts';
import { arnPrefix, type Point } from '../state.ts';
import type { Kind } from './kind.ts';
import { checkKeys, listOfTexts, trueOrFalse } from './metadata.ts';

const keys = {
  known: [
    'file-system-id',
    'Encrypted',
    'KmsKeyId',
    'PerformanceMode',
    'CreationToken',
    'newFileSystem',
    'ItemsToRestore',
    'aws:backup:request-id',
  ],
  required: ['newFileSystem'],
};
/** Paths of an item-level restore (the API's documentation says five, the console's text ten). */
const mostItems = 5;

export const efs: Kind = {
  type: 'EFS',
  fullyManaged: true,
  cold: true,
  stoppable: true,
  tellsArn: true,

  find: (region, arn) => {
    const fileSystem = region.services.EFS.find(arn);
    if (fileSystem?.arn !== arn) return undefined;
    const { tags, encrypted, kmsKeyId: keyArn } = fileSystem;
    return { name: tags.get('Name'), tags, encrypted, keyArn };
  },

  // EFS deletes a file system whether or not AWS Backup reads it.
  isDeleted: (region, arn) => {
    const { state = 'deleting' } = region.services.EFS.find(arn) ?? {};
    return state === 'deleting';
  },

  obstacle: (region, arn) => {
    const fileSystem = region.services.EFS.find(arn);
    return fileSystem?.state === 'available'
      ? undefined
      : `Backup job could not start because the file system ${arn} is not in available state.`;
  },

  pointArn: (region, _job, uuid) => `${arnPrefix(region)}recovery-point:${uuid}`,

  begin: async (region, arn, { versionId }) => {
    const fileSystem = region.services.EFS.find(arn);
    if (fileSystem === undefined) throw new Error(`The file system ${arn} is gone.`);
    const chance = region.world.chance.fork(`efs backup ${versionId}`);
    // AWS Backup reads while others write; here everything is read at the start, which is the data instant.
    const { files, bytes } = await region.account.data.files.snapshot(fileSystem.id, versionId);
    const grown = bytes - fileSystem.measured.bytes;
    region.services.EFS.measured(fileSystem, bytes);
    const { overhead } = timing.efs.backup;
    return {
      holding: {
        type: 'EFS',
        fileSystemId: fileSystem.id,
        encrypted: true,
        performanceMode: fileSystem.performanceMode,
        files,
        bytes,
      },
      dataInstant: region.world.now(),
      milliseconds: draw(chance, overhead) + transfer({ files, bytes }, timing.efs.backup),
      // What changed is stored; the change of the size stands in for it.
      sizeBytes: Math.max(0, grown),
      finish: () => {},
      undo: () => {},
    };
  },

  copy: async (from, point, _to, _copyArn, versionId) => {
    if (point.holding.type !== 'EFS') throw new Error(`${point.arn} holds no file system.`);
    const chance = from.world.chance.fork(`efs copy ${versionId}`);
    await from.account.data.versions.copy(point.versionId, versionId);
    return {
      holding: point.holding,
      dataInstant: point.dataInstant,
      milliseconds:
        draw(chance, timing.copy.overhead.EFS) + Math.round((1000 * point.holding.bytes) / timing.copy.bytesPerSecond),
      sizeBytes: point.holding.bytes,
      finish: () => {},
      undo: () => {},
    };
  },

  forget: () => {},

  metadata: (_region, point) => {
    if (point.holding.type !== 'EFS') throw new Error(`${point.arn} holds no file system.`);
    return {
      'file-system-id': point.holding.fileSystemId,
      Encrypted: 'true',
      ...(point.keyArn === undefined ? {} : { KmsKeyId: point.keyArn }),
      PerformanceMode: point.holding.performanceMode,
      newFileSystem: 'false',
    };
  },

  checkMetadata: (metadata) => {
    checkKeys(metadata, keys);
    const fresh = trueOrFalse(metadata, 'newFileSystem');
    const encrypted = trueOrFalse(metadata, 'Encrypted');
    if (metadata.KmsKeyId !== undefined && encrypted !== true) {
      throw invalidValue('Invalid restore metadata. KmsKeyId needs Encrypted to be true');
    }
    if (fresh === true)
      checkKeys(metadata, { known: keys.known, required: ['CreationToken', 'Encrypted', 'PerformanceMode'] });
    else checkKeys(metadata, { known: keys.known, required: ['file-system-id'] });
    const items = listOfTexts(metadata, 'ItemsToRestore');
    if (items !== undefined && (items.length === 0 || items.length > mostItems)) {
      throw invalidValue(
        `Invalid restore metadata. ItemsToRestore takes 1 to ${mostItems} paths, and has ${items.length}`,
      );
    }
  },

  restore: async (region, point, order, ended) => {
    const { metadata } = order;
    if (point.holding.type !== 'EFS') throw new Error(`${point.arn} holds no file system.`);
    const chance = region.world.chance.fork(`efs restore ${order.id}`);
    const { bytes: size } = point.holding;
    const items = listOfTexts(metadata, 'ItemsToRestore');
    const fresh = metadata.newFileSystem === 'true';
    let id = metadata['file-system-id'] ?? '';
    if (fresh) {
      if (order.copySourceTags && items !== undefined) {
        return ended({ fails: 'Tags cannot be copied in an item-level restore.' });
      }
      try {
        const made = await region.services.EFS.createForRestore({
          creationToken: metadata.CreationToken ?? '',
          performanceMode: metadata.PerformanceMode,
          encrypted: metadata.Encrypted === 'true',
          kmsKeyId: metadata.KmsKeyId,
          tags: new Map(order.copySourceTags ? point.tags : []),
        });
        id = made.id;
      } catch (error) {
        if (error instanceof AwsError) return ended({ fails: error.message });
        throw error;
      }
    } else if (order.copySourceTags) {
      return ended({ fails: 'Tags can be copied only in a restore to a new file system.' });
    }
    const before = target(region, id, fresh);
    if ('fails' in before) return ended(before);

    const directory = restoreDirectory(region.world.now(), chance.whole(0, 999_999));
    const takes =
      draw(chance, timing.efs.restore.overhead) +
      transfer(point.holding, timing.efs.restore) +
      (coldAt(point, region.world.now()) ? timing.restore.cold : 0);
    region.world.after(takes, `AWS Backup restored ${point.arn} into ${id}`, async () => {
      const still = target(region, id, false);
      if ('fails' in still) return ended(still);
      try {
        await region.account.data.files.restoreInto(id, point.versionId, directory, items);
      } catch (error) {
        // Only a path that is not in the backup is a failure of the job; anything else is one of the simulation.
        if (items === undefined || !(error instanceof Error)) throw error;
        return ended({ fails: error.message });
      }
      region.services.EFS.measured(still, still.measured.bytes + size);
      ended({ createdResourceArn: still.arn });
    });
  },
};

function target(region: Region, id: string, fresh: boolean) {
  const found = region.services.EFS.find(id);
  if (found === undefined) return { fails: `File system '${id}' does not exist.` };
  if (found.state !== 'available' && !fresh) return { fails: `File system '${id}' is not in available state.` };
  return found;
}

function coldAt(point: Point, now: number): boolean {
  const days = point.lifecycle.MoveToColdStorageAfterDays;
  return days !== undefined && now >= point.createdAt + days * 86_400_000;
}

/** `aws-backup-restore_2026-05-14T17-27-00-417720408Z`: nanoseconds, and no character that a file name dislikes. */
function restoreDirectory(now: number, below: number): string {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-').replace('Z', '');
  return `aws-backup-restore_${stamp}${String(below).padStart(6, '0')}Z`;
}

import type { DescribeReplicationConfigurationsRequest } from '@aws-sdk/client-efs';
import type { Operation } from '../../world/region.ts';
import { timing } from '../timing.ts';
import { badRequest, refusal } from './refusals.ts';
import { arnPrefix, type EfsState } from './state.ts';

interface Destination {
  readonly sourceArn: string;
  readonly sourceRegion: string;
  readonly fileSystemId: string;
  readonly since: number;
  /** Since when nothing arrives any more. */
  pausedAt: number | undefined;
  /** Why it does not go on, in EFS's words, where nobody paused it. */
  error: string | undefined;
}

/** Replication of file systems into this Region. */
export interface FileReplication {
  readonly operations: Readonly<Record<string, Operation>>;
  /** Replicates a file system of another Region here; answers the id of the destination, which has no files in it. */
  replicate(sourceArn: string): string;
  /** Nothing arrives here any more from a Region, or it does again. */
  setRegionPaused(sourceRegion: string, paused: boolean): void;
  /** An operator pauses a replication, or lets it go on. */
  setPaused(sourceArn: string, paused: boolean): void;
  /** EFS cannot go on with a replication, and says why; or it can again. */
  setError(sourceArn: string, error: string | undefined): void;
  /** Deletes a replication: what has arrived stays in a file system of its own, and nothing follows it any more. */
  remove(sourceArn: string): void;
  isReplicated(sourceArn: string): boolean;
  /** The instant before which all changes have arrived, for who judges. */
  replicatedTo(sourceArn: string): number | undefined;
}

function statusOf({ pausedAt, error }: Destination, to: number | undefined) {
  if (error !== undefined) return 'ERROR';
  if (pausedAt !== undefined) return 'PAUSED';
  return to === undefined ? 'ENABLING' : 'ENABLED';
}

/** A sync ends every few minutes; the instant that EFS tells is that of the last one. */
export function replicationOf(state: EfsState): FileReplication {
  const { region } = state;
  const destinations = new Map<string, Destination>();

  const replicatedTo = ({ since, pausedAt }: Destination): number | undefined => {
    const until = pausedAt ?? region.world.now();
    const syncs = Math.floor((until - since) / timing.efs.sync);
    // What a sync holds is what there was when it began.
    return syncs < 1 ? undefined : since + (syncs - 1) * timing.efs.sync;
  };

  const destinationOf = (sourceArn: string): Destination => {
    const one = destinations.get(sourceArn);
    if (one === undefined) throw new Error(`${sourceArn} is not replicated to ${region.name}.`);
    return one;
  };

  return {
    operations: {
      DescribeReplicationConfigurations: (input: DescribeReplicationConfigurationsRequest) => {
        const all = [...destinations.values()];
        const id = input.FileSystemId;
        const found = all.filter((one) => id === undefined || one.fileSystemId === id || one.sourceArn.endsWith(id));
        if (id !== undefined && found.length === 0) {
          throw refusal('ReplicationNotFound', `There is no replication configuration for ${id}.`, 404);
        }
        if (input.NextToken !== undefined) throw badRequest('There is one page of replications.');
        return {
          Replications: found.map((one) => {
            const to = replicatedTo(one);
            return {
              SourceFileSystemId: one.sourceArn.slice(one.sourceArn.lastIndexOf('/') + 1),
              SourceFileSystemRegion: one.sourceRegion,
              SourceFileSystemArn: one.sourceArn,
              OriginalSourceFileSystemArn: one.sourceArn,
              CreationTime: new Date(one.since),
              Destinations: [
                {
                  Status: statusOf(one, to),
                  ...(one.error !== undefined && { StatusMessage: one.error }),
                  FileSystemId: one.fileSystemId,
                  Region: region.name,
                  OwnerId: region.account.id,
                  ...(to !== undefined && { LastReplicatedTimestamp: new Date(to) }),
                },
              ],
            };
          }),
        };
      },
    },
    replicate: (sourceArn) => {
      const [, , , sourceRegion = ''] = sourceArn.split(':');
      if (sourceArn.startsWith(arnPrefix(region))) throw new Error(`${sourceArn} is in ${region.name} itself.`);
      const fileSystemId = `fs-${state.chance.fork(`replication of ${sourceArn}`).hex(17)}`;
      destinations.set(sourceArn, {
        sourceArn,
        sourceRegion,
        fileSystemId,
        since: region.world.now(),
        pausedAt: undefined,
        error: undefined,
      });
      return fileSystemId;
    },
    setRegionPaused: (sourceRegion, paused) => {
      for (const one of destinations.values()) {
        if (one.sourceRegion === sourceRegion) one.pausedAt = paused ? region.world.now() : undefined;
      }
    },
    setPaused: (sourceArn, paused) => {
      destinationOf(sourceArn).pausedAt = paused ? region.world.now() : undefined;
    },
    setError: (sourceArn, error) => {
      const one = destinationOf(sourceArn);
      one.error = error;
      one.pausedAt = error === undefined ? undefined : region.world.now();
    },
    remove: (sourceArn) => {
      destinationOf(sourceArn);
      destinations.delete(sourceArn);
    },
    isReplicated: (sourceArn) => destinations.has(sourceArn),
    replicatedTo: (sourceArn) => {
      const one = destinations.get(sourceArn);
      return one === undefined ? undefined : replicatedTo(one);
    },
  };
}

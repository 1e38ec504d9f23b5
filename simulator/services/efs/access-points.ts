import type {
  AccessPointDescription,
  CreateAccessPointRequest,
  DeleteAccessPointRequest,
  DescribeAccessPointsRequest,
} from '@aws-sdk/client-efs';
import type { Operation } from '../../world/region.ts';
import { draw, timing } from '../timing.ts';
import { page } from './pages.ts';
import { accessPointOf, badRequest, fileSystemOf, mustBeAvailable, refusal } from './refusals.ts';
import { type AccessPoint, arnPrefix, type EfsState, tagList, tagMap } from './state.ts';

const mostOfOneFileSystem = 10_000;

export function accessPointOperations(state: EfsState): Record<string, Operation> {
  const { region } = state;

  const describe = (point: AccessPoint): AccessPointDescription => {
    const name = point.tags.get('Name');
    return {
      ClientToken: point.clientToken,
      ...(name === undefined ? {} : { Name: name }),
      Tags: tagList(point.tags),
      AccessPointId: point.id,
      AccessPointArn: point.arn,
      FileSystemId: point.fileSystemId,
      ...(point.posixUser === undefined ? {} : { PosixUser: point.posixUser }),
      RootDirectory: {
        Path: point.rootDirectory.path,
        ...(point.rootDirectory.creationInfo === undefined ? {} : { CreationInfo: point.rootDirectory.creationInfo }),
      },
      OwnerId: region.account.id,
      LifeCycleState: point.state,
    };
  };

  return {
    CreateAccessPoint: (input: CreateAccessPointRequest) => {
      const fileSystem = fileSystemOf(state, input.FileSystemId);
      mustBeAvailable(fileSystem);
      const clientToken = input.ClientToken ?? state.chance.uuid();
      let siblings = 0;
      for (const other of state.accessPoints.values()) {
        if (other.fileSystemId === fileSystem.id) siblings += 1;
        if (other.clientToken !== clientToken) continue;
        throw refusal(
          'AccessPointAlreadyExists',
          `Access point '${other.id}' already exists with that client token.`,
          409,
          {
            AccessPointId: other.id,
          },
        );
      }
      if (siblings >= mostOfOneFileSystem) {
        throw refusal(
          'AccessPointLimitExceeded',
          `A file system has at most ${mostOfOneFileSystem} access points.`,
          403,
        );
      }
      const path = input.RootDirectory?.Path ?? '/';
      if (!path.startsWith('/') || path.length > 100) {
        throw badRequest("RootDirectory.Path must begin with '/' and have at most 100 characters.");
      }
      const id = `fsap-${state.chance.hex(17)}`;
      const point: AccessPoint = {
        id,
        arn: `${arnPrefix(region)}access-point/${id}`,
        fileSystemId: fileSystem.id,
        clientToken,
        rootDirectory: {
          path,
          creationInfo: input.RootDirectory?.CreationInfo as AccessPoint['rootDirectory']['creationInfo'],
        },
        posixUser: input.PosixUser as AccessPoint['posixUser'],
        tags: tagMap(input.Tags),
        state: 'creating',
      };
      state.accessPoints.set(id, point);
      region.world.after(draw(state.chance, timing.efs.accessPointCreated), `EFS made ${id}`, () => {
        if (point.state === 'creating') point.state = 'available';
      });
      return describe(point);
    },

    DescribeAccessPoints: (input: DescribeAccessPointsRequest) => {
      if (input.AccessPointId !== undefined && input.FileSystemId !== undefined) {
        throw badRequest('Give either AccessPointId or FileSystemId, not both.');
      }
      let found = [...state.accessPoints.values()];
      if (input.AccessPointId !== undefined) found = [accessPointOf(state, input.AccessPointId)];
      else if (input.FileSystemId !== undefined) {
        const { id } = fileSystemOf(state, input.FileSystemId);
        found = found.filter((point) => point.fileSystemId === id);
      }
      const { items, next } = page(found, (one) => one.id, input.MaxResults ?? 100, input.NextToken);
      return { AccessPoints: items.map(describe), ...(next === undefined ? {} : { NextToken: next }) };
    },

    DeleteAccessPoint: (input: DeleteAccessPointRequest) => {
      const point = accessPointOf(state, input.AccessPointId);
      if (point.state === 'deleting') return {};
      point.state = 'deleting';
      region.world.after(draw(state.chance, timing.efs.accessPointDeleted), `EFS deleted ${point.id}`, () => {
        state.accessPoints.delete(point.id);
      });
      return {};
    },
  };
}

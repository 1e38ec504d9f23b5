import { AwsError, type Call, NotModelled, type Operation, type Region } from '../../world/region.ts';
import { type FileSystemConfig, findVersion, type LambdaFunction, type Version } from './function.ts';
import { checkMountTargets } from './mount.ts';

/** How long an update of the configuration takes, seconds. From memory. */
const updating = { low: 5, high: 60 };

interface Named {
  readonly FunctionName: string;
  readonly Qualifier?: string;
}

/** The operations on configurations and versions. */
export function configurationOperations(
  region: Region,
  functions: ReadonlyMap<string, LambdaFunction>,
): Record<string, Operation> {
  const { world, account } = region;
  const chance = world.chance.fork(`lambda configuration ${region.name}`);
  const find = ({ FunctionName, Qualifier }: Named) =>
    findVersion(functions, region.name, account.id, FunctionName, Qualifier);

  const unchanging = ({ latest, arn }: LambdaFunction) => {
    if (latest.update === 'InProgress') {
      throw new AwsError(
        'ResourceConflictException',
        `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
        409,
        { Type: 'User' },
      );
    }
  };
  const sameRevision = (given: string | undefined, { latest }: LambdaFunction) => {
    if (given !== undefined && given !== latest.revision) {
      throw new AwsError(
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
        412,
        { Type: 'User' },
      );
    }
  };

  return {
    GetFunction: (input: Named) => {
      const { found, version } = find(input);
      return {
        Configuration: described(found, version),
        Code: { RepositoryType: 'S3' },
        ...(found.reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: found.reservedConcurrency },
        }),
      };
    },
    // The quotas of an account that AWS has known for a while.
    GetAccountSettings: () => ({
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: 990,
      },
    }),
    GetFunctionConfiguration: (input: Named) => {
      const { found, version } = find(input);
      return described(found, version);
    },
    UpdateFunctionConfiguration: (
      input: Named & {
        FileSystemConfigs?: FileSystemConfig[];
        Environment?: { Variables?: Record<string, string> };
        Timeout?: number;
        MemorySize?: number;
        Description?: string;
        RevisionId?: string;
      },
    ) => {
      const { FunctionName, FileSystemConfigs, Environment, Timeout, MemorySize, Description, RevisionId, ...rest } =
        input;
      const unknown = Object.keys(rest)[0];
      if (unknown !== undefined) throw new NotModelled(`${unknown} of UpdateFunctionConfiguration`);
      const { found } = find({ FunctionName });
      const { latest } = found;
      sameRevision(RevisionId, found);
      unchanging(found);
      const configuration = {
        ...latest.configuration,
        ...(FileSystemConfigs !== undefined && { fileSystems: FileSystemConfigs }),
        ...(Environment !== undefined && { variables: Environment.Variables ?? {} }),
        ...(Timeout !== undefined && { timeoutSeconds: Timeout }),
        ...(MemorySize !== undefined && { memoryMegabytes: MemorySize }),
      };
      if (configuration.fileSystems.length > 1) {
        throw new AwsError('InvalidParameterValueException', 'A function mounts at most one file system.', 400);
      }
      if (FileSystemConfigs !== undefined) checkMountTargets(region, configuration);
      latest.update = 'InProgress';
      if (Description !== undefined) latest.description = Description;
      latest.modified = world.now();
      const pending = chance.uuid();
      latest.revision = pending;
      const updated = { ...latest, configuration };
      world.after(chance.between(updating.low, updating.high) * 1000, `${found.name} has its new configuration`, () => {
        // A deployment that came meanwhile has the last word.
        if (latest.revision !== pending) return;
        latest.configuration = configuration;
        latest.environments = [];
        latest.update = 'Successful';
        latest.revision = chance.uuid();
      });
      return described(found, updated);
    },
    PublishVersion: (input: { FunctionName: string; RevisionId?: string; Description?: string }) => {
      const { found } = find({ FunctionName: input.FunctionName });
      sameRevision(input.RevisionId, found);
      unchanging(found);
      return described(found, publish(found, chance.uuid(), input.Description));
    },
    ListVersionsByFunction: (input: Named & { Marker?: string; MaxItems?: number }) => {
      const { found } = find({ FunctionName: input.FunctionName });
      const all = [found.latest, ...found.versions.values()];
      const from = Number(input.Marker ?? 0);
      const size = Math.min(input.MaxItems ?? 50, 50);
      const page = all.slice(from, from + size).map((version) => described(found, version));
      return { Versions: page, ...(from + size < all.length && { NextMarker: String(from + size) }) };
    },
    DeleteFunction: (input: Named, _call: Call) => {
      const { found, version } = find(input);
      if (input.Qualifier === undefined) throw new NotModelled('DeleteFunction without a Qualifier');
      if (version === found.latest) {
        throw new AwsError(
          'InvalidParameterValueException',
          '$LATEST version cannot be deleted without deleting the function.',
          400,
        );
      }
      found.versions.delete(version.number);
      return { StatusCode: 204 };
    },
  } satisfies Record<string, (input: never, call: Call) => unknown>;
}

/** A new version of the code and configuration as they are, or the last one if nothing has changed since. */
export function publish(found: LambdaFunction, revision: string, description?: string): Version {
  const { latest, published } = found;
  if (published?.revision === latest.revision && found.versions.has(published.version.number)) return published.version;
  const number = String(found.nextVersion);
  found.nextVersion += 1;
  const version: Version = {
    ...latest,
    number,
    description: description ?? latest.description,
    revision,
    environments: [],
    update: 'Successful',
  };
  found.versions.set(number, version);
  found.published = { revision: latest.revision, version };
  return version;
}

function described(found: LambdaFunction, version: Version) {
  const { configuration } = version;
  return {
    FunctionName: found.name,
    FunctionArn: version.number === '$LATEST' ? found.arn : `${found.arn}:${version.number}`,
    Runtime: configuration.runtime,
    Architectures: [configuration.architecture],
    PackageType: 'Zip',
    Role: configuration.role,
    Handler: configuration.handler,
    Description: version.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMegabytes,
    LastModified: new Date(version.modified).toISOString().replace('Z', '+0000'),
    Version: version.number,
    Environment: { Variables: { ...configuration.variables } },
    RevisionId: version.revision,
    State: 'Active',
    LastUpdateStatus: version.update,
    FileSystemConfigs: configuration.fileSystems.map((config) => ({ ...config })),
    ...(configuration.vpc !== undefined && {
      VpcConfig: {
        SubnetIds: [...configuration.vpc.subnetIds],
        SecurityGroupIds: [...configuration.vpc.securityGroupIds],
      },
    }),
  };
}

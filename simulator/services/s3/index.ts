import { createHash } from 'node:crypto';
import { AwsError, NotModelled, type Operation, type Region, type Service } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { Bucket, type BucketDefinition, type Lock, type Version } from './bucket.ts';
import { type ListInput, listed } from './list.ts';

export type { BucketDefinition, Version } from './bucket.ts';

/** S3 in one Region: buckets with versions and Object Lock, conditional writes, strong consistency. */
export interface S3 extends Service {
  /** Makes a bucket, as a deployment does. */
  createBucket(definition: BucketDefinition): void;
  has(bucket: string): boolean;
  /** What a bucket's keys stand for now, in order; for `--out` and the checkers. */
  contents(bucket: string): readonly Version[];
  /** Every version and delete marker, in the order of keys, oldest first. */
  versions(bucket: string): readonly Version[];
}

interface ObjectInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

interface PutInput extends ObjectInput {
  readonly Body?: unknown;
  readonly ContentType?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly ObjectLockMode?: Lock['mode'];
  readonly ObjectLockRetainUntilDate?: Date;
}

interface DeleteInput extends ObjectInput {
  readonly BypassGovernanceRetention?: boolean;
}

/** Members that change nothing that anybody here can see: checksums, encryption, who owns the bucket. */
const without = [
  'ChecksumAlgorithm',
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumMode',
  'ChecksumSHA1',
  'ChecksumSHA256',
  'ContentLength',
  'ContentMD5',
  'ExpectedBucketOwner',
  'SSEKMSKeyId',
  'ServerSideEncryption',
];
const noMetadata = Object.freeze({});

const modelled = {
  PutObject: new Set([
    'Bucket',
    'Key',
    'Body',
    'IfMatch',
    'IfNoneMatch',
    'ContentType',
    'Metadata',
    'ObjectLockMode',
    'ObjectLockRetainUntilDate',
    ...without,
  ]),
  GetObject: new Set(['Bucket', 'Key', 'VersionId', 'IfMatch', 'IfNoneMatch', ...without]),
  DeleteObject: new Set(['Bucket', 'Key', 'VersionId', 'BypassGovernanceRetention', ...without]),
  ListObjectsV2: new Set([
    'Bucket',
    'Prefix',
    'Delimiter',
    'StartAfter',
    'ContinuationToken',
    'MaxKeys',
    'ExpectedBucketOwner',
  ]),
};

const day = 86_400_000;

export function createS3(region: Region): S3 {
  const { world } = region;
  const chance = world.chance.fork(`s3 ${region.name}`);
  const buckets = new Map<string, Bucket>();

  const bucketOf = (name: string): Bucket => {
    const bucket = buckets.get(name);
    if (bucket !== undefined) return bucket;
    const elsewhere = region.account.regions.some((other) => other !== region && other.services?.S3.has(name));
    if (elsewhere) {
      throw new AwsError(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
        301,
      );
    }
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  };
  const versionIdIn = (bucket: Bucket): string | undefined => (bucket.versioned ? chance.hex(32) : undefined);

  const put = (input: PutInput): object => {
    refuseOthers('S3.PutObject', input, modelled.PutObject);
    const bucket = bucketOf(input.Bucket);
    checkConditions(input, bucket.current(input.Key));
    const lock = lockOf(bucket, input, world.now());
    const body = bytesOf(input.Body);
    const version = {
      key: input.Key,
      versionId: versionIdIn(bucket),
      deleteMarker: false,
      body,
      etag: JSON.stringify(createHash('md5').update(body).digest('hex')),
      lastModified: seconds(world.now()),
      contentType: input.ContentType ?? 'application/octet-stream',
      metadata: input.Metadata === undefined ? noMetadata : { ...input.Metadata },
      lock,
    };
    bucket.add(version);
    return { ETag: version.etag, ...versionMember(version) };
  };

  const found = (input: ObjectInput, missing: string): Version => {
    const bucket = bucketOf(input.Bucket);
    const version =
      input.VersionId === undefined ? bucket.current(input.Key) : bucket.version(input.Key, input.VersionId);
    if (version === undefined) {
      const name = input.VersionId === undefined || missing === 'NotFound' ? missing : 'NoSuchVersion';
      throw new AwsError(
        name,
        name === 'NoSuchVersion' ? 'The specified version does not exist.' : 'The specified key does not exist.',
        404,
      );
    }
    if (version.deleteMarker) {
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
    }
    if (input.IfMatch !== undefined && !sameTag(input.IfMatch, version.etag)) throw preconditionFailed('If-Match');
    if (input.IfNoneMatch !== undefined && (input.IfNoneMatch === '*' || sameTag(input.IfNoneMatch, version.etag))) {
      throw new AwsError('304', 'Not Modified', 304);
    }
    return version;
  };

  const get = (input: ObjectInput): object => {
    refuseOthers('S3.GetObject', input, modelled.GetObject);
    const version = found(input, 'NoSuchKey');
    return { ...described(version), Body: Uint8Array.from(version.body) };
  };
  const head = (input: ObjectInput): object => {
    refuseOthers('S3.HeadObject', input, modelled.GetObject);
    return described(found(input, 'NotFound'));
  };

  const remove = (input: DeleteInput): object => {
    refuseOthers('S3.DeleteObject', input, modelled.DeleteObject);
    const bucket = bucketOf(input.Bucket);
    if (input.VersionId !== undefined) {
      const version = bucket.version(input.Key, input.VersionId);
      if (version === undefined) return { VersionId: input.VersionId };
      refuseLocked(version, world.now(), input.BypassGovernanceRetention === true);
      bucket.remove(version);
      return { VersionId: input.VersionId, ...(version.deleteMarker ? { DeleteMarker: true } : {}) };
    }
    if (!bucket.versioned) {
      const current = bucket.current(input.Key);
      if (current !== undefined) bucket.remove(current);
      return {};
    }
    const marker = {
      key: input.Key,
      versionId: versionIdIn(bucket),
      deleteMarker: true,
      body: new Uint8Array(),
      etag: '',
      lastModified: seconds(world.now()),
      contentType: undefined,
      metadata: {},
      lock: undefined,
    };
    bucket.add(marker);
    return { DeleteMarker: true, ...versionMember(marker) };
  };

  return {
    operations: {
      PutObject: put,
      GetObject: get,
      HeadObject: head,
      DeleteObject: remove,
      ListObjectsV2: (input: ListInput) => {
        refuseOthers('S3.ListObjectsV2', input, modelled.ListObjectsV2);
        return listed(bucketOf(input.Bucket), input);
      },
    } satisfies Record<string, Operation>,
    createBucket: (definition) => {
      if (definition.defaultRetention !== undefined) {
        lockMode(definition.defaultRetention.mode);
        if (definition.objectLock !== true)
          throw new Error(`${definition.name}: a default retention needs Object Lock.`);
      }
      const taken = region.account.regions.some((other) => other.services?.S3.has(definition.name));
      if (taken || buckets.has(definition.name)) {
        throw new AwsError('BucketAlreadyOwnedByYou', `The bucket ${definition.name} exists already.`, 409);
      }
      buckets.set(definition.name, new Bucket(definition, region.world.attic));
    },
    has: (name) => buckets.has(name),
    contents: (name) => {
      const bucket = bucketOf(name);
      return [...bucket.keys()].flatMap((key) => bucket.current(key) ?? []);
    },
    versions: (name) => bucketOf(name).versions(),
  };
}

/** Only the current version counts: behind a delete marker a key is free. */
function checkConditions(input: PutInput, current: Version | undefined): void {
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== '*') {
      throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501);
    }
    if (current !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (input.IfMatch !== undefined) {
    if (current === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
    if (!sameTag(input.IfMatch, current.etag)) throw preconditionFailed('If-Match');
  }
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });
}

function sameTag(given: string, etag: string): boolean {
  return given.replaceAll('"', '') === etag.replaceAll('"', '');
}

function lockOf(bucket: Bucket, input: PutInput, now: number): Lock | undefined {
  const { objectLock, defaultRetention } = bucket.definition;
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  if (mode !== undefined || until !== undefined) {
    if (objectLock !== true) throw new AwsError('InvalidRequest', 'Bucket is missing Object Lock Configuration');
    if (mode === undefined || until === undefined) {
      throw new AwsError(
        'InvalidArgument',
        'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      );
    }
    if (until.getTime() <= now) throw new AwsError('InvalidArgument', 'The retain until date must be in the future!');
    return { mode, until: until.getTime() };
  }
  if (defaultRetention === undefined) return undefined;
  return { mode: lockMode(defaultRetention.mode), until: now + defaultRetention.days * day };
}

function lockMode(mode: string): Lock['mode'] {
  if (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') return mode;
  throw new NotModelled(`the retention mode ${mode}`);
}

function refuseLocked(version: Version, now: number, bypass: boolean): void {
  if (version.lock === undefined || version.lock.until <= now) return;
  if (version.lock.mode === 'GOVERNANCE' && bypass) return;
  throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}

function described(version: Version): object {
  return {
    ETag: version.etag,
    ContentLength: version.size,
    ContentType: version.contentType,
    LastModified: new Date(version.lastModified),
    Metadata: { ...version.metadata },
    ...versionMember(version),
    ...(version.lock === undefined
      ? {}
      : { ObjectLockMode: version.lock.mode, ObjectLockRetainUntilDate: new Date(version.lock.until) }),
  };
}

function versionMember(version: Pick<Version, 'versionId'>): { readonly VersionId?: string } {
  return version.versionId === undefined ? {} : { VersionId: version.versionId };
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (ArrayBuffer.isView(body)) return Uint8Array.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  throw new NotModelled('a streamed Body of S3.PutObject');
}

/** S3 tells times to the second. */
function seconds(instant: number): number {
  return Math.floor(instant / 1000) * 1000;
}

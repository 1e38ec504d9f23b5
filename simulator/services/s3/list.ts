import { AwsError } from '../../world/region.ts';
import { compareTexts } from '../dynamodb/value.ts';
import type { Bucket, Version } from './bucket.ts';

export interface ListInput {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly StartAfter?: string;
  readonly ContinuationToken?: string;
  readonly MaxKeys?: number;
}

/** The most that one answer lists. */
const most = 1000;

export function listed(bucket: Bucket, input: ListInput): object {
  const { Prefix: prefix = '', Delimiter: delimiter } = input;
  const maxKeys = Math.min(input.MaxKeys ?? most, most);
  if (maxKeys < 0)
    throw new AwsError('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647');
  const after = input.ContinuationToken === undefined ? input.StartAfter : decoded(input.ContinuationToken);

  const contents: Version[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let truncated = false;
  for (const key of placesOf(bucket, prefix, after)) {
    const current = bucket.current(key);
    if (current === undefined) continue;
    const end = delimiter === undefined || delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const group = end === -1 ? undefined : key.slice(0, end + (delimiter as string).length);
    const place = group ?? key;
    // A page that ended with a group of keys goes on behind the whole group.
    if (after !== undefined && compareTexts(place, after) <= 0) continue;
    if (group !== undefined && group === prefixes.at(-1)) continue;
    if (contents.length + prefixes.length >= maxKeys) {
      truncated = maxKeys > 0;
      break;
    }
    if (group === undefined) contents.push(current);
    else prefixes.push(group);
    last = place;
  }
  return {
    Name: input.Bucket,
    Prefix: prefix,
    ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
    ...(input.StartAfter === undefined ? {} : { StartAfter: input.StartAfter }),
    MaxKeys: maxKeys,
    KeyCount: contents.length + prefixes.length,
    IsTruncated: truncated,
    ...(contents.length === 0
      ? {}
      : {
          Contents: contents.map((version) => ({
            Key: version.key,
            LastModified: new Date(version.lastModified),
            ETag: version.etag,
            Size: version.size,
            StorageClass: 'STANDARD',
          })),
        }),
    ...(prefixes.length === 0 ? {} : { CommonPrefixes: prefixes.map((Prefix) => ({ Prefix })) }),
    ...(truncated && last !== undefined ? { NextContinuationToken: encoded(last) } : {}),
  };
}

/** The keys with a prefix: those that a page before has listed are passed over, but for the group that it ended with. */
function* placesOf(bucket: Bucket, prefix: string, after = ''): Iterable<string> {
  const from = after > prefix && after.startsWith(prefix) ? after : prefix;
  for (const key of bucket.keys(from)) {
    if (!key.startsWith(prefix)) return;
    yield key;
  }
}

function encoded(key: string): string {
  return Buffer.from(`1/${key}`).toString('base64url');
}

function decoded(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('1/')) throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
  return text.slice(2);
}

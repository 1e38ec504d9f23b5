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
/** Whatever goes on behind a group comes before this, or begins with it. */
const lastCharacter = '\u{10ffff}';

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
  for (const { place, object } of placesOf(bucket, { prefix, delimiter, after })) {
    if (contents.length + prefixes.length >= maxKeys) {
      truncated = maxKeys > 0;
      break;
    }
    if (object === undefined) prefixes.push(place);
    else contents.push(object);
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

interface Wanted {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Where a page before has ended: at a key, or with a whole group of keys. */
  readonly after: string | undefined;
}

/** Objects by their keys, and groups of keys up to a delimiter: of a group the first key that has an object is looked up. */
function* placesOf(
  bucket: Bucket,
  { prefix, delimiter = '', after = '' }: Wanted,
): Iterable<{ readonly place: string; readonly object?: Version }> {
  let from: string | undefined = after > prefix && after.startsWith(prefix) ? after : prefix;
  let passed = after;
  while (from !== undefined) {
    const keys = bucket.keys(from);
    from = undefined;
    for (const key of keys) {
      if (!key.startsWith(prefix)) return;
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const place = end === -1 ? key : key.slice(0, end + delimiter.length);
      if (compareTexts(place, passed) <= 0) continue;
      const object = bucket.current(key);
      if (object === undefined) continue;
      if (end === -1) {
        yield { place, object };
        continue;
      }
      yield { place };
      passed = place;
      from = `${place}${lastCharacter}`;
      break;
    }
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

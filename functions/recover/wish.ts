import * as z from 'zod/mini';
import { filled as text } from '../platform/door.ts';
import { misfit, misfits } from '../platform/misfit.ts';
import { Refused } from './refusal.ts';

/** Which data is wished for. Instants are ISO 8601. */
export type Which =
  | { readonly is: 'newest proven' }
  | { readonly is: 'point'; readonly arn: string }
  | { readonly is: 'instant'; readonly instant: string };

/** What a person asked for, as far as it can be judged without asking AWS. */
export interface Wish {
  readonly resource: string;
  readonly which: Which;
  readonly location: string | undefined;
  readonly name: string | undefined;
  readonly network: WishedNetwork;
  readonly paths: readonly string[] | undefined;
}

export interface WishedNetwork {
  readonly subnetGroup?: string | undefined;
  readonly securityGroups?: readonly string[] | undefined;
  readonly subnets?: readonly string[] | undefined;
}

const texts = z.array(text).check(z.minLength(1, 'is an empty list'));

const schema = z.strictObject({
  resource: text,
  instant: z.optional(text),
  point: z.optional(text),
  location: z.optional(text),
  name: z.optional(text),
  subnetGroup: z.optional(text),
  securityGroups: z.optional(texts),
  subnets: z.optional(texts),
  paths: z.optional(texts),
  /** The console puts one into the input that it suggests. */
  Comment: z.optional(z.unknown()),
});

const fields = 'resource, instant, point, location, name, subnetGroup, securityGroups, subnets and paths';

/** AWS's console takes ten; its API guide says five, and more than that could fail after an hour. */
const mostPaths = 5;

/**
 * Reads the input of an execution; undefined when it names nothing at all, which asks for the list of what could be
 * recovered.
 *
 * @throws Refused when it does not fit; each field is named
 */
export function readWish(input: Readonly<Record<string, unknown>>): Wish | undefined {
  const { Comment: _, ...said } = input;
  if (Object.keys(said).length === 0) return undefined;
  if (said.resource === undefined) {
    throw new Refused('InputRejected', `resource: name what to recover. The fields are ${fields}.`);
  }
  const read = z.safeParse(schema, input, { error: misfit });
  if (!read.success) {
    throw new Refused(
      'InputRejected',
      `The input does not fit. ${misfits(read.error.issues)}. The fields are ${fields}.`,
    );
  }
  const { resource, instant, point, location, name, subnetGroup, securityGroups, subnets, paths } = read.data;
  if (point !== undefined && instant !== undefined) {
    throw new Refused('InputRejected', 'instant: a point is named as well. Leave one of them out.');
  }
  const network = { subnetGroup, securityGroups, subnets };
  return { resource, which: whichOf(point, instant), location, name, network, paths: paths?.map(pathOf) };
}

function whichOf(point: string | undefined, instant: string | undefined): Which {
  if (point !== undefined) return { is: 'point', arn: point };
  if (instant === undefined) return { is: 'newest proven' };
  const milliseconds = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new Refused('InputRejected', `instant: '${instant}' is not an instant. Write it like 2026-01-31T09:30:00Z.`);
  }
  return { is: 'instant', instant: new Date(milliseconds).toISOString() };
}

/** Relative to the root of the file system that was backed up. */
function pathOf(written: string, _index: number, all: readonly string[]): string {
  if (all.length > mostPaths) {
    throw new Refused(
      'InputRejected',
      `paths: ${all.length} are named, and AWS Backup restores ${mostPaths} at a time.`,
    );
  }
  const path = written.replace(/^\/+|\/+$/g, '');
  if (path === '' || path.split('/').some((part) => part === '..' || part === '.' || part === '')) {
    throw new Refused('InputRejected', `paths: '${written}' is no path below the root. Write one like data/names.nsf.`);
  }
  return path;
}

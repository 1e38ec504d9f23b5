import { createHash } from 'node:crypto';
import { recoveredTag, scratchPrefix, scratchTag } from '../account/tagged.ts';
import { LifeboatError } from '../platform/errors.ts';

/** Thrown before anything is deleted that was not born as this drill's scratch. Nobody retries it: somebody looks. */
export class NotScratch extends LifeboatError {
  override readonly name = 'NotScratch';
}

/** Twenty hexadecimal digits: a database named after it stays far below the 63 characters that RDS allows. */
const drillIdPattern = /^[0-9a-f]{20}$/;

/**
 * The id of a drill, from its attempt: one execution, or one redrive of it, always has the same one. It is in the name
 * of everything that the drill creates.
 */
export function drillIdOf(attempt: string): string {
  return createHash('sha256').update(attempt).digest('hex').slice(0, 20);
}

export function isDrillId(text: string): boolean {
  return drillIdPattern.test(text);
}

/** What a scratch database or cluster is named, and what a published version of the file probe is described as. */
export function scratchName(drill: string): string {
  return `${scratchPrefix}${drill}`;
}

/** The drill whose scratch carries this name; undefined when it is no scratch name. */
export function drillOfName(name: string): string | undefined {
  const drill = name.startsWith(scratchPrefix) ? name.slice(scratchPrefix.length) : '';
  return isDrillId(drill) ? drill : undefined;
}

/** What the one instance of a scratch cluster is named: its cluster's name, and a number. */
export function memberName(drill: string): string {
  return `${scratchName(drill)}-1`;
}

/** The drill whose scratch cluster has an instance of this name; undefined when it is no such name. */
export function drillOfMember(name: string): string | undefined {
  const drill = name.endsWith('-1') ? drillOfName(name.slice(0, -2)) : undefined;
  return drill !== undefined && name === memberName(drill) ? drill : undefined;
}

/** The tags that a scratch file system and its access point are created with. */
export function birthTags(drill: string): { Key: string; Value: string }[] {
  return [
    { Key: scratchTag, Value: drill },
    { Key: 'Name', Value: scratchName(drill) },
  ];
}

/** What the register says of one thing, as far as a birth mark can confirm it. */
export interface Registered {
  readonly drill: string;
  readonly name: string;
  readonly id?: string;
}

/** Whether something may be deleted, with the reason. */
export type Verdict = { readonly scratch: true } | { readonly scratch: false; readonly because: string };

const scratch: Verdict = { scratch: true };
const not = (because: string): Verdict => ({ scratch: false, because });

/** What is wrong where the register, the name that a drill gives, and the name that was found are not all one. */
function namedOtherwise(
  { drill, name }: Registered,
  what: 'database' | 'cluster' | 'instance',
  given: string,
  found: string | undefined,
): Verdict | undefined {
  if (!isDrillId(drill)) return not(`'${drill}' is no drill`);
  if (name !== given) return not(`the register names the ${what} '${name}', and drill ${drill} names it ${given}`);
  if (found !== name) return not(`the ${what} that was found is named '${found}', the register says '${name}'`);
  return undefined;
}

/** A database is scratch when the register and its own identifier agree on the drill. Tags prove nothing: restores copy them. */
export function databaseIsScratch(
  row: Registered,
  found: {
    readonly identifier: string | undefined;
    readonly cluster: string | undefined;
    readonly isProtected: boolean;
  },
): Verdict {
  const otherwise = namedOtherwise(row, 'database', scratchName(row.drill), found.identifier);
  if (otherwise !== undefined) return otherwise;
  if (found.cluster !== undefined) return not(`${row.name} belongs to the cluster ${found.cluster}`);
  if (found.isProtected) return not(`${row.name} is a resource of the roster`);
  return scratch;
}

/**
 * A cluster is scratch when the register and its own identifier agree on the drill, and nothing is in it but the
 * instance that the drill made there.
 */
export function clusterIsScratch(
  row: Registered,
  found: {
    readonly identifier: string | undefined;
    readonly members: readonly string[];
    /** A cluster that replicates from another one, or belongs to a global one, was not made by a restore. */
    readonly replicatesFrom: string | undefined;
    readonly isProtected: boolean;
  },
): Verdict {
  const otherwise = namedOtherwise(row, 'cluster', scratchName(row.drill), found.identifier);
  if (otherwise !== undefined) return otherwise;
  const stranger = found.members.find((member) => member !== memberName(row.drill));
  if (stranger !== undefined) return not(`the instance ${stranger} is in ${row.name}, and no drill made it`);
  if (found.replicatesFrom !== undefined) return not(`${row.name} belongs to ${found.replicatesFrom}`);
  if (found.isProtected) return not(`${row.name} is a resource of the roster`);
  return scratch;
}

/** An instance of a scratch cluster: its own name, its cluster's name and the register agree on the drill. */
export function memberIsScratch(
  row: Registered,
  found: {
    readonly identifier: string | undefined;
    readonly cluster: string | undefined;
    readonly isProtected: boolean;
  },
): Verdict {
  const otherwise = namedOtherwise(row, 'instance', memberName(row.drill), found.identifier);
  if (otherwise !== undefined) return otherwise;
  if (found.cluster !== scratchName(row.drill)) {
    return not(`${row.name} is in ${found.cluster ?? 'no cluster'}, and not in ${scratchName(row.drill)}`);
  }
  if (found.isProtected) return not(`${row.name} or its cluster is a resource of the roster`);
  return scratch;
}

/** A file system is scratch when the register, its creation token and its birth tag agree on the drill. */
export function fileSystemIsScratch(
  row: Registered,
  found: {
    readonly id: string | undefined;
    readonly creationToken: string | undefined;
    readonly tags: Readonly<Record<string, string>>;
    readonly isProtected: boolean;
  },
): Verdict {
  if (!isDrillId(row.drill)) return not(`'${row.drill}' is no drill`);
  if (row.name !== row.drill)
    return not(`the register's creation token is '${row.name}', drill ${row.drill}'s is its id`);
  if (row.id !== undefined && found.id !== row.id) {
    return not(`the file system that was found is ${found.id}, the register says ${row.id}`);
  }
  if (found.creationToken !== row.drill) {
    return not(`${found.id} was created with the token '${found.creationToken}', not with that of drill ${row.drill}`);
  }
  if (found.tags[scratchTag] !== row.drill) return not(`${found.id} does not carry the tag ${scratchTag}=${row.drill}`);
  if (found.isProtected) return not(`${found.id} is a resource of the roster`);
  return scratch;
}

/**
 * What a recovered file system was checked through is scratch, and the file system is not: it was created by the recovery
 * that the register names, and only mount targets in the sealed subnets of the register are taken.
 */
export function mountIsScratch(
  row: Registered & { readonly subnets?: readonly string[] },
  found: {
    readonly id: string | undefined;
    readonly creationToken: string | undefined;
    readonly tags: Readonly<Record<string, string>>;
    readonly isProtected: boolean;
  },
): Verdict {
  if (!isDrillId(row.drill)) return not(`'${row.drill}' is no recovery`);
  if (row.id === undefined || found.id !== row.id) {
    return not(`the file system that was found is ${found.id}, the register says ${row.id}`);
  }
  if (found.creationToken !== row.drill) {
    return not(`${found.id} was created with the token '${found.creationToken}', not with that of ${row.drill}`);
  }
  if (found.tags[recoveredTag] === undefined) return not(`${found.id} does not carry the tag ${recoveredTag}`);
  if (found.isProtected) return not(`${found.id} is a resource of the roster`);
  return scratch;
}

/** A version is scratch when it is a number of the file probe's and its description names the drill. */
export function probeVersionIsScratch(
  row: Registered,
  found: { readonly probe: string; readonly version: string | undefined; readonly description: string | undefined },
): Verdict {
  if (!isDrillId(row.drill)) return not(`'${row.drill}' is no drill`);
  if (row.name !== found.probe)
    return not(`the register names the function '${row.name}', and the file probe is ${found.probe}`);
  if (found.version === undefined || !/^[1-9]\d*$/.test(found.version))
    return not(`'${found.version}' is no published version`);
  if (row.id !== undefined && row.id !== found.version) {
    return not(`version ${found.version} was found, the register says ${row.id}`);
  }
  if (found.description !== scratchName(row.drill)) {
    return not(`version ${found.version} of ${row.name} was not published for drill ${row.drill}`);
  }
  return scratch;
}

/** @throws NotScratch */
export function mustBeScratch(verdict: Verdict): void {
  if (!verdict.scratch) throw new NotScratch(`Nothing was deleted: ${verdict.because}.`);
}

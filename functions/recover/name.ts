import { scratchPrefix } from '../account/tagged.ts';
import type { Kind } from '../policy/kind.ts';
import { Refused } from './refusal.ts';

/** Every name says what it is: roles may change only databases whose names hold it. */
export const nameHolds = 'recovered';

const longest = 63;

/** `RESOURCE-recovered-YYYYMMDD-HHMM`, by the execution's start. */
export function defaultName(resource: string, startedAt: string): string {
  const [, date = '', time = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(startedAt) ?? [];
  const tail = `-${nameHolds}-${date.replaceAll('-', '')}-${time.replace(':', '')}`;
  const base = resource
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longest - tail.length - 2)
    .replace(/-+$/, '');
  return `${base === '' ? 'lifeboat' : base}${tail}`;
}

/** @throws Refused when AWS would not take it, or it would be taken for something else */
export function mustBeAName(kind: Kind, name: string): void {
  const refuse = (because: string) => {
    throw new Refused('InputRejected', `name: '${name}' ${because}.`);
  };
  if (name.startsWith(scratchPrefix)) refuse('is a name of scratch, which is taken down after a while');
  if (!name.includes(nameHolds)) {
    refuse(
      `does not say that it is recovered: let it hold '${nameHolds}', such as orders-${nameHolds}. Rename it when all is well`,
    );
  }
  if (kind === 'efs') {
    if (name.length > 256) refuse('is longer than 256 characters');
    // The name of a file system is a tag.
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(name))
      refuse('holds what no tag may hold: write letters, digits and + - = . _ : / @');
    return;
  }
  // An instance of a cluster is named after it, with two characters more.
  if (name.length > longest - 2) refuse(`is longer than ${longest - 2} characters`);
  if (!/^[a-z](-?[a-z0-9])*$/.test(name)) {
    refuse('cannot be the name of a database: small letters, digits and single hyphens, a letter first');
  }
}

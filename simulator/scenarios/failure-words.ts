/** What the notes of failures say of themselves. */
interface Detail {
  readonly resource?: string;
  readonly region?: string;
  readonly zone?: string;
  readonly key?: string;
  readonly account?: string;
  readonly files?: number;
  readonly role?: string;
  readonly tried?: number;
  readonly refused?: number | string | null;
}

/** Tells a failure to a person; undefined for what is not one, or is not worth a line of its own. */
export function failureInWords(what: string, detail: Detail, nameOf: (arn: string) => string): string | undefined {
  const name = nameOf(detail.resource ?? '');
  switch (what) {
    case 'fail instance':
      return `the host of ${name} dies`;
    case 'a zone is gone':
      return `the zone ${detail.zone} is gone`;
    case 'a zone is back':
      return `the zone ${detail.zone} is back`;
    case 'a Region is gone':
      return `the Region ${detail.region} is gone: nobody answers there`;
    case 'a Region is back':
      return `the Region ${detail.region} is back`;
    case 'corrupt data':
      return `a bad write spoils the data of ${name}`;
    case 'a resource was deleted':
      return `somebody deletes ${name}`;
    case 'somebody deleted a recovery point':
      return detail.refused === null
        ? `somebody deletes a recovery point in ${detail.region}`
        : `somebody fails to delete a recovery point in ${detail.region}: ${detail.refused}`;
    case 'ransomware':
      return `ransomware begins to encrypt the ${detail.files} files of ${name}`;
    case 'a stolen role is done':
      return `the role ${detail.role} has tried ${detail.tried} ways to take recovery points away in ${detail.region}; ${detail.refused} were refused`;
    case 'the account is lost':
      return `the account ${detail.account} is lost: everything in it refuses`;
    case 'disable key':
      return `somebody disables the key ${detail.key} in ${detail.region}`;
    case 'delete key':
      return `somebody schedules the deletion of the key ${detail.key} in ${detail.region}`;
    case 'give key back':
      return `the key ${detail.key} in ${detail.region} is given back`;
    default:
      return undefined;
  }
}

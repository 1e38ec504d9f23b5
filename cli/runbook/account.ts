import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { readArn } from '../../functions/account/resource.ts';
import { parseDuration } from '../../functions/policy/duration.ts';
import { kinds } from '../../functions/policy/kind.ts';
import { parseRegion, partitionOf } from '../../functions/policy/place.ts';
import type { Account, AccountResource, DnsRecord, Replica } from './context.ts';

/** Thrown for an account file that cannot be used. The message has a line for each problem, with the mend. */
export class AccountUnusable extends Error {
  override readonly name = 'AccountUnusable';
}

type Fields = Readonly<Record<string, unknown>>;
type Complain = (field: string, problem: string) => void;

/**
 * Reads what a runbook needs of an account: an account file of `npm start`, one that somebody wrote for runbooks (see
 * docs/runbooks/README.md), or what `aws resourcegroupstaggingapi get-resources` printed. What the simulator alone needs
 * is passed over.
 *
 * @throws AccountUnusable
 */
export async function readAccount(file: string, home: string): Promise<Account> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AccountUnusable(`${file} cannot be read (${error.code}). Name the account file with --account FILE.`);
  });
  let written: unknown;
  try {
    written = parse(text);
  } catch (error) {
    throw new AccountUnusable(`${file} is neither YAML nor JSON: ${(error as Error).message.split('\n')[0]}`);
  }
  return accountFrom(fieldsOf(written), file, home);
}

export function accountFrom(written: Fields, file: string, home: string): Account {
  const problems: string[] = [];
  const complain: Complain = (field, problem) => problems.push(`${file}  ${field}: ${problem}`);
  const tagging = written.ResourceTagMappingList;
  const resources = Array.isArray(tagging)
    ? tagging.flatMap((one, index) => tagged(fieldsOf(one), `ResourceTagMappingList[${index}]`, complain))
    : listOf(written.resources).flatMap((one, index) => described(fieldsOf(one), `resources[${index}]`, complain));
  const named = typeof written.account === 'string' ? written.account : undefined;
  if (Array.isArray(tagging) && tagging.length === 0) {
    const words = 'nothing in the Region that was asked carries the tag lifeboat:tier';
    complain('ResourceTagMappingList', `${words}; ask with --region ${home}, the home of the policy, or tag something`);
    throw new AccountUnusable(problems.join('\n'));
  }
  const id = named ?? resources.map(({ arn }) => readArn(arn ?? '')?.account).find((one) => one !== undefined);
  if (id === undefined || !/^\d{12}$/.test(id)) complain('account', "write twelve digits in quotes: '123456789012'");
  if (resources.length === 0 && problems.length === 0) {
    complain('resources', 'there is none; write at least one, such as { kind: rds, name: shop, tags: … }');
  }
  if (problems.length > 0 || id === undefined) throw new AccountUnusable(problems.join('\n'));
  return { id, file, resources: resources.map((resource) => ({ ...resource, arn: resource.arn ?? arnOf(resource) })) };

  /** A database is named by its identifier, which makes its ARN known; a file system only by its id. */
  function arnOf({ kind, id: identifier }: AccountResource): string | undefined {
    if (identifier === undefined) return undefined;
    const service = kind === 'efs' ? 'elasticfilesystem' : 'rds';
    const type = kind === 'efs' ? 'file-system/' : kind === 'aurora' ? 'cluster:' : 'db:';
    return `arn:${partitionOf(home)}:${service}:${home}:${id}:${type}${identifier}`;
  }
}

function described(fields: Fields, at: string, complain: Complain): AccountResource[] {
  const kind = kinds.find((one) => one === fields.kind);
  if (kind === undefined) complain(`${at}.kind`, `write one of ${kinds.join(', ')}`);
  const { name } = fields;
  if (typeof name !== 'string' || name === '') complain(`${at}.name`, 'is missing; write it, such as shop');
  if (kind === undefined || typeof name !== 'string' || name === '') return [];
  const id = textOf(fields.id, `${at}.id`, complain) ?? (kind === 'efs' ? undefined : name);
  if (kind === 'efs' && id !== undefined && !/^fs-[0-9a-f]+$/.test(id)) {
    complain(`${at}.id`, 'is no id of a file system; write it, such as fs-0123456789abcdef0');
  }
  const { gigabytes } = fields;
  if (gigabytes !== undefined && typeof gigabytes !== 'number') complain(`${at}.gigabytes`, 'write a number: 120');
  const oneZone = fields.one_zone === false ? null : textOf(fields.one_zone, `${at}.one_zone`, complain);
  return [
    {
      name,
      kind,
      id,
      arn: undefined,
      tags: tagsOf(fields.tags),
      multiAz: booleanOf(fields.multi_az, `${at}.multi_az`, complain),
      oneZone,
      replicas: replicas(),
      backupsIn: regionOf(fields.backups_in, 'backups_in'),
      gigabytes: typeof gigabytes === 'number' ? gigabytes : undefined,
      maintenance: textOf(fields.maintenance, `${at}.maintenance`, complain),
      key: textOf(fields.key, `${at}.key`, complain),
      dns: fields.dns === undefined ? undefined : dns(fieldsOf(fields.dns), `${at}.dns`),
    },
  ];

  function replicas(): Replica[] {
    const region = regionOf(fields.replica_in, 'replica_in');
    if (region === undefined) return [];
    return [
      {
        region,
        id:
          textOf(fields.replica, `${at}.replica`, complain) ??
          (kind === 'efs' ? 'REPLICA_FILE_SYSTEM_ID' : `${name}-replica`),
      },
    ];
  }

  function regionOf(written: unknown, field: string): string | undefined {
    if (written === undefined || written === null) return undefined;
    const read = parseRegion(written);
    if (read.ok) return read.value;
    complain(`${at}.${field}`, `${read.problem}; ${read.mend}`);
    return undefined;
  }

  function dns({ zone, record, ttl }: Fields, field: string): DnsRecord | undefined {
    if (typeof zone !== 'string') complain(`${field}.zone`, 'is missing; write the id of the hosted zone');
    if (typeof record !== 'string') complain(`${field}.record`, 'is missing; write it, such as db.shop.example.com');
    const seconds = ttl === undefined ? { ok: true as const, value: 60 } : parseDuration(ttl, 'seconds');
    if (!seconds.ok) complain(`${field}.ttl`, `${seconds.problem}; ${seconds.mend}`);
    if (typeof zone !== 'string' || typeof record !== 'string' || !seconds.ok) return undefined;
    return { zone, record, ttlSeconds: seconds.value };
  }
}

/** One resource of what the tagging API answers. */
function tagged(fields: Fields, at: string, complain: Complain): AccountResource[] {
  const arn = fields.ResourceARN;
  const read = typeof arn === 'string' ? readArn(arn) : undefined;
  const tags = Object.fromEntries(
    listOf(fields.Tags)
      .map(fieldsOf)
      .map(({ Key, Value }) => [String(Key), String(Value)]),
  );
  if (read === undefined || typeof arn !== 'string') {
    // Whoever asks without a filter gets every kind of resource: only a tier says that one was meant.
    if (tags['lifeboat:tier'] !== undefined)
      complain(`${at}.ResourceARN`, `Lifeboat protects no such resource: ${arn}`);
    return [];
  }
  return [
    {
      name: read.kind === 'efs' ? (tags.Name ?? read.id) : read.id,
      kind: read.kind,
      id: read.id,
      arn,
      tags,
      multiAz: undefined,
      oneZone: undefined,
      replicas: [],
      backupsIn: undefined,
      gigabytes: undefined,
      maintenance: undefined,
      key: undefined,
      dns: undefined,
    },
  ];
}

function tagsOf(written: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(written)).map(([key, value]) => [key, String(value)]));
}

function textOf(written: unknown, field: string, complain: Complain): string | undefined {
  if (written === undefined || written === null) return undefined;
  if (typeof written === 'string' && written.trim() !== '') return written.trim();
  complain(field, 'is not a text; write it in quotes');
  return undefined;
}

function booleanOf(written: unknown, field: string, complain: Complain): boolean | undefined {
  if (written === undefined || written === null) return undefined;
  if (typeof written === 'boolean') return written;
  complain(field, 'write true or false');
  return undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

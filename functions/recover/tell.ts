import { recoveredTag } from '../account/tagged.ts';
import { checksTag, tierTag } from '../policy/resolve.ts';
import type { Caught } from '../restore/plan.ts';
import type { Alternative, Proof } from './choice.ts';
import type { Endpoint, Handed } from './hander.ts';
import { losesOf } from './listing.ts';
import type { Recovery } from './plan.ts';

/** What an execution answers: all that whoever asked has to know. Instants are ISO 8601. */
export interface Recovered {
  readonly resource: string;
  readonly kind: string;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly endpoint: Endpoint;
  readonly from: {
    readonly point?: string;
    readonly instant?: string;
    readonly dataInstant: string;
    readonly proven: Proof | null;
    readonly because: string;
  };
  readonly loses: { readonly after: string; readonly because: string };
  readonly alternatives: readonly Alternative[];
  readonly checked: {
    readonly verdict: string;
    readonly because: readonly string[];
    readonly checks: readonly unknown[];
    readonly contents: unknown;
  };
  readonly tookSeconds: number;
  readonly next: readonly string[];
}

export interface Told {
  readonly verdict: string;
  readonly because: readonly string[];
  readonly checks: readonly unknown[];
  readonly contents?: unknown;
}

/** The answer of a recovery that has come to its end, whatever its check found. */
export function tell(known: {
  readonly chosen: Recovery;
  readonly handed: Handed;
  readonly verdict: Told | null;
  readonly trouble: Caught | null;
  readonly leftover: Caught | null;
  readonly now: Date;
}): Recovered {
  const { chosen, handed, verdict, trouble, leftover, now } = known;
  const { resource, kind, name, region, way, alternatives } = chosen;
  const checked = verdict ?? {
    verdict: 'NOT_TESTED',
    because: [`the check came to no end: ${trouble?.Error ?? 'nothing says why'}: ${wordsOf(trouble)}`],
    checks: [],
    contents: null,
  };
  return {
    resource,
    kind,
    name,
    arn: handed.arn,
    region,
    endpoint: handed.endpoint,
    from: {
      ...(way.by === 'point' ? { point: way.recoveryPoint } : { instant: way.instant }),
      dataInstant: way.instant,
      proven: way.proven,
      because: way.because,
    },
    loses: { after: way.instant, because: losesOf(way.instant, new Date(chosen.startedAt)) },
    alternatives,
    checked: { ...checked, contents: checked.contents ?? null },
    tookSeconds: Math.round((now.getTime() - Date.parse(chosen.startedAt)) / 1000),
    next: [...warnings(checked, way.proven, leftover), ...nextSteps(chosen, handed)],
  };
}

function warnings(checked: Told, proven: Proof | null, leftover: Caught | null): string[] {
  return [
    ...(checked.verdict === 'NOT_TESTED'
      ? ['NOBODY HAS TESTED THIS DATA: look at it yourself before anybody works with it.']
      : []),
    ...(checked.verdict === 'FAIL' || checked.verdict === 'SUSPECT'
      ? [
          `THE CHECK SAYS ${checked.verdict}: ${checked.because.join('; ')}. Do not take it for good; see the alternatives.`,
        ]
      : []),
    ...(proven === null && checked.verdict === 'PASS'
      ? ['No drill had proven this data before; this recovery has checked it.']
      : []),
    ...(leftover === null ? [] : ['The scratch of the check is not gone yet; the hourly sweep takes it.']),
  ];
}

function nextSteps(chosen: Recovery, handed: Handed): string[] {
  const { kind, name, region, resource, network, way } = chosen;
  const where = `--region ${region}`;
  const both = `What was written to ${resource} after ${way.instant} is only there: bring it over before you retire it.`;
  const common = [
    backedUp(chosen, handed),
    `To go back: send clients to the original again; it was not touched. ${both}`,
    `It carries the tag ${recoveredTag}=${chosen.execution}. Lifeboat never deletes it.`,
  ];
  if (kind === 'efs') {
    return [
      `Mount it where ${network.securityGroups.join(', ')} let you: sudo mount -t efs -o tls ${handed.at} /mnt/recovered. ` +
        'What was restored is below that directory, as AWS Backup always does it; the root holds nothing else.',
      'Compare, then move the directories to where applications expect them, or mount that path.',
      ...common,
    ];
  }
  const noun = kind === 'aurora' ? 'cluster' : 'instance';
  const modify = `aws rds modify-db-${noun} ${where} --db-${noun}-identifier ${name}`;
  return [
    `Connect to ${handed.at} from where ${network.securityGroups.join(', ')} let you, and look at the data.`,
    kind === 'rds'
      ? `Its users have the passwords that they had at ${way.instant}; only the master's was replaced for the check. Give it a new one: ${modify} --manage-master-user-password --apply-immediately`
      : `Its users, the master among them, have the passwords that they had at ${way.instant}. For a new one: ${modify} --manage-master-user-password --apply-immediately`,
    `Point your DNS record at ${handed.at.split(':')[0]}, and lower its time to live before.`,
    `Deletion protection is on. It has one ${kind === 'rds' ? 'zone' : 'instance'}: ${
      kind === 'rds'
        ? `for a standby, ${modify} --multi-az --apply-immediately`
        : 'add readers for a production load with aws rds create-db-instance'
    }`,
    ...common,
  ];
}

/** A tag asks Lifeboat for a tier at home only: elsewhere AWS's own backups have to do. */
function backedUp({ kind, name, region, resource, tier, checks }: Recovery, { arn, endpoint }: Handed): string {
  const where = `--region ${region}`;
  if (placeOf(resource) === placeOf(arn)) {
    const tags = `Key=${tierTag},Value=${tier}${checks === null ? '' : ` Key=${checksTag},Value=${checks}`}`;
    const command =
      kind === 'efs'
        ? `aws efs tag-resource ${where} --resource-id ${arn} --tags ${tags}`
        : `aws rds add-tags-to-resource ${where} --resource-name ${arn} --tags ${tags}`;
    return `Lifeboat does not back it up yet. When it is to stay: ${command}`;
  }
  const noun = kind === 'aurora' ? 'cluster' : 'instance';
  const command =
    'fileSystemId' in endpoint
      ? `aws efs put-backup-policy ${where} --file-system-id ${endpoint.fileSystemId} --backup-policy Status=ENABLED`
      : `aws rds modify-db-${noun} ${where} --db-${noun}-identifier ${name} --backup-retention-period 7 --apply-immediately`;
  return `Lifeboat backs up at home only. Switch on AWS's own backups, today: ${command}`;
}

/** Region and account. */
function placeOf(arn: string): string {
  return arn.split(':').slice(3, 5).join(':');
}

function wordsOf(trouble: Caught | null): string {
  const cause = trouble?.Cause ?? '';
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    if (typeof errorMessage === 'string') return errorMessage.slice(0, 1000);
  } catch {
    // Not JSON: it is the words themselves.
  }
  return cause.slice(0, 1000);
}

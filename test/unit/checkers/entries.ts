import type { Checker } from '../../../simulator/checkers/checker.ts';
import type { SimulatedAccount } from '../../../simulator/world/account.ts';
import type { CallEntry, TraceEntry } from '../../../simulator/world/trace.ts';

export const start = Date.parse('2026-01-05T00:00:00Z');
export const minute = 60_000;
export const hour = 60 * minute;
export const shop = 'arn:aws:rds:eu-central-1:123456789012:db:shop';
export const iso = (hours: number) => new Date(start + hours * hour).toISOString();

/** An AWS call so many hours after the start. It takes no time unless a test says so. */
export function call(hours: number, operation: string, input: object, more: Partial<CallEntry> = {}): CallEntry {
  const service =
    { Publish: 'SNS', PutObject: 'S3', PutItem: 'DynamoDB', CreateFileSystem: 'EFS', StartRestoreJob: 'Backup' }[
      operation
    ] ?? 'Any';
  const caller = { kind: 'function', name: 'lifeboat-test', region: 'eu-central-1' } as const;
  return { kind: 'call', at: iso(hours), took: 0, caller, service, operation, region: 'eu-central-1', input, ...more };
}

export function message(
  hours: number,
  alert: {
    phase: 'opened' | 'escalated' | 'resolved';
    kind: string;
    openedAt?: number;
    subject?: string;
    severity?: string;
    because?: string;
  },
  more: Partial<CallEntry> = {},
): CallEntry {
  const { openedAt = hours, subject = shop, severity = 'page', because = 'the newest point is too old' } = alert;
  const https = JSON.stringify({
    phase: alert.phase,
    kind: alert.kind,
    subject,
    severity,
    openedAt: iso(openedAt),
    since: iso(openedAt),
    because,
    location: { region: more.region ?? 'eu-central-1' },
    ...(alert.phase === 'resolved' && { resolved: { because: 'a newer point is there' } }),
  });
  const Message = JSON.stringify({ default: `${because}.`, https });
  const word = alert.phase === 'resolved' ? 'RESOLVED' : severity.toUpperCase();
  return call(hours, 'Publish', { Subject: `${word} ${alert.kind} of shop`, Message, MessageStructure: 'json' }, more);
}

/** The write of an attempt's record. */
export function record(
  hours: number,
  content: {
    workflow?: string;
    outcome?: string;
    verdict?: string;
    because?: string[];
    checks?: { name: string; verdict: string; because?: string[] }[];
    point?: string;
    instant?: string;
    timings?: Record<string, number>;
    scratch?: string;
    scratchBecause?: string[];
  } = {},
  more: Partial<CallEntry> = {},
): CallEntry {
  const {
    workflow = 'drill',
    outcome = 'SUCCEEDED',
    verdict = 'PASS',
    because = [],
    checks = [{ name: 'orders exist', verdict: 'PASS' }],
  } = content;
  const Body = JSON.stringify({
    id: `${workflow}-${hours}`,
    resource: shop,
    hash: 'h',
    content: {
      what: 'attempt',
      workflow,
      execution: `${workflow}-${hours}`,
      outcome,
      openedAt: iso(hours - 1),
      endedAt: iso(hours),
      verdict: { is: verdict, because },
      checks: checks.map((check) => ({ because: [], ...check })),
      points: content.point === undefined ? [] : [{ as: 'drilled', arn: content.point, instant: content.instant }],
      ...(content.timings !== undefined && { timings: content.timings }),
      scratch: content.scratch,
      scratchBecause: content.scratchBecause,
    },
  });
  return call(hours, 'PutObject', { Key: `evidence/shop/${hours}`, Body: Buffer.from(Body) }, more);
}

export function ledgerRow(
  hours: number,
  pk: string,
  members: Record<string, string>,
  more: Partial<CallEntry> = {},
): CallEntry {
  const Item = Object.fromEntries(Object.entries({ pk, ...members }).map(([name, S]) => [name, { S }]));
  return call(hours, 'PutItem', { TableName: 'lifeboat-ledger', Item }, more);
}

export const world = (hours: number, what: string, detail: unknown = null): TraceEntry => ({
  kind: 'world',
  at: iso(hours),
  what,
  detail,
});

export const anError = { name: 'ThrottlingException', message: 'Rate exceeded' };

/** Shows a checker a run, looks at the account at the hours that are given, and hears what it found. */
export function find(
  checker: Checker,
  entries: readonly TraceEntry[],
  { endsAt = 48, looks = [] as readonly [number, SimulatedAccount][] } = {},
) {
  for (const entry of entries) checker.see(entry);
  for (const [hours, account] of looks) checker.look(account, start + hours * hour);
  const { examined, violations } = checker.conclude(start + endsAt * hour);
  return { examined, violations };
}

/** An account in which only what checkers look at is there. Instants in hours. */
export function account(
  there: {
    databases?: string[];
    clusters?: string[];
    scratchFileSystems?: string[];
    fileSystems?: string[];
    /** Snapshots and automated backups, by what they are of. */
    backups?: { identifier: string; of: string }[];
    /** Published versions of the probe, by their descriptions. */
    versions?: string[];
    points?: {
      arn?: string;
      instant: number;
      completedAt: number | undefined;
      status?: string;
      region?: string;
      resource?: string;
      vault?: string;
      /** When its lifecycle ends it. */
      endsAt?: number;
    }[];
    copies?: { from: string; to: string; createdAt: number; completedAt: number }[];
    /** Restore jobs of databases, by what they are restored as. */
    restores?: { as: string; createdAt: number; completedAt: number }[];
  } = {},
): SimulatedAccount {
  const region = (name: string) => ({
    name,
    services: {
      RDS: {
        instances: name === 'eu-central-1' ? (there.databases ?? []).map((identifier) => ({ identifier })) : [],
        clusters: name === 'eu-central-1' ? (there.clusters ?? []).map((identifier) => ({ identifier })) : [],
        backups: name === 'eu-central-1' ? (there.backups ?? []) : [],
      },
      Lambda: {
        versions: () =>
          name === 'eu-central-1'
            ? (there.versions ?? []).map((description, at) => ({ number: `${at + 1}`, description }))
            : [],
      },
      EFS: {
        fileSystems:
          name === 'eu-central-1'
            ? [
                ...(there.scratchFileSystems ?? []).map((id) => ({ id, tags: new Map([['lifeboat:scratch', 'x']]) })),
                ...(there.fileSystems ?? []).map((id) => ({ id, tags: new Map() })),
              ]
            : [],
      },
      Backup: {
        truth: () => ({
          restoreJobs: (there.restores ?? []).map(({ as, createdAt, completedAt }) => ({
            status: 'COMPLETED',
            createdAt: start + createdAt * hour,
            completedAt: start + completedAt * hour,
            metadata: { DBInstanceIdentifier: as },
          })),
          copyJobs: (there.copies ?? []).map(({ from, to, createdAt, completedAt }) => ({
            sourcePointArn: from,
            destinationPointArn: to,
            createdAt: start + createdAt * hour,
            completedAt: start + completedAt * hour,
          })),
          points: (there.points ?? [])
            .filter((point) => (point.region ?? 'eu-central-1') === name)
            .map(
              ({ arn, instant, completedAt, status = 'COMPLETED', resource = shop, vault = 'lifeboat', endsAt }) => ({
                arn: arn ?? `point of ${instant}`,
                resourceArn: resource,
                vault,
                deleteAt: endsAt === undefined ? undefined : start + endsAt * hour,
                status,
                knownInstant: start + instant * hour,
                createdAt: start + instant * hour,
                completedAt: completedAt === undefined ? undefined : start + completedAt * hour,
              }),
            ),
        }),
      },
    },
  });
  return { regions: [region('eu-central-1'), region('eu-west-1')] } as unknown as SimulatedAccount;
}

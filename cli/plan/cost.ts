import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, kinds, resourceTypes } from '../../functions/policy/kind.ts';
import { placeName } from '../../functions/policy/place.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import { alarms, heartbeatRegions } from '../../resources/alarms.ts';
import { copyRegions } from '../../resources/stack.ts';
import { root } from '../package/service.ts';
import { hourOf, type PriceName, type Prices } from '../prices/prices.ts';
import { assumedClass, changePerDayOf, copiedGigabytes, drillSecondsOf, gigabytesOf } from './assumed.ts';
import type { Group, Protected } from './groups.ts';

/** One line of the bill: so much of something a month. */
export interface CostLine {
  readonly line: string;
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
  readonly source: string;
}

export interface Cost {
  readonly asOf: string;
  readonly region: string;
  readonly currency: string;
  readonly lines: readonly CostLine[];
  readonly total: number;
  readonly notes: readonly string[];
}

const monthSeconds = (365 / 12) * 86_400;
const monthHours = monthSeconds / 3600;

/** State transitions of one run of a machine, its start in fleet included; retries are not counted. */
const transitions = { protect: 5, eachCopy: 2, drill: 10, fleetBatch: 3, waitForTurn: 1 };
/** Invocations of one run, of a second and a quarter of a GB each; the probe reads for as long as there is to read. */
const invocations = { protect: 4, eachCopy: 2, drill: 14 };
/** What runs whether or not anything is protected, a month and Region: watch each minute, checks, hourly and daily rounds. */
const roundsEachMonth = monthHours * (60 + 12 + 2) + 3 * 30;
const ledger = { writes: { protect: 12, eachCopy: 6, drill: 30 }, reads: { protect: 20, eachCopy: 10, drill: 60 } };

const backupPrice = { efs: 'efsBackupWarm', rds: 'rdsBackup', aurora: 'auroraBackup' } as const satisfies Record<
  Kind,
  PriceName
>;
const transferPrice = { efs: 'efsTransfer', rds: 'rdsTransfer', aurora: 'auroraTransfer' } as const satisfies Record<
  Kind,
  PriceName
>;
const diskPrice = { efs: 'efsStandard', rds: 'rdsStorage', aurora: 'auroraStorage' } as const satisfies Record<
  Kind,
  PriceName
>;

/** What a month costs, when every point is as old as it is kept: the first months cost less. First copies are not in it. */
export function costOf(policy: Policy, groups: readonly Group[], prices: Prices): Cost {
  const quantities = new Map<string, { price: PriceName; quantity: number }>();
  const add = (line: string, price: PriceName, quantity: number) => {
    const known = quantities.get(line);
    if (known === undefined) quantities.set(line, { price, quantity });
    else known.quantity += quantity;
  };
  const hours = new Map<string, { quantity: number; usd: number; known: boolean }>();
  const runs = { transitions: 0, invocations: 0, gigabyteSeconds: 0, writes: 0, reads: 0, records: 0 };

  for (const { tier, kind, resources } of groups) {
    const { backup, drill, copies } = tier;
    const type = resourceTypes[kind];
    const backups = backup === null ? 0 : monthSeconds / backup.everySeconds;
    for (const resource of resources) {
      if (backup !== null) {
        storage(resource, backup.keepDays, backup.coldAfterDays, 'at home');
        for (const { to, keepDays, coldAfterDays } of copies) {
          if (keepDays === null) continue;
          const place = placeName(to);
          storage(resource, keepDays, coldAfterDays, `in ${place}`, backup.everySeconds);
          const moved = copiedGigabytes(resource, backup.everySeconds) * backups;
          if (to.region !== policy.home) add(`transfer to ${place}, ${type}`, transferPrice[kind], moved);
        }
      }
      const drills = drill === null ? 0 : monthSeconds / drill.everySeconds;
      if (drills > 0) {
        const lasts = drillSecondsOf(resource) / 3600;
        if (kind === 'efs') add('restores of EFS', 'efsRestoreWarm', gigabytesOf(resource) * drills);
        else scratchHours(kind, resource, lasts * drills);
        add(`scratch storage, ${type}`, diskPrice[kind], (gigabytesOf(resource) * lasts * drills) / monthHours);
      }
      const made = (of: { protect: number; eachCopy: number; drill: number }) =>
        backups * (of.protect + of.eachCopy * copies.length) + drills * of.drill;
      runs.transitions += made(transitions);
      runs.invocations += made(invocations);
      runs.gigabyteSeconds += made(invocations) * 0.25 + drills * drillSecondsOf(resource) * 0.25 * 0.5;
      runs.writes += made(ledger.writes);
      runs.reads += made(ledger.reads);
      runs.records += backups + drills;
    }
  }

  function storage(resource: Protected, keepDays: number, coldAfterDays: number | null, where: string, every?: number) {
    const type = resourceTypes[resource.kind];
    const size = gigabytesOf(resource);
    // Every copy of an Aurora cluster is a full one; everything else keeps what is different from the point before.
    const isFull = resource.kind === 'aurora' && every !== undefined;
    const held = (forDays: number) =>
      isFull ? (size * forDays * 86_400) / every : size * (1 + changePerDayOf(resource) * forDays);
    const warm = coldAfterDays === null ? held(keepDays) : held(coldAfterDays);
    add(`backups of ${type} ${where}, warm`, backupPrice[resource.kind], warm);
    if (coldAfterDays !== null)
      add(
        `backups of ${type} ${where}, cold`,
        'efsBackupCold',
        size * changePerDayOf(resource) * (keepDays - coldAfterDays),
      );
  }

  function scratchHours(kind: 'rds' | 'aurora', resource: Protected, howMany: number) {
    const instanceClass = resource.instanceClass ?? assumedClass[kind];
    const { usd, known } = hourOf(prices, kind, instanceClass);
    const key = `scratch instances, ${resourceTypes[kind]} ${instanceClass}`;
    const line = hours.get(key) ?? { quantity: 0, usd, known };
    line.quantity += howMany;
    hours.set(key, line);
  }

  const regions = [policy.home, ...copyRegions(policy)];
  const schedules = Object.values(policy.tiers).reduce(
    (sum, { backup, drill }) =>
      sum +
      (backup === null ? 0 : monthSeconds / backup.everySeconds) +
      (drill === null ? 0 : monthSeconds / drill.everySeconds),
    0,
  );
  const rounds = roundsEachMonth * regions.length;
  add('Step Functions', 'stateTransition', runs.transitions + schedules * transitions.fleetBatch);
  add('Lambda, time', 'lambdaArm', runs.gigabyteSeconds + rounds * 2 * 0.25);
  add('Lambda, requests', 'lambdaRequest', runs.invocations + rounds);
  add('DynamoDB, writes', 'dynamodbWrite', runs.writes + rounds * 4);
  add('DynamoDB, reads', 'dynamodbRead', runs.reads + rounds * 20);
  add('EventBridge Scheduler', 'schedule', schedules + rounds);
  // Each Region makes a report every day, from every chain of every Region.
  const reports = (monthSeconds / 86_400) * regions.length;
  const chains = groups.reduce((sum, { resources }) => sum + resources.length, 0) * regions.length;
  add('evidence in S3, written and listed', 's3Put', runs.records * 2 + reports * chains);
  add('evidence in S3, read by the daily reports', 's3Get', runs.records * reports);
  add(
    'CloudWatch alarms',
    'alarm',
    regions.reduce((sum, region) => sum + countedAlarms(policy, region), 0),
  );
  // The watch of each Region leaves its heartbeat in every Region that looks for it.
  const heartbeats = regions.reduce((sum, region) => sum + heartbeatRegions(policy, region).length, 0);
  add('CloudWatch metrics', 'metric', heartbeats);
  add('CloudWatch requests', 'metricRequest', heartbeats * monthHours * 60);
  add('CloudWatch dashboards', 'dashboard', regions.length);
  add('KMS keys', 'key', keysOfStack() * regions.length);

  const lines: CostLine[] = [
    ...[...quantities].map(([line, { price, quantity }]) => {
      const { usd, unit, source, freePerMonth = 0 } = prices.prices[price];
      return { line, quantity: round(quantity), unit, usd: round(Math.max(0, quantity - freePerMonth) * usd), source };
    }),
    ...[...hours].map(([line, { quantity, usd, known }]) => ({
      line,
      quantity: round(quantity),
      unit: 'hour',
      usd: round(quantity * usd),
      source: known ? 'prices of its class' : 'the usual class of its kind: the table does not have this one',
    })),
  ].sort((one, other) => other.usd - one.usd || one.line.localeCompare(other.line));
  return {
    asOf: prices.asOf,
    region: prices.region,
    currency: prices.currency,
    lines,
    total: round(lines.reduce((sum, { usd }) => sum + usd, 0)),
    notes: [
      `prices of ${prices.region} as of ${prices.asOf}; other Regions cost up to a third more`,
      'once every point is as old as it is kept; first copies, once each, are not in it',
      'nothing is deducted for free backup storage, which your own automated backups usually use up',
    ],
  };
}

/** The keys that the stack of one Region makes, counted in its resources. */
function keysOfStack(): number {
  const folder = join(root, 'resources');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  return files.reduce((sum, name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return sum + [...text.matchAll(/Type: ["']?AWS::KMS::Key["']?\s*$/gm)].length;
  }, 0);
}

function countedAlarms(policy: Policy, region: string): number {
  return Object.values(alarms(policy, region)).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The kinds whose sizes or classes somebody assumed, and of how many. */
export function assumedSizes(groups: readonly Group[]): { kind: Kind; count: number }[] {
  return kinds.flatMap((kind) => {
    const count = groups
      .filter((group) => group.kind === kind)
      .reduce((sum, { resources }) => sum + resources.filter(({ gigabytes }) => gigabytes === null).length, 0);
    return count === 0 ? [] : [{ kind, count }];
  });
}

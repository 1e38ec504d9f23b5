import { readFileSync } from 'node:fs';
import { accountFrom } from '../../../cli/runbook/account.ts';
import { type Context, contextOf } from '../../../cli/runbook/context.ts';
import type { Drilled } from '../../../cli/runbook/measured.ts';
import type { Policy } from '../../../functions/policy/policy.ts';
import { readPolicy } from '../../../functions/policy/read.ts';

export const at = '2026-01-09T03:00:00Z';

export function policyIn(file: string): Policy {
  return policyOf(readFileSync(file, 'utf8'), file);
}

export function policyOf(text: string, file = 'policy.yml'): Policy {
  const read = readPolicy(text, file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
}

/** A policy that uses everything a runbook speaks of. */
export const fullPolicy = policyOf(`
home: eu-central-1
alerts: { page: [ oncall@example.com ] }
tiers:
  gold:
    backup: { every: 6 hours, keep: 14 days }
    copies:
      - { to: eu-west-1, keep: 35 days, replica: true }
      - { to: 210987654321/eu-north-1, keep: 90 days }
    drill: { every: 1 day, from: eu-west-1 }
    objectives: { rpo: 9 hours, copy_rpo: 12 hours, pitr_rpo: 15 minutes, replica_rpo: 30 minutes, proof: 48 hours, rto: 4 hours }
  local:
    backup: { every: 12 hours, keep: 14 days }
    drill: { every: 2 days, from: home }
    objectives: { rpo: 15 hours, proof: 84 hours }
recovery:
  eu-west-1: { subnet_group: apps, security_groups: [ sg-0a1b2c3d ], subnets: [ subnet-0a1b2c3d ] }
`);

export const fullAccount = {
  account: '123456789012',
  resources: [
    {
      kind: 'rds',
      name: 'orders',
      tags: { 'lifeboat:tier': 'gold' },
      multi_az: true,
      replica_in: 'eu-west-1',
      replica: 'orders-west',
      backups_in: 'eu-west-1',
      maintenance: 'sun:03:00-sun:03:30',
      gigabytes: 120,
      key: 'alias/orders',
      dns: { zone: 'Z0123456789ABC', record: 'db.orders.example.com', ttl: '30 seconds' },
    },
    { kind: 'aurora', name: 'ledger', tags: { 'lifeboat:tier': 'gold' } },
    {
      kind: 'efs',
      name: 'mail',
      id: 'fs-0123456789abcdef0',
      tags: { 'lifeboat:tier': 'gold' },
      one_zone: 'eu-central-1a',
      replica_in: 'eu-west-1',
      replica: 'fs-00000000000000001',
    },
    { kind: 'efs', name: 'public', id: 'fs-00000000000000002', tags: { 'lifeboat:tier': 'gold' }, one_zone: false },
    { kind: 'rds', name: 'stage', tags: { 'lifeboat:tier': 'local' }, multi_az: false },
    { kind: 'rds', name: 'scrap', tags: {} },
  ],
};

export function contextWith(
  known: {
    readonly policy?: Policy;
    readonly account?: Record<string, unknown>;
    readonly drilled?: readonly Drilled[];
    readonly lastGood?: string;
  } = {},
): Context {
  const policy = known.policy ?? fullPolicy;
  const account = accountFrom(known.account ?? fullAccount, 'account.yml', policy.home);
  return contextOf({ policy, account, drilled: known.drilled, at, lastGood: known.lastGood });
}

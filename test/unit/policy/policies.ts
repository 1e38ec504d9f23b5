import { readPolicy } from '../../../functions/policy/read.ts';

/** A small policy that can be met. Tests say only what they change. */
export type Parts = { home?: string; alerts?: string; tiers?: string; checks?: string };

export const goldTier = `  gold:
    backup: { every: 6 hours, keep: 14 days }
    copies: [ { to: eu-west-1, keep: 35 days } ]
    drill: { every: 1 day, from: eu-west-1 }
    objectives: { rpo: 9 hours, copy_rpo: 12 hours, proof: 48 hours, rto: 4 hours }`;

/** The text of a policy: home on line 1, alerts on line 2, tiers from line 4, checks after them. */
export function policyText(parts: Parts = {}): string {
  const { home = 'home: eu-central-1', alerts = 'alerts: { page: [ oncall@example.com ] }' } = parts;
  const { tiers = goldTier, checks } = parts;
  return [home, alerts, 'tiers:', tiers, ...(checks === undefined ? [] : ['checks:', checks]), ''].join('\n');
}

export function goodPolicy(parts: Parts = {}) {
  const read = readPolicy(policyText(parts), 'policy.yml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
  return read.policy;
}

export function problemsOf(parts: Parts | string) {
  const read = readPolicy(typeof parts === 'string' ? parts : policyText(parts), 'policy.yml');
  return read.ok ? [] : read.problems;
}

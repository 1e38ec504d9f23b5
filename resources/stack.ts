import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Policy, policyJson } from '../functions/policy/policy.ts';
import { problemLine, readPolicy } from '../functions/policy/read.ts';
import { alarms, heartbeatRegions } from './alarms.ts';
import { dashboard } from './dashboard.ts';
import { expiringRoles } from './expiring-roles.ts';
import { policyDigest } from './policy-digest.ts';
import { functionNames, roles } from './roles.ts';
import { schedules } from './schedules.ts';
import { shapedTopics, subscriptions } from './subscriptions.ts';
import { variantOf } from './variant.ts';
import { vaultLock } from './vault-lock.ts';

export type Part = 'home' | 'copy';

/** CloudFormation resources by their logical ids. */
export type Resources = Record<
  string,
  { Type: string; Properties: Record<string, unknown>; [attribute: string]: unknown }
>;

/**
 * What serverless.yml takes from policy.yml for the stack of one Region. It also writes the policy that was checked
 * beside the functions' code, from where it goes into their packages.
 */
export function stack(options: { region: string; part: string; policyFile: string }) {
  const { region } = options;
  const policy = checkedPolicy(options.policyFile);
  const part = partOf(options.part);
  const home = region === policy.home;
  if (part === 'home' && !home) {
    throw new Error(`--region ${region} --param part=home: ${options.policyFile} says that home is ${policy.home}.`);
  }
  if (part === 'copy' && !copyRegions(policy).includes(region)) {
    throw new Error(
      `--region ${region} --param part=copy: ${options.policyFile} copies to ${copyRegions(policy).join(', ') || 'nowhere'}.`,
    );
  }
  writePolicy(policy);
  const alarmed = alarms(policy, region);
  return {
    home: policy.home,
    /** Which functions and machines serverless.yml takes beside those that every stack has. */
    variant: variantOf(policy, part),
    heartbeatRegions: heartbeatRegions(policy, region).join(','),
    alarms: { Resources: alarmed },
    dashboard: {
      Resources: dashboard(policy, part, region, { alarms: alarmed, functionNames: functionNames(policy, part) }),
    },
    vaultLock: vaultLock(policy, part, region),
    expiringRoles: expiringRoles(policy, part),
    /** Who may give a kept point more time. */
    keepingRoles: [...expiringRoles(policy, part), { 'Fn::GetAtt': ['KeepRole', 'Arn'] }],
    /** Stands in the description of lifeboat-reconcile, where `lifeboat doctor` reads which rules were deployed. */
    policyDigest: policyDigest(policy),
    /** The Region that tells people when SNS does not take a message here; empty where there is no other. */
    peer: peerOf(policy, part),
    topics: shapedTopics(policy),
    escalateAfterSeconds: String(policy.alerts.escalateAfterSeconds),
    roles: { Resources: roles(part, policy) },
    schedules: { Resources: { ...schedules(policy, part, region), ...subscriptions(policy, part) } },
  };
}

function checkedPolicy(file: string): Policy {
  const read = readPolicy(readFileSync(file, 'utf8'), file);
  if (read.ok) return read.policy;
  throw new Error(`The policy cannot be used:\n${read.problems.map(problemLine).join('\n')}`);
}

/** Another Region may be packaged at the same time: its functions find all of the file or none. */
function writePolicy(policy: Policy): void {
  mkdirSync('.lifeboat', { recursive: true });
  const beside = `.lifeboat/policy.${process.pid}.json`;
  writeFileSync(beside, policyJson(policy));
  renameSync(beside, '.lifeboat/policy.json');
}

function partOf(part: string): Part {
  if (part === 'home' || part === 'copy') return part;
  throw new Error(`--param part=${part}: write part=home or part=copy.`);
}

/** The Regions that some tier copies to in the account of home. A stack in another account is packaged there. */
export function copyRegions(policy: Policy): string[] {
  const places = Object.values(policy.tiers).flatMap(({ copies }) => copies.map(({ to }) => to));
  const regions = places.flatMap(({ account, region }) => (account === null ? [region] : []));
  return [...new Set(regions)].filter((region) => region !== policy.home).sort();
}

/** Home and its first copy Region stand in for one another; every further copy Region has home. */
export function peerOf(policy: Policy, part: Part): string {
  return part === 'home' ? (copyRegions(policy)[0] ?? '') : policy.home;
}

import type { ClientFactory } from '../../functions/platform/seam.ts';
import { placeName } from '../../functions/policy/place.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import { copyRegions, type Part } from '../../resources/stack.ts';
import { type Check, type Result, result } from './check.ts';
import { events } from './checks/events.ts';
import { groups } from './checks/groups.ts';
import { resourceKeys, stackKeys } from './checks/keys.ts';
import { room } from './checks/quotas.ts';
import { roles } from './checks/roles.ts';
import { schedules } from './checks/schedules.ts';
import { dnsFirewall, scratch } from './checks/scratch.ts';
import { deployedPolicy, stack } from './checks/stack.ts';
import { alarmStates, subscriptions } from './checks/telling.ts';
import { optIn, vaults } from './checks/vaults.ts';
import { deployedIn } from './deployed.ts';
import { type FirewallReader, firewallReader } from './firewall.ts';
import { readOnly } from './read-only.ts';

const everywhere: readonly Check[] = [
  stack,
  deployedPolicy,
  optIn,
  vaults,
  stackKeys,
  groups,
  roles,
  room,
  subscriptions,
  alarmStates,
  schedules,
  events,
  scratch,
  dnsFirewall,
];

/** What was found, the worst first. docs/doctor.md has the shape as `--json` prints it. */
export interface Diagnosis {
  readonly policy: string;
  readonly ok: boolean;
  readonly results: readonly Result[];
}

export interface Patient {
  readonly policy: Policy;
  readonly client: ClientFactory;
  readonly now: Date;
  /** Left out: asked of Route 53 Resolver. */
  readonly firewall?: FirewallReader;
  /** Leave out copies in other accounts, which these credentials cannot see. */
  readonly thisAccountOnly?: boolean;
}

/** Asks every check in every Region of the policy. Sends nothing but reads. */
export async function diagnose(patient: Patient): Promise<Diagnosis> {
  const { policy, now } = patient;
  const client = readOnly(patient.client);
  const firewall = patient.firewall ?? firewallReader(client);
  const regions: { region: string; part: Part }[] = [
    { region: policy.home, part: 'home' },
    ...copyRegions(policy).map((region) => ({ region, part: 'copy' as const })),
  ];
  const asked = regions.flatMap(({ region, part }) => {
    const checks = part === 'home' ? [...everywhere, resourceKeys] : everywhere;
    const one = { policy, region, part, client, now, firewall, deployed: deployedIn(policy, region, part, client) };
    return checks.map((check) => result(check, one));
  });
  const elsewhere = patient.thisAccountOnly === true ? [] : otherAccounts(policy);
  const results = [...(await Promise.all(asked)), ...elsewhere];
  const rank = { wrong: 0, 'cannot tell': 1, ok: 2 } as const;
  return {
    policy: policy.file,
    ok: results.every(({ status }) => status === 'ok'),
    // Sorting is stable: what ranks alike stays in the order in which it is asked.
    results: results.sort((one, other) => rank[one.status] - rank[other.status]),
  };
}

/** A stack in another account is seen by nobody from here. */
function otherAccounts(policy: Policy): Result[] {
  const places = Object.values(policy.tiers).flatMap(({ copies }) => copies.map(({ to }) => to));
  const names = new Set(places.filter(({ account }) => account !== null).map(placeName));
  return [...names].sort().map((region) => ({
    region,
    check: 'another account',
    status: 'cannot tell',
    troubles: [
      {
        field: region,
        words: 'it is in another account, which these credentials do not see',
        mend: 'run lifeboat doctor there, and leave it out here with --this-account',
      },
    ],
  }));
}

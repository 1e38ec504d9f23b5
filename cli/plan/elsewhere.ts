import { placeName } from '../../functions/policy/place.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import type { Finding } from './finding.ts';
import type { Group } from './groups.ts';

/** What a policy asks for in another account: copies are made there, and nothing else. docs/deploy.md says so too. */
export function elsewhere(policy: Policy, groups: readonly Group[]): Finding[] {
  return Object.entries(policy.tiers).flatMap(([name, { copies, drill }]): Finding[] => {
    const resources = groups
      .filter(({ tierName }) => tierName === name)
      .flatMap((group) => group.resources.map((resource) => resource.name));
    const found: Finding[] = [];
    const away = copies.filter(({ to }) => to.account !== null).map(({ to }) => placeName(to));
    if (away.length > 0) {
      found.push({
        severity: 'note',
        code: 'not-watched',
        field: `tiers.${name}.copies`,
        words: `copies go to ${away.join(', ')}, and Lifeboat neither watches nor drills what is in another account`,
        mend: 'look after them by other means, and copy to a Region of this account as well',
        resources,
      });
    }
    if (drill !== null && drill.from !== 'home' && drill.from.account !== null) {
      found.push({
        severity: 'wrong',
        code: 'not-drilled',
        field: `tiers.${name}.drill.from`,
        words: `no drill runs in another account (${placeName(drill.from)}), so nothing of this tier is ever proven`,
        mend: 'drill from home or from a Region of this account',
        resources,
      });
    }
    return found;
  });
}

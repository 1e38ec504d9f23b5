import { isPoint, type Means, meansWords, newest } from './means.ts';
import type { Failure, Survival } from './model.ts';

export const failures: Readonly<Record<Failure, string>> = {
  instance: 'An instance fails',
  zone: 'A zone fails',
  region: 'The home Region fails',
  account: 'The account is lost',
  key: 'The home key is lost',
  'bad write': 'A bad write, or ransomware',
};

/**
 * What is left after each failure, and what it would lose. It counts what the evidence shows, and nothing that it does not:
 * a second zone that RDS may keep is no promise of Lifeboat's, so the answer is what holds in the worst case.
 */
export function survivalOf(known: {
  readonly kind: string;
  readonly means: readonly Means[];
  readonly account: string;
  readonly homeRegion: string;
  /** Whether a drill proved it within the bound. */
  readonly proven: boolean;
  readonly keepDays: number | undefined;
  /** `false`: how it stands is not known, and nothing may be claimed. */
  readonly told: boolean;
}): Survival[] {
  const { kind, means, account, homeRegion, proven, keepDays, told } = known;
  const inRegion = ({ location }: Means) => location.endsWith(`/${homeRegion}`);
  const home = means.filter(({ part }) => part === 'home');
  const elsewhere = means.filter((one) => !inRegion(one));
  const by = (failure: Failure, left: readonly Means[], none: string, more = ''): Survival => {
    if (!told) return { failure, survives: 'unknown', because: 'how it stands is not known' };
    const best = newest(left);
    if (best === undefined) return { failure, survives: 'no', because: none };
    const because = `from ${meansWords[best.by]} in ${best.location.split('/').at(-1)}${more}`;
    return { failure, survives: proven ? 'yes' : 'unproven', losesSeconds: best.ageSeconds, because };
  };
  const stays = (failure: Failure, because: string): Survival => ({
    failure,
    survives: told ? 'yes' : 'unknown',
    losesSeconds: 0,
    because,
  });
  const instance = {
    efs: stays('instance', 'a file system has no instance'),
    aurora: stays('instance', "a cluster's storage outlives its instances"),
  }[kind];
  const days = keepDays === undefined ? '' : `; points go back ${keepDays} days`;
  return [
    instance ?? by('instance', means, 'nothing to recover from', ', where its own volume does not come back'),
    by('zone', means, 'nothing to recover from', ': vaults are in all zones of a Region'),
    by('region', elsewhere, 'no recovery point outside the home Region'),
    by(
      'account',
      means.filter(({ location }) => !location.startsWith(`${account}/`)),
      `every recovery point is in the account ${account}`,
    ),
    by('key', elsewhere, 'every recovery point needs a key of the home Region', ', whose vault has a key of its own'),
    by(
      'bad write',
      [...home, ...elsewhere].filter((one) => isPoint(one) || one.by === 'pitr_rpo'),
      'nothing from before it',
      days,
    ),
  ];
}

import type { EpisodeKind } from '../ledger/episode.ts';

/** A kind without the part that varies: `fleet` of `fleet:drill/gold`. */
export type KindName = EpisodeKind extends infer Kind ? (Kind extends `${infer Name}:${string}` ? Name : Kind) : never;

/** What each kind of episode is called. docs/alerts.md tells each in full. */
export const headlines: Readonly<Record<KindName, string>> = {
  rpo: 'recovery points too old (rpo)',
  copy_rpo: 'copies too old (copy_rpo)',
  pitr_rpo: 'point-in-time window too old (pitr_rpo)',
  replica_rpo: 'replica too far behind (replica_rpo)',
  proof: 'no recent proof (proof)',
  rto: 'restore too slow (rto)',
  drill: 'a drill did not pass',
  'tear-down': 'scratch was not torn down',
  protect: 'a backup run failed',
  recover: 'a recovery did not end well',
  roster: 'home no longer writes the roster',
  keep: 'the last proven recovery point may be lost',
  seal: 'a day of evidence was not sealed',
  evidence: 'evidence is not as it was sealed',
  fleet: 'a scheduled run did not start everything',
  'cannot-tell': 'AWS does not answer how it stands',
  storm: 'one cause breaks many resources',
  finding: 'something needs mending',
};

/** What an episode is called; a kind that has no name is its own. */
export function headlineOf(kind: string): string {
  const [name = kind, code] = kind.split(':');
  const headline = Object.hasOwn(headlines, name) ? headlines[name as KindName] : kind;
  return name === 'finding' && code !== undefined ? `${headline} (${code})` : headline;
}

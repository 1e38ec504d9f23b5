import type { Source } from '../../cli/verify/source.ts';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import type { Kind } from '../../functions/policy/kind.ts';
import type { Part } from '../../resources/stack.ts';

/** What the smoke test needs of the outside: a real account, or the simulated one in its own test. */
export interface Outside {
  readonly say: (line: string) => void;
  readonly client: ClientFactory;
  readonly now: () => number;
  /** Rejects when somebody asks to stop meanwhile. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Whether somebody asked to stop. */
  readonly stopped: () => boolean;
  /** Whose credentials these are. */
  readonly accountId: () => Promise<string>;
  readonly deploy: (stack: { region: string; part: Part }) => Promise<void>;
  readonly remove: (stack: { region: string; part: Part }) => Promise<void>;
  /** Makes one small, empty resource with these tags; answers its ARN once it can be backed up. */
  readonly make: Readonly<
    Record<Kind, (made: { name: string; tags: Readonly<Record<string, string>> }) => Promise<string>>
  >;
  readonly source: (bucket: string) => Promise<Source>;
}

export interface Wanted {
  /** Twelve digits: what is not this account is refused. */
  readonly account: string;
  readonly home: string;
  readonly copy: string;
  readonly kinds: readonly Kind[];
  readonly hours: number;
  readonly usd: number;
}

/** What every resource of a run is called, and what nothing else may be. */
export const resourceName = 'lifeboat-smoke';
export const tierName = 'smoke';

/** The rules that are deployed. A day is the shortest that AWS Backup keeps anything; the vault's lock can be taken off. */
export function smokePolicy({ home, copy }: Wanted, page: string): string {
  return `home: ${home}
alerts: { page: [ ${JSON.stringify(page)} ] }
lock: governance
tiers:
  ${tierName}:
    may_be_empty: true
    backup: { every: 1 day, keep: 3 days }
    copies: [ { to: ${copy}, keep: 3 days } ]
    drill: { every: 7 days, from: ${copy} }
    objectives: { rpo: 28 hours, copy_rpo: 31 hours }
`;
}

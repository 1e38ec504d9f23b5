import type { Failure } from '../../simulator/scenarios/failures.ts';
import type { Scene } from '../../simulator/scenarios/run.ts';
import type { RunbookName } from '../runbook/names.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** When it fails, from the beginning of the account file: Monday 16:10:10. Ten seconds before, the applications wrote. */
export const failsAfter = 16 * hour + 10 * minute + 10 * second;

/** What fails in one scenario, and what whoever follows the runbook knows of it. */
export interface Plot {
  /** What fails, in one sentence. */
  readonly says: string;
  /** The failures. Their moments are at, or after, {@link failsAfter}. */
  readonly failures: (scene: Scene, home: string) => readonly Failure[];
  /** After this long somebody has the runbook in hand. Milliseconds. */
  readonly noticedAfter: number;
  /** Whose data is wrong. */
  readonly damaged: readonly string[];
  /** Milliseconds before the failure at which everybody is sure that the data was good. */
  readonly lastGoodBefore?: number | 'the newest proof';
  /** Whether the runbook is to bring nothing back. */
  readonly allIsLost?: true;
}

const at = failsAfter;

export const plots: Readonly<Record<RunbookName, Plot>> = {
  'instance-failure': {
    says: 'The hosts of two databases die: shop has a standby in another zone, and monitoring has none, nor does its host come back.',
    failures: () => [
      { do: 'fail instance', at, of: 'shop', forGood: false },
      { do: 'fail instance', at, of: 'monitoring', forGood: true },
    ],
    noticedAfter: minute,
    damaged: [],
  },
  'zone-failure': {
    says: 'The zone in which monitoring stands is gone, for two days.',
    failures: (scene, home) => [
      {
        do: 'fail zone',
        at,
        zone: scene.account.region(home).services.RDS.find('monitoring')?.zone ?? '',
        in: null,
        forSeconds: 2 * 86_400,
      },
    ],
    noticedAfter: 5 * minute,
    damaged: [],
  },
  'region-failure': {
    says: 'The home Region is gone: its APIs, and all that runs and is stored in it.',
    failures: () => [{ do: 'fail region', at, in: null, forSeconds: null }],
    noticedAfter: 10 * minute,
    damaged: [],
  },
  'data-corruption': {
    says: 'A release sets the totals of a third of the orders of shop to nothing, and nobody notices for half an hour.',
    failures: () => [
      { do: 'corrupt data', at, of: 'shop', sql: 'update orders set total_cents = 0 where id % 3 = 0', zero: null },
    ],
    noticedAfter: 30 * minute,
    damaged: ['shop'],
    lastGoodBefore: minute,
  },
  'accidental-deletion': {
    says: 'A clean-up deletes the database monitoring, with its automated backups, and the newest copy of shop.',
    failures: () => [
      { do: 'delete resource', at, of: 'monitoring', keepBackups: false },
      { do: 'delete points', at, of: 'shop', in: 'eu-west-1', newest: 1 },
    ],
    noticedAfter: hour,
    damaged: [],
    lastGoodBefore: minute,
  },
  ransomware: {
    says: 'A stolen role encrypts the files of groupware for three hours, and then goes for the recovery points of both Regions.',
    failures: () => [
      { do: 'ransomware', at, of: 'groupware', forSeconds: 3 * 3600, role: 'stolen-role', rights: 'points' },
    ],
    noticedAfter: 3 * hour + 10 * minute,
    damaged: ['groupware'],
    lastGoodBefore: 'the newest proof',
  },
  'lost-account': {
    says: 'The account is suspended: everything in it refuses everybody, in every Region.',
    failures: () => [{ do: 'lose account', at }],
    noticedAfter: 10 * minute,
    damaged: [],
    allIsLost: true,
  },
  'lost-key': {
    says: 'Somebody schedules the deletion of the key of the vault at home.',
    failures: () => [{ do: 'delete key', at, key: 'alias/lifeboat-vault', in: null }],
    noticedAfter: 2 * hour,
    damaged: [],
  },
};

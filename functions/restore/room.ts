import { DescribeAccountAttributesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { expiryFrom, type PassingRow, stepKey } from '../ledger/job.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../platform/seam.ts';
import { NoRoom, NoRoomYet } from './errors.ts';
import { addDrillFindings, type Room } from './findings.ts';

/** How long a drill waits for room in a quota: other drills and scratch that is going make room within it. */
export const waitsForRoomSeconds = 3 * 3600;

/** Since when a drill waits. */
interface RoomRow extends PassingRow {
  readonly since: string;
}

/** A quota with what is used of it; without numbers it is AWS's own refusal. */
export interface Quota {
  readonly of: string;
  readonly used?: number;
  readonly most?: number;
}

/** RDS's own names of the quotas that a restore needs, and what a person calls them. */
const quotaNames: Readonly<Record<string, string>> = { DBInstances: 'DB instances', DBClusters: 'DB clusters' };

/** The quotas of this account and Region as RDS counts them: an account's may have been raised. */
export async function databaseQuotas(
  rds: RDSClient,
  names: readonly ('DBInstances' | 'DBClusters')[],
): Promise<Quota[]> {
  const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
  return names.map((name) => {
    const found = AccountQuotas?.find(({ AccountQuotaName }) => AccountQuotaName === name);
    if (found?.Used === undefined || found.Max === undefined) {
      throw new Error(`RDS does not tell how many ${quotaNames[name]} the account may have.`);
    }
    return { of: quotaNames[name] ?? name, used: found.Used, most: found.Max };
  });
}

interface Waiter {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly attempt: string;
}

/**
 * Goes on when every quota has room for one more. What was seen is in the findings, also when nothing had to wait.
 *
 * @throws NoRoomYet while one has none, NoRoom when it had none for as long as a drill waits
 */
export async function mustHaveRoom(waiter: Waiter, quotas: readonly Quota[]): Promise<void> {
  const full = quotas.find(({ used, most }) => used !== undefined && most !== undefined && used >= most);
  if (full !== undefined) return waitForRoom(waiter, full);
  const [first] = quotas;
  if (first === undefined) return;
  await noteRoom(waiter, first, await waitedSeconds(waiter));
}

/** A quota is full, as RDS counts it or as AWS said when it refused. Never returns. */
export async function waitForRoom(waiter: Waiter, quota: Quota): Promise<never> {
  const { ledger, clock, attempt } = waiter;
  const now = clock.now();
  await ledger.create<RoomRow>({ ...keyOf(attempt), since: now.toISOString(), expiresAt: expiryFrom(now) });
  const waited = await waitedSeconds(waiter);
  await noteRoom(waiter, quota, waited);
  const numbers = quota.used === undefined ? '' : `: ${quota.used} of ${quota.most} are in use`;
  if (waited < waitsForRoomSeconds) throw new NoRoomYet(`The account has no room for more ${quota.of}${numbers}.`);
  throw new NoRoom(
    `The account had no room for more ${quota.of} for ${Math.round(waited / 60)} minutes${numbers}. ` +
      'Remove what is not needed, or ask AWS for a higher quota.',
  );
}

const keyOf = (attempt: string) => stepKey(attempt, 'room');

async function waitedSeconds({ ledger, clock, attempt }: Waiter): Promise<number> {
  const row = await ledger.get<RoomRow>(keyOf(attempt));
  return row === undefined ? 0 : Math.max(0, Math.round((clock.now().getTime() - Date.parse(row.since)) / 1000));
}

function noteRoom({ ledger, attempt }: Waiter, quota: Quota, waited: number): Promise<void> {
  const room: Room = { ...quota, waitedSeconds: waited, waitsAtMostSeconds: waitsForRoomSeconds };
  return addDrillFindings(ledger, attempt, { room });
}

import type { Row } from './ledger.ts';

/** A resource that a tier of a fleet's order asks for. */
export interface Candidate {
  readonly resource: string;
  readonly tier: string;
}

/**
 * One page of whom a fleet found when it began, in the order of ARNs. All its batches go by this list: what is tagged or
 * retired while they go on is for the next fleet. DynamoDB removes it some time after `expiresAt`, in seconds since 1970.
 */
export interface FleetRow extends Row {
  readonly candidates: readonly Candidate[];
  /** How many pages there are: what stands behind them is of a discovery that was begun again. */
  readonly pages: number;
  readonly expiresAt: number;
}

export const fleetPartition = (execution: string) => `FLEET#${execution}`;

export const fleetKey = (execution: string, page: number) => ({
  pk: fleetPartition(execution),
  sk: String(page).padStart(4, '0'),
});

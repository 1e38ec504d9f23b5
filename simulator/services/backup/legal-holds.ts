import type { CreateLegalHoldInput } from '@aws-sdk/client-backup';
import type { Operation } from '../../world/region.ts';
import { refuseOthers } from '../parameters.ts';
import { invalidValue } from './refusals.ts';
import type { BackupState, LegalHold, Point } from './state.ts';

const modelled = new Set(['Title', 'Description', 'RecoveryPointSelection']);

/**
 * Legal holds: while one is there, the points that it selects are neither deleted by anybody nor by their lifecycle
 * (documented). Cancelling and listing them is not modelled.
 */
export function legalHoldOperations(state: BackupState): Record<string, Operation> {
  const { region } = state;
  return {
    CreateLegalHold: (input: CreateLegalHoldInput) => {
      refuseOthers('Backup.CreateLegalHold', input, modelled);
      const { VaultNames, DateRange, ResourceIdentifiers } = input.RecoveryPointSelection ?? {};
      if (VaultNames === undefined || DateRange === undefined || ResourceIdentifiers !== undefined) {
        throw invalidValue('RecoveryPointSelection: a legal hold is modelled by VaultNames and DateRange.');
      }
      const [from, until] = [Number(DateRange.FromDate), Number(DateRange.ToDate)];
      if (!(from < until)) throw invalidValue('DateRange: FromDate must be before ToDate.');
      const id = state.chance.uuid();
      const arn = `arn:aws:backup:${region.name}:${region.account.id}:legal-hold:${id}`;
      const hold: LegalHold = { vaults: new Set(VaultNames), from, until };
      state.legalHolds.push(hold);
      const { Title, Description, RecoveryPointSelection } = input;
      return {
        Title,
        Description,
        RecoveryPointSelection,
        Status: 'ACTIVE',
        LegalHoldId: id,
        LegalHoldArn: arn,
        CreationDate: new Date(region.world.now()),
      };
    },
  };
}

export function isHeld({ legalHolds }: BackupState, { vault, createdAt }: Point): boolean {
  return legalHolds.some(
    ({ vaults, from, until }) => vaults.has(vault.name) && createdAt >= from && createdAt <= until,
  );
}

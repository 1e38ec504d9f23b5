import { LifeboatError } from '../platform/errors.ts';

/** Why nothing was created. Each is the error that the execution fails with. */
export type RefusalName =
  | 'InputRejected'
  | 'UnknownResource'
  | 'WrongLocation'
  | 'NothingToRecover'
  | 'InstantOutOfReach'
  | 'PointNotUsable'
  | 'KeyNotUsable'
  | 'NameTaken'
  | 'NetworkUnclear';

/**
 * Thrown within the first step when a recovery would fail or surprise. Nothing has been created then. The step answers
 * it, and the state machine fails with `refusal` and the words.
 */
export class Refused extends LifeboatError {
  override readonly name = 'Refused';
  readonly refusal: RefusalName;

  constructor(refusal: RefusalName, because: string) {
    super(because);
    this.refusal = refusal;
  }
}

import { LifeboatError } from '../platform/errors.ts';

/** Thrown when there is no recovery point to drill: nothing could be restored if it were needed now. */
export class NothingToRestore extends LifeboatError {
  override readonly name = 'NothingToRestore';
}

/** Thrown while a quota of the account has no room for what the drill needs. The state machine asks again, for hours. */
export class NoRoomYet extends LifeboatError {
  override readonly name = 'NoRoomYet';
}

/** Thrown when a quota had no room for as long as a drill waits. Nothing was restored, so nothing is known. */
export class NoRoom extends LifeboatError {
  override readonly name = 'NoRoom';
}

/** Thrown when a restore has run for as long as a drill waits. It cannot be cancelled; nothing is known of the point. */
export class RestoreNotEnded extends LifeboatError {
  override readonly name = 'RestoreNotEnded';
}

/** Thrown when what was restored cannot be reached and waiting will not help. */
export class Unreachable extends LifeboatError {
  override readonly name = 'Unreachable';
}

/** Thrown when a probe died or answered what no probe answers. */
export class ProbeFailed extends LifeboatError {
  override readonly name = 'ProbeFailed';
}

import { LifeboatError } from '../platform/errors.ts';

/** Thrown when there is no recovery point to drill: nothing could be restored if it were needed now. */
export class NothingToRestore extends LifeboatError {
  override readonly name = 'NothingToRestore';
}

/** Thrown for a kind of resource that drills do not know yet. The resource is not skipped: its drill fails. */
export class KindNotSupported extends LifeboatError {
  override readonly name = 'KindNotSupported';
}

/** Thrown when what was restored cannot be reached and waiting will not help. */
export class Unreachable extends LifeboatError {
  override readonly name = 'Unreachable';
}

/** Thrown when a probe died or answered what no probe answers. */
export class ProbeFailed extends LifeboatError {
  override readonly name = 'ProbeFailed';
}

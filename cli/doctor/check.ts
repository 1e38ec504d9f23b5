import { messageOf, nameOf } from '../../functions/platform/errors.ts';
import type { ClientFactory } from '../../functions/platform/seam.ts';
import type { Policy } from '../../functions/policy/policy.ts';
import type { Part } from '../../resources/stack.ts';
import { mendOfUnanswered } from '../plan/unanswered.ts';
import type { Deployed } from './deployed.ts';
import type { FirewallReader } from './firewall.ts';

/** What a check is asked with: one Region of the account. */
export interface Asked {
  readonly policy: Policy;
  readonly region: string;
  readonly part: Part;
  /** Makes SDK clients of this Region unless another is named; they can only read. */
  readonly client: ClientFactory;
  readonly deployed: Deployed;
  readonly firewall: FirewallReader;
  readonly now: Date;
}

/** Something that would fail, and what somebody has to do. */
export interface Trouble {
  readonly field: string;
  readonly words: string;
  readonly mend: string;
}

/** One question about a Region. It throws when there is no answer. */
export interface Check {
  readonly name: string;
  /** The rights that it takes to ask. */
  readonly rights: readonly string[];
  readonly ask: (asked: Asked) => Promise<readonly Trouble[]>;
}

export interface Result {
  readonly region: string;
  readonly check: string;
  /** `cannot tell` is as bad as `wrong` for the exit code: nobody knows. */
  readonly status: 'ok' | 'wrong' | 'cannot tell';
  readonly troubles: readonly Trouble[];
}

/** Thrown by a check that needs something which is told elsewhere to be missing. */
export class NotAskable extends Error {
  override readonly name = 'NotAskable';
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

/** Asks one check. No answer is an answer that says so. */
export async function result(check: Check, asked: Asked): Promise<Result> {
  const { region } = asked;
  try {
    const troubles = await check.ask(asked);
    return { region, check: check.name, status: troubles.length === 0 ? 'ok' : 'wrong', troubles };
  } catch (error) {
    const trouble: Trouble =
      error instanceof NotAskable
        ? { field: check.name, words: error.message, mend: error.mend }
        : {
            field: check.name,
            words: `${nameOf(error)}: ${messageOf(error)}`,
            mend: mendOfUnanswered(error, check.rights),
          };
    return { region, check: check.name, status: 'cannot tell', troubles: [trouble] };
  }
}

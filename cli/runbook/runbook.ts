import type { AwsCall } from './aws.ts';
import { accidentalDeletion } from './books/accidental-deletion.ts';
import { dataCorruption } from './books/data-corruption.ts';
import { instanceFailure } from './books/instance-failure.ts';
import { lostAccount } from './books/lost-account.ts';
import { lostKey } from './books/lost-key.ts';
import { ransomware } from './books/ransomware.ts';
import { regionFailure } from './books/region-failure.ts';
import { zoneFailure } from './books/zone-failure.ts';
import type { Context } from './context.ts';
import { type Expectation, unmeasuredWords } from './expect.ts';
import type { RunbookName } from './names.ts';

/**
 * One thing to do. `start` starts a machine of Lifeboat with exactly `input`; `command` and `look` carry the command as
 * it is typed, and `calls` what it asks of AWS, so that a program can follow the same steps. A step with `when` is for
 * that case alone.
 */
export interface Step {
  readonly kind: 'decide' | 'look' | 'start' | 'command' | 'wait' | 'check';
  readonly says: string;
  /** The only case in which to do it: completes `If …`. Absent: always. */
  readonly when?: string;
  /** The resource that it is about, as the account names it. */
  readonly resource?: string;
  readonly region?: string;
  readonly machine?: MachineName;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly link?: string;
  readonly command?: string;
  readonly calls?: readonly AwsCall[];
}

export type MachineName = 'recover' | 'drill' | 'protect' | 'silence';

export interface Part {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** A runbook for one account, before it has the shape of any reader. */
export interface Runbook {
  readonly name: RunbookName;
  readonly title: string;
  readonly inShort: string;
  readonly context: Pick<Context, 'at' | 'lastGood'> & { readonly account: string; readonly policyFile: string };
  readonly recognise: readonly string[];
  readonly doNotAct: readonly string[];
  readonly expect: readonly Expectation[];
  /** What somebody has to know about these figures. */
  readonly honestly: readonly string[];
  readonly parts: readonly Part[];
  readonly verify: readonly Step[];
  readonly goBack: readonly Step[];
  /** What is missing today for this to work as written. */
  readonly prepare: readonly string[];
}

export type Book = (context: Context) => Omit<Runbook, 'name' | 'context'>;

const books: Readonly<Record<RunbookName, Book>> = {
  'instance-failure': instanceFailure,
  'zone-failure': zoneFailure,
  'region-failure': regionFailure,
  'data-corruption': dataCorruption,
  'accidental-deletion': accidentalDeletion,
  ransomware,
  'lost-account': lostAccount,
  'lost-key': lostKey,
};

/** The runbook of this name for this account. Pure: the same context gives the same runbook. */
export function runbookOf(name: RunbookName, context: Context): Runbook {
  const { at, lastGood, account, policy } = context;
  const book = books[name](context);
  return {
    name,
    context: {
      at,
      ...(lastGood !== undefined && asks(book, lastGood) && { lastGood }),
      account: account.id,
      policyFile: policy.file,
    },
    ...book,
    honestly: [...book.honestly, ...unmeasuredWords(context, book.expect)],
  };
}

/** Whether anything is asked for as of this instant: else a reader has no use for it. */
function asks({ parts }: Pick<Runbook, 'parts'>, instant: string): boolean {
  return parts.some(({ steps }) => steps.some(({ input }) => input?.instant === instant));
}

/** The steps of a runbook in the order in which they are done. */
export function stepsOf({ parts, verify }: Runbook): readonly Step[] {
  return [...parts.flatMap(({ steps }) => steps), ...verify];
}

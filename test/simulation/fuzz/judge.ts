/** How a function answered, and what it had AWS change. */
export type Outcome =
  | { readonly is: 'answered'; readonly answer: string; readonly writes: readonly string[] }
  | { readonly is: 'refused'; readonly error: string; readonly words: string; readonly writes: readonly string[] }
  | { readonly is: 'hung'; readonly writes: readonly string[] };

/** The errors that Lifeboat has names for: whoever reads one knows what to do. */
const named = new Set([
  'InputRejected',
  'NotYet',
  'NothingToRestore',
  'NobodyToServe',
  'NotScratch',
  'ProbeFailed',
  'Refused',
  'RestoreNotEnded',
  'NameTakenMeanwhile',
  'UnknownTier',
  'UnknownResource',
  'WrongLocation',
  'NothingToRecover',
  'InstantOutOfReach',
  'PointNotUsable',
  'KeyNotUsable',
  'NameTaken',
  'NetworkUnclear',
  'NotEverythingWasDispatched',
  'Unreachable',
  'WrongPlace',
  'NoRoom',
  'NoRoomYet',
]);

/** AWS's word for something that is not there; its message says what. */
const isAbsence = /NotFound(Fault|Exception)?$|^NoSuch|DoesNotExist$|^InvalidToken$/;

/**
 * What is wrong with an outcome; undefined for a clear error and for a right result. `gone` are AWS's own
 * errors of the sample as it was.
 */
export function judge(outcome: Outcome, gone: ReadonlySet<string> = new Set()): string | undefined {
  if (outcome.is === 'answered') return undefined;
  if (outcome.is === 'hung') return 'it never answered';
  const { error, words, writes } = outcome;
  // The attempt is opened first of all, so that its refusal is evidence too.
  const further = writes.filter((write) => write !== 'DynamoDB.PutItem ATTEMPTS');
  if (isAbsence.test(error) && further.length === 0) return undefined;
  if (!named.has(error) && !gone.has(error)) return `it failed with ${error}: ${words.slice(0, 300)}`;
  if (words.length > 6_000) return `its ${error} has ${words.length} characters, which nobody reads`;
  if (error === 'InputRejected') {
    if (!/^[^:]{1,80}:|^The input /.test(words)) return `its InputRejected names no field: ${words.slice(0, 300)}`;
    if (further.length > 0) return `it refused its input after ${further.join(', ')}`;
  }
  return undefined;
}

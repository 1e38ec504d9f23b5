import { nearest } from '../../functions/policy/nearest.ts';

/** Every runbook, in the order of how much is gone. */
export const runbookNames = [
  'instance-failure',
  'zone-failure',
  'region-failure',
  'data-corruption',
  'accidental-deletion',
  'ransomware',
  'lost-account',
  'lost-key',
] as const;

export type RunbookName = (typeof runbookNames)[number];

/** When to take which: one line each. */
export const runbookFor: Readonly<Record<RunbookName, string>> = {
  'instance-failure': 'one database instance does not answer, or one mount fails; the rest of the Region is well',
  'zone-failure': 'everything in one Availability Zone is gone, the others work',
  'region-failure': 'the home Region does not answer, for most services and most clients',
  'data-corruption': 'the database or the files answer, and what they answer is wrong',
  'accidental-deletion': 'somebody deleted rows, files, a whole resource or recovery points',
  ransomware: 'data was encrypted, renamed or wiped on purpose, or somebody else holds credentials',
  'lost-account': 'nobody can log in to the account, or it is closed, suspended or in hostile hands',
  'lost-key': 'a KMS key is disabled, about to be deleted, or gone',
};

export function isRunbookName(written: string): written is RunbookName {
  return (runbookNames as readonly string[]).includes(written);
}

/** The runbook that was meant: a slip of the finger, or a part of the name such as `region`. */
export function nearestRunbook(written: string): RunbookName | undefined {
  const plain = written.toLowerCase().replaceAll(/[\s_]+/g, '-');
  const slip = nearest(plain, runbookNames);
  if (slip !== undefined) return slip as RunbookName;
  const parts = plain.split('-').filter((part) => part.length > 2);
  const words = [...new Set(runbookNames.flatMap((name) => name.split('-')))].filter((word) => !vague.includes(word));
  const meant = parts.map((part) => nearest(part, words)).find((word) => word !== undefined);
  return meant === undefined ? undefined : runbookNames.find((name) => name.split('-').includes(meant));
}

/** Words that stand in several names and so mean none. */
const vague: readonly string[] = ['failure', 'data', 'lost'];

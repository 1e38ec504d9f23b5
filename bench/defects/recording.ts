import { type Defect, inFile } from './defect.ts';

/** Mistakes in what is written for good: evidence, the end of runs, seals, and the points that are kept. */
export const recording: readonly Defect[] = [
  {
    name: 'evidence-written-over',
    what: 'A record is written whether or not one is there.',
    breaks: '5 evidence',
    edits: [inFile('functions/evidence/objects.ts', "ContentType, IfNoneMatch: '*' }", 'ContentType }')],
  },
  {
    name: 'link-skipped',
    what: 'A record does not name the one before it.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/evidence/chain.ts',
        'previous: at.previous?.hash ?? beforeTheFirst,',
        'previous: beforeTheFirst,',
      ),
    ],
  },
  {
    name: 'number-skipped',
    what: 'A writer that loses the race for a place leaves one empty.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/evidence/evidence.ts',
        'const record = seal(draft, { previous: records[0], location, writtenAt: clock.now().toISOString() });',
        'const sealed = seal(draft, { previous: records[0], location, writtenAt: clock.now().toISOString() });\n        const record = { ...sealed, seq: sealed.seq + tries };',
      ),
    ],
  },
  {
    name: 'hash-of-the-draft',
    what: 'The hash of a record is not of its bytes.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/evidence/chain.ts',
        'return { ...unsealed, hash: hashOf(unsealed) };',
        "return { ...unsealed, hash: hashOf({ ...unsealed, writtenAt: '' }) };",
      ),
    ],
  },
  {
    name: 'record-twice',
    what: 'Whether a record is there already is not looked at.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/evidence/evidence.ts',
        'const found = records.find(({ id }) => id === draft.id);',
        'const found = records.find(({ id }) => id === draft.location);',
      ),
    ],
  },
  {
    name: 'aborted-unrecorded',
    what: 'A run that somebody stopped has no record.',
    breaks: '5 evidence',
    edits: [inFile('functions/watch/ended.ts', "  ABORTED: 'ABORTED',\n", '')],
  },
  {
    name: 'redrive-unrecorded',
    what: 'A run that was redriven has no record of how it ended before.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/watch/ended.ts',
        '(told === undefined || row.redriveCount < current)',
        '(told === undefined || row.redriveCount < 0)',
      ),
    ],
  },
  {
    name: 'recorded-while-it-runs',
    what: 'An attempt is closed by an event of its end, whatever Step Functions says by then.',
    breaks: '5 evidence',
    edits: [
      inFile('functions/watch/ended.ts', "endings[told.status ?? ''];", "(endings[told.status ?? ''] ?? 'FAILED');"),
    ],
  },
  {
    name: 'attempt-left-open',
    what: 'The row of an attempt that is recorded stays.',
    breaks: '8 it gets well',
    edits: [inFile('functions/watch/conclusion.ts', '  await removeAttempt(ledger, attemptKey(ended.attempt));\n', '')],
  },
  {
    name: 'closed-before-recorded',
    what: 'The row of an attempt goes before its record is written.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/watch/conclusion.ts',
        '  const appended = await evidence.append(draft, ended.since);',
        '  await removeAttempt(ledger, attemptKey(ended.attempt));\n  const appended = await evidence.append(draft, ended.since);',
      ),
    ],
  },
  {
    name: 'ends-not-looked-for',
    what: 'An end that no event told is never recorded.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/watch/reconciliation.ts',
        'for (const execution of executions) closed +=',
        'for (const execution of [...executions].slice(0, 0)) closed +=',
      ),
    ],
  },
  {
    name: 'kept-for-a-day',
    what: 'The last proven point is kept for a day instead of longer.',
    breaks: '4 the last good point',
    edits: [
      inFile(
        'functions/keep/keep-resource.ts',
        '      Lifecycle: { DeleteAfterDays: keepDays },\n    }),\n  );\n  if (job',
        '      Lifecycle: { DeleteAfterDays: 1 },\n    }),\n  );\n  if (job',
      ),
    ],
  },
];

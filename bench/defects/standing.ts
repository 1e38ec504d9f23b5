import { type Defect, inFile } from './defect.ts';

/** Mistakes in what every room stands on, in the rules, and in what is written down for who reads: platform, policy, report. */
export const standing: readonly Defect[] = [
  {
    name: 'trouble-is-an-answer',
    what: 'A function that AWS gave no answer ends well, with nothing.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/platform/lambda.ts',
        'if (isTransient(request.error)) {\n          throw',
        'if (isTransient(request.error)) {\n          request.response = {};\n          return;\n          throw',
      ),
    ],
  },
  {
    name: 'reads-what-was',
    what: 'The ledger is read without asking for consistency.',
    breaks: '3 one page',
    edits: [
      inFile('functions/ledger/ledger.ts', 'sk: { S: sk } }, ConsistentRead: true }', 'sk: { S: sk } } }'),
      inFile('functions/ledger/ledger.ts', '            ConsistentRead: true,\n', ''),
    ],
  },
  {
    name: 'proof-of-nobody',
    what: 'A copy Region does not own the proofs of what it drills, so nobody does.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/policy/owners.ts',
        "if (role.is === 'copy') return tier.drill.from !== 'home' &&",
        "if (role.is === 'copy') return tier.drill.from === 'home' &&",
      ),
    ],
  },
  {
    name: 'bound-of-home',
    what: 'Copies are held to the bound of the points at home.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/policy/owners.ts',
        'const boundSeconds = tier.objectives[objective];',
        "const boundSeconds = tier.objectives[objective === 'copy_rpo' ? 'rpo' : objective];",
      ),
    ],
  },
  {
    name: 'broken-stands-as-met',
    what: 'What the report is made from says of every objective that it is met.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/report/stand.ts',
        'return { ...of, is: standing, because };',
        "return { ...of, is: 'met', because };",
      ),
    ],
  },
  {
    name: 'report-is-green',
    what: 'The report calls a resource bad only when nobody can tell how it stands besides.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/report/judge.ts',
        "if (bad.length > 0) return { state: 'bad', because };",
        "if (bad.length > 0 && unknown.length > 0) return { state: 'bad', because };",
      ),
    ],
  },
  {
    name: 'sealed-as-it-was',
    what: 'A seal holds the ends of chains as the seal before it did.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/report/seal-day.ts',
        'return { head: { chain, seq: record.seq, hash: record.hash } };',
        'return { head: sealed };',
      ),
    ],
  },
  {
    name: 'changed-since-the-seal',
    what: 'A seal takes the hash of a record from where it stands, and not of the record.',
    breaks: '5 evidence',
    edits: [
      inFile(
        'functions/report/seal-day.ts',
        'return { head: { chain, seq: record.seq, hash: record.hash } };',
        'return { head: { chain, seq: record.seq, hash: hashOf({ ...record, chain }) } };',
      ),
    ],
  },
  {
    name: 'nobody-misses-a-schedule',
    what: 'What is hourly or daily is missed when it has stayed away for thousands of its intervals.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/watch/routines.ts',
        'if (seconds <= every + mayBeLateSeconds) return [];',
        'if (seconds <= every * mayBeLateSeconds) return [];',
      ),
    ],
  },
];

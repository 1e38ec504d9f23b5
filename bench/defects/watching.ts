import { type Defect, inFile } from './defect.ts';

/** Mistakes of the watch, of what it reads and of how it tells: account, objectives, ledger, episodes, alert, reconcile. */
export const watching: readonly Defect[] = [
  {
    name: 'list-error-swallowed',
    what: 'A vault that cannot be listed counts as empty.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/account/points.ts',
        'if (closed.includes(nameOf(error)) && (vault !== vaults.own || !(await vaults.ownIsThere()))) return [];',
        'return [];',
      ),
    ],
  },
  {
    name: 'proven-vault-forgotten',
    what: 'Nobody looks whether the vault of proven points is there.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/watch/checks.ts',
        "return { now: {}, findings: [{ code: 'vault-gone:proven', words }] };",
        "return { now: {}, findings: words === '' ? [{ code: 'vault-gone:proven', words }] : [] };",
      ),
    ],
  },
  {
    name: 'no-answer-is-none',
    what: 'A question that AWS does not answer counts as: there is nothing.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/watch/truth.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
        'return { known: false, because: `${nameOf(error)}: ${messageOf(error)}` };',
        'return { known: true, instant: undefined };',
      ),
    ],
  },
  {
    name: 'creating-counts',
    what: 'A point that is still being made counts as usable.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/account/points.ts',
        "= ['COMPLETED', 'AVAILABLE'];",
        "= ['COMPLETED', 'AVAILABLE', 'CREATING'];",
      ),
    ],
  },
  {
    name: 'instant-of-the-job',
    what: 'The data of a database is dated by its point, not by the snapshot behind it.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/account/points.ts',
        "const instant = kind === 'rds' ? instants.get(arn) : created;",
        'const instant = instants.has(arn) ? created : created;',
      ),
    ],
  },
  {
    name: 'deadline-by-the-clock',
    what: 'A deadline counts from when it was moved, not from the data.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/objectives/standing.ts',
        'const countsFrom = instant === undefined || instant < firstSeenAt ? firstSeenAt : instant;',
        'const countsFrom = instant === undefined || instant < firstSeenAt ? firstSeenAt : new Date(Date.parse(instant) + 900_000).toISOString();',
      ),
    ],
  },
  {
    name: 'broken-at-the-bound',
    what: 'An objective counts as broken a tenth before its bound.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/objectives/standing.ts',
        'deadline: new Date(Date.parse(countsFrom) + boundSeconds * 1000).toISOString() };',
        'deadline: new Date(Date.parse(countsFrom) + boundSeconds * 900).toISOString() };',
      ),
    ],
  },
  {
    name: 'looked-at-once',
    what: 'An objective that was found broken is not looked at again for a day.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/objectives/next-look.ts',
        'const minutesBetweenLooks = [1, 2, 5, 10, 15] as const;',
        'const minutesBetweenLooks = [1440] as const;',
      ),
    ],
  },
  {
    name: 'told-before-accepted',
    what: 'A page counts as told before SNS has accepted it.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/episodes/episodes.ts',
        'receipts = await publish(alert, { had, insist: row.refusals !== undefined });',
        'receipts = await publish(alert, { had, insist: row.refusals !== undefined }).catch(() => []);',
      ),
    ],
  },
  {
    name: 'episode-opened-twice',
    what: 'An episode that is open is opened again by whoever sees the trouble.',
    breaks: '3 one page',
    edits: [
      inFile(
        'functions/episodes/episodes.ts',
        "      if (found?.status === 'open') {\n        if (occasion",
        "      if (found?.status === 'open' && found.told === 'resolved') {\n        if (occasion",
      ),
    ],
  },
  {
    name: 'lease-ignored',
    what: 'Whoever comes by tells an episode, though another is about to.',
    breaks: '3 one page',
    edits: [
      inFile(
        'functions/episodes/duty.ts',
        'return leasedUntil !== undefined && leasedUntil > now.toISOString();',
        'return leasedUntil !== undefined && leasedUntil > now.toISOString() && leasedUntil === "";',
      ),
      inFile(
        'functions/episodes/duty.ts',
        'const isHeld = leasedUntil !== undefined && leasedUntil > at;',
        'const isHeld = leasedUntil !== undefined && leasedUntil === at;',
      ),
    ],
  },
  {
    name: 'escalated-for-ever',
    what: 'What was told again is told again at every round.',
    breaks: '3 one page',
    edits: [
      inFile(
        'functions/episodes/episodes.ts',
        '.filter((escalation) => escalation.at > at);',
        '.filter((escalation) => escalation.at !== at);',
      ),
    ],
  },
  {
    name: 'page-to-the-notices',
    what: 'Pages go to the topic of notices.',
    breaks: '2 no missed breach',
    edits: [inFile('functions/alert/publish.ts', 'TopicArn: topics[alert.severity],', 'TopicArn: topics.notice,')],
  },
  {
    name: 'writes-without-condition',
    what: 'A row of the ledger is written over whoever wrote it meanwhile.',
    breaks: '3 one page',
    edits: [
      inFile(
        'functions/ledger/ledger.ts',
        "put({ ...row, version: row.version + 1 }, '#version = :seen', { ':seen': row.version }),",
        "put({ ...row, version: row.version + 1 }, '#version = :seen OR attribute_exists(pk)', { ':seen': row.version }),",
      ),
    ],
  },
  {
    name: 'beats-though-it-failed',
    what: 'A round of the watch that failed beats all the same.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/watch/watch.ts',
        'const counts = await watchRound(parts, () => invocation.getRemainingTimeInMillis());\n    await beat();',
        'await beat();\n    const counts = await watchRound(parts, () => invocation.getRemainingTimeInMillis());',
      ),
    ],
  },
  {
    name: 'roster-not-written',
    what: 'Home does not tell the copy Region what to expect.',
    breaks: '2 no missed breach',
    edits: [inFile('functions/watch/reconciliation.ts', '  await writeRoster(there, expected);', '  void expected;')],
  },
  {
    name: 'watch-forgets-proofs',
    what: 'A drill counts as a proof however it ended: one that fails for ever breaks nothing.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/watch/newest-proof.ts',
        "content.workflow === 'drill' && content.verdict.is === 'PASS'",
        "content.workflow === 'drill'",
      ),
    ],
  },
  {
    name: 'retirement-ignored',
    what: 'The deadlines of a retired resource go on.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/watch/reconcile-all.ts',
        'for (const row of await ledger.list<RetiredRow>(retiredPartition)) await retireResource(parts, row);',
        'await ledger.list<RetiredRow>(retiredPartition);',
      ),
    ],
  },
  {
    name: 'losses-unseen',
    what: 'The reconciliation does not ask about objectives, so a deleted point is not missed until its deadline.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/watch/reconciliation.ts',
        'if (!movedByEvents.includes(row.objective)) continue;',
        'if (movedByEvents.includes(row.objective)) continue;',
      ),
    ],
  },
  {
    name: 'silence-of-all',
    what: 'A silence over one kind of page of one resource keeps everything quiet.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/episodes/silences.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
        'ledger.list<SilenceRow>(silencesPartition, `${subject}#`),',
        'ledger.list<SilenceRow>(silencesPartition),',
      ),
      inFile(
        'functions/episodes/silences.ts',
        'silence.until > at && (silence.kind === undefined || isOfKind(kind, silence.kind))',
        'silence.until > at',
      ),
    ],
  },
];

import { type Defect, inFile } from './defect.ts';

/** Mistakes in starting runs and jobs, and in waiting for them: fleet, protect, jobs and their machines. */
export const running: readonly Defect[] = [
  {
    name: 'job-token-from-the-request',
    what: 'The idempotency token of a job is made of the moment it is asked for, so a lost answer starts a second one.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'functions/jobs/await.ts',
        '(await step.start(idempotencyToken(attempt, step.name, 1)));',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
        '(await step.start(idempotencyToken(`${waiting.clock.now().getTime()}`, step.name, 1)));',
      ),
    ],
  },
  {
    name: 'event-trusted',
    what: 'A job is over when an event says so; AWS Backup is not asked.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/jobs/resume.ts',
        "if (job.state === 'under way') return {",
        `const at = seam.clock.now().toISOString();
      if (job.state === 'under way' && told.hint === 'COMPLETED')
        Object.assign(job, { state: 'done', startedAt: at, completedAt: at, recoveryPoint: 'unknown' });
      if (job.state === 'under way') return {`,
      ),
    ],
  },
  {
    name: 'callback-token-lost',
    what: 'The token of a waiting task is not stored, so nothing ever resumes it.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'functions/jobs/await.ts',
        '        ? await waiting.ledger.create<WaitRow>(wait)',
        '        ? wait !== undefined',
      ),
    ],
  },
  {
    name: 'partial-is-complete',
    what: 'A job that AWS Backup calls PARTIAL counts as complete.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/jobs/describe.ts',
        '  const { state } = told;\n',
        "  const state = told.state === 'PARTIAL' ? 'COMPLETED' : told.state;\n",
      ),
    ],
  },
  {
    name: 'failure-is-success',
    what: "A job's failure is taken for its success.",
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/jobs/await.ts',
        "    if (job.state === 'done') {\n      const output = JSON.stringify({ job: id, ...job });",
        "    if (job.state !== 'under way') {\n      const at = waiting.clock.now().toISOString();\n      const output = JSON.stringify({ job: id, recoveryPoint: 'unknown', startedAt: at, completedAt: at, ...job });",
      ),
    ],
  },
  {
    name: 'no-wait-again',
    what: 'A wait for a backup job that timed out is a failure, though the job runs.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'statemachines/protect.asl.json',
        `"TimeoutSeconds": 2400,
      "Retry": [
        {
          "ErrorEquals": ["States.Timeout", "States.HeartbeatTimeout"],`,
        `"TimeoutSeconds": 2400,
      "Retry": [
        {
          "ErrorEquals": ["States.HeartbeatTimeout"],`,
      ),
    ],
  },
  {
    name: 'lane-not-taken',
    what: 'A backup begins whatever else runs for the resource.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'functions/protect/begin.ts',
        '        (await takeLane({ ledger, sfn }, { resource, execution, now: now.toISOString() })) ??\n        (await runningJob(backup, resource));',
        '        undefined as undefined | Awaited<ReturnType<typeof takeLane>>;',
      ),
    ],
  },
  {
    name: 'lane-of-a-failed-run',
    what: 'A protect that failed holds its lane for good: nothing of its resource is backed up any more.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'functions/protect/lane.ts',
        "return status === 'RUNNING' || status === 'PENDING_REDRIVE';",
        "return status !== 'SUCCEEDED';",
      ),
      // Whoever concludes or reconciles a run gives its lane up.
      inFile(
        'functions/watch/conclusion.ts',
        'return held?.execution === execution && (await ledger.remove(held));',
        "return held?.execution === execution && held.resource === '';",
      ),
    ],
  },
  {
    name: 'turn-not-waited-for',
    what: 'The machine backs up though it was told to wait for its turn.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'statemachines/protect.asl.json',
        `"Condition": "{% $states.input.turn = 'go' %}"`,
        `"Condition": "{% $states.input.turn = 'go' or $states.input.turn = 'wait' %}"`,
      ),
    ],
  },
  {
    name: 'expiry-shortened',
    what: 'Points are kept for a day less than the policy says.',
    breaks: '4 the last good point',
    edits: [inFile('functions/protect/plan.ts', 'DeleteAfterDays: keepDays,', 'DeleteAfterDays: keepDays - 1,')],
  },
  {
    name: 'copies-forgotten',
    what: 'A protect copies nothing, and ends well.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'functions/protect/begin.ts',
        'backup: plan.backup, copies: plan.copies };',
        'backup: plan.backup, copies: [] };',
      ),
    ],
  },
  {
    name: 'run-named-by-the-clock',
    what: 'An execution is named after the moment of its start, so a schedule that fires twice starts two.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'functions/fleet/dispatch.ts',
        'name: executionName(resource, order.scheduledAt),',
        'name: executionName(resource, seam.clock.now().toISOString()),',
      ),
    ],
  },
  {
    name: 'failed-start-is-fine',
    what: 'A fleet that could not start something is done.',
    breaks: '6 never silently green',
    edits: [inFile('functions/fleet/batch.ts', 'if (counts.failed > 0) {', 'if (counts.failed > counts.candidates) {')],
  },
  {
    name: 'fleet-always-dispatched',
    what: 'The machine of the fleet ends well whatever its last batch said.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'statemachines/fleet.asl.json',
        `$states.input.progress.state = 'dispatched'`,
        `$states.input.progress.state != 'more'`,
      ),
    ],
  },
  {
    name: 'nobody-to-serve-is-fine',
    what: 'A fleet that finds no resource is done.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/fleet/dispatch.ts',
        'if (candidates.length === 0 && !mayBeEmpty) {',
        'if (candidates.length < 0 && !mayBeEmpty) {',
      ),
    ],
  },
];

import { type Defect, inFile } from './defect.ts';

/** Mistakes around restored data: restore, scratch, drill, proof and recover. */
export const restoring: readonly Defect[] = [
  {
    name: 'created-before-its-row',
    what: 'A scratch database is restored without a row in the register.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/restore/restore-rds.ts',
        `      await register(
        ledger,
        { drill, resource: plan.resource, attempt, execution, what: 'database', name, goneBy },
        seam.clock.now(),
      );
      return async (token) => {`,
        `      const row = { drill, resource: plan.resource, attempt, execution, what: 'database' as const, name, goneBy };
      return async (token) => {
        seam.clock.now();
        void row;`,
      ),
    ],
  },
  {
    name: 'file-system-before-its-row',
    what: 'A scratch file system is created first, and registered then.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/restore/restore-efs.ts',
        `      const row = await register(
        ledger,`,
        `      if ((await find(efs, drill)) === undefined) await create(efs, drill);
      const row = await register(
        ledger,`,
      ),
    ],
  },
  {
    name: 'late-restore-forgotten',
    what: 'Scratch that a restore may still create is struck from the register.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/scratch/late.ts',
        "    return known?.state === 'under way'",
        "    return known?.state === 'under way' && row.name === ''",
      ),
    ],
  },
  {
    name: 'torn-down-while-going',
    what: 'A drill does not wait until its scratch is gone, and says that it is.',
    breaks: '1 no orphan',
    edits: [
      inFile('functions/drill/tear-down.ts', 'if (left.going.length > 0) throw', 'if (left.going.length < 0) throw'),
    ],
  },
  {
    name: 'last-snapshot-taken',
    what: 'The tear-down of a database takes a last snapshot of it, and nobody ever deletes that.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/scratch/remove-database.ts',
        'SkipFinalSnapshot: true,',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
        'SkipFinalSnapshot: false,\n        FinalDBSnapshotIdentifier: `last-${row.drill}`,',
      ),
    ],
  },
  {
    name: 'versions-stay',
    what: 'The version of the probe that was published for a drill counts as gone, and was never deleted.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/scratch/remove-probe-version.ts',
        'await wrecking.functions.send(new DeleteFunctionCommand({ FunctionName: row.name, Qualifier: version }));',
        'void new DeleteFunctionCommand({ FunctionName: row.name, Qualifier: version });',
      ),
    ],
  },
  {
    name: 'not-torn-down-after-trouble',
    what: 'The machine skips the tear-down when a check could not be made, and its record does not say what is left.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'statemachines/drill.asl.json',
        `          "Next": "Tear Down"
        }
      ],
      "Assign": {
        "answered": "{% $states.result.Payload %}"
      },`,
        `          "Next": "Did It Pass"
        }
      ],
      "Assign": {
        "answered": "{% $states.result.Payload %}"
      },`,
      ),
      // The record would say that something is left.
      inFile('functions/watch/left-behind.ts', '  return isLeft ?', '  return isLeft && execution === undefined ?'),
    ],
  },
  {
    name: 'sweep-strikes-what-stays',
    what: 'The sweep strikes from the register what it could not delete.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/scratch/sweep.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
        'failures.push(`${row.what} of drill',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source
        'await wrecking.ledger.remove(row);\n        failures.push(`${row.what} of drill',
      ),
    ],
  },
  {
    name: 'sweep-takes-what-is-in-use',
    what: 'The sweep takes the scratch of drills that still run.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/scratch/sweep.ts',
        'if (await isInUse(wrecking, row, now)) {',
        'if (row.goneBy < row.registeredAt) {',
      ),
    ],
  },
  {
    name: 'sweep-takes-nothing',
    what: 'The sweep counts all scratch as in use.',
    breaks: '8 it gets well',
    edits: [
      inFile(
        'functions/scratch/sweep.ts',
        'if (await isInUse(wrecking, row, now)) {',
        'if (row.goneBy > row.registeredAt) {',
      ),
    ],
  },
  {
    name: 'production-in-the-list',
    what: 'The sweep adopts every database, and the guards of the tear-down let it through.',
    breaks: '7 production',
    edits: [
      inFile(
        'functions/scratch/unregistered.ts',
        '      const drill = drillOfName(name);\n      if (drill !== undefined && cluster === undefined)',
        "      const drill = drillOfName(name) ?? '0'.repeat(20);\n      if (drill !== undefined && cluster === undefined)",
      ),
      inFile(
        'functions/scratch/remove-database.ts',
        'if (drillOfName(row.name) !== row.drill) {',
        "if (row.name === '') {",
      ),
      inFile(
        'functions/scratch/remove-database.ts',
        '  mustBeScratch(\n    databaseIsScratch(row, {',
        '  ((_: unknown) => undefined)(\n    databaseIsScratch(row, {',
      ),
    ],
  },
  {
    name: 'named-after-production',
    what: "A drill restores a database under its source's own name.",
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/restore/restore-rds.ts',
        'const name = scratchName(drill);',
        "const name = plan.resource.split(':').at(-1) ?? scratchName(drill);",
      ),
    ],
  },
  {
    name: 'pass-without-checks',
    what: 'A drill that ended in trouble is a PASS, and the evidence believes it.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/proof/verdict.ts',
        "saysThatItFailed.includes(name ?? '') ? 'FAIL' : 'NOT_TESTED'",
        "saysThatItFailed.includes(name ?? '') ? 'FAIL' : 'PASS'",
      ),
      inFile(
        'functions/watch/findings.ts',
        "return checks.some((check) => check.verdict === 'PASS') ? 'PASS' : 'NOT_TESTED';",
        'return said;',
      ),
    ],
  },
  {
    name: 'not-tested-is-pass',
    what: 'A drill that came to no verdict is recorded as a PASS.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/watch/record-of.ts',
        "return said ?? { is: 'NOT_TESTED', because: [`the drill came",
        "return said ?? { is: 'PASS', because: [`the drill came",
      ),
    ],
  },
  {
    name: 'damage-passes',
    what: 'A table that cannot be read to its end passes its check.',
    breaks: '6 never silently green',
    edits: [
      inFile(
        'functions/proof/judge-database.ts',
        "return { name, verdict: 'FAIL', because: some(told) };",
        "return { name, verdict: 'PASS', because: some(told) };",
      ),
    ],
  },
  {
    name: 'untested-drill-untold',
    what: 'A drill that tested nothing ends the episode of the drill that failed, and nobody is told of it.',
    breaks: '6 never silently green',
    edits: [inFile('functions/watch/effects.ts', "if (verdict.is === 'PASS') {", "if (verdict.is !== 'FAIL') {")],
  },
  {
    name: 'proof-of-now',
    what: 'A proof is dated by the drill, not by the data.',
    breaks: '2 no missed breach',
    edits: [
      inFile(
        'functions/drill/choose.ts',
        'const chosen = { drill, recoveryPoint: point.arn, instant: point.instant };',
        'const chosen = { drill, recoveryPoint: point.arn, instant: now.toISOString() };',
      ),
    ],
  },
  {
    name: 'recovery-unannounced',
    what: 'What a recovery creates is not announced before it is created.',
    breaks: '1 no orphan',
    edits: [
      inFile(
        'functions/recover/start-instance.ts',
        '        await announce(ledger, chosen);\n        const told',
        '        const told',
      ),
    ],
  },
];

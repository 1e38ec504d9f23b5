/**
 * Rights that no simulation uses and that stay, each with its reason. `right` is a regular expression over
 * `Role › Sid › action or resource`. One that fits nothing any more fails the test.
 */
export const unexercised: readonly { readonly right: RegExp; readonly because: string }[] = [
  {
    right: /› WritesIts(OwnLog|OwnTrace\w*|Log|Trace) ›/,
    because: 'Lambda and Step Functions write logs and traces with the role; that is no call of ours',
  },
  {
    right: /› LeavesWhatFailedInEveryTry\w* ›/,
    because: 'Lambda leaves a failed run in the queue with the role of the function',
  },
  { right: /› KeepsWhatCouldNotBeStarted ›/, because: 'Scheduler leaves what it could not start in the queue' },
  { right: /^ScratchFlowLogRole ›/, because: 'VPC writes the flow log' },
  {
    right: /^Probe\w+Role ›/,
    because: 'Lambda makes interfaces and mounts with the roles of the probes; their code calls nothing',
  },
  {
    right: /› AnswersTheTaskThatWaits\w+ ›/,
    because:
      'a job that has ended before its row was written is answered at once, whichever way it ended: a race of milliseconds',
  },
  {
    right: /› AsksAWSBackupHowJobsGo\w+ ›/,
    because:
      'one module describes jobs of all three kinds, for whoever waits or looks; the rights read and have no resource',
  },
  {
    right: /› LooksForARestoreThatWasStarted\w+ ›/,
    because:
      'a ledger that refuses a row to its last retry, and a restore that runs for more than two hours: the generated accounts play it',
  },
  {
    right: /› (AddsEvidence|PagesAndNotifies|SNSEncrypts)\w+ ›/,
    because:
      'whoever may find a trouble may tell it, in each Region and shape, and records its end; which function finds which trouble depends on the story',
  },
  {
    right: /› (FindsTheHeads|ReadsEvidence)\w+ ›/,
    because:
      'the chains are read from where the ledger does not know their heads; measures are compared where there are earlier ones',
  },
  {
    right: /› ReadsAndWritesTheLedger ›/,
    because: 'one module reads and writes the ledger; to take rows away is a right of its own',
  },
  {
    right: /› TakesRowsOfTheLedgerAway\w+ › (dynamodb:DeleteItem|arn:)/,
    because: 'waits and lanes are given back by these when the one who does it otherwise was cut off in between',
  },
  {
    right: /^AllWellRole › Reads/,
    because: 'it asks what the watch asks, and only where there are such means of recovery',
  },
  {
    right:
      /› ReadsPointInTimeWindows\w+ › (rds:DescribeDBInstanceAutomatedBackups|arn:aws:rds:HERE:ACCOUNT:auto-backup:\*)/,
    because: 'only where a policy promises pitr_rpo in a copy Region',
  },
  {
    right: /› ReadsTheDataInstants\w+ ›/,
    because:
      'RDS judges a list of the snapshots of a database by the database, or by the snapshots; the Service Authorization Reference names both',
  },
  {
    right: /^ProtectBeginRole ›/,
    because:
      'with an empty input it chooses the resource with the oldest point, and asks whether the holder of a lane still runs',
  },
  {
    right: /^Protect(BackUp|Copy)Role › ARedriveAsksWhether\w+ ›/,
    because:
      'only where a redrive meets another protect of the same resource; test/unit/protect/redriven.test.ts has it',
  },
  {
    right: /^KeepRole › (CopiesTheLast|LetsAKeptPoint)\w+ ›/,
    because: 'databases are kept as file systems are; a kept point gets more time after 340 days',
  },
  {
    right: /› FindsADrillSVersion\w+ ›/,
    because: 'the register knows the version, unless the attempt was cut off before it was written',
  },
  {
    right:
      /› (SeesWhetherTheyAreGone2|SeesWhetherItIsThere\w+) › arn:aws:elasticfilesystem:HERE:ACCOUNT:access-point\/\*/,
    because: 'EFS judges an access point by itself, or by its file system; the reference names both',
  },
  {
    right: /^Recover\w+Role ›/,
    because:
      'what a recovery needs depends on what is recovered, from where and to when; attacks.test.ts holds it from anything else',
  },
  {
    right: /^DrillTearDownRole › TakesTheMountOfTheCheck\w+ ›/,
    because: 'tear-down is one module for drills and recoveries',
  },
];

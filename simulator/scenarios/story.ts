import type { TraceEntry } from '../world/trace.ts';
import { recordOf, type WrittenRecord } from './evidence.ts';
import { failureInWords } from './failure-words.ts';
import { messageOf } from './messages.ts';

/** Tells an entry of the trace to a person: some lines, or none for what only a machine wants to know. */
export type Teller = (entry: TraceEntry) => string[];

/** Tells what happens as it happens. `nameOf` gives a resource its name in the account file. */
export function tellerOf(nameOf: (arn: string) => string): Teller {
  let last = '';
  return (entry) => {
    // One act may touch many copies at one instant: it is told once.
    const told = tell(entry, nameOf);
    if (entry.kind === 'world' && told[0] === last) return [];
    last = told[0] ?? last;
    return told;
  };
}

function tell(entry: TraceEntry, nameOf: (arn: string) => string): string[] {
  const message = messageOf(entry);
  if (message !== undefined) {
    const word =
      message.severity === 'page'
        ? { opened: 'PAGE  ', escalated: 'AGAIN ', resolved: 'OK    ' }[message.phase]
        : 'notice';
    return [
      line(message.at, word, message.title.replace(/^(PAGE|NOTICE|ESCALATED|RESOLVED|ALARM:|OK:) /, '')),
      `${indent}${message.because}`,
    ];
  }
  const record = recordOf(entry);
  if (record !== undefined) return tellRecord(record, nameOf(record.resource));
  if (entry.kind === 'world') return tellWorld(entry.at, entry.what, entry.detail, nameOf);
  if (entry.kind === 'event') return tellEvent(entry.at, entry.region, entry.event as BusEvent, nameOf);
  return [];
}

interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const indent = ' '.repeat(26);

/** The day of the week, the date and the minute, in UTC. */
export function when(instant: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' }).format(new Date(instant));
  return `${day} ${instant.slice(0, 10)} ${instant.slice(11, 16)}`;
}

function line(instant: string, word: string, words: string): string {
  return `${when(instant)}  ${word.padEnd(7)} ${words}`;
}

const tallyWords = { PASS: 'passed', FAIL: 'failed', SUSPECT: 'suspect', NOT_TESTED: 'not tested' } as const;

function tellRecord({ content, region, resource }: WrittenRecord, name: string): string[] {
  if (content.what !== 'attempt' || content.workflow !== 'drill' || content.endedAt === undefined) return [];
  const { verdict, checks = [], timings = {}, points = [] } = content;
  const tally = (['PASS', 'FAIL', 'SUSPECT', 'NOT_TESTED'] as const)
    .map((is) => ({ is, count: checks.filter(({ verdict }) => verdict === is).length }))
    .filter(({ is, count }) => is === 'PASS' || count > 0)
    .map(({ is, count }) => `${count} ${tallyWords[is]}`);
  const failed = checks.filter((check) => check.verdict !== 'PASS');
  const instant = points.find(({ as }) => as === 'drilled')?.instant;
  const of = instant === undefined ? '' : `, data of ${instant.slice(0, 16).replace('T', ' ')}`;
  const took = timings.rto === undefined ? '' : `, restored and answering in ${minutes(timings.rto)} (virtual)`;
  return [
    line(
      content.endedAt,
      'drill',
      `${name}: ${verdict?.is ?? 'no verdict'} in ${region}${of}${took}; checks: ${tally.join(', ')}`,
    ),
    ...(verdict?.is === 'PASS'
      ? []
      : failed.map((check) => `${indent}${check.verdict} ${check.name}: ${check.because.join('; ')}`)),
    ...(checks.length === 0 ? [`${indent}${(verdict?.because ?? [`no verdict on ${resource}`]).join('; ')}`] : []),
  ];
}

function tellWorld(at: string, what: string, detail: unknown, nameOf: (arn: string) => string): string[] {
  const facts = (detail ?? {}) as { resource?: string; region?: string; schedule?: string };
  if (what === 'damaged a copy') {
    return [
      line(
        at,
        'world',
        `the copies of ${nameOf(facts.resource ?? '')} in ${facts.region} are damaged; every job goes on to succeed`,
      ),
    ];
  }
  const failure = failureInWords(what, detail ?? {}, nameOf);
  if (failure !== undefined) return [line(at, 'world', failure)];
  if (facts.schedule !== undefined) {
    return [
      line(at, 'world', `somebody switches the schedule ${facts.schedule} ${what === 'stop schedule' ? 'off' : 'on'}`),
    ];
  }
  return [];
}

const words: Readonly<Record<string, { readonly word: string; readonly done: string }>> = {
  'Backup Job State Change': { word: 'backup', done: 'backed up' },
  'Copy Job State Change': { word: 'copy', done: 'copied' },
};

function tellEvent(at: string, region: string, event: BusEvent, nameOf: (arn: string) => string): string[] {
  const known = words[event['detail-type']];
  const { state, creationDate, completionDate, resourceArn, destinationBackupVaultArn } = event.detail;
  if (known === undefined || typeof resourceArn !== 'string') return [];
  const name = nameOf(resourceArn);
  const to =
    typeof destinationBackupVaultArn === 'string' ? ` to ${destinationBackupVaultArn.split(':')[3]}` : ` in ${region}`;
  if (state === 'COMPLETED') {
    const seconds = (Date.parse(String(completionDate)) - Date.parse(String(creationDate))) / 1000;
    const took = Number.isFinite(seconds) ? ` in ${minutes(seconds)} (virtual)` : '';
    return [line(at, known.word, `${name}: ${known.done}${to}${took}`)];
  }
  if (['FAILED', 'EXPIRED', 'ABORTED', 'PARTIAL'].includes(String(state))) {
    return [line(at, known.word, `${name}: ${String(state)}${to}: ${String(event.detail.statusMessage)}`)];
  }
  return [];
}

export function minutes(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds / 60);
  return whole < 90 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

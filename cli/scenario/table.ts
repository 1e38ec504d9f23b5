import { inWords } from '../../functions/policy/duration.ts';
import type { Resource } from '../runbook/context.ts';
import type { Expectation } from '../runbook/expect.ts';
import type { Answer } from './answer.ts';
import type { Entry } from './journal.ts';
import { type Play, promotedOf, recoveredOf } from './play.ts';

/** One resource at the end: what was announced, and what was true. */
export interface Row {
  readonly resource: string;
  /** How it came back, or that it never went. */
  readonly way: string;
  readonly announcedLost: string;
  readonly trulyLost: string;
  readonly announcedTaken: string;
  readonly trulyTaken: string;
  /** What of it is not as announced; none: it is equal. */
  readonly unequal: readonly string[];
}

/** Holds what the runbook and lifeboat-recover announced against the application's own journal. */
export async function rowsOf(play: Play): Promise<Row[]> {
  const rows: Row[] = [];
  for (const resource of play.context.resources) rows.push(await rowOf(play, resource));
  return rows;
}

async function rowOf(play: Play, resource: Resource): Promise<Row> {
  if (play.plot.allIsLost === true) return lostRow(play, resource);
  const recovery = recoveredOf(play, resource.name);
  if (recovery?.ended !== undefined) return recoveredRow(play, resource);
  const promotion = promotedOf(play, resource.name);
  if (promotion !== undefined) return promotedRow(play, resource);
  return untouchedRow(play, resource);
}

/** The writes of a resource up to the failure, and how many of them a digest has lost; undefined: it held it never. */
function lossOf(play: Play, name: string, digest: string | undefined): { writes: number; kept: Entry } | undefined {
  const entries = play.journal.of(name).filter(({ at }) => at <= play.failedAt);
  const last = entries.findLastIndex((entry) => entry.digest === digest);
  const kept = entries[last];
  return kept === undefined ? undefined : { writes: entries.length - 1 - last, kept };
}

function writesAfter(play: Play, name: string, instant: number): number {
  return play.journal.of(name).filter(({ at }) => at > instant && at <= play.failedAt).length;
}

function recoveredRow(play: Play, resource: Resource): Row {
  const { name, kind } = resource;
  const recovery = recoveredOf(play, name);
  const answer = recovery?.ended?.output as unknown as Answer;
  const after = Date.parse(answer.loses.after);
  const unequal: string[] = [];
  const loss = lossOf(play, name, recovery?.seen);
  const announced = writesAfter(play, name, after);
  // A point of EFS or Aurora holds at least what its instant says: AWS tells when it was asked for, not when it was taken.
  const isExact = kind === 'rds' || answer.from.point === undefined;
  if (loss === undefined) unequal.push('it holds what the application never had');
  else if (isExact ? loss.writes !== announced : loss.writes > announced) {
    unequal.push(`${loss.writes} writes are lost, and ${announced} were announced`);
  }
  if (recovery?.held !== undefined && recovery.held !== recovery.seen) unequal.push('it is not what its point held');
  if (answer.checked.verdict !== 'PASS') unequal.push(`its check says ${answer.checked.verdict}`);
  const expected = expectationOf(play, resource, recovery?.region ?? '', answer.from.point === undefined);
  const lost = Math.max(0, Math.round((play.failedAt - after) / 1000));
  const bound = expected?.losesAtMostSeconds;
  if (bound !== undefined && bound !== null && lost > bound) {
    unequal.push(`${inWords(lost)} are lost, and the page says ${expected?.loses}`);
  }
  const took = recovery?.ended?.tookSeconds ?? 0;
  if (Math.abs(took - answer.tookSeconds) > 30) unequal.push(`it took ${took} s, and it says ${answer.tookSeconds} s`);
  const { rto } = resource.tier.objectives;
  if (rto !== undefined && took > rto) unequal.push(`it took longer than the rto of ${inWords(rto)}`);
  const backBy = play.backBy.get(name);
  if (backBy !== undefined && (recovery?.endedAt ?? 0) > backBy) {
    unequal.push(`it was waited for as long as the page says, and was back after ${new Date(backBy).toISOString()}`);
  }
  const most = isExact ? '' : 'at most ';
  return {
    resource: name,
    way: `recovered in ${answer.region}${answer.from.point === undefined ? ', to the second' : ''}`,
    announcedLost: `${most}${counted(announced)} in ${span(lost)}`,
    trulyLost: loss === undefined ? 'not known' : counted(loss.writes),
    announcedTaken: span(answer.tookSeconds),
    trulyTaken: span(took),
    unequal,
  };
}

function promotedRow(play: Play, resource: Resource): Row {
  const { name } = resource;
  const promotion = promotedOf(play, name);
  const unequal: string[] = [];
  const loss = lossOf(play, name, promotion?.seen);
  const announced = writesAfter(play, name, promotion?.upTo ?? 0);
  if (loss === undefined) unequal.push('it holds what the application never had');
  else if (loss.writes !== announced) unequal.push(`${loss.writes} writes are lost, and ${announced} were announced`);
  const lost = Math.round((play.failedAt - (promotion?.upTo ?? 0)) / 1000);
  const bound = play.runbook.expect.find((row) => row.resource === name && row.way.startsWith('promote'));
  if (bound?.losesAtMostSeconds != null && lost > bound.losesAtMostSeconds) {
    unequal.push(`${inWords(lost)} are lost, and the page says ${bound.loses}`);
  }
  return {
    resource: name,
    way: `replica promoted in ${promotion?.region}`,
    announcedLost: `${counted(announced)} in ${span(lost)}`,
    trulyLost: loss === undefined ? 'not known' : counted(loss.writes),
    announcedTaken: 'some minutes',
    trulyTaken: span(((promotion?.ended ?? 0) - (promotion?.began ?? 0)) / 1000),
    unequal,
  };
}

/** What was not brought back by anybody: it is as it was, at home. */
async function untouchedRow(play: Play, resource: Resource): Promise<Row> {
  const { name } = resource;
  const unequal: string[] = [];
  const [silence] = play.silences.get(name) ?? [];
  // The writes since are in the journal too: nothing of what was committed may be missing.
  const refusal = play.application.refusal(name);
  const { seen, journal: last } = play.seenAtEnd.get(name) ?? {};
  if (refusal !== undefined) unequal.push(`it does not answer: ${refusal}`);
  else if (seen !== last) unequal.push('it is not what the application wrote');
  const took = silence === undefined ? 0 : ((silence.until ?? play.scene.world.now()) - silence.from) / 1000;
  const expected = play.runbook.expect.find((row) => row.resource === name);
  const atMost = silence === undefined ? 0 : expected?.takesAtMostSeconds;
  if (atMost !== undefined && atMost !== null && took > atMost) {
    unequal.push(`it was away for ${span(took)}, and the page says ${expected?.takes}`);
  }
  return {
    resource: name,
    way: silence === undefined ? 'never away' : 'came back by itself',
    announcedLost: 'nothing',
    trulyLost: seen !== undefined && seen === last ? 'nothing' : 'not known',
    announcedTaken: silence === undefined ? '–' : `at most ${span(atMost ?? 0)}`,
    trulyTaken: silence === undefined ? '–' : span(took),
    unequal,
  };
}

/** What the runbook gives up. It has to say so, and nothing may give it back. */
function lostRow(play: Play, { name }: Resource): Row {
  const announced = play.runbook.expect.filter((row) => row.resource === name);
  const says = announced.every(({ loses }) => loses.startsWith('**everything**')) && announced.length > 0;
  const tried = play.tries.get(name) ?? [];
  const unequal = [
    ...(says ? [] : ['the runbook does not say that it is lost']),
    ...tried.filter(({ refused }) => refused === undefined).map(({ what }) => `it can be had all the same: ${what}`),
    ...(tried.length === 0 ? ['nobody tried to get it back'] : []),
  ];
  return {
    resource: name,
    way: 'none',
    announcedLost: says ? 'everything' : 'not everything',
    trulyLost: `everything: ${tried.length} ways tried, ${tried.filter(({ refused }) => refused !== undefined).length} refused`,
    announcedTaken: '–',
    trulyTaken: '–',
    unequal,
  };
}

/** The row of the runbook that speaks of the way that was taken. */
function expectationOf(play: Play, { name }: Resource, region: string, toTheSecond: boolean): Expectation | undefined {
  const rows = play.runbook.expect.filter((row) => row.resource === name && row.where === region);
  return rows.find(({ way }) => way.startsWith('restore to the second') === toTheSecond);
}

function counted(writes: number): string {
  return writes === 1 ? '1 write' : `${writes} writes`;
}

function span(seconds: number): string {
  return inWords(Math.round(seconds));
}

/** The table for a person. */
export function tableLines(rows: readonly Row[]): string[] {
  const head = ['resource', 'way', 'announced lost', 'truly lost', 'announced taken', 'truly taken', ''];
  const cells = rows.map((row) => [
    row.resource,
    row.way,
    row.announcedLost,
    row.trulyLost,
    row.announcedTaken,
    row.trulyTaken,
    row.unequal.length === 0 ? 'equal' : `NOT: ${row.unequal.join('; ')}`,
  ]);
  const widths = head.map((word, column) => Math.max(word.length, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  return [line(head), ...cells.map(line)];
}

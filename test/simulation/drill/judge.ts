import type { CellResult } from './cells.ts';
import type { Expected, Row } from './table.ts';

/** Every way in which what came of a cell is not what the table says. Nothing is left out of the comparison. */
export function differences(row: Row, result: CellResult): string[] {
  const { expected } = row;
  const found: string[] = [];
  const compare = (what: string, got: unknown, wanted: unknown) => {
    if (got !== wanted) found.push(`${what}: ${String(got)}, expected ${String(wanted)}`);
  };
  if (row.compares) compare('verdict of the healthy point', result.before, 'PASS');
  if ((row.damage !== undefined || row.fault !== undefined) && result.struck === 0) found.push('nothing struck');
  compare('terminal records', result.records.length, 1);
  const [record] = result.records;
  if (record === undefined) return found;
  compare('outcome', record.outcome, expected.outcome);
  compare('error', record.error, errorOf(expected));
  compare('verdict', record.verdict, expected.verdict);
  if (!record.because.some((reason) => expected.because.test(reason))) {
    found.push(`reasons: ${record.because.join(' | ')}, expected ${String(expected.because)}`);
  }
  for (const [name, verdict] of Object.entries(expected.checks ?? {})) {
    compare(`check '${name}'`, record.checks[name], verdict);
  }
  // A healthy drill may fail nothing, and a drill that was never asked may not seem to have been.
  if (expected.verdict === 'PASS' && Object.values(record.checks).some((is) => is === 'FAIL' || is === 'SUSPECT')) {
    found.push('a check of a PASS did not pass');
  }
  if (expected.checks === undefined && expected.verdict !== 'PASS') {
    compare('checks that were answered', Object.keys(record.checks).length, 0);
  }
  compare('what the evidence says of scratch', record.scratch, expected.said);
  compare('proven', result.proven, expected.proven);

  const opened = result.pages.filter(({ phase }) => phase === 'opened').map(({ kind }) => kind);
  compare('pages', [...opened].sort().join(', '), [...expected.pages].sort().join(', '));
  const resolved = result.pages.filter(({ phase }) => phase === 'resolved').map(({ kind }) => kind);
  compare('episodes that ended', [...resolved].sort().join(', '), [...(expected.resolved ?? [])].sort().join(', '));

  compare('scratch when the drill ended', result.scratchAtEnd.length === 0 ? 'gone' : 'there', expected.scratch);
  compare('scratch after the sweep', result.scratchAfter.join(', '), '');
  compare('left in the register', result.registeredAfter.join(', '), '');
  return found;
}

/** What the execution fails with follows from the verdict, unless the row names it. */
function errorOf({ verdict, outcome, error }: Expected): string | undefined {
  if (error !== undefined || outcome === 'SUCCEEDED') return error;
  return { FAIL: 'DrillFailed', SUSPECT: 'DrillSuspect', NOT_TESTED: 'States.Timeout', PASS: undefined }[verdict];
}

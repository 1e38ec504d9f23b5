import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';

interface Case {
  readonly machine: 'drill' | 'protect';
  readonly resource: string;
  readonly by: { readonly state: string; readonly after: number } | { readonly limitSeconds: number };
  readonly in: string;
  readonly status: string;
  readonly records: readonly {
    readonly outcome: string;
    readonly verdict: string;
    readonly because: readonly string[];
  }[];
}

interface Played {
  readonly cases: readonly Case[];
  readonly planned: number;
  readonly leftovers: readonly string[];
  readonly findings: readonly {
    readonly invariant: string;
    readonly examined: Readonly<Record<string, number>>;
    readonly violations: readonly string[];
  }[];
}

let played: Played;

beforeAll(async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'attempts.ts')]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const exitCode = await new Promise((done) => child.on('close', done));
  if (exitCode !== 0) throw new Error(`attempts.ts ended with ${exitCode}. ${errors.slice(-2000)}`);
  played = JSON.parse(output) as Played;
}, 240_000);

const nameOf = ({ machine, by, in: state, status }: Case) => `${machine} ${JSON.stringify(by)}, in ${state}: ${status}`;

describe('an execution that somebody stops, or that runs out of time', () => {
  test('was stopped in every state of drill and protect that takes time', () => {
    expect(played.cases).toHaveLength(played.planned);
    const stopped = played.cases.flatMap(({ machine, in: state, status }) =>
      status === 'ABORTED' ? [`${machine}: ${state}`] : [],
    );
    expect([...new Set(stopped)].sort()).toEqual([
      'drill: Ask The Data',
      'drill: Choose The Point',
      'drill: Judge',
      'drill: Make It Reachable',
      'drill: Restore Into Scratch',
      'drill: Tear Down',
      'protect: Back Up',
      'protect: Copy',
      'protect: Take The Lane',
      'protect: Wait For Our Turn',
    ]);
    const timedOut = played.cases.filter(({ status }) => status === 'TIMED_OUT').map(({ machine }) => machine);
    expect(new Set(timedOut)).toEqual(new Set(['drill', 'protect']));
  });

  test('ends in exactly one record, which says how it ended', () => {
    for (const one of played.cases) {
      expect([nameOf(one), one.records.map(({ outcome }) => outcome)]).toEqual([nameOf(one), [one.status]]);
    }
  });

  test('proves nothing unless the data was judged before, and protects nothing', () => {
    const claims = played.cases
      .filter(({ status }) => status !== 'SUCCEEDED')
      .flatMap(({ machine, in: state, records }) => records.map(({ verdict }) => `${machine} in ${state}: ${verdict}`));
    const late = claims.filter(
      (claim) => !/^(drill in (Judge|Tear Down): |drill in .*: NOT_TESTED$|protect in .*: NOT_PROTECTED$)/.test(claim),
    );
    expect(late).toEqual([]);
  });

  test('leaves no scratch once the sweep has come', () => {
    expect(played.leftovers).toEqual([]);
  });

  test('breaks no invariant, nor do the runs on schedule beside it', () => {
    for (const { invariant, violations } of played.findings) expect([invariant, violations]).toEqual([invariant, []]);
    const [evidence, orphans] = played.findings;
    expect(evidence?.examined.ended).toBeGreaterThan(played.planned);
    expect(orphans?.examined['seen alive']).toBeGreaterThan(10);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyCommand } from '../../cli/verify/command.ts';
import { type PrintedSummary, start } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Points live for four days, so that the one that was proven last is soon in danger. */
const policy = `
home: eu-central-1
alerts: { page: [ oncall@example.com ], notices: [ team@example.com ], escalate_after: 30 minutes }
tiers:
  gold:
    backup: { every: 12 hours, keep: 4 days }
    copies: [ { to: eu-west-1, keep: 4 days } ]
    drill: { every: 1 day, from: eu-west-1 }
    objectives: { rpo: 15 hours, copy_rpo: 18 hours, proof: 60 hours, rto: 8 hours }
`;

/** Drills stop on the second day, and nothing newer is proven from then on. */
const account = (...more: string[]) => `
account: '210987654321'
start: 2026-03-02T00:00:00Z
resources:
  - { kind: efs, name: tree, directory: tree, tags: { 'lifeboat:tier': gold } }
incidents:
  - { at: day 2 12:00, do: stop schedule, schedule: lifeboat-drill-gold, in: eu-west-1 }
${more.join('\n')}
`;

interface Played {
  readonly violations: readonly string[];
  readonly examined: Readonly<Record<string, number>>;
  readonly out: string;
}

async function play(name: string, file: string): Promise<Played> {
  const path = join(folder, `${name}.yml`);
  const out = join(folder, name);
  writeFileSync(path, file);
  const options = ['--account', path, '--policy', join(folder, 'policy.yml'), '--days', '6', '--json', '--out', out];
  const ran = await start(...options);
  const { findings } = JSON.parse(ran.output) as PrintedSummary;
  const found = findings.find(({ invariant }) => invariant.startsWith('4 '));
  if (found === undefined) throw new Error(`Nobody looked for the last good point. ${ran.errors}`);
  return { ...found, out };
}

let kept: Played;
let lost: Played;

beforeAll(async () => {
  mkdirSync(join(folder, 'tree'));
  for (let n = 0; n < 5; n += 1) writeFileSync(join(folder, 'tree', `page-${n}.txt`), `page ${n}\n`);
  writeFileSync(join(folder, 'policy.yml'), policy);
  [kept, lost] = await Promise.all([
    play('kept', account()),
    play('lost', account('  - { at: day 2 12:00, do: stop schedule, schedule: lifeboat-keep, in: eu-west-1 }')),
  ]);
}, 240_000);

describe('when drills stop', () => {
  test('keep saves the last proven point from its expiry', () => {
    expect(kept.violations).toEqual([]);
    expect(kept.examined).toMatchObject({ proofs: 2, 'proven now': 1 });
  });

  test('and without keep it is lost, which the checker sees', () => {
    expect(lost.violations).toEqual([expect.stringContaining('the last proven data, of 2026-03-03T00:')]);
  });
});

describe('what a run leaves behind', () => {
  async function verify() {
    const said: string[] = [];
    const code = await verifyCommand([kept.out], {
      say: (line) => said.push(line),
      complain: (line) => said.push(line),
    });
    return { code, text: said.join('\n') };
  }

  test('is whole for lifeboat verify, with a seal for each day in each Region', async () => {
    const { code, text } = await verify();
    expect(code).toBe(0);
    for (const region of ['eu-central-1', 'eu-west-1'])
      expect(text).toContain(`seals of 210987654321-${region}: 6, 2026-03-02 to 2026-03-07`);
  });

  test('is not once a chain has lost its end', async () => {
    const region = '210987654321-eu-central-1';
    const chain = join(kept.out, `lifeboat-evidence-${region}`, 'evidence', region, 'pipeline');
    const records = readdirSync(chain).sort();
    for (const record of records.slice(3)) rmSync(join(chain, record));
    const { code, text } = await verify();
    expect(code).toBe(1);
    expect(text).toMatch(
      /BROKEN +210987654321-eu-central-1\/pipeline +record 4 is missing: the seal of 2026-03-0\d holds/,
    );
  });
});

import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyCommand } from '../../cli/verify/command.ts';
import { playedOnce } from '../session/played.ts';
import type { PrintedSummary } from './run.ts';
import { keeping } from './shared-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Watched {
  readonly violations: readonly string[];
  readonly examined: Readonly<Record<string, number>>;
  readonly out: string;
}

async function play(name: 'kept' | 'left' | 'lost'): Promise<Watched> {
  const ran = await playedOnce(keeping(name), { listened: name === 'kept' });
  const { findings } = JSON.parse(ran.output) as PrintedSummary;
  const found = findings.find(({ invariant }) => invariant.startsWith('4 '));
  if (found === undefined) throw new Error(`Nobody looked for the last good point. ${ran.errors}`);
  // Others ask about the same run, and here evidence is taken out of it.
  const out = join(folder, name);
  cpSync(join(ran.folder, 'out'), out, { recursive: true });
  return { ...found, out };
}

let kept: Watched;
let left: Watched;
let lost: Watched;

beforeAll(async () => {
  [kept, left, lost] = await Promise.all([play('kept'), play('left'), play('lost')]);
}, 900_000);

describe('when drills stop', () => {
  test('keep saves the last proven point from its expiry', () => {
    expect(kept.violations).toEqual([]);
    expect(kept.examined).toMatchObject({ proofs: 2, 'proven now': 1 });
  });

  test('and without keep it is lost, which the checker sees', () => {
    expect(lost.violations).toEqual([expect.stringContaining('the last proven data, of 2026-03-03T00:')]);
  });
});

describe('when somebody deletes the last proven point', () => {
  test('keep saves what drills prove of the rest from its expiry', () => {
    expect(left.violations).toEqual([]);
    expect(left.examined).toMatchObject({ proofs: 6 });
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

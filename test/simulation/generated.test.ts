import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { playedOnce } from '../session/played.ts';
import type { Ran } from './run.ts';
import { generated, seeds } from './shared-runs.ts';
import { examined, playTogether, simulate } from './simulate.ts';
import type { Outcome } from './together.ts';

describe('accounts and troubles that are drawn from seeds', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await playedOnce(generated);
  }, 3_600_000);

  test('every breach is paged in time and once, nothing else is, and all of it resolves', () => {
    expect(ran.errors).toBe('');
    expect(ran.output).not.toMatch(/^BROKEN[\s\S]*/m);
    expect(ran.output).toContain(`All ${seeds} accounts are good.`);
    expect(ran.exitCode).toBe(0);
  });

  test('there was something to miss: breaches of each objective, losses, damaged copies, drills, slow restores', () => {
    for (const [what, least] of [
      ['resources', 60],
      ['objectives', 150],
      ['breaches', 40],
      ['recovery points', 1000],
      ['drills', 200],
      ['damaged copies', 10],
      ['breaches of rpo', 30],
      ['breaches of copy_rpo', 30],
      ['breaches of proof', 8],
      ['breaches of pitr_rpo at home', 12],
      ['breaches of pitr_rpo of copies', 5],
      ['breaches of replica_rpo', 12],
      ['breaches of rto', 20],
      ['restores timed', 100],
      ['incidents that struck', 80],
    ] as const) {
      expect({ what, count: examined(ran.output, what) >= least }).toEqual({ what, count: true });
    }
  });
});

describe('the checkers of generated accounts', () => {
  const planted = [
    ['missed-deadline', '3', /rpo of .*: broken at .*, and (no page came in time|paged only at)/],
    ['false-page', '2', /: paged at .*, and nothing was broken/],
    ['double-page', '2', /paged again at/],
    ['window-unseen', '2', /pitr_rpo of .*: broken at .*, and no page came in time/],
    ['replica-unseen', '2', /replica_rpo of .*: broken at .*, and no page came in time/],
    ['slow-restore-unseen', '2', /rto of .*: a restore of .* hours was recorded at .*, and nobody was paged/],
  ] as const;
  const outcomes: Outcome[] = [];
  beforeAll(async () => {
    const options = planted.map(([plant, seed]) => ['--seeds', '1', '--from', seed, '--days', '4', '--plant', plant]);
    outcomes.push(...(await playTogether(options)));
  }, 600_000);

  test.each(planted.map(([plant, , words], index) => [plant, words, index] as const))(
    'find a planted %s',
    (_plant, words, index) => {
      expect(outcomes[index]?.troubles).toContainEqual(expect.stringMatching(words));
    },
  );
});

describe('an account that broke', () => {
  test('is made short: what still breaks it is named, with the command that plays just that', async () => {
    const account = ['--seeds', '1', '--from', '3', '--days', '2', '--resources', '2'];
    const { output, exitCode } = await simulate(...account, '--fault', 'events-late', '--plant', 'missed-deadline');
    expect(exitCode).toBe(1);
    const [, short = ''] = output.split(/^Short {3}/m);
    expect(short).toMatch(
      /^seed 3: 1 of \d+ incidents, no fault\n {8}\d+: .*, from 2026-01-.*\n {8}2 no missed breach/,
    );
    const [, options = ''] = /again: npm run simulate -- (.*)$/m.exec(short) ?? [];
    const again = await simulate(...options.split(' '), '--shorten', '0');
    expect(again.exitCode).toBe(1);
    expect(again.output).toMatch(/, 1 incidents, [\s\S]*2 no missed breach/);
  }, 600_000);

  test('has no incident that was not drawn for it', async () => {
    const { errors, exitCode } = await simulate('--seeds', '1', '--days', '2', '--incidents', '3,40');
    expect(exitCode).toBe(2);
    expect(errors).toMatch(
      /^--incidents 40: seed 1 has \d+ of them in 2 days\. Write numbers from 1 to \d+, or none\.$/m,
    );
  });
});

describe('one seed', () => {
  test('is one account: the same trace twice, and another one with another seed', async () => {
    const digests = async (from: string): Promise<unknown> => {
      const { output } = await simulate('--seeds', '1', '--from', from, '--days', '2', '--json');
      return (JSON.parse(output) as { trace: string }[]).map(({ trace }) => trace);
    };
    const [one, again, other] = await Promise.all([digests('1'), digests('1'), digests('2')]);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  }, 600_000);
});

describe('a long run', () => {
  test('draws a fault from each seed, makes accounts as large as asked, and sums up what was played', async () => {
    const { output, exitCode } = await simulate(
      ...['--seeds', '3', '--days', '2', '--resources', '2', '--fault', 'drawn', '--jobs', '1'],
    );
    expect(exitCode).toBe(0);
    expect(output.match(/^good {4}seed \d+: \d+ resources/gm)).toHaveLength(3);
    expect(output).toMatch(/^Played: 144 simulated hours, in 3 accounts\. Under .*struck [1-9]\d* times/m);
    expect(output).toMatch(/^Violations: 0\.$/m);
    expect(examined(output, 'resources')).toBeLessThanOrEqual(3 * 4);
  }, 600_000);

  test('that is stopped says what was played until then, and is not good', async () => {
    const child = spawn(process.execPath, ['cli/simulate.ts', '--seeds', '50', '--days', '2', '--resources', '1'], {
      cwd: join(import.meta.dirname, '../..'),
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (!child.killed && /^good .*seed 2/m.test(output)) child.kill('SIGINT');
    });
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect(exitCode).toBe(1);
    const [, played] = /^Interrupted: (\d+) of 50 accounts were played\.$/m.exec(output) ?? [];
    expect(Number(played)).toBeGreaterThanOrEqual(2);
    expect(output).toContain(`Played: ${Number(played) * 48} simulated hours, in ${played} accounts.`);
  }, 600_000);
});

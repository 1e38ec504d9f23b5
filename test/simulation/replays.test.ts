import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Total } from '../../cli/simulate/tally.ts';
import { simulate } from './simulate.ts';

const at = 'eu-central-1 lifeboat-watch DynamoDB.Query 0=slow';

describe('a run of the small account that is asked for by name', () => {
  test('says what broke, and how to play it again, also as JSON', async () => {
    const { output, exitCode } = await simulate('--at', at, '--plant', 'double-page', '--from', '3', '--json');
    const total = JSON.parse(output) as Total;
    expect(exitCode).toBe(1);
    expect(total.broken).toBe(1);
    expect(total.failures).toEqual([
      {
        order: 'seed 3: eu-central-1 lifeboat-watch DynamoDB.Query 0 takes twenty minutes; with double-page planted',
        violations: expect.arrayContaining([expect.stringMatching(/^3 one page for each episode: .*paged again/)]),
        again: `npm run simulate -- --from 3 --at "${at}" --plant double-page`,
      },
    ]);
    expect(total.examined['3 one page for each episode']?.pages).toBeGreaterThan(0);
  }, 120_000);

  test('is not good when its fault never struck', async () => {
    const never = 'eu-central-1 lifeboat-watch DynamoDB.Query 999999=slow';
    const { output, exitCode } = await simulate('--at', never);
    expect(output).toContain('in 1 a fault never struck');
    expect(output).toContain(`NOT TRIED: ${never} never struck`);
    expect(output).not.toContain('are good');
    expect(exitCode).toBe(1);
  }, 120_000);

  test('is refused an option that it would not heed', async () => {
    const { errors, exitCode } = await simulate('--weather', 'events-lost', '--days', '90');
    expect(errors).toMatch(
      /^--days: it goes with generated accounts, and not with --at and --weather\. Leave it out\.$/m,
    );
    expect(exitCode).toBe(2);
  });
});

test('a run of the swarm that broke is made short: a mistake that shows without any fault is shown without any', async () => {
  const { output, exitCode } = await simulate(
    ...['--swarm', '--seeds', '1', '--from', '5', '--plant', 'double-page', '--json'],
  );
  expect(exitCode).toBe(1);
  const { failures } = JSON.parse(output) as Total;
  expect(failures).toEqual([
    expect.objectContaining({
      again: expect.stringContaining('--weather'),
      shortest: {
        order: 'seed 5: with double-page planted',
        violations: expect.arrayContaining([expect.stringMatching(/^3 one page for each episode: .*paged again/)]),
        again: 'npm run simulate -- --calm --from 5 --plant double-page',
      },
    }),
  ]);
}, 120_000);

test('a swarm that somebody stops sums up what was played, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lifeboat-test-stopped-'));
  try {
    const child = spawn(process.execPath, ['cli/simulate.ts', '--swarm', '--seeds', '50', '--jobs', '1'], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, TMPDIR: folder },
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    const isPackaged = () => readdirSync(folder).some((name) => name.startsWith('lifeboat-task-'));
    while (!isPackaged()) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGTERM');
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect(output).toMatch(/^Interrupted: 0 of 1 runs were played\.$/m);
    expect(exitCode).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

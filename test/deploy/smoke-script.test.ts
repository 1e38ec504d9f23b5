import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { drillTrouble } from '../../scripts/smoke/play.ts';
import type { Visit } from './smoke-script/play.ts';

// What the simulated account cannot say of a real one: whether the framework deploys and removes the stacks, whether the
// calls that make the three resources are right, whether our roles have every right that AWS asks for, how long it takes
// and what it costs. The rest of the script is what runs there.

let visits: Readonly<Record<string, Visit>> = {};

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/deploy/smoke-script/play.ts'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  visits = JSON.parse(stdout) as typeof visits;
}, 240_000);

const visit = (name: string): Visit => {
  const found = visits[name];
  if (found === undefined) throw new Error(`Nobody visited ${name}.`);
  return found;
};
const words = (name: string) => visit(name).lines.join('\n');

describe('the smoke test of a real account, in a simulated one', () => {
  test('goes from an empty account to a drill of each kind, verifies both buckets, and leaves nothing that costs', () => {
    const { code, deployed, removed, left } = visit('whole');
    expect({ code, deployed, removed, left }).toEqual({
      code: 0,
      deployed: ['eu-west-1', 'eu-central-1'],
      removed: ['eu-central-1', 'eu-west-1'],
      left: [],
    });
    expect(words('whole').match(/restored, asked and taken down, and as empty as it was made/g)).toHaveLength(3);
    expect(words('whole')).toMatch(/eu-central-1\n {2}3 records, 3 chains/);
    expect(words('whole')).toContain('All went well.');
    expect(words('whole')).toContain('its objects are locked for 400 days');
  });

  test.each([
    ['another account', 'these credentials are of the account 123456789012, and --account says 999999999999'],
    ['too dear', '--usd allows 1'],
    ['production', 'db:shop is tagged Environment=Production'],
    ['lifeboat stands', 'the vault lifeboat stands there already'],
    ['may not see tags', 'what is tagged as production cannot be told: AccessDeniedException'],
  ])('begins nothing: %s', (name, because) => {
    const { code, changes, deployed } = visit(name);
    expect({ code, changes, deployed }).toEqual({ code: 2, changes: [], deployed: [] });
    expect(words(name)).toContain('Nothing was begun.');
    expect(words(name)).toContain(because);
  });

  test('changes nothing in a dry run, and says what it would do and what it would cost', () => {
    const { code, changes, deployed } = visit('dry run');
    expect({ code, changes, deployed }).toEqual({ code: 0, changes: [], deployed: [] });
    expect(words('dry run')).toMatch(/for at most 6 hours and about \d+\.\d+ USD/);
  });

  test.each([
    ['a restore is denied', 'drill of efs: FAILED AccessDeniedException'],
    ['a deployment fails', 'serverless deploy --region eu-central-1 ended with 1'],
    ['stopped during a drill', 'Somebody stopped it.'],
    ['time is over', 'still ran when the 0.5 hours were over'],
  ])('takes everything down all the same: %s', (name, because) => {
    const { code, left, removed } = visit(name);
    expect({ code, left, removed }).toEqual({ code: 1, left: [], removed: ['eu-central-1', 'eu-west-1'] });
    expect(words(name)).toContain('NOT all went well:');
    expect(words(name)).toContain(because);
  });

  test('deletes nothing that does not bear its own name', () => {
    const all = Object.values(visits).flatMap(({ changes }) => changes);
    expect([...new Set(all)].sort()).toEqual([
      'EFS.DeleteFileSystem',
      'Lambda.Invoke',
      'RDS.DeleteDBCluster',
      'RDS.DeleteDBInstance',
      'SFN.StartExecution',
      'SFN.StopExecution',
    ]);
    expect(visit('production').left).toEqual(['eu-central-1 shop']);
  });

  test('takes no drill for well that failed for another reason than an empty resource', () => {
    const cause = (because: string, more: object = {}) =>
      JSON.stringify({ verdict: 'FAIL', because: [because], ...more });
    const ended = {
      status: 'FAILED',
      error: 'DrillFailed',
      cause: cause('tables: the restored database holds no table'),
    };
    expect(drillTrouble(ended)).toBeUndefined();
    expect(drillTrouble({ ...ended, cause: cause('orders exist: 3, at least 10 are asked') })).toContain(
      'orders exist',
    );
    expect(
      drillTrouble({ ...ended, cause: cause('tables: the restored database holds no table', { scratch: 'not gone' }) }),
    ).toContain('not gone');
    expect(drillTrouble({ ...ended, error: 'AccessDeniedException' })).toContain('AccessDenied');
  });
});

test('the script does nothing that costs without --yes', async () => {
  const told = await promisify(execFile)(
    process.execPath,
    ['scripts/smoke.ts', '--account', '123456789012', '--page', 'a@example.com'],
    {
      env: {},
    },
  ).catch((error: { code: number; stderr: string }) => error);
  expect(told).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--dry-run to see what it would do, --yes to do it'),
  });
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const program = join(import.meta.dirname, '../../../cli/package.ts');

function run(...args: string[]) {
  return new Promise<{ code: number; out: string; error: string }>((done) => {
    const child = execFile(process.execPath, [program, ...args], (_, out, error) =>
      done({ code: child.exitCode ?? -1, out, error }),
    );
  });
}

describe('npm run package', () => {
  test('says what it takes', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, error: '' });
    expect(help.out).toContain('--policy FILE');
  });

  test('refuses a slip in an option by its name, and packages nothing', async () => {
    const slip = await run('--polcy', 'policy.yml');
    expect(slip).toMatchObject({ code: 2, out: '' });
    expect(slip.error).toMatch(/^Unknown option '--polcy'/);
    expect(slip.error).toContain('Usage: npm run package');
    expect(slip.error).not.toContain('    at ');
  });
});

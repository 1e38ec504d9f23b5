import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const launcher = join(import.meta.dirname, '../../../cli/lifeboat.js');
/** Makes the process believe that it is an older Node. */
const older = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.1.0"})';

function run(options: readonly string[], args: readonly string[]) {
  return new Promise<{ code: number; out: string; error: string }>((done) => {
    const child = execFile(process.execPath, [...options, launcher, ...args], (_, out, error) =>
      done({ code: child.exitCode ?? -1, out, error }),
    );
  });
}

describe('the command lifeboat', () => {
  test.each([
    ['a Node that reads TypeScript', []],
    ['an older Node', ['--import', older]],
  ])('runs under %s, and ends with the exit code of its work', async (_, options) => {
    const help = await run(options, ['--help']);
    expect(help).toMatchObject({ code: 0, error: '' });
    expect(help.out).toContain('verify DIR|BUCKET');
    const nothing = await run(options, ['verify', '/nowhere/at/all']);
    expect(nothing).toMatchObject({ code: 2, out: '' });
    expect(nothing.error).toContain('there is no such directory');
  });

  test('starts the simulated account as npm start does', async () => {
    expect((await run([], ['start', '--help'])).out).toContain('Usage: npm start');
  });

  test('refuses what it does not know', async () => {
    expect(await run([], ['sink'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('There is no command sink'),
    });
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { filesIn } from '../../cli/check/source.ts';
import { root } from '../../cli/package/service.ts';

const importAll = `
  const files = process.argv.slice(1);
  for (const file of files) await import(file);
  console.log(files.length + ' files, ' + Object.keys(process.env).length + ' variables');
`;

describe('every file of functions/', () => {
  test('can be imported with an empty environment, and says and keeps nothing', async () => {
    const files = (await filesIn(root, 'functions', /\.ts$/)).map((file) => `${root}${file}`);
    expect(files.length).toBeGreaterThan(100);
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--disable-warning=ExperimentalWarning', '--eval', importAll, ...files],
      { env: {}, timeout: 30_000 },
    );
    expect({ stdout, stderr }).toEqual({ stdout: `${files.length} files, 0 variables\n`, stderr: '' });
  }, 40_000);
});

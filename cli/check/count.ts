import { readFileSync } from 'node:fs';

/** What jest writes with --json, as far as it is counted here. */
interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

// A file of tests that could not be loaded has no tests to count: it counts as one that failed.
const [checks = '', tests = ''] = process.argv.slice(2).map((file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
});
const count = (word: RegExp) => checks.match(word)?.length ?? 0;
let passed = count(/^ok {6}/gm);
let failed = count(/^FAILED {2}/gm);
if (passed + failed === 0) failed += 1;
try {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(tests) as Results;
  passed += numPassedTests;
  failed += numFailedTests;
  failed += testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length;
} catch {
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

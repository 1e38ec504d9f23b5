import { fileURLToPath } from 'node:url';
import type { Check } from './check/check.ts';
import { importOrder } from './check/imports.ts';
import { machines } from './check/machines.ts';
import { lint, types } from './check/programs.ts';
import { tidy } from './check/tidy.ts';

const checks: readonly Check[] = [types, lint, machines, importOrder, tidy];
const root = fileURLToPath(new URL('../', import.meta.url)).replace(/\/$/, '');

const findings = await Promise.all(checks.map(async ({ name, run }) => ({ name, ...(await run(root)) })));
for (const { name, examined, problems } of findings) {
  const verdict = problems.length === 0 ? 'ok    ' : 'FAILED';
  console.log(`${verdict}  ${name}: ${examined}${problems.length === 0 ? '' : `, ${problems.length} problems`}`);
  for (const problem of problems) console.log(`          ${problem}`);
}
if (findings.some(({ problems }) => problems.length > 0)) process.exitCode = 1;

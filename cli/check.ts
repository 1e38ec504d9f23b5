import { fileURLToPath } from 'node:url';
import type { Check } from './check/check.ts';
import { importOrder } from './check/imports.ts';
import { machines } from './check/machines.ts';
import { lint, types } from './check/programs.ts';
import { templateChecks } from './check/template.ts';
import { tidy } from './check/tidy.ts';

const checks: readonly Check[] = [types, lint, machines, importOrder, tidy, ...templateChecks];
const root = fileURLToPath(new URL('../', import.meta.url)).replace(/\/$/, '');

// One after another from the templates on: they compile the same ones, and keep them for each other.
const findings: { name: string; examined: string; problems: readonly string[]; notRun?: string }[] = [];
for (const { name, run } of checks) findings.push({ name, ...(await run(root)) });
for (const { name, examined, problems, notRun } of findings) {
  if (notRun !== undefined) {
    console.log(`not run ${name}: ${notRun}`);
    continue;
  }
  const verdict = problems.length === 0 ? 'ok    ' : 'FAILED';
  console.log(`${verdict}  ${name}: ${examined}${problems.length === 0 ? '' : `, ${problems.length} problems`}`);
  for (const problem of problems) console.log(`          ${problem}`);
}
if (findings.some(({ problems }) => problems.length > 0)) process.exitCode = 1;

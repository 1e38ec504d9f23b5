import { fileURLToPath } from 'node:url';
import type { Check, Finding } from './check/check.ts';
import { importOrder } from './check/imports.ts';
import { machines } from './check/machines.ts';
import { lint, types } from './check/programs.ts';
import { templateChecks } from './check/template.ts';
import { tidy } from './check/tidy.ts';

const checks: readonly Check[] = [types, lint, machines, importOrder, tidy, ...templateChecks];
const root = fileURLToPath(new URL('../', import.meta.url)).replace(/\/$/, '');

/** Most start one program that keeps one processor busy. They are told of in their own order. */
const atOnce = 2;
const found = new Map<Check, Finding>();
const waiting = checks.values();
const work = async () => {
  for (const check of waiting) found.set(check, await check.run(root));
};
await Promise.all(Array.from({ length: atOnce }, work));
for (const check of checks) {
  const { examined, problems, notRun } = found.get(check) as Finding;
  const { name } = check;
  if (notRun !== undefined) {
    console.log(`not run ${name}: ${notRun}`);
    continue;
  }
  const verdict = problems.length === 0 ? 'ok    ' : 'FAILED';
  console.log(`${verdict}  ${name}: ${examined}${problems.length === 0 ? '' : `, ${problems.length} problems`}`);
  for (const problem of problems) console.log(`          ${problem}`);
}
if ([...found.values()].some(({ problems }) => problems.length > 0)) process.exitCode = 1;

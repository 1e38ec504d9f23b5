import { benchBundles } from './bundles.ts';
import { benchDefects } from './defects/run.ts';
import { benchFleet } from './fleet.ts';
import { benchSimulator } from './simulator.ts';
import { benchWatch } from './watch.ts';

/** Every benchmark by its name. It prints what it measured, and answers whether the figures are within their bounds. */
const benchmarks: Readonly<Record<string, (say: (line: string) => void) => Promise<boolean>>> = {
  bundles: benchBundles,
  simulator: benchSimulator,
  watch: benchWatch,
};

const say = (line: string) => process.stdout.write(`${line}\n`);
const [first, ...options] = process.argv.slice(2);
// These take long, and options of their own: they run alone, when they are named.
if (first === 'defects') process.exit((await benchDefects(say, options)) ? 0 : 1);
if (first === 'fleet') {
  const isWithin = await benchFleet(say, options).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  });
  process.exit(isWithin ? 0 : 1);
}
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => benchmarks[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}; there are ${[...Object.keys(benchmarks), 'defects', 'fleet'].join(', ')}.\n`,
  );
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : Object.keys(benchmarks)) {
  say(`# ${name}`);
  if (!(await benchmarks[name]?.(say))) process.exitCode = 1;
}

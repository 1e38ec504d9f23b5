// The simulated account replaces the globals for time and chance: before any library reads them.
import '../../simulator/world/globals.ts';
import { defects } from '../../bench/defects/index.ts';
import { plantDefect } from '../../bench/defects/plant.ts';
import { settingOf, withTaskRoot } from '../../cli/simulate/setting.ts';
import { playMonth } from '../../simulator/scenarios/generated/month.ts';

/**
 * Plays a generated account with mistakes of bench/defects in the product, several at once, and prints what every checker found:
 * { INVARIANT: [violation, ...] }.
 *
 *   node test/simulation/generated-defects-run.ts SEED DAYS RESOURCES [DEFECT ...]
 */
const [seed = '1', days, resources, ...names] = process.argv.slice(2);

const edits = names.flatMap((name) => {
  const found = defects.find((defect) => defect.name === name);
  if (found === undefined) throw new Error(`There is no defect ${name}.`);
  return found.edits;
});

await withTaskRoot(async (taskRoot) => {
  const setting = await settingOf('simulator/scenarios/generated/policy.yml', taskRoot);
  const planted = plantDefect({ name: names.join(), what: '', breaks: '4 the last good point', edits }, setting);
  try {
    const month = await playMonth({ ...planted.setting, seed, days: Number(days), resources: Number(resources) });
    const found = month.findings.map(({ invariant, violations }) => [invariant, violations.slice(0, 5)]);
    process.stdout.write(`${JSON.stringify(Object.fromEntries(found), null, 2)}\n`);
  } finally {
    planted.close();
  }
});
